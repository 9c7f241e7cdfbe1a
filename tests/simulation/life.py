"""One run of one terminal's process, from its start to its end, which may come at any await and at any journal row.

Dead means: whatever the process does afterwards has no effect. Its wires are cut, its requests and rows raise `Cut`, its
nursery is cancelled. Nothing of it survives but the journal's folder.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

import trio

from devices.wire import MemoryWire, WireGone
from kiosk.transaction.journal import Event, Journal
from kiosk.transaction.plan import Facts, Mark


class Cut(BaseException):
    """This process has no power any more."""


@dataclass(frozen=True)
class Hazard:
    """How likely a cut is: at a step of any task, at one while a plan is open, just before or after a row (of the pivot,
    of an undo), at a send."""

    step: float = 0.0
    hot_step: float = 0.0
    row: float = 0.0
    decisive_row: float = 0.0
    send: float = 0.0


SAFE = Hazard()
PIVOT = "hand_over"
PIVOTS_ON_THE_WAY = ("collect", "print")     # two in one visit: a third as likely each, or nobody ever sees the second
LIFE: ContextVar[Life | None] = ContextVar("life", default=None)


@dataclass(eq=False)
class Life:
    name: str
    rng: Random
    hazard: Callable[[], Hazard]
    hot: Callable[[], bool]
    died: Callable[[str], None]
    dead: bool = False
    scope: trio.CancelScope = field(default_factory=trio.CancelScope)
    wires: list[MemoryWire] = field(default_factory=list)

    def check(self) -> None:
        if self.dead:
            raise Cut

    def die(self, where: str) -> None:
        """At this instant."""
        if self.dead:
            return
        self.dead = True
        self.died(where)
        for wire in self.wires:
            wire.cut()
        self.scope.cancel()

    def risk(self, chance: float, where: str) -> None:
        """Raises Cut where the power goes here."""
        self.check()
        if chance and self.rng.random() < chance:
            self.die(where)
            raise Cut

    def step(self, task: str) -> None:
        hazard = self.hazard()
        chance = hazard.hot_step if self.hot() else hazard.step
        if chance and self.rng.random() < chance:
            self.die(f"step of {task}")


class Reaper(trio.abc.Instrument):
    """Asks at every step of every task of a terminal whether the power goes now."""

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        life = task.context.get(LIFE)
        if life is not None and not life.dead:
            life.step(task.name.rpartition(".")[2])


class MortalWire:
    """A terminal's end of a wire: a cut may leave half a command on the line."""

    def __init__(self, life: Life, wire: MemoryWire) -> None:
        self._life, self._wire = life, wire

    async def send(self, data: bytes) -> None:
        chance = self._life.hazard().send if self._life.hot() else 0.0
        self._life.risk(chance, "before bytes")
        if chance and len(data) > 1 and self._life.rng.random() < chance:
            await self._wire.send(data[: self._life.rng.randrange(1, len(data))])
            self._life.die("in the middle of bytes")
            raise Cut
        await self._wire.send(data)
        self._life.check()

    async def receive(self, at_most: int = 4096) -> bytes:
        self._life.check()
        data = await self._wire.receive(at_most)
        self._life.check()
        return data

    async def aclose(self) -> None:
        await self._wire.aclose()


class MortalJournal(Journal):
    """The real journal on a real file; the power may go just before a commit and just after it."""

    def __init__(self, folder: Path, now: Callable[[], datetime], life: Life, told: Callable[[str, str, int, Mark, Facts], None]):
        self._life, self._told = life, told
        super().__init__(folder, now)

    def write(
        self, plan: str, act: str, attempt: int, mark: Mark, facts: Facts | None = None, events: Sequence[Event] = ()
    ) -> None:
        hazard = self._life.hazard()
        chance = hazard.decisive_row if act == PIVOT or mark is Mark.UNDONE else hazard.row
        if act in PIVOTS_ON_THE_WAY:
            chance = max(chance, hazard.decisive_row / 3)
        self._life.risk(chance, f"before row {act} {mark}")
        super().write(plan, act, attempt, mark, facts, events)
        self._told(plan, act, attempt, mark, facts or {})
        self._life.risk(chance, f"after row {act} {mark}")

    def queue(self, event: Event) -> None:
        self._life.check()
        super().queue(event)

    def sent(self, event_ids: list[str]) -> None:
        self._life.check()
        super().sent(event_ids)

    def erase(self, plan: str) -> None:
        self._life.check()
        super().erase(plan)


__all__ = ["LIFE", "SAFE", "Cut", "Hazard", "Life", "MortalJournal", "MortalWire", "Reaper", "WireGone"]
