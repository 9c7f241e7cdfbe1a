"""A camera, the machine behind it and the wire between them."""
from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import trio

from devices.camera.driver import Camera
from devices.camera.simulator import CameraSimulator
from devices.wire import MemoryWire, Wire, WireGone
from tests.devices.camera.people import drawn_subject
from tests.virtual_time import run_in_virtual_time


class MemoryRig:
    """`plugged` False = there is no camera to open."""

    def __init__(self, nursery: trio.Nursery, simulator: CameraSimulator) -> None:
        self._nursery = nursery
        self.simulator = simulator
        self.faults = simulator.faults
        self.plugged = True
        self.opened = 0
        self.far: MemoryWire | None = None
        self.camera = Camera(self.open_wire)

    async def open_wire(self) -> Wire:
        await trio.lowlevel.checkpoint()
        if not self.plugged:
            raise WireGone("no such camera")
        self.opened += 1
        near, self.far = MemoryWire.pair()
        self._nursery.start_soon(self.simulator.serve, self.far)
        return near

    def unplug(self) -> None:
        self.plugged = False
        if self.far is not None:
            self.far.cut()


@asynccontextmanager
async def memory_rig() -> AsyncIterator[MemoryRig]:
    simulator = CameraSimulator()
    simulator.model.stand(drawn_subject())
    async with trio.open_nursery() as nursery:
        yield MemoryRig(nursery, simulator)
        nursery.cancel_scope.cancel()


def with_memory_rig(situation: Callable[[MemoryRig], Awaitable[None]]) -> Callable[[], None]:
    """Decorator: run the situation in virtual time."""

    async def main() -> None:
        async with memory_rig() as rig:
            await situation(rig)

    def test() -> None:
        run_in_virtual_time(main)

    test.__name__, test.__doc__ = getattr(situation, "__name__", "test"), situation.__doc__
    return test
