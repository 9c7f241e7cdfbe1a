"""What the card remembers, as lines for people: the purse's last transactions and the last trips, money signed."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from card.crypto import Kind
from card.log_file import LogRecord
from card.transit_files import Trip, TripType


class What(StrEnum):
    """The word for it; the catalogue has the sentences under these names."""

    LOAD = "load"
    UNLOAD = "unload"
    PURCHASE = "purchase"
    TRIP = "trip"  # a composite purchase: a bus or a gate
    ENTRY = "entry"
    EXIT = "exit"
    SINGLE = "single"
    OTHER = "other"  # a kind this terminal has no word for
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Line:
    """`fen` is signed: more in the purse is positive; None = not known. `at` is the wall clock of the machine that wrote it,
    without a zone; `balance` after it where the record says; `place` = terminal number in hexadecimal."""

    what: What
    fen: int | None = None
    at: datetime | None = None
    place: str = ""
    balance: int | None = None


_KINDS: dict[int, tuple[What, int]] = {
    Kind.LOAD_ED: (What.LOAD, 1),
    Kind.LOAD_EP: (What.LOAD, 1),
    Kind.UNLOAD: (What.UNLOAD, -1),
    Kind.PURCHASE_ED: (What.PURCHASE, -1),
    Kind.PURCHASE_EP: (What.PURCHASE, -1),
    Kind.COMPOSITE: (What.TRIP, -1),
}
_TRIPS: dict[int, What] = {
    TripType.ENTRY: What.ENTRY,
    TripType.EXIT: What.EXIT,
    TripType.SINGLE: What.SINGLE,
    TripType.SINGLE_06: What.SINGLE,
}


def transaction_lines(records: Iterable[LogRecord | None]) -> list[Line]:
    """Of `Purse.transactions()`, in their order: newest first."""
    return [_transaction(record) for record in records]


def trip_lines(trips: Iterable[Trip | None]) -> list[Line]:
    """Of `TransitPurse.trips()`, in their order: newest first."""
    return [_trip(trip) for trip in trips]


def _transaction(record: LogRecord | None) -> Line:
    if record is None:
        return Line(What.UNREADABLE)
    at, place = datetime.combine(record.day, record.at), record.terminal.hex().upper()
    if record.kind not in _KINDS:
        return Line(What.OTHER, None, at, place)
    what, sign = _KINDS[record.kind]
    return Line(what, sign * record.amount, at, place)


def _trip(trip: Trip | None) -> Line:
    if trip is None:
        return Line(What.UNREADABLE)
    what = _TRIPS.get(trip.kind, What.OTHER)
    return Line(what, -trip.amount if what is not What.OTHER else None, trip.at, trip.terminal.hex().upper(), trip.balance)
