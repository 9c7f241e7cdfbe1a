"""Two hundred cards in and out and twenty restarts of the real service leave threads, descriptors and contexts as before."""
from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trio
from smartcard import scard

from card.monitor import ReaderMonitor
from card.pcsc import PcscStation, reader_names
from card.transport import CardError, CardRemoved
from card.virtual import vpcd
from card.virtual.card import VirtualCard
from card.virtual.slot import ChipSlot
from tests.card.places import slot_at, watching
from tests.card.private_pcscd import Pair, PrivatePcscd

READ = bytes.fromhex("00B095001E")
CYCLES, RESTARTS = 200, 20
STUCK_S = 60.0
REST_S = vpcd.CHANGE_S


class Counted:
    """The real SCard functions; counts what is open."""

    def __init__(self) -> None:
        self.open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        real = getattr(scard, name)
        change = {"SCardEstablishContext": 1, "SCardReleaseContext": -1, "SCardConnect": 1, "SCardDisconnect": -1}.get(name)
        return real if change is None else self._counting(name, real, change)

    def _counting(self, name: str, real: Callable[..., Any], change: int) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            found = real(*arguments)
            if change < 0 or found[0] == scard.SCARD_S_SUCCESS:
                with self._lock:
                    self.open["contexts" if "Context" in name else "cards"] += change
            return found

        return call


def held(api: Counted, *processes: int) -> dict[str, int]:
    """What this process has, and how many descriptors each of `processes`."""
    ours = [thread for thread in threading.enumerate() if not thread.name.startswith("Trio")]  # trio keeps its own for a while
    found = {"threads": len(ours), "contexts": api.open["contexts"], "cards": api.open["cards"]}
    here = Path("/proc/self/fd")
    return {**found, "descriptors": len(list(here.iterdir()))} | {
        f"descriptors of {pid}": len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in processes
    }


async def comes_to(wanted: dict[str, int], count: Callable[[], dict[str, int]]) -> None:
    """The service closes its end of a connection a moment after we closed ours."""
    deadline = time.monotonic() + 5.0
    while more := {name for name, number in count().items() if number > wanted[name]}:
        if time.monotonic() >= deadline:
            break
        await trio.sleep(0.02)
    assert not more, f"{count()}, before it was {wanted}"   # fewer than before: something of the service's own start is gone


def test_two_hundred_cards_come_and_go(pcscd: PrivatePcscd, monkeypatch: pytest.MonkeyPatch) -> None:
    """At all slots at the same time. A card comes as soon as the last one was seen to be gone, so no pause is needed."""
    monkeypatch.setattr(vpcd, "CHANGE_S", 0.0)
    api = Counted()

    async def cycles(monitor: ReaderMonitor, reader: str, slot: ChipSlot, count: int) -> None:
        station = PcscStation(reader, api=api)
        for _ in range(count):
            slot.insert(VirtualCard.blank())
            await monitor.until_inserted(reader)
            async with station.power_up() as chip:
                await chip.transmit(READ)
                slot.remove()
                await monitor.until_removed(reader)
                with pytest.raises(CardError):
                    await chip.transmit(READ)
            done[reader] += 1

    async def one(monitor: ReaderMonitor, reader: str, port: int) -> None:
        async with slot_at(port) as slot:
            await cycles(monitor, reader, slot, -(-CYCLES // len(pcscd.slots)))

    async def main() -> None:
        await trio.sleep(REST_S)
        await trio.to_thread.run_sync(reader_names)
        before = held(api, pcscd.pid)
        with trio.fail_after(STUCK_S):
            async with watching(api=api) as monitor, trio.open_nursery() as nursery:
                for reader, port in pcscd.slots.items():
                    nursery.start_soon(one, monitor, reader, port)
        await comes_to(before, lambda: held(api, pcscd.pid))
        await trio.sleep(REST_S)

    done: Counter[str] = Counter()
    trio.run(main)
    assert done.total() >= CYCLES


def test_twenty_restarts_of_the_service(pcscd: PrivatePcscd) -> None:
    """Some of them with a chip powered, killed and stopped in turn."""
    api = Counted()

    async def dies_with_a_chip_powered(monitor: ReaderMonitor, pair: Pair, slot: ChipSlot) -> None:
        slot.insert(VirtualCard.blank())
        await monitor.until_inserted(pair.reader)
        async with PcscStation(pair.reader, api=api).power_up() as chip:
            await chip.transmit(READ)
            pcscd.kill()
            with pytest.raises(CardError):
                await chip.transmit(READ)
        slot.remove()

    async def stops(pair: Pair) -> None:
        with pytest.raises(CardRemoved):
            async with PcscStation(pair.reader, seen_within_s=0.0, api=api).power_up():
                pass
        pcscd.stop()

    async def restarts(monitor: ReaderMonitor, pair: Pair, slot: ChipSlot) -> None:
        for number in range(RESTARTS):
            if number % 5:
                await stops(pair)
            else:
                await dies_with_a_chip_powered(monitor, pair, slot)
            while monitor.seen is None or monitor.seen.up:
                await trio.sleep(0.01)
            pcscd.start()
            await monitor.until_removed(pair.reader)

    async def main() -> None:
        await trio.to_thread.run_sync(reader_names)
        before = held(api)
        with trio.fail_after(STUCK_S):
            async with pcscd.a_pair() as pair, slot_at(pair.port) as slot:
                async with watching(api=api) as monitor:
                    await monitor.until_removed(pair.reader)
                    while_watching = held(api)
                    await restarts(monitor, pair, slot)
                    await comes_to(while_watching, lambda: held(api))
                await comes_to(before, lambda: held(api))

    trio.run(main)
