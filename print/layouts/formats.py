"""How dates, times, amounts and numbers stand on paper."""
from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from print.layouts.slip_texts import Language

BEIJING = timezone(timedelta(hours=8))
"""Asia/Shanghai has had no daylight saving time since 1991."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def mask_number(number: str) -> str:
    """Four digits at both ends, for example 3412**********0021; what is masked already stays as it is."""
    if len(number) <= 8:
        return "*" * len(number)
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def yuan(fen: int) -> str:
    """Amount in yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def day(value: date, language: Language) -> str:
    """A date in words."""
    if language == "zh_CN":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime, language: Language) -> str:
    """Date and time of an aware moment on the wall clock in Anhui. Raises ValueError for a naive one."""
    if value.tzinfo is None:
        raise ValueError("a slip needs an aware time")
    local = value.astimezone(BEIJING)
    return f"{day(local.date(), language)} {local.hour:02d}:{local.minute:02d}"
