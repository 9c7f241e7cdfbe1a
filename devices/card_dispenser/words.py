"""What a dispenser says about itself, in XFS4IoT words (facts/devices.md 12): media, storage units, device status.

None and UNKNOWN mean that this machine cannot tell, never that all is well.
"""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Station(Enum):
    """Where a card can stand to have its chip powered."""

    CONTACT = "contact"
    CONTACTLESS = "contactless"


class DeviceState(Enum):
    ONLINE = "online"
    BUSY = "deviceBusy"
    HARDWARE_ERROR = "hardwareError"


class PathMedia(Enum):
    """The card inside. PRESENT: inside, the machine does not tell where."""

    NOT_PRESENT = "not_present"
    PRESENT = "present"
    AT_CONTACT = "at_contact"
    AT_CONTACTLESS = "at_contactless"
    IN_TRANSPORT = "in_transport"
    JAMMED = "jammed"
    UNKNOWN = "unknown"

    @property
    def inside(self) -> bool:
        """A card is certainly in the machine, wherever."""
        return self not in (PathMedia.NOT_PRESENT, PathMedia.UNKNOWN)


PLACE_OF_STATION = {Station.CONTACT: PathMedia.AT_CONTACT, Station.CONTACTLESS: PathMedia.AT_CONTACTLESS}


class Media(Enum):
    """The card at the gate, where a hand can take it."""

    NOT_PRESENT = "not_present"
    PRESENT = "present"
    UNKNOWN = "unknown"


class Replenishment(Enum):
    OK = "ok"
    LOW = "low"
    EMPTY = "empty"
    FULL = "full"
    UNKNOWN = "unknown"


class UnitKind(Enum):
    DISPENSE = "dispense"
    RETAIN = "retain"


@dataclass(frozen=True)
class StorageUnit:
    """`count`: cards the machine itself counted, None where it does not count. No dispenser counts its hopper."""

    id: str
    kind: UnitKind
    replenishment: Replenishment
    count: int | None = None


@dataclass(frozen=True)
class Status:
    """`sensors` as the machine gives them, in its own order, empty where it was not asked or does not tell. `error`: a key of
    errors.REASONS or the machine's own code; what stopped it last, as far as this driver heard."""

    device: DeviceState
    path: PathMedia
    gate: Media
    hopper: StorageUnit
    bin: StorageUnit
    sensors: tuple[bool, ...] = ()
    error: str | None = None

    @property
    def units(self) -> tuple[StorageUnit, ...]:
        return (self.hopper, self.bin)


@dataclass(frozen=True)
class Capabilities:
    """`counts_bin`: the machine counts what falls into its bin; without that a capture whose answer is lost stays unknown."""

    model: str
    firmware: str
    stations: frozenset[Station]
    counts_bin: bool


class InitialiseWith(Enum):
    """What becomes of a card that is inside when the machine is initialised."""

    LEAVE = "leave"
    TO_GATE = "to_gate"
    TO_BIN = "to_bin"


class RejectEnd(Enum):
    """UNKNOWN: the machine says it is done and does not count, so nobody knows whether a card was there."""

    CARD_REJECTED = "card_rejected"
    PATH_WAS_EMPTY = "path_was_empty"
    UNKNOWN = "unknown"


class AcceptEnd(Enum):
    CARD_INSIDE = "card_inside"
    CARD_AT_GATE = "card_at_gate"  # somebody left one sticking in the slot; it was not drawn in
    NOTHING_CAME = "nothing_came"


class TakenEnd(Enum):
    TAKEN = "taken"
    STILL_THERE = "still_there"
    NEVER_SEEN = "never_seen"  # no sensor saw a card at the gate: nothing can be said about a taking
