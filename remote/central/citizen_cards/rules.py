"""The citizen card's rule file, each version holding from its date on."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from remote.messages import Service

DEFAULT_FILE = Path(__file__).with_name("rules.yaml")


class CitizenRulesError(Exception):
    """The rule file cannot be used. The text names the file and what is expected."""


class CitizenRules(BaseModel):
    """Fen, days, years as the names say. `chip_issuer` 16 hex digits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    effective_from: date
    issuer: str = Field(min_length=1)
    chip_issuer: str = Field(pattern="^[0-9A-F]{16}$")
    number_prefix: str = Field(pattern="^[0-9]{8}$")
    valid_years: int = Field(ge=1, le=50)
    renew_days: int = Field(ge=0)
    first_pin: str = Field(pattern="^[0-9]{6}$")
    active_when_taken: bool
    settlement_days: int = Field(ge=0)
    concession_age: int = Field(ge=1)
    losses_a_year: int = Field(ge=0)
    fee_fen: dict[Service, int]
    payee: str = Field(min_length=1)
    what: str = Field(min_length=1)

    @model_validator(mode="after")
    def _every_service_has_its_fee(self) -> CitizenRules:
        if set(self.fee_fen) != set(Service) or min(self.fee_fen.values()) < 0:
            raise ValueError(f"fee_fen: expected an amount of at least 0 for each of {', '.join(Service)}")
        return self

    def number(self, sequence: int) -> str:
        """19 digits."""
        return f"{self.number_prefix}{sequence:011d}"


@cache
def _versions(file: Path) -> tuple[CitizenRules, ...]:
    try:
        data: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        versions = tuple(CitizenRules.model_validate(entry) for entry in data["versions"])
    except (OSError, yaml.YAMLError, TypeError, KeyError, ValidationError) as error:
        raise CitizenRulesError(f"{file}: expected YAML with a list `versions`, but {error}") from error
    dates = [version.effective_from for version in versions]
    if not versions or sorted(set(dates)) != dates:
        raise CitizenRulesError(f"{file}: versions: expected at least one, and effective_from to rise from one to the next")
    return versions


def citizen_rules(day: date, file: Path = DEFAULT_FILE) -> CitizenRules:
    """The version in force on a day. Raises CitizenRulesError."""
    in_force = [version for version in _versions(file) if version.effective_from <= day]
    if not in_force:
        raise CitizenRulesError(f"{file}: no version holds on {day}")
    return in_force[-1]
