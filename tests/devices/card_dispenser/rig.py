"""A dispenser of each make at the end of memory wires under a virtual clock, for every test of this folder."""
from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trio

from devices.card_dispenser.crt import CrtDispenser, CrtOptions, SensorMap
from devices.card_dispenser.crt_simulator import SENSOR_CONTACT, SENSOR_CONTACTLESS, CrtSimulator
from devices.card_dispenser.framing import ClassicFraming, FramingOf591H
from devices.card_dispenser.k720 import K720
from devices.card_dispenser.k720_simulator import K720Simulator
from devices.card_dispenser.machine import DispenserSimulator
from devices.card_dispenser.model import Card, DispenserModel
from devices.card_dispenser.seam import CardDispenser
from devices.card_dispenser.words import Station
from devices.wire import MemoryWire, OpenWire, Wire, WireGone
from tests.virtual_time import run_in_virtual_time

BAUD = 9_600
SENSORS = CrtOptions(sensors=SensorMap(contact=SENSOR_CONTACT, contactless=SENSOR_CONTACTLESS))


@dataclass(frozen=True)
class Make:
    """One driver and the machine it is for. `station`: where it brings cards."""

    name: str
    simulator: Callable[[DispenserModel], DispenserSimulator]
    driver: Callable[[OpenWire], CardDispenser]
    station: Station
    counts: bool

    def __str__(self) -> str:
        return self.name


CRT = Make(
    "crt", lambda model: CrtSimulator(model), lambda wire: CrtDispenser(wire, options=SENSORS), Station.CONTACT, True
)
CRT_591H = Make(
    "crt-591h",
    lambda model: CrtSimulator(model, FramingOf591H()),
    lambda wire: CrtDispenser(wire, FramingOf591H(), options=SENSORS),
    Station.CONTACT,
    True,
)
CRT_ADDRESSED = Make(
    "crt-address-5",
    lambda model: CrtSimulator(model, ClassicFraming(), 5),
    lambda wire: CrtDispenser(wire, ClassicFraming(), 5),
    Station.CONTACTLESS,
    True,
)
K720_MAKE = Make("k720", K720Simulator, lambda wire: K720(wire), Station.CONTACTLESS, False)
MAKES = (CRT, CRT_591H, CRT_ADDRESSED, K720_MAKE)


@dataclass
class Hall:
    make: Make
    simulator: DispenserSimulator
    nursery: trio.Nursery
    plugged: bool = True
    opened: int = 0
    fars: list[MemoryWire] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.model, self.faults = self.simulator.model, self.simulator.faults
        self.dispenser: CardDispenser = self.another_driver()

    def another_driver(self) -> CardDispenser:
        """The terminal was killed and started again."""
        return self.make.driver(self.open_wire)

    @property
    def station(self) -> Station:
        return self.make.station

    async def open_wire(self) -> Wire:
        await trio.lowlevel.checkpoint()
        if not self.plugged:
            raise WireGone("no such port")
        self.opened += 1
        near, far = MemoryWire.pair(BAUD)
        self.fars.append(far)
        self.nursery.start_soon(self.simulator.serve, far)
        return near

    def unplug(self) -> None:
        self.plugged = False
        for far in self.fars:
            far.cut()

    def later(self, seconds: float, act: Callable[[], object]) -> None:
        """Somebody does something in so many seconds."""

        async def wait_and_act() -> None:
            await trio.sleep(seconds)
            act()

        self.nursery.start_soon(wait_and_act)

    def hold_card(self, serial: str = "OLD1") -> Card:
        card = Card(serial)
        self.model.hold_to_slot(card)
        return card


@asynccontextmanager
async def hall(make: Make, *, cards: int = 30, model: DispenserModel | None = None) -> AsyncIterator[Hall]:
    async with trio.open_nursery() as nursery:
        place = Hall(make, make.simulator(model or DispenserModel(cards=cards)), nursery)
        yield place
        nursery.cancel_scope.cancel()


def in_hall(make: Make, test: Callable[[Hall], Awaitable[None]], *, cards: int = 30, model: DispenserModel | None = None) -> None:
    """Run `test` against a fresh machine; afterwards not one card may be missing."""

    async def main() -> None:
        async with hall(make, cards=cards, model=model) as place:
            await test(place)
            assert place.model.census().conserved

    run_in_virtual_time(main)
