"""Bills of water and power: whose, for which month, how much. Paid by an order with the purpose BILL and the bill's `ref`."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from remote.messages.base import Message
from remote.messages.payment import OrderLine
from remote.messages.words import Refusal


class BillKind(StrEnum):
    WATER = "water"
    POWER = "power"


class BillView(Message):
    """One household's one month. `household` is masked: the end of the account number."""

    ref: str                                               # purpose_ref of its order
    kind: BillKind
    household: str                                         # "****0012"
    month: date                                            # its first day
    title: str                                             # "水费 2026年8月"
    lines: list[OrderLine]
    fen: int


class FindBills(Message):
    """Of the households of a person, or of one account number. Neither: only what this centre allows."""

    person_ref: str = ""
    household: str = Field(default="", pattern=r"^([WE]\d{10})?$")     # W water, E power


class FoundBills(Message):
    """Oldest first. `by_number`: anybody may pay by account number here; never with a name."""

    bills: list[BillView]
    by_number: bool
    refusal: Refusal | None = None
