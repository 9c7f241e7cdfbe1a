"""All plans of this terminal: starts them in the terminal's own nursery, settles what was cut off, keeps what is owed.

A plan is not in the visit's scope: a citizen who leaves cancels her visit, never an act in the middle. She is heard
through `Wish.cancel`, between acts before the pivot.
"""
from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import trio

from kiosk.transaction.journal import PLAN, TERMINAL, Event, Journal, JournalBroken
from kiosk.transaction.log import PlanLog, Tell, event_id
from kiosk.transaction.plan import End, Facts, Mark, Plan
from kiosk.transaction.runner import run, say_doubt, settle

SETTLE_EVERY_S = 20.0        # [A] how often owed acts are tried again while the terminal is up
PLAN_ID_BITS = 128
REFUSALS_SEEN = "refusals_seen"

Build = Callable[[PlanLog], Plan]
"""Makes the plan again from its opening row: the only thing that survives a power cut."""


@dataclass
class Wish:
    """What the citizen in front wants of a running plan."""

    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Run:
    """A plan on its way, for whoever started it."""

    plan: str
    log: PlanLog
    wish: Wish = field(default_factory=Wish)
    end: End | None = None
    finished: trio.Event = field(default_factory=trio.Event)

    async def wait(self) -> End | None:
        """The end, or None where the journal broke under the plan."""
        await self.finished.wait()
        return self.end


@dataclass(frozen=True)
class Obligation:
    """Something this terminal still owes: an age, what it waits for, what it holds meanwhile."""

    plan: str
    kind: str
    act: str
    since: datetime
    waits_for: str


class Heart:
    def __init__(
        self, journal: Journal, builders: Mapping[str, Build], tell: Tell, new_id: Callable[[], str] | None = None
    ) -> None:
        self.journal = journal
        self._builders = builders
        self._tell = tell
        self._new_id = new_id or (lambda: secrets.token_hex(PLAN_ID_BITS // 8))
        self._running: dict[str, Run] = {}
        self._nursery: trio.Nursery | None = None
        self._settling = trio.Lock()

    def enter(self, nursery: trio.Nursery) -> None:
        """The terminal's own nursery, where plans live."""
        self._nursery = nursery

    def new_plan_id(self) -> str:
        return self._new_id()

    def begin(self, plan_id: str, kind: str, data: Facts) -> Run:
        """Open a plan and let it run. Raises JournalBroken before anything has happened."""
        if self._nursery is None:
            raise RuntimeError("the heart has no nursery yet")
        log = PlanLog(self.journal, plan_id, self._tell)
        log.open(kind, data)
        started = Run(plan_id, log)
        self._running[plan_id] = started
        self._nursery.start_soon(self._carry_out, started)
        return started

    async def _carry_out(self, started: Run) -> None:
        try:
            plan = self._builders[started.log.kind](started.log)
            try:
                started.end = await run(plan, started.log, lambda: started.wish.cancelled)
            finally:
                await plan.let_go()
        except JournalBroken:
            started.end = None          # health sees journal.broken, closes the terminal and says so
        finally:
            self._running.pop(started.plan, None)
            started.finished.set()

    async def settle_open(self, *, doubts: bool = True) -> dict[str, End]:
        """Settle every open plan that is not running now, oldest first: at the start, when the door was opened, and
        every so often; then what is in doubt is not asked again, only told to a centre that has not heard it yet."""
        ends: dict[str, End] = {}
        async with self._settling:
            for plan_id in self.journal.open_plans():
                if plan_id in self._running:
                    continue
                log = PlanLog(self.journal, plan_id, self._tell)
                plan = self._builders[log.kind](log)
                if log.in_doubt and not doubts:
                    await say_doubt(plan, log)
                    continue
                ends[plan_id] = await settle(plan, log)
        return ends

    async def settle_one(self, plan_id: str) -> End | None:
        """One open plan, its doubt too; None where it runs now or is closed. Raises JournalBroken."""
        async with self._settling:
            if plan_id in self._running or plan_id not in self.journal.open_plans():
                return None
            log = PlanLog(self.journal, plan_id, self._tell)
            return await settle(self._builders[log.kind](log), log)

    async def keep_settling(self) -> None:
        """Runs for as long as the terminal does."""
        while True:
            await trio.sleep(SETTLE_EVERY_S)
            try:
                await self.settle_open(doubts=False)
            except JournalBroken:
                return

    def cancel_running(self) -> None:
        """The machine itself wants an end: every running plan is heard as if its citizen had said no."""
        for started in self._running.values():
            started.wish.cancel()

    def log_of(self, plan: str) -> PlanLog:
        """What is written of a plan, to be read."""
        return PlanLog(self.journal, plan, self._tell)

    def settled_elsewhere(self, key: str) -> None:
        """The centre says that somebody at the counter has settled this obligation (`<plan>:<act>:<attempt>`). It is told
        back once; the plan still closes by its own acts, which the centre answers as it has settled them."""
        plan, act, _ = key.split(":")
        event = Event(event_id(plan, act, 0, Mark.CLOSED, 0), "obligation_settled", {"obligation_id": key})
        self.journal.queue(event)

    def held(self) -> frozenset[str]:
        """Machines that an open plan still holds: no visit begins on them."""
        holding: set[str] = set()
        for plan_id in self.journal.open_plans():
            log = PlanLog(self.journal, plan_id, self._tell)
            if not log.has(PLAN, Mark.DECIDED_FORWARD) and not log.in_doubt:
                holds = self._builders[log.kind](log).holds
                waits_for = {row.facts.get("waits_for") for row in log.owed()}
                # Undone newest first: where only the centre is waited for, the machines are clear.
                if not log.has(PLAN, Mark.DECIDED_BACK) or not waits_for or waits_for & holds:
                    holding |= holds
        return frozenset(holding)

    def obligations(self) -> list[Obligation]:
        """Everything this terminal owes, oldest first."""
        owed: list[Obligation] = []
        for plan_id in self.journal.open_plans():
            if plan_id in self._running:
                continue
            log = PlanLog(self.journal, plan_id, self._tell)
            since = datetime.fromisoformat(log.rows[0].at)
            if log.in_doubt:
                owed.append(Obligation(plan_id, log.kind, PLAN, since, "two people at the counter"))
            owed += [Obligation(plan_id, log.kind, row.act, since, str(row.facts.get("waits_for", ""))) for row in log.owed()]
        return owed

    def refusals(self) -> dict[str, int]:
        """Acts that were refused for good after a pivot, since a technician last looked at them."""
        seq, _ = self.journal.last_of_terminal(REFUSALS_SEEN)
        return self.journal.refusals_since(seq)

    def refusals_were_seen(self) -> None:
        """A technician has looked: the count starts again. The incidents themselves stay with their owner at the centre."""
        if self.refusals():
            _, number = self.journal.last_of_terminal(REFUSALS_SEEN)
            self.journal.write(TERMINAL, REFUSALS_SEEN, number + 1, Mark.DONE)

    @property
    def busy(self) -> bool:
        return bool(self._running)
