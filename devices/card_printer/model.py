"""The machine made of plastic and rubber: hopper, ribbon, path, chip stations, head, bezel, bins, sensors, counters.

`movements` moves cards through it; here is where they are, what the sensors see, what people do to it, and what a power
cut leaves behind. Cards are conserved: `census()` counts every blank ever loaded, wherever it is.
"""
from __future__ import annotations

import contextlib
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import trio

from devices.card_printer.mechanics import FAULTS, SLOW_FACTOR, MachineTimes, Stopped
from devices.card_printer.plastic import FRONT, Bin, Blank, Census, Plastic
from devices.card_printer.status import PathMedia
from devices.faults import Faults

__all__ = ["FAULTS", "CardPrinterModel", "MachineTimes", "Stopped"]


class CardPrinterModel:
    """`forgets`: presented, taken, captured and rejected counters restart from 0 at power-on. `new_chip` makes the chip of each
    blank that is loaded. `on_station_change` hears the chip that comes under a station, and None when it leaves."""

    def __init__(
        self,
        *,
        blanks: int = 0,
        ribbon_sets: int = 100,
        forgets: bool = True,
        exit_sensor: bool = True,
        times: MachineTimes | None = None,
        faults: Faults | None = None,
        sleep: Callable[[float], Awaitable[None]] = trio.sleep,
        rng: random.Random | None = None,
        new_chip: Callable[[str], object | None] = lambda _serial: None,
        capture_capacity: int = 20,
        reject_capacity: int = 20,
    ) -> None:
        self.faults = faults or Faults(FAULTS)
        self.times = times or MachineTimes()
        self.forgets, self.exit_sensor = forgets, exit_sensor
        self.on_station_change: Callable[[object | None], None] = lambda _chip: None
        self._sleep, self._rng, self._new_chip = sleep, rng or random.Random(), new_chip
        self._motions: set[trio.CancelScope] = set()
        self._chip: object | None = None
        self.hopper: list[Blank] = []
        self.path: list[Plastic] = []
        self.exit: Plastic | None = None
        self.captured, self.rejected = Bin(capture_capacity), Bin(reject_capacity)
        self.taken: list[Plastic] = []
        self.loaded = 0
        self.ribbon_sets, self.ribbon_torn = ribbon_sets, False
        self.cover_open, self.powered = False, True
        self.error = ""
        self.side_up = FRONT
        self.fed = self.panels_printed = self.since_cleaning = 0  # EEPROM
        self.counts = dict.fromkeys(("presented", "taken", "captured", "rejected"), 0)
        self.moved_s = 0.0  # as its clock had it: the bench takes it from how long a card took, what is left is software
        self._place = PathMedia.NOT_PRESENT
        self.boot = self._new_boot()
        self.refill(blanks)

    # What the machine knows

    @property
    def place(self) -> PathMedia:
        """Where the card inside really is."""
        return self._place

    @place.setter
    def place(self, place: PathMedia) -> None:
        self._place = place
        self._tell_station()

    @property
    def path_sensed(self) -> PathMedia:
        return PathMedia.NOT_PRESENT if self.faults.is_set("path_sensor_blind") else self._place

    @property
    def exit_sensed(self) -> bool:
        if self.faults.is_set("exit_sensor_covered"):
            return True
        return self.exit is not None and not self.faults.is_set("exit_sensor_blind")

    @property
    def hopper_sensed(self) -> int:
        return 0 if self.faults.is_set("hopper_empty") else len(self.hopper)

    @property
    def ribbon_sensed(self) -> int:
        return 0 if self.ribbon_torn or self.faults.is_set("ribbon_out") else self.ribbon_sets

    @property
    def reject_full(self) -> bool:
        return self.rejected.full or self.faults.is_set("reject_bin_full")

    @property
    def capture_full(self) -> bool:
        return self.captured.full or self.faults.is_set("capture_bin_full")

    @property
    def moving(self) -> bool:
        return bool(self._motions)

    @property
    def chip_at_station(self) -> object | None:
        """The chip that can be powered now."""
        if not self.powered or not self.path:
            return None
        if self._place is PathMedia.AT_CONTACT and not self.faults.is_set("chip_contacts_worn"):
            return self.path[0].chip
        return self.path[0].chip if self._place is PathMedia.AT_CONTACTLESS else None

    # What people do to it

    def refill(self, count: int) -> list[Blank]:
        """Put `count` new blanks under the pile, each with a serial and a chip of its own."""
        serials = [f"B{number:06d}" for number in range(self.loaded + 1, self.loaded + count + 1)]
        return self.load([Blank(serial, self._new_chip(serial)) for serial in serials])

    def load(self, blanks: list[Blank]) -> list[Blank]:
        self.hopper += blanks
        self.loaded += len(blanks)
        return blanks

    def take_card(self) -> Plastic | None:
        """Somebody pulls the card from the bezel, powered or not. None = nothing there, or it does not come."""
        card = self.exit
        if card is None or self.faults.is_set("card_stuck_at_exit"):
            return None
        seen = self.powered and self.exit_sensed and not self.faults.is_set("exit_sensor_covered")
        self.exit = None
        self.taken.append(card)
        self.counts["taken"] += int(seen and self.exit_sensor)
        return card

    def open_cover(self) -> None:
        """Whatever moves stops where it is."""
        self.cover_open = True

    def close_cover(self) -> None:
        self.cover_open = False

    def clear_jam(self) -> int:
        """A technician takes the cards out of the path and drops them into the reject bin. Returns how many."""
        if self.moving and not self.cover_open:
            raise ValueError("the machine is moving")
        out, self.path = self.path, []
        self.rejected.cards += out
        self.place = PathMedia.NOT_PRESENT
        self.error = ""
        return len(out)

    def change_ribbon(self, sets: int = 100) -> None:
        self.ribbon_sets, self.ribbon_torn = sets, False

    def empty_bins(self) -> None:
        self.captured.empty()
        self.rejected.empty()

    def power_off(self) -> None:
        """At this instant: what moves stays where it is, what was only remembered is forgotten."""
        self.powered = False
        for motion in self._motions:
            motion.cancel()
        self._tell_station()

    def power_on(self) -> None:
        if self.powered:
            return
        self.powered = True
        self.boot, self.error = self._new_boot(), ""
        if self.forgets:
            self.counts = dict.fromkeys(self.counts, 0)
        if self._place in (PathMedia.AT_HEAD, PathMedia.PRINTED_INSIDE):
            self._place = PathMedia.IN_TRANSPORT  # a sensor sees a card under the head; whether it is printed nobody remembers
        self._tell_station()

    # For whoever moves cards

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
        """Let machine time pass. Raises Stopped where the cover is opened meanwhile."""
        lasts = seconds / self.times.speed * (SLOW_FACTOR if self.faults.is_set("slow") else 1)
        await self._sleep(lasts)
        self.moved_s += lasts
        if self.cover_open:
            raise Stopped("C", "COVER_OPEN", moved=True)

    def _tell_station(self) -> None:
        if (chip := self.chip_at_station) is not self._chip:
            self._chip = chip
            self.on_station_change(chip)

    def _new_boot(self) -> str:
        return f"{self._rng.getrandbits(32):08x}"

    # For the books and the bench

    def census(self) -> Census:
        return Census(
            loaded=self.loaded,
            hopper=len(self.hopper),
            path=len(self.path),
            exit=int(self.exit is not None),
            captured=len(self.captured.ever),
            rejected=len(self.rejected.ever),
            taken=len(self.taken),
        )

    def everything(self) -> dict[str, Any]:
        """The world's truth as JSON, sensors and counters beside it."""
        serials: dict[str, Any] = {
            "path": [card.serial for card in self.path],
            "exit": self.exit and self.exit.serial,
            "captured": [card.serial for card in self.captured.cards],
            "rejected": [card.serial for card in self.rejected.cards],
            "taken": [card.serial for card in self.taken],
        }
        return {
            **serials,
            "hopper": len(self.hopper),
            "place": self._place.value,
            "sensed": {"path": self.path_sensed.value, "exit": self.exit_sensed, "hopper": self.hopper_sensed},
            "ribbon_sets": self.ribbon_sets,
            "ribbon_torn": self.ribbon_torn,
            "cover_open": self.cover_open,
            "powered": self.powered,
            "moving": self.moving,
            "moved_s": self.moved_s,
            "boot": self.boot,
            "error": self.error,
            "counters": {"fed": self.fed, "panels_printed": self.panels_printed, **self.counts},
            "since_cleaning": self.since_cleaning,
            "census": vars(self.census()),
            "faults": self.faults.active(),
        }
