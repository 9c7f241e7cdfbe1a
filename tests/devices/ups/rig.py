"""A UPS, the upsd behind it and the wire between them, for tests."""
from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import trio

from devices.ups.driver import Credentials, Ups
from devices.ups.simulator import UpsdSimulator
from devices.ups.watch import UpsEvent, UpsWatch
from devices.wire import MemoryWire, Wire, WireGone
from tests.virtual_time import run_in_virtual_time


class MemoryRig:
    """upsd at the end of memory wires; `up` False = nobody listens at its port. `events`: all that was told."""

    def __init__(self, nursery: trio.Nursery, credentials: Credentials | None = None) -> None:
        self._nursery = nursery
        self.upsd = UpsdSimulator(users={"kiosk": 'pass "word"'})
        self.model, self.faults = self.upsd.model, self.upsd.faults
        self.up = True
        self.opened = 0
        self.far: MemoryWire | None = None
        self.ups = Ups(self.open_wire, "ups", credentials)
        self.watch = UpsWatch(self.ups)
        self.events: list[UpsEvent] = []
        self.watch.listen(self.events.append)

    async def open_wire(self) -> Wire:
        await trio.lowlevel.checkpoint()
        if not self.up:
            raise WireGone("connection refused")
        self.opened += 1
        near, self.far = MemoryWire.pair()
        self._nursery.start_soon(self.upsd.serve, self.far)
        return near

    def stop_upsd(self) -> None:
        self.up = False
        if self.far is not None:
            self.far.cut()

    def start(self) -> None:
        self._nursery.start_soon(self.watch.run)

    def told(self) -> list[UpsEvent]:
        """The events since the last call."""
        told, self.events[:] = list(self.events), []
        return told


@asynccontextmanager
async def memory_rig(credentials: Credentials | None = None) -> AsyncIterator[MemoryRig]:
    async with trio.open_nursery() as nursery:
        yield MemoryRig(nursery, credentials)
        nursery.cancel_scope.cancel()


def run_with(situation: Callable[[MemoryRig], Awaitable[None]], credentials: Credentials | None = None) -> None:
    async def main() -> None:
        async with memory_rig(credentials) as rig:
            await situation(rig)

    run_in_virtual_time(main)
