"""Free text that somebody or some terminal wrote: what looks like an identity number, a telephone or a card number is hidden.

Nothing personal is meant to be in it; this is the second line.
"""

from __future__ import annotations

import re

_ID = re.compile(r"(?<![0-9A-Za-z])([1-9]\d{5})(?:\d{11}[\dXx]|\d{9})(?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_CARD = re.compile(r"(?<!\d)(\d{4})\d{8,11}(\d{4})(?!\d)")


def masked(text: str | None) -> str:
    hidden = _ID.sub(r"\1********", text or "")
    return _CARD.sub(r"\1********\2", _PHONE.sub(r"\1****\2", hidden))
