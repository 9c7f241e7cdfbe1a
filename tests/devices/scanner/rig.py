"""A scanner, the machine behind it and the wire between them, for tests."""
from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import trio

from devices.scanner.codec import Framing, Suffix
from devices.scanner.commands import Trigger
from devices.scanner.driver import Scanner
from devices.scanner.model import ScannerModel
from devices.scanner.simulator import ScannerSimulator
from devices.wire import MemoryWire, Wire, WireGone
from tests.virtual_time import run_in_virtual_time

PAYMENT = "134567890123456789"
CLAIM = "claim:K7QF2M9X"


class MemoryRig:
    """The machine at the end of memory wires of 115200 baud; `plugged` False = there is no port to open."""

    def __init__(self, nursery: trio.Nursery, *, triggered: bool, framing: Framing) -> None:
        self._nursery = nursery
        trigger = Trigger() if triggered else None
        self.simulator = ScannerSimulator(ScannerModel(auto_sense=not triggered), framing=framing, trigger=trigger)
        self.model = self.simulator.model
        self.faults = self.simulator.faults
        self.plugged = True
        self.far: MemoryWire | None = None
        self.sent: list[bytes] = []
        self.scanner = Scanner(self.open_wire, framing=framing, trigger=trigger)

    async def open_wire(self) -> Wire:
        await trio.lowlevel.checkpoint()
        if not self.plugged:
            raise WireGone("no such port")
        near, far = MemoryWire.pair(115_200)
        self.far = far
        self._nursery.start_soon(self.simulator.serve, far)
        return near

    def show(self, text: str) -> None:
        self.model.show(text.encode())

    async def code_within(self, seconds: float) -> str | None:
        """What a citizen who waits so long gets."""
        with trio.move_on_after(seconds):
            return (await self.scanner.wait_for_code()).text
        return None

    def after(self, seconds: float, act: Callable[..., object], *arguments: object) -> None:
        """Do it so many seconds from now."""

        async def later() -> None:
            await trio.sleep(seconds)
            act(*arguments)

        self._nursery.start_soon(later)


@asynccontextmanager
async def memory_rig(*, triggered: bool = False, framing: Framing | None = None) -> AsyncIterator[MemoryRig]:
    async with trio.open_nursery() as nursery:
        yield MemoryRig(nursery, triggered=triggered, framing=framing or Suffix())
        nursery.cancel_scope.cancel()


Visit = Callable[[MemoryRig], Awaitable[None]]


def in_a_rig(visit: Visit, *, triggered: bool = False, framing: Framing | None = None) -> None:
    async def main() -> None:
        async with memory_rig(triggered=triggered, framing=framing) as rig:
            await visit(rig)

    run_in_virtual_time(main)
