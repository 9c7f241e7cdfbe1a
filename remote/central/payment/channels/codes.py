"""Whose code is on her phone."""

from __future__ import annotations


def channel_of_code(code: str) -> str | None:
    """The channel of a payer's code, None where nobody's: WeChat Pay 18 digits from 10 to 15, Alipay 16 to 24 digits from
    25 to 30 (both as their documents for code payment say)."""
    if not (code.isascii() and code.isdigit()):
        return None
    begins = int(code[:2])
    if len(code) == 18 and 10 <= begins <= 15:
        return "wechat"
    return "alipay" if 16 <= len(code) <= 24 and 25 <= begins <= 30 else None
