"""What the driver says about the machine. Words follow XFS4IoT (facts/devices.md 12): media, supplies, storage units.

None and UNKNOWN mean that this machine cannot tell, never that all is well.
"""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Station(Enum):
    """Where a blank can be brought. The value is the command of the escape language that does it."""

    CONTACT = "Sis"
    CONTACTLESS = "Sic"
    PRINT = "Si"


class Supply(Enum):
    OK = "ok"
    LOW = "low"
    EMPTY = "empty"
    UNKNOWN = "unknown"


class PathMedia(Enum):
    """The card inside the machine. IN_TRANSPORT: somewhere between the stations, seen or known to be there."""

    NOT_PRESENT = "not_present"
    IN_TRANSPORT = "in_transport"
    AT_CONTACT = "at_contact"
    AT_CONTACTLESS = "at_contactless"
    AT_HEAD = "at_head"
    PRINTED_INSIDE = "printed_inside"
    JAMMED = "jammed"
    UNKNOWN = "unknown"


PLACE_OF_STATION = {
    Station.CONTACT: PathMedia.AT_CONTACT,
    Station.CONTACTLESS: PathMedia.AT_CONTACTLESS,
    Station.PRINT: PathMedia.AT_HEAD,
}
"""Where a card stands after it was brought to a station."""


class Media(Enum):
    """The card at the bezel, where a hand can take it."""

    NOT_PRESENT = "not_present"
    PRESENT = "present"
    UNKNOWN = "unknown"


class RejectEnd(Enum):
    """What `reject` found: a card that now lies in the reject bin, an empty path, or a machine that does not say."""

    CARD_REJECTED = "card_rejected"
    PATH_WAS_EMPTY = "path_was_empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Capabilities:
    """`exit_sensor` False: the machine can never tell whether a card lies at the bezel or was taken."""

    model: str
    firmware: str
    serial: str
    ribbon: str
    extension: bool
    duplex: bool
    contact: bool
    contactless: bool
    read_back_after_print: bool
    exit_sensor: bool
    capture_at_bezel: bool


@dataclass(frozen=True)
class Status:
    """`ribbon_left` in panel sets (one colour side each). `boot` changes at every power-on. `moving`: a movement that
    an earlier command began is still going on. `error` is the machine's own word for what stopped it last."""

    hopper: Supply
    ribbon_left: int | None
    path: PathMedia
    exit: Media
    reject_bin_full: bool | None
    capture_bin_full: bool | None
    cover_open: bool | None
    error: str | None
    boot: str | None
    moving: bool | None


@dataclass(frozen=True)
class Counters:
    """Cards. `fed` and `panels_printed` live in the machine's EEPROM. `presented`, `taken`, `captured` and `rejected` count
    since power-on on a machine that forgets: compare them only where `comparable`."""

    boot: str | None
    fed: int | None
    presented: int | None
    taken: int | None
    captured: int | None
    rejected: int | None
    panels_printed: int | None
    volatile: bool = True

    def comparable(self, earlier: Counters) -> bool:
        """Whether the differences of the volatile counters since `earlier` mean anything."""
        if None in (self.boot, earlier.boot):
            return False
        return self.boot == earlier.boot or not (self.volatile or earlier.volatile)
