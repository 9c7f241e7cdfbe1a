"""What is known about the cabinet, and what happened to it. What the board does not say is unknown."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from devices.cabinet.board import Lamp


class Door(StrEnum):
    """XFS4IoT Auxiliaries, cabinetDoor."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Tamper(StrEnum):
    """XFS4IoT Auxiliaries, tamper sensor. NOT_FITTED is known; UNKNOWN is not the same as quiet."""

    OFF = "off"
    ON = "on"
    UNKNOWN = "unknown"
    NOT_FITTED = "notAvailable"


class Presence(StrEnum):
    """XFS4IoT Auxiliaries, proximity. UNKNOWN too where there is no sensor, or one that is stuck."""

    PRESENT = "present"
    NOT_PRESENT = "notPresent"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class CabinetStatus:
    """`asked` False: nobody has looked yet. `answering` False: the board is silent, `why` in words. `lights`: as the board
    itself says they burn now, so a blinking one is off half the time; None where it does not say. `lights_follow` False:
    they do not do what they are told."""

    asked: bool = False
    answering: bool = False
    why: str = "not asked yet"
    doors: Mapping[str, Door] = field(default_factory=dict)
    tamper: Tamper = Tamper.UNKNOWN
    presence: Presence = Presence.UNKNOWN
    lights: Mapping[str, Lamp | None] = field(default_factory=dict)
    lights_follow: bool = True

    @property
    def open_doors(self) -> tuple[str, ...]:
        return tuple(name for name, door in self.doors.items() if door is Door.OPEN)


@dataclass(frozen=True)
class DoorOpened:
    door: str


@dataclass(frozen=True)
class DoorClosed:
    door: str


@dataclass(frozen=True)
class Tampered:
    """The housing's tamper switch was released."""


@dataclass(frozen=True)
class TamperOver:
    """The switch is back in place. Whoever released it was there all the same."""


@dataclass(frozen=True)
class SomebodyCame:
    pass


@dataclass(frozen=True)
class SomebodyLeft:
    pass


@dataclass(frozen=True)
class BoardLost:
    """Silent for longer than a disturbance lasts; doors and tamper are unknown from now on."""

    why: str


@dataclass(frozen=True)
class BoardBack:
    """It answers (again, or for the first time)."""


@dataclass(frozen=True)
class LightsLost:
    """The board's outputs were not as they had been set: it was restarted, or its watchdog struck. They are set anew."""


@dataclass(frozen=True)
class LightsStuck:
    """Outputs that do not follow, by their coils. Set again and again at every look."""

    coils: tuple[int, ...]


CabinetEvent = (
    DoorOpened | DoorClosed | Tampered | TamperOver | SomebodyCame | SomebodyLeft
    | BoardLost | BoardBack | LightsLost | LightsStuck
)
