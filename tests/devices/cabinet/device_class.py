"""The cabinet's board as a device class: its rigs over every wire, at pymodbus's whole server, and at the real board."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from devices.cabinet.board import REFERENCE, BoardMap
from devices.cabinet.cabinet import Cabinet, CabinetTimes
from devices.cabinet.driver import IoBoard
from devices.cabinet.model import CabinetModel
from devices.cabinet.simulator import BoardSimulator
from devices.serving import control, serve_pty, serve_tcp
from devices.wire import OpenWire, SerialWire, StreamWire
from tests.contract.device_class import DeviceClass, Driver, Hands, Way
from tests.devices.cabinet.contract import CONTRACT, Rig
from tests.devices.cabinet.rig import BAUD, memory_rig
from tests.devices.cabinet.test_faults import FAULT_TABLE
from tests.hall.process import Child, python

QUICK = CabinetTimes(contact=0.1, silent=0.5)  # simulated contacts on a real clock


class SimulatedRig:
    board: BoardMap = REFERENCE

    def __init__(self, open_wire: OpenWire, model: CabinetModel) -> None:
        self._open_wire, self._model = open_wire, model
        self.cabinet = Cabinet(open_wire, REFERENCE, QUICK)

    def new_io(self) -> IoBoard:
        return IoBoard(self._open_wire, REFERENCE)

    async def open_door(self, name: str) -> None:
        self._model.open_door(name)

    async def close_door(self, name: str) -> None:
        self._model.close_door(name)


class FarRig:
    """The board is in another process; hands reach it by its socket."""

    board: BoardMap = REFERENCE

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.cabinet = Cabinet(self._open, REFERENCE, QUICK)

    async def _open(self) -> SerialWire:
        return await SerialWire.open(str(self._folder / "board"), BAUD)

    def new_io(self) -> IoBoard:
        return IoBoard(self._open, REFERENCE)

    async def open_door(self, name: str) -> None:
        await control(self._folder / "hand", do="open_door", door=name)

    async def close_door(self, name: str) -> None:
        await control(self._folder / "hand", do="close_door", door=name)


class HardwareRig:
    board: BoardMap = REFERENCE

    def __init__(self, open_wire: OpenWire, hands: Hands) -> None:
        self._open_wire, self._hands = open_wire, hands
        self.cabinet = Cabinet(open_wire, REFERENCE)

    def new_io(self) -> IoBoard:
        return IoBoard(self._open_wire, REFERENCE)

    async def open_door(self, name: str) -> None:
        await self._hands.ask(f"Open the {name} door")

    async def close_door(self, name: str) -> None:
        await self._hands.ask(f"Close the {name} door")


@asynccontextmanager
async def over_memory(_: Path) -> AsyncIterator[Rig]:
    async with memory_rig() as rig:
        yield SimulatedRig(rig.open_wire, rig.model)


@asynccontextmanager
async def over_a_pty(tmp_path: Path) -> AsyncIterator[Rig]:
    simulator = BoardSimulator()
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_pty, simulator, tmp_path / "board")
        yield SimulatedRig(lambda: SerialWire.open(str(port.path), BAUD), simulator.model)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def over_tcp(_: Path) -> AsyncIterator[Rig]:
    simulator = BoardSimulator()
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_tcp, simulator, 0)
        yield SimulatedRig(lambda: StreamWire.connect("127.0.0.1", port), simulator.model)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def over_pymodbus(folder: Path) -> AsyncIterator[Rig]:
    """pymodbus's own serial server in a process of its own."""
    board = Child("board", python("-m", "tests.devices.cabinet.real_server", "--folder", str(folder)), folder / "log")
    await board.start_ready()
    try:
        rig = FarRig(folder)
        yield rig
        await rig.cabinet.aclose()
    finally:
        with trio.CancelScope(shield=True):
            await board.stop()


@asynccontextmanager
async def at_the_real_board(port: str, hands: Hands) -> AsyncIterator[Rig]:
    """9600 baud, wired as the reference."""
    rig = HardwareRig(lambda: SerialWire.open(port, BAUD), hands)
    try:
        yield rig
    finally:
        await rig.cabinet.aclose()


CLASS: DeviceClass[Rig] = DeviceClass(
    "cabinet",
    CONTRACT,
    (
        Driver(
            "modbus_rtu",
            (
                Way("memory", over_memory),
                Way("pty", over_a_pty, virtual=False),
                Way("tcp", over_tcp, virtual=False),
                Way("pymodbus server", over_pymodbus, virtual=False),
            ),
            FAULT_TABLE,
            at_the_real_board,
        ),
    ),
)
