"""The contract over memory wires, and over a pty with pyserial."""
from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from devices.card_dispenser.model import Card, DispenserModel, MachineTimes
from devices.card_dispenser.seam import CardDispenser
from devices.card_dispenser.words import Station
from devices.serving import serve_pty
from devices.wire import SerialWire
from tests.devices.card_dispenser.contract import CONTRACT, Rig
from tests.devices.card_dispenser.rig import BAUD, CRT, K720_MAKE, MAKES, Hall, Make, in_hall

Rule = Callable[[Rig], Awaitable[None]]
FAST = 20.0  # the metal of the simulated machine on a real clock


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


@pytest.mark.parametrize("rule", CONTRACT, ids=lambda rule: str(rule.__name__))
@pytest.mark.parametrize("make", MAKES, ids=str)
def test_in_memory(rule: Rule, make: Make) -> None:
    async def situation(hall: Hall) -> None:
        await rule(SimulatedRig(hall.dispenser, make.station, hall.model, 3.0))

    in_hall(make, situation)


@asynccontextmanager
async def over_a_pty(make: Make, folder: Path) -> AsyncIterator[Rig]:
    model = DispenserModel(cards=30, times=MachineTimes(speed=FAST))
    async with trio.open_nursery() as nursery:
        await nursery.start(serve_pty, make.simulator(model), folder / "dispenser", BAUD)
        dispenser = make.driver(lambda: SerialWire.open(str(folder / "dispenser"), BAUD))
        yield SimulatedRig(dispenser, make.station, model, 0.1)
        await dispenser.aclose()
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("rule", CONTRACT[1:3], ids=lambda rule: str(rule.__name__))
@pytest.mark.parametrize("make", (CRT, K720_MAKE), ids=str)
def test_over_a_pty(rule: Rule, make: Make, tmp_path: Path) -> None:
    async def main() -> None:
        with trio.fail_after(60):
            async with over_a_pty(make, tmp_path) as rig:
                await rule(rig)

    trio.run(main)
