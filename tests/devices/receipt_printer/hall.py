"""A receipt printer on a memory wire under a virtual clock."""
from __future__ import annotations

import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import trio

from devices.receipt_printer.driver import ReceiptPrinter
from devices.receipt_printer.items import Cut, Feed, Item, Qr, Rule, Text
from devices.receipt_printer.model import ReceiptPrinterModel
from devices.receipt_printer.simulator import ReceiptPrinterSimulator
from devices.wire import MemoryWire, Wire, WireGone
from tests.virtual_time import run_in_virtual_time

SLIP: list[Item] = [
    Text("亳州市政务服务", size=2, bold=True, align="center"),
    Rule(),
    Text("《老年人优待证》，已领取。"),
    Text("提示号：7K3-29Q"),
    Qr("https://example.invalid/7K3-29Q"),
    Feed(1),
    Cut(),
]


@dataclass
class Hall:
    machine: ReceiptPrinterModel
    simulator: ReceiptPrinterSimulator
    printer: ReceiptPrinter
    open_wire: Callable[[], Awaitable[Wire]]
    nursery: trio.Nursery
    plugged: bool = True

    async def after(self, seconds: float, act: Callable[[], object]) -> None:
        await trio.sleep(seconds)
        act()

    def words(self) -> list[str]:
        """What can be read on all paper that came out, slip by slip."""
        return [slip.text() for slip in [*self.machine.slips, self.machine.hanging] if slip.lines]


@contextlib.asynccontextmanager
async def hall(process_id: bool = True) -> AsyncIterator[Hall]:
    machine = ReceiptPrinterModel()
    simulator = ReceiptPrinterSimulator(machine, rng=random.Random(8))
    async with trio.open_nursery() as nursery:

        async def open_wire() -> Wire:
            await trio.lowlevel.checkpoint()
            if not place.plugged:
                raise WireGone("no such port")
            near, far = MemoryWire.pair()
            nursery.start_soon(simulator.serve, far)
            return near

        place = Hall(machine, simulator, ReceiptPrinter(open_wire, process_id=process_id), open_wire, nursery)
        yield place
        nursery.cancel_scope.cancel()


def in_hall(test: Callable[[Hall], Awaitable[None]], process_id: bool = True) -> None:
    async def main() -> None:
        async with hall(process_id) as place:
            await test(place)

    run_in_virtual_time(main)
