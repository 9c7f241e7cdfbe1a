"""The terminal's agent: tells the centre that it is there, what happened, and hears whether something waits for it.

Three loops next to the terminal, none in a thread of its own: the heartbeat (cheap, never stored, tried again within
seconds), the facts (remote/facts.py), and whatever `listen` does with the centre's word that commands wait.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

import trio

from remote.facts import EVERY_S, FactSender, FactStore
from remote.messages.telemetry import Heard, Heartbeat
from remote.platform import Limits, Platform, PlatformAway, PlatformRefused

FIRST_EVERY_S = 15.0           # until the centre has said how often
RETRY = 1 / 15                 # of the time between two, and it is tried again: five packets in a hundred may be lost
QUICK_RETRIES = 6              # then as seldom as the heartbeat itself
HEARTBEAT_LIMITS = Limits(call_s=3.0, attempts=1, failures_that_open=1_000_000_000)
FACTS_LIMITS = Limits(call_s=30.0, attempts=1, failures_that_open=1_000_000_000)


@dataclass(frozen=True)
class Pulse:
    """How the terminal is in this instant. `screen_beats` grows as long as the screen's loop turns."""

    screen_beats: int
    in_visit: bool = False
    out_of_service: str = ""
    light: str = "green"
    waiting: int = 0


Listen = Callable[[Heard], Awaitable[None]]


class Agent:
    """`pulse` and `now` are asked for each heartbeat. `listen` hears every answer; it must return soon."""

    def __init__(
        self,
        platform: Platform,
        store: FactStore,
        pulse: Callable[[], Pulse],
        now: Callable[[], datetime],
        random: Random | None = None,
        boot_id: str | None = None,
        every_s: float = EVERY_S,
    ) -> None:
        self._heart = platform.with_patience(HEARTBEAT_LIMITS)
        self._random = random or Random()
        self.facts = FactSender(store, platform.with_patience(FACTS_LIMITS), self._random, every_s)
        self._pulse, self._now = pulse, now
        self._sequence = 0
        self.boot_id = boot_id or secrets.token_hex(8)
        self.heard: Heard | None = None
        self.heard_at: float | None = None             # trio's clock
        self.listeners: list[Listen] = []

    async def run(self) -> None:
        """Run for ever, next to the terminal."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.beat)
            nursery.start_soon(self.facts.drain)

    async def beat(self) -> None:
        failures = 0
        await trio.sleep(self._random.random())
        while True:
            try:
                await self.beat_once()
            except (PlatformAway, PlatformRefused):
                failures += 1
                every = self._every()
                seldom = every * RETRY * 2.0 ** min(max(failures - QUICK_RETRIES, 0), 10)
                await trio.sleep(min(seldom, every) * (0.5 + self._random.random()))
                continue
            failures = 0
            await trio.sleep(self._every() * (0.9 + self._random.random() / 5))

    def _every(self) -> float:
        return self.heard.next_s if self.heard is not None else FIRST_EVERY_S

    async def beat_once(self) -> None:
        """Raises PlatformAway or PlatformRefused."""
        self._sequence += 1
        pulse = self._pulse()
        self.heard = await self._heart.heartbeat(
            Heartbeat(
                boot_id=self.boot_id, sequence=self._sequence, at=self._now(), screen_beats=pulse.screen_beats,
                in_visit=pulse.in_visit, out_of_service=pulse.out_of_service, light=pulse.light, waiting=pulse.waiting,
            )
        )  # fmt: skip
        self.heard_at = trio.current_time()
        for listen in self.listeners:
            await listen(self.heard)
