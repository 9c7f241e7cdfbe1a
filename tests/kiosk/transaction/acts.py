"""A world of acts that do as they are told, remember what was done to them, and lose their power at any point.

A point is every instant at which a power cut makes a difference: before and after each row, and before and after what
each perform, undo and probe does to the world.
"""
from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.transaction.journal import PLAN, Event, Journal
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import (
    Act,
    Answer,
    Attempt,
    End,
    Facts,
    Later,
    Mark,
    NotDone,
    Plan,
    Probed,
    Refused,
    Step,
    Unknown,
    nothing_known,
)
from kiosk.transaction.runner import run, settle

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLAN_ID = "ab" * 16
SETTLINGS = 12


class Cut(BaseException):
    """The power is gone."""


@dataclass
class Told:
    """How one act behaves: outcomes in turn, the last one for ever (ok not_done unknown_done unknown_not later refused)."""

    name: str
    performs: Sequence[str] = ("ok",)
    undos: Sequence[str] | None = ("ok",)      # ok | later; None: the act has no undo
    prepares: Sequence[str] = ("ok",)
    tries: int = 1


@dataclass
class Script:
    before: Sequence[Told] = ()
    pivot: Told = field(default_factory=lambda: Told("pivot"))
    probes: Sequence[str] = ("truth",)         # truth | later | unknown
    after: Sequence[Told] = ()
    doubt: Told | None = None


class Broken(AssertionError):
    """A promise of the transaction was broken, seen at the moment it happened."""


@dataclass
class World:
    """What really happened, whatever the journal believes."""

    folder: Path
    script: Script
    cuts: list[int] = field(default_factory=list)      # points at which the power goes, counted from each start
    effects: Counter[tuple[str, int]] = field(default_factory=Counter)
    undone: set[tuple[str, int]] = field(default_factory=set)
    performed: Counter[str] = field(default_factory=Counter)
    turns: Counter[str] = field(default_factory=Counter)
    points: int = 0
    kind_faults: bool = True
    cancel_at: int | None = None

    # -- power -------------------------------------------------------------------------------------------------------

    def point(self) -> None:
        self.points += 1
        if self.cuts and self.points == self.cuts[0]:
            self.cuts.pop(0)
            raise Cut

    def open(self) -> tuple[Journal, PlanLog]:
        journal = MortalJournal(self.folder, lambda: NOON, self.point)
        return journal, PlanLog(journal, PLAN_ID, lambda log, this, mark, facts: [])

    # -- acts --------------------------------------------------------------------------------------------------------

    def next(self, kind: str, of: Sequence[str]) -> str:
        turn = self.turns[kind]
        self.turns[kind] += 1
        said = of[min(turn, len(of) - 1)]
        if not self.kind_faults and said in ("later", "unknown"):
            return "truth" if "probe" in kind else "ok"
        return said

    def plan(self, log: PlanLog) -> Plan:
        script = self.script
        return Plan(
            PLAN_ID, "test", before=tuple(self.act(told, log, "before") for told in script.before),
            pivot=self.act(script.pivot, log, "pivot"), probe=self.probe(log),
            after=tuple(self.act(told, log, "after") for told in script.after),
            doubt=self.act(script.doubt, log, "doubt") if script.doubt else None, holds=frozenset({"machine"}),
        )  # fmt: skip

    def act(self, told: Told, log: PlanLog, where: str) -> Act:
        async def perform(this: Attempt) -> Facts:
            self.must_be_allowed(log, this, where)
            self.performed[this.act] += 1
            self.point()
            said = self.next(f"perform {told.name}", told.performs)
            if said in ("ok", "unknown_done"):
                self.effects[this.act, this.number] += 1
            self.point()
            match said:
                case "not_done":
                    raise NotDone("it jammed", code="J")
                case "unknown_done" | "unknown_not":
                    raise Unknown("no answer")
                case "later":
                    raise Later("the centre")
                case "refused":
                    raise Refused("fenced")
            return {"by": told.name}

        async def undo(this: Attempt) -> Facts:
            if not log.has(PLAN, Mark.DECIDED_BACK):
                raise Broken(f"{this.act} undone before it was decided")
            if log.has(this.act, Mark.UNDONE, this.number):
                raise Broken(f"{this.act} undone again after its row")
            self.point()
            if self.next(f"undo {told.name}", told.undos or ()) == "later":
                raise Later(f"machine of {told.name}")
            self.undone.add((this.act, this.number))
            self.point()
            return {"undone": told.name}

        async def prepare(this: Attempt) -> Facts:
            if self.next(f"prepare {told.name}", told.prepares) == "later":
                raise Later("not ready")
            return {"prepared": True}

        undoing: Step | None = undo if where == "before" and told.undos is not None else None
        return Act(told.name, perform, undoing, prepare if told.prepares != ("ok",) else nothing_known, told.tries)

    def must_be_allowed(self, log: PlanLog, this: Attempt, where: str) -> None:
        on_disk = {(r.act, r.attempt, r.mark) for r in log._journal.rows(PLAN_ID)}
        if (this.act, this.number, Mark.INTENT) not in on_disk:
            raise Broken(f"{this.act} touches the world without its intent on disk")
        if (this.act, this.number, Mark.DONE) in on_disk:
            raise Broken(f"{this.act} performed again after its done row")
        decided = {mark for act, _, mark in on_disk if act == PLAN}
        if where in ("before", "pivot") and decided & {Mark.DECIDED_BACK, Mark.DECIDED_FORWARD, Mark.IN_DOUBT}:
            raise Broken(f"{this.act} performed after a decision")
        if where == "after" and Mark.DECIDED_FORWARD not in decided:
            raise Broken(f"{this.act} performed before it was decided to go forward")
        if where == "doubt" and Mark.IN_DOUBT not in decided:
            raise Broken("the doubt was told before it stood in the journal")
        if where == "pivot" and self.performed[this.act]:
            raise Broken("the pivot was tried twice")

    def probe(self, log: PlanLog) -> Callable[[Attempt], Awaitable[Probed]]:
        async def ask(this: Attempt) -> Probed:
            if log.has(PLAN, Mark.DECIDED_BACK) or log.has(PLAN, Mark.DECIDED_FORWARD):
                raise Broken("asked after it was decided")
            self.point()
            said = self.next("probe", self.script.probes)
            self.point()
            if said == "later":
                raise Later("machine")
            if said == "unknown":
                return Probed(Answer.UNKNOWN, {"reason": "no sensor"})
            return Probed(Answer.DONE if self.past else Answer.NOT_DONE, {"found": True})

        return ask

    # -- what is true ------------------------------------------------------------------------------------------------

    @property
    def past(self) -> bool:
        return self.effects[self.script.pivot.name, 1] > 0

    def really_done(self) -> set[tuple[str, int]]:
        names = {told.name for told in self.script.before if told.undos is not None}
        return {key for key, count in self.effects.items() if count and key[0] in names}


