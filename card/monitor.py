"""Who watches the PC/SC readers: cards that come and go, readers plugged and unplugged, the service's death and return.

pyscard's own CardMonitor dies for good when pcscd restarts, and replays a card that is gone (facts/card.md 5.3). This is
the recipe of section 6. The waiting is done in a thread of its own, in slices, so that stopping needs no SCardCancel: that
one is lost when nobody waits at that instant (5.2).
"""
from __future__ import annotations

import contextlib
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import trio
from smartcard import scard

from card import pcsc_results as results
from card.reader_choice import Reader, choose
from card.readers_seen import COUNTER, DOWN, Event, Happening, Seen, Slot, changes
from card.transport import ReaderGone

SLICE_S = 0.5  # how long one wait lasts; news cut it short
PAUSE_S = 0.02  # between two looks, so that a reader whose state never settles costs little
BACK_OFF_S = (0.1, 2.0)  # first and longest pause before a lost service is tried again (facts/card.md 6), doubling
HANGS_AFTER_S = 3.0  # a service that lets six slices go by without a word
STOP_WITHIN_S = 2.0
PLUG_AND_PLAY = "\\\\?PnP?\\Notification"  # the reader whose "state" is how many readers there are, shifted by 16
WAITED_FOR_MAX = 16  # names in one wait, the one above among them; pcscd 1.9.9 refuses more (measured) and has no more readers
NOT_THERE = scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE
GOES_ON = frozenset({results.SUCCESS, results.TIMEOUT, results.UNKNOWN_READER})


class ReaderMonitor:
    """`seen`: the last look; None before the first one. Whoever listens gets what is there first, then what happens; a slow
    listener holds up nobody and misses nothing but stays that were over before it listened again."""

    def __init__(self, *, slice_s: float = SLICE_S, api: Any = scard) -> None:
        self._slice_s = slice_s
        self._api = api
        self._news = trio.Event()
        self._heard_at = 0.0
        self._connection = 0
        self.seen: Seen | None = None

    async def run(self) -> None:
        """For ever. Cancelled, it is gone when its thread is, within a slice; a service that hangs is not waited for."""
        stop, over = threading.Event(), trio.Event()
        self._heard_at = trio.current_time()
        thread = threading.Thread(
            target=self._watch, args=(trio.lowlevel.current_trio_token(), stop, over), name="card-monitor", daemon=True
        )
        thread.start()
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._notice_silence)
                await over.wait()
                raise RuntimeError("the thread that watches the readers has ended")
        finally:
            stop.set()
            with trio.move_on_after(STOP_WITHIN_S, shield=True):
                await over.wait()

    async def events(self) -> AsyncGenerator[Event, None]:
        """What is there now, as events, then whatever happens. Use `contextlib.aclosing`."""
        told: Seen | None = None
        while True:
            news, now = self._news, self.seen
            for event in changes(told, now):
                yield event
            told = now
            await news.wait()

    def slot(self, reader: Reader) -> Slot | None:
        """None: not known, or there is no such reader."""
        try:
            return self.seen.readers[choose(reader, list(self.seen.readers))] if self.seen is not None else None
        except ReaderGone:
            return None

    async def until_inserted(self, reader: Reader) -> Slot:
        """Wait until a card is in."""
        async with aclosing(self.events()) as events:
            async for _ in events:
                slot = self.slot(reader)
                if slot is not None and slot.present:
                    return slot
        raise AssertionError("events never end")

    async def until_removed(self, reader: Reader) -> None:
        """Wait until no card is in, or the one that is in is known to be another stay. What is not known is waited out."""
        async with aclosing(self.events()) as events:
            async for event in events:
                slot = self.slot(reader)
                if slot is None:
                    continue
                mine = event.reader == choose(reader, list(self.seen.readers)) if self.seen is not None else False
                if not slot.present or (mine and event.happening is Happening.CARD_REMOVED):
                    return

    # -- in the loop

    async def _notice_silence(self) -> None:
        while True:
            await trio.sleep(HANGS_AFTER_S / 4)
            if trio.current_time() - self._heard_at > HANGS_AFTER_S:
                self._show(DOWN)

    def _hear(self, seen: Seen) -> None:
        self._heard_at = trio.current_time()
        self._show(seen)

    def _show(self, seen: Seen) -> None:
        if seen != self.seen:
            self.seen = seen
            news, self._news = self._news, trio.Event()
            news.set()

    # -- in the thread

    def _watch(self, token: trio.lowlevel.TrioToken, stop: threading.Event, over: trio.Event) -> None:
        def tell(seen: Seen) -> None:
            token.run_sync_soon(self._hear, seen)

        pause = BACK_OFF_S[0]
        with contextlib.suppress(trio.RunFinishedError):
            try:
                while not stop.is_set():
                    worked = self._one_connection(tell, stop)
                    if stop.is_set():
                        return
                    tell(DOWN)
                    pause = BACK_OFF_S[0] if worked else pause
                    stop.wait(pause)
                    pause = min(2 * pause, BACK_OFF_S[1])
            finally:
                token.run_sync_soon(over.set)

    def _one_connection(self, tell: Any, stop: threading.Event) -> bool:
        """Until the service fails, or `stop`. True: it worked for a while."""
        result, context = self._api.SCardEstablishContext(self._api.SCARD_SCOPE_SYSTEM)
        if result != results.SUCCESS:
            return False
        self._connection += 1
        states: dict[str, tuple[int, bytes]] = {}
        looks = 0
        try:
            while not stop.is_set() and (now := self._look(context, states, self._slice_s if looks else 0.0)) is not None:
                states = now
                looks += 1
                tell(Seen(self._connection, {name: _slot(*one) for name, one in states.items() if not one[0] & NOT_THERE}))
                stop.wait(PAUSE_S)
        finally:
            self._api.SCardReleaseContext(context)
        return looks > 0

    def _look(self, context: Any, states: dict[str, tuple[int, bytes]], slice_s: float) -> dict[str, tuple[int, bytes]] | None:
        """The states after the next change, or after a slice without one; None where the service fails."""
        result, names = self._api.SCardListReaders(context, [])
        if result & 0xFFFFFFFF == results.NO_READERS_AVAILABLE:
            names = []
        elif result != results.SUCCESS:
            return None
        known = {name: states.get(name, (scard.SCARD_STATE_UNAWARE, b"")) for name in names}
        query = [(name, state) for name, (state, _) in known.items()]
        if len(query) < WAITED_FOR_MAX:  # without it a new reader is seen after a slice
            query.append((PLUG_AND_PLAY, len(names) << 16))
        result, found = self._api.SCardGetStatusChange(context, int(slice_s * 1000), query)
        if result & 0xFFFFFFFF not in GOES_ON:
            return None
        if result == results.SUCCESS:
            known |= {name: _settled(state, atr) for name, state, atr in found if name in known}
        return {name: one for name, one in known.items() if one[0] != scard.SCARD_STATE_UNAWARE}


def _settled(state: int, atr: list[int]) -> tuple[int, bytes]:
    return state & ~scard.SCARD_STATE_CHANGED, bytes(value & 0xFF for value in atr)


def _slot(state: int, atr: bytes) -> Slot:
    present = bool(state & scard.SCARD_STATE_PRESENT)
    return Slot(present, bool(state & scard.SCARD_STATE_MUTE), atr if present else b"", state >> 16 & COUNTER)
