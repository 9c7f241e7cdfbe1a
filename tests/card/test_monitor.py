"""The monitor against readers to order, and against the real service that dies, hangs and comes back."""
from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import aclosing
from typing import Any

import pytest
import trio
import trio.testing
from smartcard import scard

from card import monitor as monitoring
from card import pcsc_results as results
from card.monitor import PLUG_AND_PLAY, WAITED_FOR_MAX, ReaderMonitor
from card.readers_seen import DOWN, Event, Happening
from card.virtual.card import UNREADABLE_ATR, VirtualCard
from tests.card.places import slot_at, watching
from tests.card.private_pcscd import READER, SECOND_READER, PrivatePcscd

H = Happening
STUCK_S = 30.0


class ToldReaders:
    """The SCard functions of a service with one reader. `trouble`: results by function, each used once."""

    SCARD_SCOPE_SYSTEM = scard.SCARD_SCOPE_SYSTEM

    def __init__(self) -> None:
        self.trouble: dict[str, deque[int]] = {}
        self.readers = ["A"]
        self.state = scard.SCARD_STATE_EMPTY
        self.open_contexts = 0
        self.opened_at: list[float] = []
        self.queries: list[list[tuple[str, int]]] = []
        self.hang = threading.Event()
        self.hang.set()

    def _result(self, function: str) -> int:
        waiting = self.trouble.get(function)
        return waiting.popleft() if waiting else results.SUCCESS

    def SCardEstablishContext(self, scope: int) -> tuple[int, str]:
        self.opened_at.append(time.monotonic())
        result = self._result("establish")
        self.open_contexts += result == results.SUCCESS
        return result, "context"

    def SCardReleaseContext(self, context: str) -> int:
        self.open_contexts -= 1
        return results.SUCCESS

    def SCardListReaders(self, context: str, groups: list[str]) -> tuple[int, list[str]]:
        result = self._result("list")
        return (result, self.readers) if self.readers else (results.NO_READERS_AVAILABLE, [])

    def SCardGetStatusChange(self, context: str, ms: int, query: list[tuple[str, int]]) -> tuple[int, list[Any]]:
        self.hang.wait()
        self.queries.append(query)
        if result := self._result("wait"):
            return result, []
        found = [(name, self.state | scard.SCARD_STATE_CHANGED, [0x3B, -128]) for name, _ in query if name != PLUG_AND_PLAY]
        return results.SUCCESS, found


async def _next(events: Any, *expected: Event) -> None:
    with trio.fail_after(STUCK_S):
        assert [await anext(events) for _ in expected] == list(expected)


LOST = [
    ("establish", results.NO_SERVICE),
    ("list", results.NO_SERVICE),
    ("wait", results.NO_SERVICE),
    ("wait", results.SERVICE_STOPPED),
    ("wait", results.F_COMM_ERROR),
    ("wait", results.INVALID_HANDLE),
    ("wait", results.INVALID_HANDLE - (1 << 32)),
]


@pytest.mark.parametrize(("function", "result"), LOST)
def test_the_service_is_lost_and_everything_is_told_afresh(function: str, result: int) -> None:
    async def main() -> None:
        api = ToldReaders()
        api.state = scard.SCARD_STATE_PRESENT
        known = Event(H.SERVICE_UP), Event(H.READER_ARRIVED, "A"), Event(H.CARD_INSERTED, "A", b"\x3b\x80")
        async with watching(api=api) as monitor, aclosing(monitor.events()) as events:
            await _next(events, *known)
            api.trouble = {function: deque([result])} if function != "establish" else {
                "wait": deque([result]), "establish": deque([result, result])
            }  # fmt: skip
            await _next(events, Event(H.SERVICE_DOWN), *known)
            assert api.open_contexts == 1
        assert api.open_contexts == 0

    trio.run(main)


def test_a_service_that_stays_away_is_told_at_once_and_not_when_it_has_been_silent_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring, "HANGS_AFTER_S", 10 * STUCK_S)

    async def main() -> None:
        api = ToldReaders()
        async with watching(api=api) as monitor, aclosing(monitor.events()) as events:
            await _next(events, Event(H.SERVICE_UP), Event(H.READER_ARRIVED, "A"))
            api.trouble = {"wait": deque([results.NO_SERVICE]), "establish": deque([results.NO_SERVICE] * 999)}
            await _next(events, Event(H.SERVICE_DOWN))

    trio.run(main)


