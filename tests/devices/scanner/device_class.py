"""The scanner as a device class: triggered and left to itself, with either framing. Over a pty: test_over_a_pty.py."""
from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from devices.scanner.codec import Enclosed, Framing, Suffix
from devices.scanner.driver import Scanner
from devices.scanner.model import ScannerModel
from devices.wire import SerialWire
from tests.contract.device_class import DeviceClass, Driver, Hands, Way
from tests.devices.scanner.contract import CONTRACT, Rig
from tests.devices.scanner.rig import CLAIM, memory_rig
from tests.devices.scanner.test_faults import FAULT_TABLE


class SimulatedRig:
    def __init__(self, scanner: Scanner, model: ScannerModel) -> None:
        self.scanner = scanner
        self._model = model

    async def show(self) -> str:
        self._model.show(CLAIM.encode())
        return CLAIM

    async def take_away(self) -> None:
        self._model.take_away()


class HardwareRig:
    def __init__(self, scanner: Scanner, hands: Hands) -> None:
        self.scanner = scanner
        self._hands = hands

    async def show(self) -> str:
        await self._hands.ask(f'Press Enter, then hold a code that says "{CLAIM}" before the scanner')
        return CLAIM

    async def take_away(self) -> None:
        await self._hands.ask("Take the code away")


def over_memory(*, triggered: bool, framing: Framing) -> Callable[[Path], AbstractAsyncContextManager[Rig]]:
    @asynccontextmanager
    async def rig(_: Path) -> AsyncIterator[Rig]:
        async with memory_rig(triggered=triggered, framing=framing) as place:
            yield SimulatedRig(place.scanner, place.model)

    return rig


@asynccontextmanager
async def at_the_real_scanner(port: str, hands: Hands) -> AsyncIterator[Rig]:
    scanner = Scanner(lambda: SerialWire.open(port))
    try:
        yield HardwareRig(scanner, hands)
    finally:
        await scanner.aclose()


CLASS: DeviceClass[Rig] = DeviceClass(
    "scanner",
    CONTRACT,
    (
        Driver(
            "serial",
            (
                Way("memory (auto-sense, CR)", over_memory(triggered=False, framing=Suffix())),
                Way("memory (triggered, CR)", over_memory(triggered=True, framing=Suffix())),
                Way("memory (triggered, STX ETX)", over_memory(triggered=True, framing=Enclosed())),
            ),
            FAULT_TABLE,
            at_the_real_scanner,
        ),
    ),
)
