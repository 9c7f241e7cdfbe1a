"""A reader, the machine behind it and the wire between them, for tests."""
from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import trio

from devices.id_reader.driver import IdReader
from devices.id_reader.simulator import IdReaderSimulator
from devices.wire import MemoryWire, Wire, WireGone
from tests.virtual_time import run_in_virtual_time


class MemoryRig:
    """The machine at the end of memory wires of 115200 baud; `plugged` False = there is no port to open."""

    def __init__(self, nursery: trio.Nursery, simulator: IdReaderSimulator) -> None:
        self._nursery = nursery
        self.simulator = simulator
        self.model = simulator.model
        self.faults = simulator.faults
        self.plugged = True
        self.opened = 0
        self.far: MemoryWire | None = None
        self.reader = IdReader(self.open_wire)

    async def open_wire(self) -> Wire:
        await trio.lowlevel.checkpoint()
        if not self.plugged:
            raise WireGone("no such port")
        self.opened += 1
        near, far = MemoryWire.pair(115_200)
        self.far = far
        self._nursery.start_soon(self.simulator.serve, far)
        return near

    def unplug(self) -> None:
        self.plugged = False
        if self.far is not None:
            self.far.cut()


@asynccontextmanager
async def memory_rig(simulator: IdReaderSimulator | None = None) -> AsyncIterator[MemoryRig]:
    async with trio.open_nursery() as nursery:
        yield MemoryRig(nursery, simulator or IdReaderSimulator())
        nursery.cancel_scope.cancel()


def with_memory_rig(situation: Callable[[MemoryRig], Awaitable[None]]) -> Callable[[], None]:
    """Decorator: run the situation in virtual time with a reader that has said its number once."""

    async def main() -> None:
        async with memory_rig() as rig:
            await rig.reader.sam_number()
            await situation(rig)

    def test() -> None:
        run_in_virtual_time(main)

    test.__name__, test.__doc__ = getattr(situation, "__name__", "test"), situation.__doc__
    return test
