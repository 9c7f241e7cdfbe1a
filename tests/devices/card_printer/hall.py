"""A printer on a memory wire under a virtual clock, for every test of this folder."""
from __future__ import annotations

import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import trio
from PIL import Image, ImageDraw

from devices.card_printer.driver import CardPrinter
from devices.card_printer.firmware import Firmware
from devices.card_printer.model import CardPrinterModel
from devices.card_printer.panels import FACE_SIZE, CardImage
from devices.card_printer.simulator import CardPrinterSimulator
from devices.errors import DeviceGone
from devices.wire import MemoryWire, Wire, WireGone
from tests.virtual_time import run_in_virtual_time


@dataclass
class Hall:
    machine: CardPrinterModel
    simulator: CardPrinterSimulator
    printer: CardPrinter
    open_wire: Callable[[], Awaitable[Wire]]
    nursery: trio.Nursery
    plugged: bool = True

    def another_driver(self) -> CardPrinter:
        """The terminal was killed and started again."""
        return CardPrinter(self.open_wire)

    def moving_commands(self) -> list[str]:
        return [name for name in self.simulator.commands if name in ("Si", "Sis", "Sic", "Se", "Ser", "Srs", "Xca", "Xmv")]

    async def until(self, condition: Callable[[], bool], seconds: float = 120) -> None:
        for _ in range(int(seconds / 0.05)):
            if condition():
                return
            await trio.sleep(0.05)
        raise AssertionError("it never came about")


@contextlib.asynccontextmanager
async def hall(
    machine: CardPrinterModel | None = None, extension: bool = True, blanks: int = 50
) -> AsyncIterator[Hall]:
    machine = machine or CardPrinterModel(blanks=blanks, rng=random.Random(7))
    simulator = CardPrinterSimulator(machine, Firmware(machine, has_extension=extension), rng=random.Random(8))
    async with trio.open_nursery() as nursery:

        async def serve(wire: Wire) -> None:
            with contextlib.suppress(WireGone):
                await simulator.serve(wire)

        async def open_wire() -> Wire:
            await trio.lowlevel.checkpoint()
            if not place.plugged:
                raise WireGone("no such port")
            near, far = MemoryWire.pair()
            nursery.start_soon(serve, far)
            return near

        place = Hall(machine, simulator, CardPrinter(open_wire), open_wire, nursery)
        yield place
        nursery.cancel_scope.cancel()


def in_hall(test: Callable[[Hall], Awaitable[None]], **options: object) -> None:
    """Run `test` against a fresh printer; afterwards not one card may be missing."""

    async def main() -> None:
        async with hall(**options) as place:  # type: ignore[arg-type]
            await test(place)
            assert place.machine.census().conserved

    run_in_virtual_time(main)


def face(text: str = "老年人优待证", colour: tuple[int, int, int] = (200, 40, 40)) -> CardImage:
    picture = Image.new("RGB", FACE_SIZE, (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, FACE_SIZE[0], 120), fill=colour)
    draw.rectangle((60, 300, 60 + 20 * len(text), 340), fill=(0, 0, 0))
    return CardImage(picture)


__all__ = ["CardPrinter", "DeviceGone", "Hall", "face", "hall", "in_hall"]
