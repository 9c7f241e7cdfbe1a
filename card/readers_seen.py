"""What the PC/SC service shows of its readers, and what happened between two looks. Pure."""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

COUNTER = 0xFFFF  # the service's count of insertions and removals of a reader, facts/card.md 3.2


class Happening(StrEnum):
    SERVICE_DOWN = "service_down"        # from now on nothing is known of any reader or card
    SERVICE_UP = "service_up"
    READER_ARRIVED = "reader_arrived"
    READER_GONE = "reader_gone"          # and nothing is known of a card that was in it
    CARD_INSERTED = "card_inserted"
    CARD_REMOVED = "card_removed"


@dataclass(frozen=True)
class Event:
    """`reader`: its whole name, empty for the service. Of a card put in: its answer to reset, and whether no chip spoke."""

    happening: Happening
    reader: str = ""
    atr: bytes = b""
    mute: bool = False


@dataclass(frozen=True)
class Slot:
    """One reader. `changes`: insertions and removals since it came, modulo 65536."""

    present: bool
    mute: bool = False
    atr: bytes = b""
    changes: int = 0


@dataclass(frozen=True)
class Seen:
    """All readers by name. `connection`: which connection to the service this was seen over; 0: there is none."""

    connection: int
    readers: Mapping[str, Slot] = field(default_factory=dict)

    @property
    def up(self) -> bool:
        return self.connection != 0


DOWN = Seen(0)


def changes(before: Seen | None, now: Seen | None) -> Iterator[Event]:
    """What to tell somebody who knows `before` (None: nothing yet). After a new connection everything is told afresh."""
    if now is None or before == now:
        return
    known: Mapping[str, Slot] = {}
    if before is not None and before.connection == now.connection:
        known = before.readers
    else:
        if not now.up or (before is not None and before.up):
            yield Event(Happening.SERVICE_DOWN)
        if now.up:
            yield Event(Happening.SERVICE_UP)
    for name in known:
        if name not in now.readers:
            yield Event(Happening.READER_GONE, name)
    for name, slot in now.readers.items():
        if name not in known:
            yield Event(Happening.READER_ARRIVED, name)
        yield from _in_slot(name, known.get(name), slot)


def _in_slot(name: str, before: Slot | None, now: Slot) -> Iterator[Event]:
    """Two more changes and a card both times: it is another stay, perhaps another card."""
    was_in = before is not None and before.present
    same_stay = before is not None and was_in and now.present and not _swapped(before, now)
    if was_in and not same_stay:
        yield Event(Happening.CARD_REMOVED, name)
    if now.present and not same_stay:
        yield Event(Happening.CARD_INSERTED, name, now.atr, now.mute)


def _swapped(before: Slot, now: Slot) -> bool:
    return (now.changes - before.changes) & COUNTER >= 2
