"""The ID card reader as a device class: its rigs over every wire and at the real machine. Over USB: tests/devices/usb."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from devices.discovery import UsbId
from devices.id_reader.cards import IdCard
from devices.id_reader.driver import IdReader
from devices.id_reader.model import ReaderModel
from devices.id_reader.simulator import IdReaderSimulator
from devices.id_reader.speed import find_speed
from devices.serving import serve_pty, serve_tcp
from devices.usb_wire import UsbWire
from devices.wire import OpenWire, SerialWire, StreamWire
from tests.contract.device_class import DeviceClass, Driver, Hands, Way
from tests.devices.id_reader.contract import CONTRACT, Rig
from tests.devices.id_reader.people import OLD_LADY, OLD_LADY_CARD
from tests.devices.id_reader.rig import memory_rig
from tests.devices.id_reader.test_driver import FAULT_TABLE

FAST = 50.0  # the chip of the simulated machine on a real clock


class SimulatedRig:
    person: IdCard | None = OLD_LADY

    def __init__(self, reader: IdReader, model: ReaderModel) -> None:
        self.reader = reader
        self._model = model

    async def lay(self) -> None:
        self._model.lay(OLD_LADY_CARD)

    async def lift(self) -> None:
        self._model.lift()


class HardwareRig:
    person: IdCard | None = None

    def __init__(self, reader: IdReader, hands: Hands) -> None:
        self.reader = reader
        self._hands = hands

    async def lay(self) -> None:
        await self._hands.ask("Lay an ID card on the reader and leave it there")

    async def lift(self) -> None:
        await self._hands.ask("Take the card away")


@asynccontextmanager
async def over_memory(_: Path) -> AsyncIterator[Rig]:
    async with memory_rig() as rig:
        yield SimulatedRig(rig.reader, rig.model)


@asynccontextmanager
async def over_a_pty(folder: Path) -> AsyncIterator[Rig]:
    simulator = IdReaderSimulator(ReaderModel(speed=FAST))
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_pty, simulator, folder / "reader")
        yield SimulatedRig(IdReader(lambda: SerialWire.open(str(port.path))), simulator.model)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def over_tcp(_: Path) -> AsyncIterator[Rig]:
    simulator = IdReaderSimulator(ReaderModel(speed=FAST))
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_tcp, simulator, 0)
        yield SimulatedRig(IdReader(lambda: StreamWire.connect("127.0.0.1", port)), simulator.model)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def at_the_real_reader(port: str, hands: Hands) -> AsyncIterator[Rig]:
    reader = IdReader(await _opener(port))
    try:
        yield HardwareRig(reader, hands)
    finally:
        await reader.aclose()


async def _opener(port: str) -> OpenWire:
    if port.startswith("usb:"):
        machine = UsbId.parse(port.removeprefix("usb:"))
        return lambda: UsbWire.open(machine.vid, machine.pid, machine.serial)
    speed = await find_speed(lambda at: SerialWire.open(port, at))
    return lambda: SerialWire.open(port, speed)


CLASS: DeviceClass[Rig] = DeviceClass(
    "id_reader",
    CONTRACT,
    (
        Driver(
            "sam_v",
            (Way("memory", over_memory), Way("pty", over_a_pty, virtual=False), Way("tcp", over_tcp, virtual=False)),
            FAULT_TABLE,
            at_the_real_reader,
        ),
    ),
)