class MortalJournal(Journal):
    """The real journal on a real file; the power may go just before a commit and just after it."""

    def __init__(self, folder: Path, now: Callable[[], datetime], point: Callable[[], None]) -> None:
        super().__init__(folder, now)
        self._point = point

    def write(
        self, plan: str, act: str, attempt: int, mark: Mark, facts: Facts | None = None, events: Sequence[Event] = ()
    ) -> None:
        self._point()
        super().write(plan, act, attempt, mark, facts, events)
        self._point()


async def live(world: World) -> tuple[End | None, list[Any]]:
    """Run the plan, die at the world's points, start again from the file alone until nothing is owed. (last end, rows)"""
    end: End | None = None
    journal, log = world.open()
    try:
        log.open("test", {})
        asked = iter(range(100))
        end = await run(world.plan(log), log, lambda: next(asked) == world.cancel_at)
    except Cut:
        pass
    for round_ in range(SETTLINGS):
        world.kind_faults = round_ < SETTLINGS - 4
        journal.close()
        world.points = 0
        journal, log = world.open()
        if not log.rows or log.closed and not world.cuts:
            break
        try:
            end = await settle(world.plan(log), log)
        except Cut:
            continue
    rows = list(journal.rows())
    journal.close()
    return end, rows


def must_hold(world: World, rows: Sequence[Any]) -> None:
    """What is true of every plan that has come to its end, whatever happened on the way."""
    marks = [(row.act, row.mark) for row in rows]
    if not marks:
        assert not world.effects, "something was done without a row"
        return
    assert marks.count((PLAN, Mark.CLOSED)) == 1 and marks[-1] == (PLAN, Mark.CLOSED), marks
    assert world.performed[world.script.pivot.name] <= 1
    after = {told.name for told in world.script.after}
    done_after = {act for act, _ in world.effects if act in after}
    if world.past:
        assert (PLAN, Mark.DECIDED_BACK) not in marks and not world.undone, "undone past the pivot"
        refused = {row.act for row in rows if row.mark is Mark.INCIDENT} & after
        assert done_after | refused == after, "something after the pivot was dropped"
    else:
        assert (PLAN, Mark.DECIDED_FORWARD) not in marks and not done_after
        assert world.really_done() <= world.undone, "something done was not undone"


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder
