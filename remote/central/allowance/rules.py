"""The certification's rules: a dated file, and plain functions from facts to dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from remote.central.rules.dated import Dated, in_force, parse_versions
from remote.central.rules.ruleset import RulesFileError
from remote.central.times import add_years, full_years

DEFAULT_FILE = Path(__file__).with_name("certification.yaml")


class CertificationRules(Dated):
    min_age: int = Field(ge=60, le=120)
    leap_day_birthday: Literal["03-01", "02-28"]
    period: Literal["year", "quarter", "month"]
    window_days: int = Field(ge=0, le=180)
    grace_days: int = Field(ge=0, le=365)
    hukou: list[str] = Field(min_length=1)
    home_visit_within_days: int = Field(ge=1, le=90)

    @property
    def leap_day_becomes(self) -> tuple[int, int]:
        return (3, 1) if self.leap_day_birthday == "03-01" else (2, 28)


@dataclass(frozen=True)
class Period:
    """`key` names it ("2026", "2026-Q4", "2026-11"); the next one can be certified from `next_from`, and nothing is stopped
    before `next_until` is over."""

    key: str
    next_from: date
    next_until: date


def parse(text: str, file: str) -> tuple[CertificationRules, ...]:
    """Raises RulesFileError."""
    return parse_versions(CertificationRules, text, file, RulesFileError)


@cache
def _default() -> tuple[CertificationRules, ...]:
    return parse(DEFAULT_FILE.read_text(encoding="utf-8"), str(DEFAULT_FILE))


def rules_on(day: date, versions: tuple[CertificationRules, ...] | None = None) -> CertificationRules:
    """Raises RulesFileError before the first version."""
    return in_force(versions or _default(), day, "the certification rules", RulesFileError)


def old_enough_from(birth: date, rules: CertificationRules) -> date:
    return add_years(birth, rules.min_age, rules.leap_day_becomes)


def age(birth: date, today: date, rules: CertificationRules) -> int:
    return full_years(birth, today, rules.leap_day_becomes)


def period_of(birth: date, today: date, rules: CertificationRules) -> Period:
    """The period that a certification made today counts for."""
    match rules.period:
        case "year":
            return _year(birth, today, rules)
        case "quarter":
            first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
            return _calendar(f"{today.year}-Q{(today.month + 2) // 3}", first, 3, rules)
        case "month":
            return _calendar(f"{today:%Y-%m}", today.replace(day=1), 1, rules)


def _year(birth: date, today: date, rules: CertificationRules) -> Period:
    """Around the birthday: from `window_days` before it, it is already the new year's."""
    window = timedelta(days=rules.window_days)
    year = today.year + (1 if today >= _birthday(birth, today.year + 1, rules) - window else 0)
    following = _birthday(birth, year + 1, rules)
    return Period(str(year), following - window, following + window + timedelta(days=rules.grace_days))


def _birthday(birth: date, year: int, rules: CertificationRules) -> date:
    return add_years(birth, year - birth.year, rules.leap_day_becomes)


def _calendar(key: str, first: date, months: int, rules: CertificationRules) -> Period:
    following = _months_later(first, months)
    return Period(key, following, _months_later(following, months) - timedelta(days=1) + timedelta(days=rules.grace_days))


def _months_later(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
