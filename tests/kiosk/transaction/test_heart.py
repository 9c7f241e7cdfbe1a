"""Plans in the terminal's own nursery: they outlive the visit, hold their machine, and are owed with an age."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import trio

from kiosk.transaction.heart import SETTLE_EVERY_S, Heart
from kiosk.transaction.journal import Journal, JournalBroken
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Answer, Attempt, End, Facts, Later, Mark, NotDone, Plan, Probed
from tests.kiosk.transaction.acts import NOON
from tests.virtual_time import run_in_virtual_time


@dataclass
class Machine:
    """A plan of three acts of ten seconds each; the centre answers when it is `there`."""

    there: bool = True
    sees: Answer = Answer.DONE
    done: list[str] = field(default_factory=list)

    def build(self, log: PlanLog) -> Plan:
        async def work(this: Attempt) -> Facts:
            await trio.sleep(10)
            if log.opened.get("jams") == this.act:
                raise NotDone("jam")
            self.done.append(this.act)
            return {}

        async def undo(this: Attempt) -> Facts:
            self.done.append(f"{this.act} undone")
            return {}

        async def tell(this: Attempt) -> Facts:
            if not self.there:
                raise Later("centre")
            return await work(this)

        async def probe(this: Attempt) -> Probed:
            return Probed(self.sees)

        return Plan(
            log.plan, "card", before=(Act("feed", work, undo), Act("print", work)), pivot=Act("eject", work), probe=probe,
            after=(Act("register", tell),), holds=frozenset({"printer"}),
        )  # fmt: skip


@dataclass
class Terminal:
    folder: Path
    machine: Machine = field(default_factory=Machine)

    def __post_init__(self) -> None:
        self.journal = Journal(self.folder, self.now)
        self.heart = Heart(self.journal, {"card": self.machine.build}, lambda log, this, mark, facts: [])

    @staticmethod
    def now() -> datetime:
        return NOON + timedelta(seconds=trio.current_time())


def in_terminal(folder: Path, story: Callable[[Terminal, trio.Nursery], Awaitable[None]]) -> None:
    async def main() -> None:
        terminal = Terminal(folder / "journal")
        async with trio.open_nursery() as nursery:
            terminal.heart.enter(nursery)
            await story(terminal, nursery)
            nursery.cancel_scope.cancel()
        terminal.journal.close()

    run_in_virtual_time(main)


def test_the_visit_is_cancelled_and_the_plan_goes_on(tmp_path: Path) -> None:
    async def story(terminal: Terminal, nursery: trio.Nursery) -> None:
        heart = terminal.heart
        with trio.move_on_after(15):
            run = heart.begin(heart.new_plan_id(), "card", {})
            await run.wait()
        assert heart.busy and heart.held() == {"printer"} and run.end is None
        assert await run.wait() is End.FORWARD
        assert terminal.machine.done == ["feed", "print", "eject", "register"]
        assert not heart.busy and not heart.held() and heart.obligations() == []

    in_terminal(tmp_path, story)


def test_a_wish_is_heard_between_acts_and_after_the_pivot_no_more(tmp_path: Path) -> None:
    async def story(terminal: Terminal, nursery: trio.Nursery) -> None:
        heart = terminal.heart
        early = heart.begin(heart.new_plan_id(), "card", {})
        await trio.sleep(5)
        early.wish.cancel()
        assert await early.wait() is End.BACK
        assert terminal.machine.done == ["feed", "feed undone"]
        late = heart.begin(heart.new_plan_id(), "card", {})
        await trio.sleep(25)
        late.wish.cancel()
        assert await late.wait() is End.FORWARD

    in_terminal(tmp_path, story)


def test_what_is_owed_has_an_age_and_is_tried_again_until_it_is_done(tmp_path: Path) -> None:
    async def story(terminal: Terminal, nursery: trio.Nursery) -> None:
        heart = terminal.heart
        terminal.machine.there = False
        nursery.start_soon(heart.keep_settling)
        await trio.sleep(1_000)
        run = heart.begin(heart.new_plan_id(), "card", {})
        assert await run.wait() is End.FORWARD_OWED
        await trio.sleep(10_000)
        (owed,) = heart.obligations()
        assert (owed.plan, owed.kind, owed.act, owed.waits_for) == (run.plan, "card", "register", "centre")
        assert owed.since == NOON + timedelta(seconds=1_000)
        assert not heart.held()                                       # nobody is kept from the machine by the centre
        assert sum(row.mark is Mark.OWED for row in terminal.journal.rows()) == 1
        terminal.machine.there = True
        await trio.sleep(SETTLE_EVERY_S + 15)
        assert heart.obligations() == [] and terminal.journal.open_plans() == []

    in_terminal(tmp_path, story)


def test_a_doubt_is_not_asked_again_by_itself_and_holds_nothing(tmp_path: Path) -> None:
    async def story(terminal: Terminal, nursery: trio.Nursery) -> None:
        heart, log = terminal.heart, PlanLog(terminal.journal, "ab" * 16, lambda log, this, mark, facts: [])
        log.open("card", {})
        log.write("feed", 1, Mark.INTENT)
        assert heart.held() == {"printer"}
        log.write("eject", 1, Mark.INTENT)
        terminal.machine.sees = Answer.UNKNOWN
        assert await heart.settle_open() == {log.plan: End.IN_DOUBT}
        assert not heart.held() and heart.obligations()[0].waits_for == "two people at the counter"
        terminal.machine.sees = Answer.NOT_DONE
        assert await heart.settle_open(doubts=False) == {}
        assert await heart.settle_open() == {log.plan: End.BACK}
        assert terminal.machine.done == ["feed undone"] and terminal.journal.open_plans() == []

    in_terminal(tmp_path, story)


@pytest.mark.parametrize(
    ("marks", "doubt"),
    [([], False), ([Mark.IN_DOUBT], True), ([Mark.IN_DOUBT, Mark.DECIDED_BACK], False),
     ([Mark.IN_DOUBT, Mark.DECIDED_FORWARD], False), ([Mark.DECIDED_BACK], False)],
)  # fmt: skip
def test_in_doubt_until_something_was_found_out(tmp_path: Path, marks: list[Mark], doubt: bool) -> None:
    async def story(terminal: Terminal, nursery: trio.Nursery) -> None:
        log = PlanLog(terminal.journal, "ab" * 16, lambda log, this, mark, facts: [])
        log.open("card", {})
        for mark in marks:
            log.about_plan(mark)
        assert log.in_doubt is doubt
        assert PlanLog(terminal.journal, log.plan, lambda log, this, mark, facts: []).in_doubt is doubt

    in_terminal(tmp_path, story)


def test_an_obligation_ends_with_the_row_that_settles_it(tmp_path: Path) -> None:
    async def story(terminal: Terminal, nursery: trio.Nursery) -> None:
        log = PlanLog(terminal.journal, "ab" * 16, lambda log, this, mark, facts: [])
        log.open("card", {})
        log.write("feed", 1, Mark.INTENT)
        log.write("feed", 1, Mark.NOT_DONE, {"reason": "jam"})
        log.write("feed", 1, Mark.OWED, {"waits_for": "printer"})
        log.write("eject", 1, Mark.INTENT)
        log.write("eject", 1, Mark.OWED, {"waits_for": "printer"})
        assert [row.act for row in log.owed()] == ["feed", "eject"]
        log.write("eject", 1, Mark.NOT_DONE, {})
        assert [row.act for row in log.owed()] == ["feed"]
        log.write("feed", 1, Mark.UNDONE, {})
        assert log.owed() == []

    in_terminal(tmp_path, story)


def test_plan_ids_are_random_and_a_plan_that_cannot_be_written_down_does_not_begin(tmp_path: Path) -> None:
    async def story(terminal: Terminal, nursery: trio.Nursery) -> None:
        heart = terminal.heart
        ids = {heart.new_plan_id() for _ in range(1_000)}
        assert len(ids) == 1_000 and all(len(plan) == 32 for plan in ids)
        terminal.journal._broken = "no room"
        with pytest.raises(JournalBroken):
            heart.begin(heart.new_plan_id(), "card", {})
        await trio.sleep(60)
        assert terminal.machine.done == [] and not heart.busy

    in_terminal(tmp_path, story)


def test_the_counter_settled_it_and_says_so_again_and_again(tmp_path: Path) -> None:
    async def story(terminal: Terminal, nursery: trio.Nursery) -> None:
        for _ in range(3):
            terminal.heart.settled_elsewhere(f"{'ab' * 16}:register:1")
        (told,) = terminal.journal.waiting(10)
        assert told.kind == "obligation_settled" and told.body == {"obligation_id": f"{'ab' * 16}:register:1"}

    in_terminal(tmp_path, story)
