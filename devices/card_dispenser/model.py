"""The machine made of plastic and rubber: hopper, path, chip stations, gate, bin, sensors, and the hands of citizens.

`movements` moves cards through it; here is where they are, what the sensors see, what people do to it, and what a power cut
leaves behind. Cards are conserved: `census()` counts every card, wherever it is.
"""
from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import trio

from devices.card_dispenser.mechanics import CHIP_FAULTS, FAULTS, SLOW_FACTOR, MachineTimes, Stopped
from devices.card_dispenser.words import PathMedia
from devices.faults import Faults

__all__ = ["Card", "Chip", "ChipHangs", "ChipLost", "DispenserModel", "MachineTimes", "Stopped"]


class ChipLost(Exception):
    """The chip lost power in mid-command."""


class ChipHangs(Exception):
    """The chip will not answer this command."""


class Chip(Protocol):
    """Whatever answers at a station: a virtual card, wrapped."""

    def power_on(self) -> bytes:
        """Cold reset: the answer to it, empty where nothing answers."""

    def power_off(self) -> None: ...

    def handle(self, apdu: bytes) -> bytes:
        """Raises ChipLost and ChipHangs."""


@dataclass(eq=False)
class Card:
    """One piece of plastic: its identity never changes."""

    serial: str
    chip: Chip | None = None


@dataclass
class Bin:
    capacity: int
    cards: list[Card] = field(default_factory=list)
    emptied: list[Card] = field(default_factory=list)

    def empty(self) -> None:
        self.emptied += self.cards
        self.cards = []


@dataclass(frozen=True)
class Census:
    """Where every card that was loaded or put in is now. `came` is the sum of the rest, always."""

    came: int
    hopper: int
    path: int
    gate: int
    binned: int
    taken: int

    @property
    def conserved(self) -> bool:
        return self.came == self.hopper + self.path + self.gate + self.binned + self.taken


