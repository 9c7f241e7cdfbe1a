"""The receipt printer as a device class."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from devices.receipt_printer.driver import ReceiptPrinter
from devices.receipt_printer.model import ReceiptPrinterModel
from devices.receipt_printer.simulator import ReceiptPrinterSimulator
from devices.serving import serve_pty
from devices.wire import SerialWire
from tests.contract.device_class import DeviceClass, Driver, Hands, Way
from tests.devices.receipt_printer.contract import CONTRACT, Rig
from tests.devices.receipt_printer.hall import hall
from tests.devices.receipt_printer.test_printing import FAULT_TABLE

FAST = 50.0  # the simulated machine on a real clock
REST_S = 3.0  # twice what a slip takes


class SimulatedRig:
    def __init__(self, printer: ReceiptPrinter, machine: ReceiptPrinterModel) -> None:
        self.printer = printer
        self._machine = machine
        self._seen = 0

    async def until_it_rests(self) -> None:
        await trio.sleep(REST_S / self._machine.speed)

    async def slips_out(self) -> int:
        await trio.lowlevel.checkpoint()
        out = sum(slip.cut for slip in self._machine.slips)
        new, self._seen = out - self._seen, out
        return new


class HardwareRig:
    def __init__(self, printer: ReceiptPrinter, hands: Hands) -> None:
        self.printer = printer
        self._hands = hands

    async def until_it_rests(self) -> None:
        await trio.sleep(REST_S)

    async def slips_out(self) -> int:
        return await self._hands.number("How many cut slips came out? Take them away. Number:")


@asynccontextmanager
async def over_memory(_: Path) -> AsyncIterator[Rig]:
    async with hall() as place:
        yield SimulatedRig(place.printer, place.machine)


@asynccontextmanager
async def over_a_pty(folder: Path) -> AsyncIterator[Rig]:
    simulator = ReceiptPrinterSimulator(ReceiptPrinterModel())
    simulator.model.speed = FAST
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_pty, simulator, folder / "receipt")
        yield SimulatedRig(ReceiptPrinter(lambda: SerialWire.open(str(port.path), 115_200)), simulator.model)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def at_the_real_printer(port: str, hands: Hands) -> AsyncIterator[Rig]:
    printer = ReceiptPrinter(lambda: SerialWire.open(port, 115_200))
    try:
        yield HardwareRig(printer, hands)
    finally:
        await printer.aclose()


CLASS: DeviceClass[Rig] = DeviceClass(
    "receipt_printer",
    CONTRACT,
    (Driver("esc_pos", (Way("memory", over_memory), Way("pty", over_a_pty, virtual=False)), FAULT_TABLE, at_the_real_printer),),
)
