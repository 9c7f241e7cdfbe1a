"""What is wired to which input and output of the board: configuration, since no two cabinets are wired alike [A].

Addresses are Modbus data addresses, counted from 0: a light is a coil, a switch is a discrete input.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

HIGHEST_ADDRESS = 0xFFFF
LONGEST_BLOCK = 256  # a board of this size has a few dozen points; a typing error of 60000 would not fit one request
HIGHEST_UNIT = 247  # Modbus over serial line 2.2: 1 to 247 are single machines


class Colour(StrEnum):
    """XFS4IoT Lights, color."""

    RED = "red"
    GREEN = "green"
    YELLOW = "yellow"
    BLUE = "blue"
    CYAN = "cyan"
    MAGENTA = "magenta"
    WHITE = "white"


class Rate(StrEnum):
    """XFS4IoT Lights, flashRate; only what a person tells apart."""

    OFF = "off"
    CONTINUOUS = "continuous"
    BLINKING = "medium"


@dataclass(frozen=True)
class Lamp:
    """How a slot's light burns. `colour` None, or one that the light does not have = its first colour."""

    rate: Rate = Rate.OFF
    colour: Colour | None = None


OFF = Lamp()
ON = Lamp(Rate.CONTINUOUS)
BLINKING = Lamp(Rate.BLINKING)


@dataclass(frozen=True)
class Switch:
    """A discrete input. `active` = its level when the door is open, the housing tampered with, somebody in front.

    Doors and tamper are wired so that a closed door closes the loop: a cut wire then reads as an open door.
    """

    address: int
    active: bool = False


@dataclass(frozen=True)
class Watchdog:
    """A holding register that counts down `seconds` from each writing; at zero the board switches its outputs off, or
    the power of the host, as its relay is wired. Writing 0 stops it."""

    register: int
    seconds: int = 30


@dataclass(frozen=True)
class BoardMap:
    """The whole wiring. `lights` names a coil per colour; the first colour is the usual one. None = not fitted.

    `loopback` False for a board that does not answer Modbus function 08 at all, not even with a refusal.
    Raises ValueError where two things are wired to one point, or an address is none.
    """

    unit: int = 1
    lights: Mapping[str, Mapping[Colour, int]] = field(default_factory=dict)
    doors: Mapping[str, Switch] = field(default_factory=dict)
    tamper: Switch | None = None
    proximity: Switch | None = None
    beeper: int | None = None
    watchdog: Watchdog | None = None
    loopback: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.unit <= HIGHEST_UNIT:
            raise ValueError(f"unit: 1 to {HIGHEST_UNIT}, not {self.unit}")
        for name, points in (("coil", list(self._coils())), ("input", [switch.address for switch in self._switches()])):
            _check(name, points)
        for slot, colours in self.lights.items():
            if not colours:
                raise ValueError(f"light {slot}: no coil")
        if self.watchdog is not None and not (
            0 <= self.watchdog.register <= HIGHEST_ADDRESS and 2 <= self.watchdog.seconds <= HIGHEST_ADDRESS
        ):
            raise ValueError("watchdog: a register 0 to 65535 and at least 2 seconds")

    @property
    def coils(self) -> range:
        """The block of outputs that is written and read at once; empty where there are none."""
        return _block(list(self._coils()))

    @property
    def inputs(self) -> range:
        """The block of inputs that is read at once; empty where there are none."""
        return _block([switch.address for switch in self._switches()])

    def coil_of(self, slot: str, colour: Colour | None) -> int:
        """Raises KeyError where the slot has no light."""
        colours = self.lights[slot]
        return colours[colour] if colour is not None and colour in colours else next(iter(colours.values()))

    def _coils(self) -> Iterator[int]:
        for colours in self.lights.values():
            yield from colours.values()
        if self.beeper is not None:
            yield self.beeper

    def _switches(self) -> Iterator[Switch]:
        yield from self.doors.values()
        yield from (switch for switch in (self.tamper, self.proximity) if switch is not None)


def _block(points: list[int]) -> range:
    return range(min(points), max(points) + 1) if points else range(0)


def _check(name: str, points: list[int]) -> None:
    if len(set(points)) != len(points):
        raise ValueError(f"two things are wired to one {name}: {sorted(points)}")
    for point in points:
        if not 0 <= point <= HIGHEST_ADDRESS:
            raise ValueError(f"{name}: 0 to {HIGHEST_ADDRESS}, not {point}")
    if len(_block(points)) > LONGEST_BLOCK:
        raise ValueError(f"{name}s lie more than {LONGEST_BLOCK} apart: {sorted(points)}")


REFERENCE = BoardMap(
    lights=MappingProxyType({
        "id_reader": {Colour.YELLOW: 0},
        "card_exit": {Colour.YELLOW: 1},
        "slip_exit": {Colour.YELLOW: 2},
        "a4_exit": {Colour.YELLOW: 3},
    }),
    doors=MappingProxyType({"front": Switch(0), "hopper": Switch(1), "rear": Switch(2)}),
    tamper=Switch(3),
    proximity=Switch(4, active=True),
    beeper=4,
    watchdog=Watchdog(0),
)
"""The wiring of the reference cabinet: an 8-in 8-out board [A]."""
