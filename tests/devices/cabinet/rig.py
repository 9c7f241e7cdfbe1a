"""A cabinet, the board behind it and the wire between them, for tests."""
from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import trio

from devices.cabinet.board import REFERENCE, BoardMap
from devices.cabinet.cabinet import Cabinet
from devices.cabinet.driver import IoBoard
from devices.cabinet.simulator import BoardSimulator
from devices.cabinet.status import CabinetEvent
from devices.wire import MemoryWire, Wire, WireGone
from tests.virtual_time import run_in_virtual_time

BAUD = 9_600  # what such boards are delivered with


class MemoryRig:
    """The board at the end of memory wires; `plugged` False = there is no port to open. `events`: all that was told."""

    def __init__(self, nursery: trio.Nursery, board: BoardMap = REFERENCE) -> None:
        self._nursery = nursery
        self.simulator = BoardSimulator(board)
        self.model, self.faults = self.simulator.model, self.simulator.faults
        self.plugged = True
        self.opened = 0
        self.far: MemoryWire | None = None
        self.io = IoBoard(self.open_wire, board)
        self.cabinet = Cabinet(self.open_wire, board)
        self.events: list[CabinetEvent] = []
        self.cabinet.listen(self.events.append)

    async def open_wire(self) -> Wire:
        await trio.lowlevel.checkpoint()
        if not self.plugged:
            raise WireGone("no such port")
        self.opened += 1
        near, far = MemoryWire.pair(BAUD)
        self.far = far
        self._nursery.start_soon(self.simulator.serve, far)
        return near

    def unplug(self) -> None:
        self.plugged = False
        if self.far is not None:
            self.far.cut()

    def start(self) -> None:
        self._nursery.start_soon(self.cabinet.run)

    def told(self, *kinds: type[CabinetEvent]) -> list[CabinetEvent]:
        """The events of these kinds since the last call; all kinds are forgotten."""
        told = [event for event in self.events if isinstance(event, kinds)] if kinds else list(self.events)
        self.events.clear()
        return told


@asynccontextmanager
async def memory_rig(board: BoardMap = REFERENCE) -> AsyncIterator[MemoryRig]:
    async with trio.open_nursery() as nursery:
        yield MemoryRig(nursery, board)
        nursery.cancel_scope.cancel()


def with_memory_rig(
    situation: Callable[[MemoryRig], Awaitable[None]] | None = None, *, board: BoardMap = REFERENCE
) -> Callable[..., Callable[[], None]]:
    """Decorator: run the situation in virtual time with a cabinet nobody has asked yet."""

    def decorate(situation: Callable[[MemoryRig], Awaitable[None]]) -> Callable[[], None]:
        async def main() -> None:
            async with memory_rig(board) as rig:
                await situation(rig)

        def test() -> None:
            run_in_virtual_time(main)

        test.__name__, test.__doc__ = getattr(situation, "__name__", "test"), situation.__doc__
        return test

    return decorate if situation is None else decorate(situation)  # type: ignore[return-value]
