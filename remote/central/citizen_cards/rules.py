"""The citizen card's rule file, each version holding from its date on."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field, model_validator

from remote.central.rules.dated import Dated, in_force, parse_versions
from remote.messages import Service

DEFAULT_FILE = Path(__file__).with_name("rules.yaml")


class CitizenRulesError(Exception):
    """The rule file cannot be used. The text names the file and what is expected."""


class CitizenRules(Dated):
    """Fen, days, years as the names say. `chip_issuer` 16 hex digits."""

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
        return parse_versions(CitizenRules, file.read_text(encoding="utf-8"), str(file), CitizenRulesError)
    except OSError as error:
        raise CitizenRulesError(f"{file}: expected a readable rule file, but {error.strerror}") from error


def citizen_rules(day: date, file: Path = DEFAULT_FILE) -> CitizenRules:
    """The version in force on a day. Raises CitizenRulesError."""
    return in_force(_versions(file), day, "the citizen card's rules", CitizenRulesError)
