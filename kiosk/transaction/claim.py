"""The claim code: 40 bits of the plan's own randomness, as eight characters and as five pictures in words.

It settles nothing alone, only together with the ID card; it lets an old woman say which of her matters she means.
"""
from __future__ import annotations

import hashlib

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
QUALITIES = ("红", "黄", "蓝", "绿", "白", "黑", "大", "小", "新", "老", "香", "甜", "圆", "长", "金", "银")
THINGS = (
    "苹果", "月亮", "太阳", "山羊", "白鹅", "荷花", "葡萄", "石桥",
    "木船", "灯笼", "茶壶", "雨伞", "麦子", "核桃", "喜鹊", "风筝",
)
CODE_BITS = 40


def claim_code(plan: str) -> str:
    """Eight Crockford base32 characters from a plan id (32 hex digits of a random source)."""
    number = _number(plan)
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(CODE_BITS - 5, -1, -5))


def claim_words(code: str) -> tuple[str, ...]:
    """Five pictures in words for a code: `红苹果`, `大月亮`, ... One byte each."""
    number = 0
    for character in code:
        number = number << 5 | CROCKFORD.index(character)
    return tuple(QUALITIES[byte >> 4] + THINGS[byte & 15] for byte in number.to_bytes(CODE_BITS // 8, "big"))


def shown(code: str) -> str:
    """K7QF-2M9X"""
    return f"{code[:4]}-{code[4:]}"


def _number(plan: str) -> int:
    return int.from_bytes(hashlib.sha256(f"claim:{plan}".encode()).digest()[: CODE_BITS // 8], "big")
