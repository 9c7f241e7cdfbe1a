"""Facts wait in the journal's file through days without network, and what is given up first is what was promised."""
from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.telemetry.memory import FactMemory
from kiosk.transaction.journal import Event, Fact, Journal
from kiosk.transaction.plan import Mark

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


class Days:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def journal(tmp_path: Path, days: Days) -> Iterator[Journal]:
    journal = Journal(tmp_path, days)
    yield journal
    journal.close()


def a_fact(kind: str, number: int = 0, **body: Any) -> Fact:
    return Fact(f"{kind}{number}", kind, body)


def a_journey(number: int, outcome: str = "done", seconds: float = 10.0) -> Fact:
    return a_fact("journey", number, journey="senior_card", outcome=outcome, seconds=seconds)


def kinds(memory: FactMemory) -> Counter[str]:
    return Counter(fact.kind for fact in memory.waiting(100_000, ()))


def test_facts_survive_a_restart_in_their_order_and_leave_when_they_arrived(tmp_path: Path, days: Days) -> None:
    journal = Journal(tmp_path, days)
    memory = FactMemory(journal, days)
    memory.note([a_journey(1), a_journey(2)])
    origin = memory.origin
    journal.close()
    journal = Journal(tmp_path, days)
    memory = FactMemory(journal, days)
    assert memory.origin == origin and memory.count_waiting() == 2
    assert [fact.fact_id for fact in memory.waiting(10, ())] == ["journey1", "journey2"]
    memory.arrived(["journey1", "journey1"])
    assert [fact.number for fact in memory.waiting(10, ())] == [2] and memory.count_waiting() == 1
    memory.arrived(["journey2"])
    memory.note([a_journey(3)])
    assert [fact.number for fact in memory.waiting(10, ())] == [3]       # a number never comes twice
    journal.close()


def test_a_fact_written_with_a_row_is_there_if_and_only_if_the_row_is(journal: Journal, days: Days) -> None:
    memory = FactMemory(journal, days)
    journal.write("terminal", "door", 1, Mark.DONE, {}, [a_fact("door", 1, door="front"), Event("n1", "door", {})])
    with pytest.raises(Exception, match="UNIQUE"):
        journal.write("terminal", "door", 1, Mark.DONE, {}, [a_fact("door", 2, door="front")])
    assert [fact.fact_id for fact in memory.waiting(10, ())] == ["door1"]
    assert journal.count_waiting() == 1                                  # news and facts do not mix


def test_log_lines_go_first_then_old_snapshots_then_journeys_are_added_up(journal: Journal, days: Days) -> None:
    memory = FactMemory(journal, days, most=100)
    memory.note([a_fact("log", n, level="warning", source="x", line="y") for n in range(40)])
    memory.note([a_fact("devices", n, devices=[]) for n in range(30)])
    memory.note([a_journey(n, "done" if n % 3 else "left", seconds=n) for n in range(30)])
    assert kinds(memory)["log"] == 40
    memory.note([a_journey(100 + n) for n in range(5)])
    assert kinds(memory) == {"log": 25, "devices": 30, "journey": 35, "dropped": 1}
    memory.note([a_journey(200 + n) for n in range(40)])
    assert kinds(memory)["log"] == 0 and kinds(memory)["devices"] < 30
    memory.note([a_journey(300 + n) for n in range(60)])
    left = kinds(memory)
    assert left["devices"] == 1 and left["journeys"] == 2 and "journey" not in left
    told = [fact.body for fact in memory.waiting(100, ()) if fact.kind == "journeys"]
    assert {body["outcome"]: body["count"] for body in told} == {"done": 125, "left": 10}
    [dropped] = [fact.body["counts"] for fact in memory.waiting(100, ()) if fact.kind == "dropped"]
    assert dropped == {"log": 40, "devices": 29}


def test_a_journey_whose_answer_was_lost_is_never_added_up(journal: Journal, days: Days) -> None:
    """The centre may have it: a sum with it in would count it twice."""
    memory = FactMemory(journal, days, most=20)
    memory.note([a_journey(n) for n in range(10)])
    memory.tried([f"journey{n}" for n in range(10)])
    memory.note([a_journey(n) for n in range(10, 30)])
    waiting = memory.waiting(100, ())
    assert {fact.fact_id for fact in waiting if fact.kind == "journey"} == {f"journey{n}" for n in range(10)}
    assert [fact.body["count"] for fact in waiting if fact.kind == "journeys"] == [20]


def test_sums_of_different_days_stay_apart_and_months_without_network_stay_small(journal: Journal, days: Days) -> None:
    memory = FactMemory(journal, days, most=200)
    for day in range(60):
        days.at = NOW + timedelta(days=day)
        memory.note([a_journey(day * 100 + n) for n in range(50)])
    waiting = memory.waiting(10_000, ())
    assert len(waiting) <= 200
    counted = Counter(fact.body["day"] if fact.kind == "journeys" else f"{fact.at:%Y-%m-%d}" for fact in waiting)
    assert len(counted) == 60
    total = sum(fact.body["count"] if fact.kind == "journeys" else 1 for fact in waiting)
    assert total == 60 * 50                                              # not one journey is lost


def test_too_many_lines_push_out_the_oldest_lines_alone(journal: Journal, days: Days) -> None:
    memory = FactMemory(journal, days, most_log_lines=10)
    memory.note([a_journey(1)])
    for number in range(15):
        memory.note([a_fact("log", number, level="warning", source="x", line=str(number))])
    lines = [fact.body["line"] for fact in memory.waiting(100, ()) if fact.kind == "log"]
    assert len(lines) <= 10 and lines[-1] == "14" and kinds(memory)["journey"] == 1


def test_news_and_rows_are_never_touched(journal: Journal, days: Days) -> None:
    memory = FactMemory(journal, days, most=5)
    for number in range(20):
        journal.write("terminal", f"stock{number}", 1, Mark.DONE, {}, [Event(f"n{number}", "stock", {"count": 1})])
        memory.note([a_fact("log", number, level="warning", source="x", line="y")])
    assert journal.count_waiting() == 20 and len(list(journal.rows())) == 20


def test_an_older_journal_is_brought_forward(tmp_path: Path, days: Days) -> None:
    from kiosk.transaction import migrations

    steps = migrations.STEPS
    try:
        migrations.STEPS = steps[:2]
        Journal(tmp_path, days).close()
    finally:
        migrations.STEPS = steps
    journal = Journal(tmp_path, days)
    memory = FactMemory(journal, days)
    memory.note([a_journey(1)])
    assert json.loads(json.dumps(memory.waiting(1, ())[0].body))["journey"] == "senior_card" and len(memory.origin) == 32
    journal.close()
