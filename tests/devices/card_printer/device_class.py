"""The card printer as a device class: a machine a hundred times faster than a real one where the clock is real."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from devices.card_printer.driver import CardPrinter
from devices.card_printer.model import CardPrinterModel, MachineTimes
from devices.card_printer.simulator import CardPrinterSimulator
from devices.serving import serve_pty, serve_tcp
from devices.wire import SerialWire, StreamWire
from tests.contract.device_class import DeviceClass, Driver, Hands, Way
from tests.devices.card_printer.contract import CONTRACT, Rig
from tests.devices.card_printer.hall import hall
from tests.devices.card_printer.test_faults import FAULT_TABLE

PATIENCE_S = 30.0


class SimulatedRig:
    def __init__(self, printer: CardPrinter, machine: CardPrinterModel) -> None:
        self.printer = printer
        self._machine = machine

    async def take_card(self) -> None:
        assert self._machine.take_card() is not None

    async def books_agree(self) -> None:
        assert self._machine.census().conserved


class HardwareRig:
    def __init__(self, printer: CardPrinter, hands: Hands) -> None:
        self.printer = printer
        self._hands = hands

    async def take_card(self) -> None:
        await self._hands.ask("Take the card at the exit")

    async def books_agree(self) -> None:
        await trio.lowlevel.checkpoint()  # its counters, which each rule compares, are all the books it keeps


def fast_machine() -> CardPrinterSimulator:
    return CardPrinterSimulator(CardPrinterModel(blanks=5, times=MachineTimes(speed=100)))


@asynccontextmanager
async def over_memory(_: Path) -> AsyncIterator[Rig]:
    async with hall() as place:
        yield SimulatedRig(place.printer, place.machine)


@asynccontextmanager
async def over_a_pty(folder: Path) -> AsyncIterator[Rig]:
    simulator = fast_machine()
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_pty, simulator, folder / "printer")
        with trio.fail_after(PATIENCE_S):
            yield SimulatedRig(CardPrinter(lambda: SerialWire.open(str(port.path), 115_200)), simulator.model)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def over_tcp(_: Path) -> AsyncIterator[Rig]:
    simulator = fast_machine()
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_tcp, simulator, 0)
        with trio.fail_after(PATIENCE_S):
            yield SimulatedRig(CardPrinter(lambda: StreamWire.connect("127.0.0.1", port)), simulator.model)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def at_the_real_printer(port: str, hands: Hands) -> AsyncIterator[Rig]:
    printer = CardPrinter(lambda: SerialWire.open(port, 115_200))
    try:
        yield HardwareRig(printer, hands)
    finally:
        await printer.aclose()


CLASS: DeviceClass[Rig] = DeviceClass(
    "card_printer",
    CONTRACT,
    (
        Driver(
            "evolis",
            (Way("memory", over_memory), Way("pty", over_a_pty, virtual=False), Way("tcp", over_tcp, virtual=False)),
            FAULT_TABLE,
            at_the_real_printer,
        ),
    ),
)
