"""What a machine kept, given back to its owner at that machine by two people."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from remote.messages.base import Message
from remote.messages.words import Refusal


class FindKept(Message):
    """What this terminal holds for the person whose ID card lies on its reader."""

    person_ref: str


class KeptCard(Message):
    """`given`: already registered as given back here, in a call whose answer the terminal may have missed."""

    reserve_key: str
    number: str                                            # as it stands on the card, to be compared with the one in hand
    citizen: bool                                          # a citizen card; False: a senior card
    since: datetime
    given: bool = False


class KeptCards(Message):
    cards: list[KeptCard]


class HandBack(Message):
    """Before the card leaves the hand of the staff: it becomes live, the old one dead. `first` and `second` have each shown
    their card and PIN at the terminal."""

    reserve_key: str
    person_ref: str
    first: str = Field(min_length=1, max_length=64)
    second: str = Field(min_length=1, max_length=64)


class HandedBack(Message):
    number: str = ""
    refusal: Refusal | None = None
