"""The card dispenser as a device class: its rigs over memory and a pty, and at the real machine."""
from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import trio

from devices.card_dispenser.model import Card, DispenserModel, MachineTimes
from devices.card_dispenser.seam import CardDispenser
from devices.card_dispenser.words import Station
from devices.serving import serve_pty
from devices.wire import SerialWire
from tests.contract.device_class import DeviceClass, Driver, Hands, Way
from tests.devices.card_dispenser.contract import CONTRACT, Rig
from tests.devices.card_dispenser.rig import BAUD, CRT, CRT_591H, K720_MAKE, Make, hall
from tests.devices.card_dispenser.test_faults import fault_table

FAST = 20.0  # the metal of the simulated machine on a real clock
HAND_S, QUICK_HAND_S = 3.0, 0.1


class SimulatedRig:
    def __init__(self, dispenser: CardDispenser, station: Station, model: DispenserModel, hand_s: float) -> None:
        self.dispenser, self.station = dispenser, station
        self._model, self._hand_s = model, hand_s

    async def take(self) -> None:
        await trio.sleep(self._hand_s)
        assert self._model.take_card() is not None

    async def put(self) -> None:
        await trio.sleep(self._hand_s)
        self._model.hold_to_slot(Card("OLD"))


class HardwareRig:
    def __init__(self, dispenser: CardDispenser, station: Station, hands: Hands) -> None:
        self.dispenser, self.station = dispenser, station
        self._hands = hands

    async def take(self) -> None:
        await self._hands.ask("Take the card from the gate")

    async def put(self) -> None:
        await self._hands.ask("Put a card into the slot")


def over_memory(make: Make) -> Callable[[Path], AbstractAsyncContextManager[Rig]]:
    @asynccontextmanager
    async def rig(_: Path) -> AsyncIterator[Rig]:
        async with hall(make) as place:
            yield SimulatedRig(place.dispenser, make.station, place.model, HAND_S)

    return rig


def over_a_pty(make: Make) -> Callable[[Path], AbstractAsyncContextManager[Rig]]:
    @asynccontextmanager
    async def rig(folder: Path) -> AsyncIterator[Rig]:
        model = DispenserModel(cards=30, times=MachineTimes(speed=FAST))
        async with trio.open_nursery() as nursery:
            await nursery.start(serve_pty, make.simulator(model), folder / "dispenser", BAUD)
            dispenser = make.driver(lambda: SerialWire.open(str(folder / "dispenser"), BAUD))
            yield SimulatedRig(dispenser, make.station, model, QUICK_HAND_S)
            await dispenser.aclose()
            nursery.cancel_scope.cancel()

    return rig


def at_the_real_machine(make: Make) -> Callable[[str, Hands], AbstractAsyncContextManager[Rig]]:
    @asynccontextmanager
    async def rig(port: str, hands: Hands) -> AsyncIterator[Rig]:
        dispenser = make.driver(lambda: SerialWire.open(port, BAUD))
        try:
            yield HardwareRig(dispenser, make.station, hands)
        finally:
            await dispenser.aclose()

    return rig


def _driver(name: str, make: Make) -> Driver[Rig]:
    return Driver(name, (Way("memory", over_memory(make)),), fault_table(make), at_the_real_machine(make))


CLASS: DeviceClass[Rig] = DeviceClass(
    "card_dispenser", CONTRACT, (_driver("crt", CRT), _driver("crt_591h", CRT_591H), _driver("k720", K720_MAKE))
)
