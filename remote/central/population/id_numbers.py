"""Citizen ID numbers: region, birth, order (odd = man), check character. GB 11643-1999 with ISO 7064 MOD 11-2."""

from __future__ import annotations

from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"


def check_character(first_17: str) -> str:
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11]


def id_number(region: str, birth: date, order: int) -> str:
    """`region` 6 digits, `order` 0 to 999, odd for men."""
    first_17 = f"{region}{birth:%Y%m%d}{order:03d}"
    return first_17 + check_character(first_17)
