"""The rule file: a list of whole versions, each holding from its date on. A bad file names key, file and expectation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from remote.central.rules.dated import Dated, in_force, parse_versions
from remote.messages import PhotoSource, Service

DEFAULT_FILE = Path(__file__).with_name("senior_card.yaml")


class RulesFileError(Exception):
    """The rule file cannot be used. The text names the key, the file and what is expected there."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Jurisdiction(_Part):
    province: str = Field(pattern=r"^\d{2}$")
    apply_from: list[str]


class AgeClassRule(_Part):
    code: str
    from_age: int = Field(alias="from", ge=0, le=150)
    to_age: int | None = Field(alias="to", ge=0, le=150)
    label: str
    colour: str


class Fees(_Part):
    """Fen."""

    new: int = Field(ge=0)
    lost_first: int = Field(ge=0)
    lost_repeat: int = Field(ge=0)
    renew: int = Field(ge=0)
    damaged: int = Field(ge=0)

    def of(self, service: Service, losses_12_months: int) -> int:
        if service is Service.LOST:
            return self.lost_repeat if losses_12_months else self.lost_first
        return {Service.NEW: self.new, Service.RENEW: self.renew, Service.DAMAGED: self.damaged}[service]


class LossRule(_Part):
    old_card_dies: Literal["at_registration", "at_statement"]
    max_per_12_months: int = Field(ge=0)


class NumberRule(_Part):
    prefix: str
    digits: int = Field(ge=5, le=12)
    regex: str

    @model_validator(mode="after")
    def _fits_its_own_pattern(self) -> NumberRule:
        if not re.fullmatch(self.regex, self.number(1)):
            raise ValueError(f"numbers such as {self.number(1)} to match the regex {self.regex}")
        return self

    def number(self, sequence: int) -> str:
        return f"{self.prefix}{sequence:0{self.digits}d}"


class MailRule(_Part):
    city_hours: int = Field(gt=0)
    elsewhere_hours: int = Field(gt=0)


class RuleSet(Dated):
    jurisdiction: Jurisdiction
    min_age: int = Field(ge=0, le=150)
    leap_day_birthday: Literal["03-01", "02-28"]
    age_classes: list[AgeClassRule]
    class_change: Literal["offer_renewal", "ignore"]
    household: Literal["provincial_hukou", "city_hukou", "any"]
    fee_fen: Fees
    lost: LossRule
    validity_years: int | None = Field(ge=1, le=100)
    renew_window_days: int = Field(ge=0)
    renew_after_expiry: bool
    number: NumberRule
    photo_order: list[PhotoSource]
    mail: MailRule
    pickup_deadline_days: int = Field(gt=0)
    issuer: str

    @field_validator("age_classes")
    @classmethod
    def _without_gap(cls, classes: list[AgeClassRule]) -> list[AgeClassRule]:
        for lower, upper in zip(classes, classes[1:], strict=False):
            if lower.to_age is None or upper.from_age != lower.to_age + 1:
                raise ValueError(f"class {upper.code} to begin one year after class {lower.code} ends")
        if not classes or classes[-1].to_age is not None:
            raise ValueError("a last class that ends with null")
        return classes

    @property
    def leap_day_becomes(self) -> tuple[int, int]:
        return (3, 1) if self.leap_day_birthday == "03-01" else (2, 28)


@dataclass(frozen=True, eq=False)
class Rules:
    """All versions, oldest first. Hashed by identity."""

    versions: tuple[RuleSet, ...]

    def on(self, day: date) -> RuleSet:
        """The version in force on a day. Raises RulesFileError before the first one."""
        return in_force(self.versions, day, "the senior-card rules", RulesFileError)


def parse_rules(text: str, file: str) -> Rules:
    """Raises RulesFileError."""
    return Rules(parse_versions(RuleSet, text, file, RulesFileError))


@cache
def _default_rules() -> Rules:
    return _read(DEFAULT_FILE)


def load_rules(path: Path = DEFAULT_FILE) -> Rules:
    """Raises RulesFileError."""
    return _default_rules() if path == DEFAULT_FILE else _read(path)


def _read(path: Path) -> Rules:
    try:
        return parse_rules(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise RulesFileError(f"{path}: expected a readable rule file, but {error.strerror}") from error
