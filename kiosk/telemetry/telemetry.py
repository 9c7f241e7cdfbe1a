"""Gathers what the centre is told of this terminal: after each look at the machines what has changed, at the end of each
journey how it ended, masked log lines, counters now and then. Everything goes through the journal's file."""
from __future__ import annotations

import contextlib
import logging
import resource
from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random

import trio

from kiosk.health.health import Health
from kiosk.telemetry.log_lines import MaskedLines
from kiosk.telemetry.memory import FactMemory, fact
from kiosk.telemetry.snapshots import device_tree, drivers_of, made_of, service_state, storage_units, worst_light
from kiosk.transaction.journal import Fact, JournalBroken
from kiosk.visit import Visit
from remote.agent import Agent, Pulse
from remote.messages.telemetry import Body, ClockSkew, Counters, FactKind, JourneyEnded, Started, Versions
from remote.platform import Platform

COUNTERS_EVERY_S = 900.0       # [A]
CLOCK_WORTH_S = 2.0            # [A] a clock that moved by less is no news


class Telemetry:
    """One per terminal. `beats` says how far the screen's loop has turned; `visit` who stands there now. `platform`: another
    way to the centre than the parts'."""

    def __init__(
        self, health: Health, visit: Callable[[], Visit | None], versions: Versions, beats: Callable[[], int],
        waiting_news: Callable[[], int] = lambda: 0, random: Random | None = None, platform: Platform | None = None,
        boot_id: str | None = None,
    ) -> None:  # fmt: skip
        self._health, self._visit, self._versions, self._beats, self._news = health, visit, versions, beats, waiting_news
        parts = health.parts
        self.memory = FactMemory(health.heart.journal, parts.now)
        self.lines = MaskedLines(self._secrets)
        self.agent = Agent(platform or parts.platform, self.memory, self.pulse, parts.now, random, boot_id)
        self._drivers = drivers_of(parts)
        self._told: dict[FactKind, Body] = {}
        self._lights: dict[str, tuple[str, datetime]] = {}
        self._ended: dict[str, int] = {}
        self._clock_told: float | None = None

    async def run(self) -> None:
        """Next to the terminal, until it ends. With a broken journal nothing is gathered and the heartbeat goes on."""
        root = logging.getLogger()
        root.addHandler(self.lines)
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self.agent.beat)
                nursery.start_soon(self._send)
                nursery.start_soon(self._count_now_and_then)
                await self._gather()
        finally:
            root.removeHandler(self.lines)

    async def _send(self) -> None:
        with contextlib.suppress(JournalBroken):
            await self.agent.facts.drain()

    async def _gather(self) -> None:
        self.note(fact(FactKind.STARTED, Started(boot_id=self.agent.boot_id)), fact(FactKind.VERSIONS, self._versions))
        while True:
            self.note(*self.changed())
            await self._health.looked()

    async def _count_now_and_then(self) -> None:
        while True:
            await trio.sleep(COUNTERS_EVERY_S)
            self.note(fact(FactKind.COUNTERS, self.counters()))

    def note(self, *facts: Fact) -> None:
        with contextlib.suppress(JournalBroken):
            self.memory.note(facts)

    # -- what is told ---------------------------------------------------------------------------------------------------

    def changed(self) -> list[Fact]:
        """What is not as it was told last, and lines that were written."""
        facts = [fact(kind, body) for kind, body in self._snapshots() if self._told.get(kind) != body]
        self._told |= dict(self._snapshots())
        return facts + self._clock() + self.lines.take()

    def _snapshots(self) -> Iterator[tuple[FactKind, Body]]:
        found, now = self._health.found, self._health.parts.now()
        if not found.devices:                          # nobody has looked yet
            return
        for name, looked in found.devices.items():
            how = f"{looked.light}|{' '.join(looked.troubles)}"
            if self._lights.get(name, ("", now))[0] != how:
                self._lights[name] = (how, now)
        since = {name: when for name, (_, when) in self._lights.items()}
        yield FactKind.DEVICES, device_tree(found, since, self._drivers, made_of(self._health.parts))
        if not self._health.heart.busy:                # while a card is on its way counts move and come back
            yield FactKind.UNITS, storage_units(found)
        yield FactKind.SERVICE, service_state(self._health.offers(), self._health.out_of_service())

    def _clock(self) -> list[Fact]:
        off = self._health.found.clock_off_s
        if off is None or (self._clock_told is not None and abs(off - self._clock_told) < CLOCK_WORTH_S):
            return []
        self._clock_told = off
        return [fact(FactKind.CLOCK, ClockSkew(ahead_s=round(off, 1)))]

    def counters(self) -> Counters:
        used = resource.getrusage(resource.RUSAGE_SELF)
        journal = self._health.heart.journal
        return Counters(values={
            "cpu_s": round(used.ru_utime + used.ru_stime, 1), "rss_mb": round(used.ru_maxrss / 1e3, 1),
            "free_mb": round(journal.free_mb(), 0), "facts_waiting": float(self.memory.count_waiting()),
            "news_waiting": float(self._news()), "log_lines_lost": float(self.lines.lost),
            **{f"journeys_{how}": float(count) for how, count in self._ended.items()},
        })  # fmt: skip

    def journey_ended(self, journey: str, outcome: str, refusal: str, seconds: float) -> None:
        self._ended[outcome] = self._ended.get(outcome, 0) + 1
        body = JourneyEnded(journey=journey, outcome=outcome, refusal=refusal, seconds=round(seconds, 1))
        self.note(fact(FactKind.JOURNEY, body), *self.lines.take())

    def pulse(self) -> Pulse:
        return Pulse(
            self._beats(), self._visit() is not None, self._health.out_of_service() or "",
            worst_light(self._health.found).value, self.memory.count_waiting() + self._news(),
        )  # fmt: skip

    def _secrets(self) -> list[str]:
        visit = self._visit()
        if visit is None or visit.person is None:
            return []
        card = visit.person.card
        fields = (getattr(card, name, None) for name in ("name", "address", "id_number", "english_name", "chinese_name"))
        return [field for field in fields if isinstance(field, str) and field]
