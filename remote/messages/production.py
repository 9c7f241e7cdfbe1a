"""Reserving a number, making the card, registering it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from remote.messages.base import Message
from remote.messages.persons import AgeClass
from remote.messages.words import CaseState, Refusal


class Reserve(Message):
    """Takes a card number for the person of this case: one open reservation and one live card each."""

    case_id: str


class Reservation(Message):
    number: str
    name: str
    sex: str                                               # "男" / "女"
    birth: date
    id_masked: str
    id_number: str                                         # for EF 0016 only; never shown
    age_class: AgeClass
    issued_on: date
    valid_to: date | None
    issuer: str
    photo_png: str | None
    chip_issuer: str                                       # 16 hex digits, EF 0015 issuer identifier
    chip_serial: str                                       # 20 digits, EF 0015 application serial


class ReserveAnswer(Message):
    reservation: Reservation | None
    refusal: Refusal | None


class OfReservation(Message):
    """Names a reservation by the key it was made with, so that it can be named even if its answer was lost."""

    reserve_key: str


class Release(OfReservation):
    """Undo of Reserve. Safe to repeat, safe when the reserve never arrived: then it bars the key for ever."""

    blanks_spoiled: int = 0


class CardEnd(StrEnum):
    TAKEN = "taken"                                        # left the slot in somebody's hand
    KEPT = "kept"                                          # captured, held for its owner, inactive
    IN_DOUBT = "in_doubt"                                  # nobody knows; number frozen


class Register(OfReservation):
    """Tells the end of the handing over. TAKEN makes the number the live card and the old one dead, in one transaction;
    it cannot be refused for a reserved number unless the counter fenced the terminal (then it becomes an incident)."""

    end: CardEnd
    place: str = ""
    blank_serial: str = ""
    reason: str = ""                                       # IN_DOUBT: what is contradictory, in words


class Registered(Message):
    number: str
    state: CaseState
    old_tail: str | None
    incident: str | None = None                            # set when the terminal was fenced