def test_a_slow_listener_hears_that_the_service_was_away() -> None:
    async def main() -> None:
        api = ToldReaders()
        async with watching(api=api) as monitor, aclosing(monitor.events()) as events:
            await _next(events, Event(H.SERVICE_UP), Event(H.READER_ARRIVED, "A"))
            api.trouble = {"wait": deque([results.NO_SERVICE])}
            with trio.fail_after(STUCK_S):
                while len(api.opened_at) < 2 or monitor.seen is None or not monitor.seen.up:
                    await trio.sleep(0.01)
            await _next(events, Event(H.SERVICE_DOWN), Event(H.SERVICE_UP), Event(H.READER_ARRIVED, "A"))

    trio.run(main)


@pytest.mark.parametrize("bit", [scard.SCARD_STATE_UNKNOWN, scard.SCARD_STATE_UNAVAILABLE])
def test_a_reader_that_is_listed_and_not_there_is_gone(bit: int) -> None:
    async def main() -> None:
        api = ToldReaders()
        async with watching(api=api) as monitor, aclosing(monitor.events()) as events:
            await _next(events, Event(H.SERVICE_UP), Event(H.READER_ARRIVED, "A"))
            api.state = bit
            await _next(events, Event(H.READER_GONE, "A"))
            assert monitor.slot("A") is None

    trio.run(main)


@pytest.mark.parametrize("result", [results.TIMEOUT, results.UNKNOWN_READER])
def test_a_wait_without_news_is_none(result: int) -> None:
    async def main() -> None:
        api = ToldReaders()
        async with watching(api=api) as monitor, aclosing(monitor.events()) as events:
            await _next(events, Event(H.SERVICE_UP), Event(H.READER_ARRIVED, "A"))
            api.trouble = {"wait": deque([result])}
            while api.trouble["wait"]:
                await trio.sleep(0.01)
            api.state = scard.SCARD_STATE_PRESENT | scard.SCARD_STATE_MUTE
            await _next(events, Event(H.CARD_INSERTED, "A", b"\x3b\x80", True))
            api.readers = ["A", "B"]
            await _next(events, Event(H.READER_ARRIVED, "B"), Event(H.CARD_INSERTED, "B", b"\x3b\x80", True))
            api.readers = []
            await _next(events, Event(H.READER_GONE, "A"), Event(H.READER_GONE, "B"))
        assert api.queries[-1] == [(PLUG_AND_PLAY, 0)]

    trio.run(main)


def test_a_lost_service_is_tried_ever_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring, "BACK_OFF_S", (0.02, 0.05))

    class Stop:
        """Counts the pauses instead of making them."""

        def __init__(self) -> None:
            self.pauses: list[float] = []

        def is_set(self) -> bool:
            return len(self.pauses) > 5

        def wait(self, pause_s: float) -> None:
            self.pauses.append(pause_s)

    async def main() -> list[float]:
        api, stop = ToldReaders(), Stop()
        api.trouble = {"establish": deque([results.NO_SERVICE] * 9)}
        ReaderMonitor(api=api)._watch(trio.lowlevel.current_trio_token(), stop, trio.Event())  # type: ignore[arg-type]
        return stop.pauses

    assert trio.run(main) == pytest.approx([0.02, 0.04, 0.05, 0.05, 0.05, 0.05])


def test_as_many_readers_as_there_can_be_are_waited_for_without_the_one_for_new_ones() -> None:
    async def main() -> None:
        api = ToldReaders()
        api.readers = [f"{number:02}" for number in range(WAITED_FOR_MAX)]
        async with watching(api=api) as monitor, aclosing(monitor.events()) as events:
            await _next(events, Event(H.SERVICE_UP), *(Event(H.READER_ARRIVED, name) for name in api.readers))
        assert {len(query) for query in api.queries} == {WAITED_FOR_MAX}

    trio.run(main)


def test_a_service_that_hangs_is_down_until_it_speaks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring, "HANGS_AFTER_S", 0.1)

    async def main() -> None:
        api = ToldReaders()
        async with watching(api=api) as monitor, aclosing(monitor.events()) as events:
            await _next(events, Event(H.SERVICE_UP), Event(H.READER_ARRIVED, "A"))
            api.hang.clear()
            await _next(events, Event(H.SERVICE_DOWN))
            assert monitor.slot("A") is None
            api.hang.set()
            await _next(events, Event(H.SERVICE_UP), Event(H.READER_ARRIVED, "A"))

    trio.run(main)


def test_stopping_does_not_wait_for_a_service_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring, "STOP_WITHIN_S", 0.1)

    async def main() -> None:
        api = ToldReaders()
        api.hang.clear()
        with trio.fail_after(STUCK_S):
            async with watching(api=api):
                while not api.opened_at:
                    await trio.sleep(0.01)
        assert api.open_contexts == 1
        api.hang.set()
        with trio.fail_after(STUCK_S):
            while api.open_contexts:
                await trio.sleep(0.01)

    trio.run(main)


