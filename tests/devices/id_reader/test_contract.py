"""The contract over a memory wire, over a pty with pyserial, over TCP, and over a real reader given --hardware PORT.

Over USB: tests/devices/usb."""
from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from devices.discovery import UsbId
from devices.id_reader.cards import IdCard
from devices.id_reader.driver import IdReader
from devices.id_reader.model import ReaderModel
from devices.id_reader.simulator import IdReaderSimulator
from devices.id_reader.speed import find_speed
from devices.serving import serve_pty, serve_tcp
from devices.usb_wire import UsbWire
from devices.wire import OpenWire, SerialWire, StreamWire
from tests.devices.id_reader.contract import CONTRACT, Rig
from tests.devices.id_reader.people import OLD_LADY, OLD_LADY_CARD
from tests.devices.id_reader.rig import memory_rig

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

    def __init__(self, reader: IdReader) -> None:
        self.reader = reader

    async def lay(self) -> None:
        await trio.to_thread.run_sync(input, "\nLay an ID card on the reader and leave it there, then press Enter ")

    async def lift(self) -> None:
        await trio.to_thread.run_sync(input, "\nTake the card away, then press Enter ")


@asynccontextmanager
async def over_memory(_: Path) -> AsyncIterator[Rig]:
    async with memory_rig() as rig:
        yield SimulatedRig(rig.reader, rig.model)


@asynccontextmanager
async def over_a_pty(tmp_path: Path) -> AsyncIterator[Rig]:
    simulator = IdReaderSimulator(ReaderModel(speed=FAST))
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_pty, simulator, tmp_path / "reader")
        yield SimulatedRig(IdReader(lambda: SerialWire.open(str(port.path))), simulator.model)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def over_tcp(_: Path) -> AsyncIterator[Rig]:
    simulator = IdReaderSimulator(ReaderModel(speed=FAST))
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_tcp, simulator, 0)
        yield SimulatedRig(IdReader(lambda: StreamWire.connect("127.0.0.1", port)), simulator.model)
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("rule", CONTRACT, ids=lambda rule: str(rule.__name__))
@pytest.mark.parametrize("where", [over_memory, over_a_pty, over_tcp], ids=lambda where: str(where.__name__))
def test_a_simulated_reader_keeps_the_contract(
    rule: Callable[[Rig], Awaitable[None]],
    where: Callable[[Path], AbstractAsyncContextManager[Rig]],
    tmp_path: Path,
) -> None:
    async def main() -> None:
        async with where(tmp_path) as rig:
            await rule(rig)

    trio.run(main, clock=MockClock(autojump_threshold=0) if where is over_memory else None)


async def opener(port: str) -> OpenWire:
    if port.startswith("usb:"):
        machine = UsbId.parse(port.removeprefix("usb:"))
        return lambda: UsbWire.open(machine.vid, machine.pid, machine.serial)
    speed = await find_speed(lambda at: SerialWire.open(port, at))
    return lambda: SerialWire.open(port, speed)


@pytest.mark.hardware
@pytest.mark.parametrize("rule", CONTRACT, ids=lambda rule: str(rule.__name__))
def test_the_real_reader_keeps_the_contract(
    rule: Callable[[Rig], Awaitable[None]], request: pytest.FixtureRequest
) -> None:
    port = request.config.getoption("--hardware")
    if port is None:
        pytest.skip("needs --hardware PORT (and -s, to be told when to lay a card down)")

    async def main() -> None:
        await rule(HardwareRig(IdReader(await opener(port))))

    trio.run(main)
