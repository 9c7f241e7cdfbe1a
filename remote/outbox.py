"""News that must arrive: sent in batches, oldest first, again and again until the centre says that it has them.

The rows live in the terminal's journal, written in the same transaction as the fact they tell of. Nothing is dropped. An
event that the centre refuses by itself is set aside with its reason, so that the others pass; it stays in the journal and
in the status, and is tried again after an hour and at every start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Protocol

import trio

from remote.messages import Event, Report
from remote.platform import Platform, PlatformAway, PlatformRefused

BATCH = 50  # events in one report
LOOK_AGAIN_S = 5.0  # with nothing to send and nobody calling
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 120.0
SET_ASIDE_S = 3600.0


class OutboxStore(Protocol):
    """What the journal offers. Each method is its own short transaction."""

    async def waiting(self, at_most: int, without: Collection[str]) -> Sequence[Event]:
        """The oldest events not yet arrived, in the order of their rows, leaving out some ids."""

    async def arrived(self, event_ids: Sequence[str]) -> None:
        """The centre has them. Safe to repeat."""

    async def settled_elsewhere(self, obligation_ids: Sequence[str]) -> None:
        """Others settled these obligations of ours: close them and write OBLIGATION_SETTLED. Safe to repeat; ids come
        again until that event has arrived."""

    async def count_waiting(self) -> int: ...


@dataclass(frozen=True)
class OutboxStatus:
    """For the technicians: how much waits, since when, and why."""

    waiting: int
    oldest_since: datetime | None
    last_failure: str | None
    set_aside: dict[str, str]  # event id -> reason


class Outbox:
    def __init__(self, store: OutboxStore, platform: Platform, random: Random | None = None) -> None:
        self._store = store
        self._platform = platform
        self._random = random or Random()
        self._called = trio.Event()
        self._set_aside: dict[str, tuple[float, str]] = {}
        self._last_failure: str | None = None

    def poke(self) -> None:
        """A new row was written: send it soon."""
        self._called.set()

    async def drain(self) -> None:
        """Run for ever, in the terminal's own nursery."""
        failures = 0
        while True:
            try:
                sent = await self.send_once()
            except (PlatformAway, PlatformRefused) as error:
                failures += 1
                self._last_failure = str(error)
                await trio.sleep(self._pause(failures))
                continue
            failures, self._last_failure = 0, None
            if sent == 0:
                with trio.move_on_after(LOOK_AGAIN_S):
                    await self._called.wait()
                self._called = trio.Event()

    async def send_once(self) -> int:
        """One batch; how many events the centre now has. Raises PlatformAway, or PlatformRefused where not the events
        but the terminal is refused (401)."""
        batch = await self._store.waiting(BATCH, self._skipped())
        if not batch:
            return 0
        try:
            return await self._send(batch)
        except PlatformRefused:
            return await self._send_one_by_one(batch)

    async def _send_one_by_one(self, batch: Sequence[Event]) -> int:
        sent = 0
        for event in batch:
            try:
                sent += await self._send([event])
            except PlatformRefused as refused:
                if refused.status == 401:
                    raise
                self._set_aside[event.event_id] = (trio.current_time() + SET_ASIDE_S, refused.problem.error)
        return sent

    async def _send(self, batch: Sequence[Event]) -> int:
        key = "report:" + hashlib.sha256("|".join(event.event_id for event in batch).encode()).hexdigest()
        answer = await self._platform.report(Report(events=list(batch)), key=key)
        await self._store.arrived(answer.stored)
        if answer.settled_elsewhere:
            await self._store.settled_elsewhere(answer.settled_elsewhere)
        return len(answer.stored)

    def _skipped(self) -> list[str]:
        now = trio.current_time()
        self._set_aside = {event_id: entry for event_id, entry in self._set_aside.items() if entry[0] > now}
        return list(self._set_aside)

    def _pause(self, failures: int) -> float:
        longest = min(FIRST_PAUSE_S * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE_S)
        return longest * (0.5 + self._random.random() / 2)

    async def status(self) -> OutboxStatus:
        oldest = await self._store.waiting(1, ())
        set_aside = {event_id: reason for event_id, (_until, reason) in self._set_aside.items()}
        return OutboxStatus(await self._store.count_waiting(), oldest[0].at if oldest else None, self._last_failure, set_aside)
