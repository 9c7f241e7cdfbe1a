"""News from the terminal: events, stored once however often they are sent."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from remote.messages.base import Message


class EventKind(StrEnum):
    OBLIGATION_OPENED = "obligation_opened"
    OBLIGATION_SETTLED = "obligation_settled"
    INCIDENT = "incident"
    HELP_CALL = "help_call"
    STOCK = "stock"                                        # blanks loaded, spoiled, kept, issued, in doubt
    DOOR = "door"
    HEALTH = "health"
    MONEY = "money"                                        # what a journal says about money, for the reconciliation


class Event(Message):
    event_id: str                                          # 128 random bits: stored once however often it is sent
    kind: EventKind
    at: datetime
    body: dict[str, Any]


class News(BaseModel):
    """Bodies of events. Further fields are kept as they are; a body that lacks one is stored all the same, never refused."""

    model_config = ConfigDict(frozen=True, extra="allow")


class ObligationNews(News):
    """OBLIGATION_OPENED; OBLIGATION_SETTLED needs the id alone."""

    obligation_id: str
    kind: str = ""                                         # "card" (settles itself once the case has a live card), "refund"
    person_ref: str = ""                                   # without it the ID card cannot find the obligation
    case_id: str = ""
    place: str = ""
    claim_code: str = ""
    amount_fen: int = 0
    words: str = ""                                        # for the counter, in Chinese, no personal data


class StockNews(News):
    kind: str                                              # loaded issued kept spoiled in_doubt removed
    count: int


class DoorNews(News):
    """DOOR. `staff`: a technician's menu was open at the terminal, so somebody with a PIN knows of it."""

    door: str                                              # front hopper rear ..., housing: the tamper switch
    state: str                                             # open closed tampered
    staff: bool = False


class HelpNews(News):
    place: str = ""
    words: str = ""
    answered: bool = False                                 # True: the citizen took the call back


class IncidentNews(News):
    kind: str = ""
    words: str = ""
    number: str | None = None


class MoneyAct(StrEnum):
    PAID = "paid"                                          # `ref`: the order
    LOADED = "loaded"                                      # onto a citizen card; `ref`: the load
    PRINTED = "printed"                                    # pages that cost something or nothing; `ref`: the document


class MoneyNews(News):
    """MONEY: the outcome of an act as it stands in the terminal's journal. An outcome nobody knows is not told."""

    plan: str
    what: MoneyAct
    ref: str
    happened: bool
    fen: int = 0


class Report(Message):
    events: list[Event]


class Reported(Message):
    stored: list[str]
    settled_elsewhere: list[str] = Field(default_factory=list)
    """Obligations this terminal opened and others settled; repeated until it reports OBLIGATION_SETTLED for them."""
