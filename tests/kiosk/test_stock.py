"""The books of the blanks: counted as the journal grows, and the same when counted from its first row."""
from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.stock import Stock, books
from kiosk.transaction.journal import PLAN, Journal
from kiosk.transaction.plan import Mark
from tests.kiosk.transaction.acts import NOON

SHM = "/dev/shm" if Path("/dev/shm").is_dir() else None
FED = ("feed", Mark.INTENT, {})
CLOSED = ("plan", Mark.CLOSED, {})
DOUBT = ("plan", Mark.IN_DOUBT, {})
BACK = ("plan", Mark.DECIDED_BACK, {})


def undone(spoiled: int) -> tuple[str, Mark, dict[str, object]]:
    return "feed", Mark.UNDONE, {"spoiled": spoiled, "in_doubt": 0}


def handed(end: str) -> tuple[str, Mark, dict[str, object]]:
    return "hand_over", Mark.DONE, {"end": end}


STORIES = {
    "taken": [FED, ("feed", Mark.DONE, {}), handed("taken"), CLOSED],
    "kept": [FED, handed("kept"), CLOSED],
    "spoiled": [FED, BACK, undone(1), CLOSED],
    "two at once": [FED, BACK, undone(2), CLOSED],
    "nothing fed": [FED, ("feed", Mark.NOT_DONE, {}), BACK, undone(0), CLOSED],
    "in doubt, then taken": [FED, DOUBT, handed("taken"), ("plan", Mark.DECIDED_FORWARD, {}), CLOSED],
    "in doubt, then back": [FED, DOUBT, BACK, undone(1), CLOSED],
    "an application": [("call", Mark.INTENT, {}), ("call", Mark.DONE, {}), CLOSED],
}
WENT = {
    "taken": "issued", "kept": "kept", "spoiled": "spoiled", "in doubt, then taken": "issued", "in doubt, then back": "spoiled",
}  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(sorted(STORIES)), max_size=5), st.randoms(use_true_random=False), st.integers(0, 30))
def test_any_stories_in_any_order_erased_or_not(stories: list[str], random: object, steps: int) -> None:
    with tempfile.TemporaryDirectory(dir=SHM) as folder:
        journal = Journal(Path(folder) / "journal", lambda: NOON)
        stock = Stock(journal)
        stock.load(20)
        plans = {f"{n:032x}": list(STORIES[name]) for n, name in enumerate(stories)}
        for plan in plans:
            journal.write(plan, PLAN, 0, Mark.OPENED, {"kind": "production"})
        for _ in range(steps):
            waiting = [plan for plan, rows in plans.items() if rows]
            if not waiting:
                break
            plan = random.choice(waiting)  # type: ignore[attr-defined]
            act, mark, facts = plans[plan].pop(0)
            journal.write(plan, act, 0 if act == PLAN else 1, mark, facts)
            if not plans[plan] and random.random() < 0.5:  # type: ignore[attr-defined]
                stock.erase(plan)
            counted = stock.books
            assert counted == books(journal.rows()) == Stock(journal).books
            assert counted.loaded == 20 and min(vars(counted).values()) >= 0
        journal.close()
        again = Journal(Path(folder) / "journal", lambda: NOON)
        assert Stock(again).books == books(again.rows())


def test_each_story_counts_its_blank_once(tmp_path: Path) -> None:
    for number, (name, place) in enumerate(WENT.items()):
        journal = Journal(tmp_path / str(number), lambda: NOON)
        stock = Stock(journal)
        stock.load(3)
        plan = "0" * 32
        journal.write(plan, PLAN, 0, Mark.OPENED, {"kind": "production"})
        for act, mark, facts in STORIES[name]:
            journal.write(plan, act, 0 if act == PLAN else 1, mark, facts)
            at_work = stock.books
            assert at_work.left + at_work.moving + at_work.in_doubt in (2, 3)
        assert getattr(stock.books, place) == 1 and stock.books.left == 2, name
