"""The tariff file: what things cost, and the rules of paying, each version holding from its date on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from remote.central.rules.dated import Dated, in_force, parse_versions

DEFAULT_FILE = Path(__file__).with_name("tariffs.yaml")


class TariffFileError(Exception):
    """The tariff file cannot be used. The text names the key, the file and what is expected there."""


Settled = Literal["paid_not_delivered", "duplicate", "late", "wrong_amount", "load_pending", "refund_missing", "undecided"]
"""Differences that a rule may settle; the others are looked at by people."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fee(_Part):
    payee: str = Field(min_length=1)
    what: str = Field(min_length=1)
    fen: int = Field(ge=0)


class CardFee(_Part):
    """The amount of a card's fee stands in the rules of that card."""

    payee: str = Field(min_length=1)
    what: str = Field(min_length=1)


class TopUp(_Part):
    """Of the purse of a citizen card. Fen: the least and the most of one load, and what the purse may hold."""

    payee: str = Field(min_length=1)
    least_fen: int = Field(gt=0)
    most_fen: int = Field(gt=0)
    purse_fen: int = Field(gt=0)


class Tariff(Dated):
    order_minutes: int = Field(ge=1, le=120)
    refund_after_minutes: int = Field(ge=1)
    late: Literal["refund", "reopen"]
    reconcile_hour: int = Field(default=11, ge=0, le=23)    # Beijing time from which yesterday's bills can be had
    settle: tuple[Settled, ...] = ()                        # kinds of differences that are settled without anybody
    refund_words: dict[str, str]
    documents: dict[str, Fee]
    cards: CardFee
    bills_by_number: bool = True                            # anybody may pay a bill whose account number she brings
    top_up: TopUp | None = None                             # None: nothing is loaded in this city


@dataclass(frozen=True, eq=False)
class Tariffs:
    """All versions, oldest first. Hashed by identity."""

    versions: tuple[Tariff, ...]

    def on(self, day: date) -> Tariff:
        """The version in force on a day. Raises TariffFileError before the first one."""
        return in_force(self.versions, day, "the tariff", TariffFileError)


def parse_tariffs(text: str, file: str) -> Tariffs:
    """Raises TariffFileError."""
    return Tariffs(parse_versions(Tariff, text, file, TariffFileError))


@cache
def load_tariffs(path: Path = DEFAULT_FILE) -> Tariffs:
    """Raises TariffFileError."""
    try:
        return parse_tariffs(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise TariffFileError(f"{path}: expected a readable tariff file, but {error.strerror}") from error