class DispenserModel:
    """`forgets`: the bin's counter restarts from 0 without power. `rollers_last`: feeds until the rollers are worn and every
    feed takes twice as long."""

    def __init__(
        self,
        *,
        cards: int = 0,
        low_at: int = 15,
        bin_capacity: int = 20,
        forgets: bool = False,
        rollers_last: int = 100_000,
        times: MachineTimes | None = None,
        faults: Faults | None = None,
        sleep: Callable[[float], Awaitable[None]] = trio.sleep,
        new_chip: Callable[[str], Chip | None] = lambda _serial: None,
    ) -> None:
        self.faults = faults or Faults({**FAULTS, **CHIP_FAULTS})
        self.times = times or MachineTimes()
        self.low_at, self.forgets, self.rollers_last = low_at, forgets, rollers_last
        self._sleep, self._new_chip = sleep, new_chip
        self._motions: set[trio.CancelScope] = set()
        self._offered: trio.Event | None = None
        self.hopper: list[Card] = []
        self.path: list[Card] = []
        self.place = PathMedia.NOT_PRESENT
        self.gate: Card | None = None
        self.in_slot: Card | None = None  # a hand holds it against the slot
        self.bin = Bin(bin_capacity)
        self.taken: list[Card] = []
        self.came = 0
        self.fed = 0
        self.retained = 0
        self.counting = True
        self.powered, self.slot_open = True, False
        self.chip_powered = False
        self.refill(cards)

    # What the machine knows

    @property
    def path_sensed(self) -> bool:
        return bool(self.path) and not self.faults.is_set("path_sensor_blind")

    @property
    def gate_sensed(self) -> bool:
        if self.faults.is_set("gate_sensor_covered"):
            return True
        return self.gate is not None and not self.faults.is_set("gate_sensor_blind")

    @property
    def hopper_sensed(self) -> int:
        return 0 if self.faults.is_set("hopper_empty") else len(self.hopper)

    @property
    def bin_full(self) -> bool:
        return len(self.bin.cards) >= self.bin.capacity or self.faults.is_set("bin_full")

    @property
    def moving(self) -> bool:
        return bool(self._motions)

    def chip_at(self, place: PathMedia) -> Chip | None:
        """The chip that can be powered there now."""
        worn = "chip_contacts_worn" if place is PathMedia.AT_CONTACT else "antenna_dead"
        if not self.path or self.place is not place or self.faults.is_set(worn):
            return None
        return self.path[0].chip

    # What people do to it

    def refill(self, count: int) -> list[Card]:
        """Lay `count` new cards on the pile, each with a chip of its own."""
        serials = [f"D{number:06d}" for number in range(self.came + 1, self.came + count + 1)]
        cards = [Card(serial, self._new_chip(serial)) for serial in serials]
        self.hopper += cards
        self.came += count
        return cards

    def take_card(self) -> Card | None:
        """Somebody pulls the card from the gate, powered or not. None = nothing there, or it does not come."""
        card = self.gate
        if card is None or self.faults.is_set("gate_jam"):
            return None
        self.gate = None
        self.taken.append(card)
        return card

    def hold_to_slot(self, card: Card) -> None:
        """A hand holds a card against the slot until it is drawn in, or `withdraw`. Raises ValueError where one is held."""
        if self.in_slot is not None:
            raise ValueError("a card is held to the slot already")
        self.in_slot = card
        self._wake()

    def withdraw(self) -> Card | None:
        """The hand goes away with the card it holds."""
        card, self.in_slot = self.in_slot, None
        return card

    def put_inside(self, card: Card, place: PathMedia) -> None:
        """A technician lays a card into the open path. Raises ValueError where one lies there."""
        if self.path:
            raise ValueError("a card is inside")
        self.came += 1
        self.path, self.place = [card], place

    def pull_out(self) -> list[Card]:
        """A technician takes the cards out of the path, and away."""
        out, self.path = self.path, []
        self.place = PathMedia.NOT_PRESENT
        self.power_chip_off(out)
        self.taken += out
        return out

    def clear_jam(self) -> int:
        """A technician drops what is inside into the bin, which does not count them. Returns how many."""
        out, self.path = self.path, []
        self.place = PathMedia.NOT_PRESENT
        self.power_chip_off(out)
        self.bin.cards += out
        return len(out)

    def empty_bin(self) -> None:
        self.bin.empty()

    def power_off(self) -> None:
        """At this instant: what moves stays where it is, what was only remembered is forgotten."""
        self.powered, self.slot_open = False, False
        self.power_chip_off(self.path)
        for motion in self._motions:
            motion.cancel()

    def power_on(self) -> None:
        self.powered = True
        if self.forgets:
            self.retained = 0

    # For whoever moves cards

    def open_slot(self) -> None:
        self.slot_open = True
        self._wake()

    def close_slot(self) -> None:
        self.slot_open = False

    @property
    def can_draw_in(self) -> bool:
        """A card is held to an open slot, and nothing is in its way."""
        free = not self.path and self.gate is None
        works = self.powered and not self.faults.is_set("slot_stuck") and not self.faults.is_set("motor_dead")
        return works and self.slot_open and free and self.in_slot is not None

    async def wait_offered(self) -> None:
        """Until a card can be drawn in."""
        while not self.can_draw_in:
            self._offered = trio.Event()
            await self._offered.wait()

    def power_chip_off(self, cards: list[Card]) -> None:
        self.chip_powered = False
        for card in cards:
            if card.chip is not None:
                card.chip.power_off()

    @contextlib.contextmanager
    def motion(self) -> Iterator[trio.CancelScope]:
        """A movement, cut off by a power failure (`cancelled_caught`)."""
        with trio.CancelScope() as scope:
            self._motions.add(scope)
            try:
                yield scope
            finally:
                self._motions.discard(scope)

    async def spend(self, seconds: float) -> None:
        """Let machine time pass."""
        await self._sleep(seconds / self.times.speed * (SLOW_FACTOR if self.faults.is_set("slow") else 1))

    @property
    def feed_s(self) -> float:
        return self.times.feed * (2 if self.fed >= self.rollers_last else 1)

    def _wake(self) -> None:
        if self._offered is not None:
            self._offered.set()

    # For the books and the bench

    def census(self) -> Census:
        binned = len(self.bin.cards) + len(self.bin.emptied)
        return Census(self.came, len(self.hopper), len(self.path), int(self.gate is not None), binned, len(self.taken))

    def everything(self) -> dict[str, Any]:
        """The world's truth as JSON."""
        return {
            "hopper": len(self.hopper),
            "path": [card.serial for card in self.path],
            "place": self.place.value,
            "gate": self.gate and self.gate.serial,
            "in_slot": self.in_slot and self.in_slot.serial,
            "bin": [card.serial for card in self.bin.cards],
            "taken": [card.serial for card in self.taken],
            "sensed": {"path": self.path_sensed, "gate": self.gate_sensed, "hopper": self.hopper_sensed},
            "counters": {"fed": self.fed, "retained": self.retained},
            "rollers_worn": self.fed >= self.rollers_last,
            "slot_open": self.slot_open,
            "powered": self.powered,
            "moving": self.moving,
            "census": vars(self.census()),
            "faults": self.faults.active(),
        }
