"""Facts on their way to the centre: in batches, oldest first, again and again until they have arrived.

Each has an id of its own and is stored once, so a batch whose answer was lost is simply sent again. A fact that the centre
refuses by itself is set aside with its reason, so that the others pass.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from random import Random
from typing import Protocol

import trio

from remote.messages.telemetry import Fact, TelemetryBatch
from remote.platform import Platform, PlatformAway, PlatformRefused

BATCH = 200                    # facts; some 60 kB
EVERY_S = 20.0                 # [A] facts of so long go together: a commit at the centre for each terminal, not for each fact
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 120.0


class FactStore(Protocol):
    """What the terminal's memory offers. Each method is its own short transaction."""

    @property
    def origin(self) -> str: ...

    def waiting(self, at_most: int, without: Collection[str]) -> Sequence[Fact]:
        """The oldest facts not yet arrived, in the order of their numbers."""

    def tried(self, fact_ids: Sequence[str]) -> None:
        """They are about to be sent: from now on the centre may have them, and they are not to be added up with others."""

    def arrived(self, fact_ids: Sequence[str]) -> None:
        """The centre has them. Safe to repeat."""

    def refused(self, fact_id: str, reason: str) -> None:
        """The centre will never take this one."""


class FactSender:
    def __init__(self, store: FactStore, platform: Platform, random: Random | None = None, every_s: float = EVERY_S) -> None:
        self._store, self._platform, self._random, self._every_s = store, platform, random or Random(), every_s
        self.last_failure: str | None = None

    async def drain(self) -> None:
        """Run for ever. After days without network everything that waits goes out batch after batch, without a pause."""
        failures = 0
        while True:
            try:
                sent = await self.send_once()
            except (PlatformAway, PlatformRefused) as error:
                failures, self.last_failure = failures + 1, str(error)
                await trio.sleep(self._pause(failures))
                continue
            failures, self.last_failure = 0, None
            if sent < BATCH:
                await trio.sleep(self._every_s * (0.75 + self._random.random() / 2))     # never all terminals at once

    async def send_once(self) -> int:
        """One batch; how many facts left the memory. Raises PlatformAway, or PlatformRefused where the terminal is refused."""
        batch = self._store.waiting(BATCH, ())
        if not batch:
            return 0
        self._store.tried([fact.fact_id for fact in batch])
        try:
            return await self._send(batch)
        except PlatformRefused as refused:
            if refused.status in (401, 403) or len(batch) == 0:
                raise
        return await self._send_one_by_one(batch)

    async def _send_one_by_one(self, batch: Sequence[Fact]) -> int:
        for fact in batch:
            try:
                await self._send([fact])
            except PlatformRefused as refused:
                if refused.status in (401, 403):
                    raise
                self._store.refused(fact.fact_id, refused.problem.error)
        return len(batch)

    async def _send(self, batch: Sequence[Fact]) -> int:
        answer = await self._platform.tell_facts(TelemetryBatch(origin=self._store.origin, facts=list(batch)))
        self._store.arrived(answer.stored)
        return len(answer.stored)

    def _pause(self, failures: int) -> float:
        longest = min(FIRST_PAUSE_S * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE_S)
        return longest * (0.5 + self._random.random() / 2)
