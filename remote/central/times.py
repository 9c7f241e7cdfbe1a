"""Time at the centre: one aware clock in Beijing time, full years, birthdays on 29 February."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
Clock = Callable[[], datetime]


def beijing_now() -> datetime:
    return datetime.now(BEIJING)


class BentClock:
    """The wall clock moved by an offset: the demo's control that bends time."""

    def __init__(self, base: Clock = beijing_now) -> None:
        self._base = base
        self.offset = timedelta()

    def __call__(self) -> datetime:
        return self._base() + self.offset


def add_years(day: date, years: int, leap_day_becomes: tuple[int, int] = (3, 1)) -> date:
    """The same day of another year; 29 February becomes the given (month, day) in common years."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        month, month_day = leap_day_becomes
        return date(day.year + years, month, month_day)


def full_years(birth: date, today: date, leap_day_becomes: tuple[int, int] = (3, 1)) -> int:
    """周岁: one more on the birthday itself."""
    years = today.year - birth.year
    return years if add_years(birth, years, leap_day_becomes) <= today else years - 1


def full_months_until(today: date, day: date) -> int:
    """Months from today until `day`, begun months counted as whole ones; at least 1 for any later day."""
    months = (day.year - today.year) * 12 + day.month - today.month
    return max(months + (1 if day.day > today.day else 0), 1 if day > today else 0)