def test_what_goes_wrong_in_the_thread_is_not_kept_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)

    class Broken(ToldReaders):
        def SCardListReaders(self, context: str, groups: list[str]) -> tuple[int, list[str]]:
            raise SystemError("in the C library")

    async def main() -> None:
        async with watching(api=Broken()):
            await trio.sleep_forever()

    with pytest.raises(ExceptionGroup) as raised:
        trio.run(main)
    assert raised.group_contains(RuntimeError, match="has ended")


def test_waiting_for_a_card_and_for_its_going() -> None:
    async def main() -> None:
        api = ToldReaders()
        async with watching(api=api) as monitor:
            with trio.fail_after(STUCK_S):
                await monitor.until_removed("A")
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(monitor.until_inserted, 0)
                    await trio.testing.wait_all_tasks_blocked()
                    api.state = scard.SCARD_STATE_PRESENT
                with trio.move_on_after(0.1) as still_in:
                    await monitor.until_removed("A")
                assert still_in.cancelled_caught
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(monitor.until_removed, "A")
                    await trio.testing.wait_all_tasks_blocked()
                    api.state |= 2 << 16  # another card, in the blink of an eye
                with trio.move_on_after(0.1) as unknown:
                    await monitor.until_removed("B")
                assert unknown.cancelled_caught

    trio.run(main)


# -- the real service



async def _happens(events: Any, reader: str, *expected: Happening) -> None:
    """What is told of this reader and of the service."""
    for wanted in expected:
        with trio.fail_after(STUCK_S):
            while (event := await anext(events)).reader not in ("", reader):
                pass
        assert event.happening is wanted


def test_cards_come_and_go(pcscd: PrivatePcscd) -> None:
    async def main() -> None:
        async with (
            pcscd.a_pair() as pair, watching() as monitor, slot_at(pair.port) as slot, aclosing(monitor.events()) as events,
        ):  # fmt: skip
            reader = pair.reader
            await _happens(events, reader, H.SERVICE_UP, H.READER_ARRIVED)
            for card in (VirtualCard.blank(), VirtualCard(atr=UNREADABLE_ATR)):
                slot.insert(card)
                await _happens(events, reader, H.CARD_INSERTED)
                found = monitor.slot(reader)
                assert found is not None and found.atr == card.atr
                slot.remove()
                await _happens(events, reader, H.CARD_REMOVED)

    trio.run(main)


def test_the_service_is_killed_and_comes_back_with_the_card_still_in(pcscd: PrivatePcscd) -> None:
    async def main() -> None:
        async with (
            pcscd.a_pair() as pair, watching() as monitor, slot_at(pair.port) as slot, aclosing(monitor.events()) as events,
        ):  # fmt: skip
            reader = pair.reader
            slot.insert(VirtualCard.blank())
            await monitor.until_inserted(reader)
            await _happens(events, reader, H.SERVICE_UP, H.READER_ARRIVED, H.CARD_INSERTED)
            pcscd.kill()
            await _happens(events, reader, H.SERVICE_DOWN)
            assert monitor.seen == DOWN
            slot.remove()  # nobody sees it go
            await trio.lowlevel.checkpoint()
            slot.insert(VirtualCard.blank())
            pcscd.start()
            await _happens(events, reader, H.SERVICE_UP, H.READER_ARRIVED, H.CARD_INSERTED)

    trio.run(main)


def test_readers_are_unplugged_and_plugged_in(pcscd: PrivatePcscd) -> None:
    async def main() -> None:
        async with watching() as monitor, aclosing(monitor.events()) as events:
            await _happens(events, SECOND_READER, H.SERVICE_UP, H.READER_ARRIVED)
            pcscd.stop()
            pcscd.start(plugged=False)
            await _happens(events, SECOND_READER, H.SERVICE_DOWN, H.SERVICE_UP)
            assert monitor.slot(SECOND_READER) is None
            pcscd.stop()
            pcscd.start()
            await _happens(events, SECOND_READER, H.SERVICE_DOWN, H.SERVICE_UP, H.READER_ARRIVED)

    trio.run(main)


def test_the_service_hangs_and_goes_on(pcscd: PrivatePcscd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring, "HANGS_AFTER_S", 0.8)

    async def main() -> None:
        async with watching() as monitor, aclosing(monitor.events()) as events:
            await _happens(events, READER, H.SERVICE_UP, H.READER_ARRIVED)
            pcscd.freeze()
            try:
                await _happens(events, READER, H.SERVICE_DOWN)
            finally:
                pcscd.thaw()
            await _happens(events, READER, H.SERVICE_UP, H.READER_ARRIVED)

    trio.run(main)
