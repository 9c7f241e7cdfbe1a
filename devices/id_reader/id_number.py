"""The citizen identification number, GB 11643-1999: region 6, birth 8, order 3 (odd = man), check 1."""
from __future__ import annotations

import datetime
import re
from enum import IntEnum

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"  # indexed by the weighted sum modulo 11 (ISO 7064 MOD 11-2)
_FORM = re.compile(r"[1-9][0-9]{16}[0-9X]")


class Sex(IntEnum):
    """GB/T 2261.1."""

    UNKNOWN = 0
    MALE = 1
    FEMALE = 2
    UNSPECIFIED = 9


class IdNumberInvalid(ValueError):
    """Not a number of this standard; `reason` is "form", "check digit" or "birth". Never carries the number."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"invalid ID number: {reason}")
        self.reason = reason


def check_character(first_17: str) -> str:
    """The eighteenth character for seventeen digits."""
    return _CHECK_CHARACTERS[sum(w * int(d) for w, d in zip(_WEIGHTS, first_17, strict=True)) % 11]


def checked(number: str) -> str:
    """The number with a capital X, when form, check character and birth date are right. Raises IdNumberInvalid.

    Fifteen digits (before 1999) are refused: no card and no new record carries them.
    """
    number = number.replace("x", "X")
    if not _FORM.fullmatch(number):
        raise IdNumberInvalid("form")
    if check_character(number[:17]) != number[17]:
        raise IdNumberInvalid("check digit")
    birth_date(number)
    return number


def birth_date(number: str) -> datetime.date:
    """Digits 7 to 14. Raises IdNumberInvalid where they are no day of the calendar."""
    try:
        return datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdNumberInvalid("birth") from None


def sex(number: str) -> Sex:
    """By the order number: odd = man, even = woman."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


def mask(number: str) -> str:
    """For screens, slips and logs: 3412**********0021. Anything of eight characters or less is all stars."""
    hidden = len(number) - 8
    return number[:4] + "*" * hidden + number[-4:] if hidden > 0 else "*" * len(number)
