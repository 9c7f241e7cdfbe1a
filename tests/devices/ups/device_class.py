"""The UPS as a device class: the simulated upsd over every wire, and a real one at HOST:PORT[:NAME]."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import trio

from devices.serving import serve_tcp
from devices.ups.driver import Ups
from devices.ups.model import UpsModel
from devices.ups.simulator import UpsdSimulator
from devices.wire import StreamWire
from tests.contract.device_class import DeviceClass, Driver, Hands, Way
from tests.devices.ups.contract import CONTRACT, Rig
from tests.devices.ups.rig import memory_rig
from tests.devices.ups.test_faults import FAULT_TABLE


class SimulatedRig:
    def __init__(self, ups: Ups, model: UpsModel) -> None:
        self.ups, self._model = ups, model

    async def mains(self, on: bool) -> None:
        self._model.mains = on


class HardwareRig:
    def __init__(self, ups: Ups, hands: Hands) -> None:
        self.ups, self._hands, self._on = ups, hands, True

    async def mains(self, on: bool) -> None:
        if on is not self._on:
            await self._hands.ask(f"{'Put back' if on else 'Pull'} the mains plug of the UPS")
        self._on = on


@asynccontextmanager
async def over_memory(_: Path) -> AsyncIterator[Rig]:
    async with memory_rig() as rig:
        yield SimulatedRig(rig.ups, rig.model)


@asynccontextmanager
async def over_tcp(_: Path) -> AsyncIterator[Rig]:
    upsd = UpsdSimulator()
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_tcp, upsd, 0)
        yield SimulatedRig(Ups(lambda: StreamWire.connect("127.0.0.1", port)), upsd.model)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def at_a_real_upsd(place: str, hands: Hands) -> AsyncIterator[Rig]:
    host, _, rest = place.partition(":")
    port, _, name = rest.partition(":")
    ups = Ups(lambda: StreamWire.connect(host, int(port)), name or "ups")
    try:
        yield HardwareRig(ups, hands)
    finally:
        await ups.aclose()


CLASS: DeviceClass[Rig] = DeviceClass(
    "ups",
    CONTRACT,
    (Driver("nut", (Way("memory", over_memory), Way("tcp", over_tcp, virtual=False)), FAULT_TABLE, at_a_real_upsd),),
)
