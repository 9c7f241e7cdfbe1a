"""Facts that arrive twice, late, out of order, or from a memory that was made anew."""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from remote.central.centre import Centre
from remote.central.store.database import reading
from remote.central.telemetry.fleet import Filter, fleet, supplies
from remote.central.telemetry.one import terminal, timeline
from remote.central.telemetry.reports import journeys_by_outcome, refusals_by_reason
from remote.central.times import BEIJING
from remote.messages import Problem
from remote.messages.telemetry import Fact, TelemetryBatch, TelemetryStored
from tests.remote.identities import enrolled, signed

NOON = datetime(2027, 3, 1, 12, tzinfo=BEIJING)
NAME = "T1"


class Hours:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


def a_centre(clock: Hours | None = None) -> Centre:
    centre = Centre.in_memory(1, 0, clock or Hours())
    enrolled(centre, NAME, "亳州市谯城区古井镇政务服务中心1号机")
    return centre


def a_fact(number: int, kind: str, body: dict[str, Any], at: datetime = NOON) -> Fact:
    return Fact(fact_id=f"f{number}", number=number, kind=kind, at=at, body=body)


def told(centre: Centre, *facts: Fact, origin: str = "o1") -> list[str]:
    answer = centre.handle(NAME, "tell_facts", TelemetryBatch(origin=origin, facts=list(facts)))
    assert isinstance(answer, TelemetryStored), answer
    return answer.stored


def journey(number: int, outcome: str = "done", refusal: str = "") -> Fact:
    return a_fact(number, "journey", {"journey": "senior_card", "outcome": outcome, "refusal": refusal, "seconds": 90})


def hopper(number: int, count: int | None, at: datetime = NOON, state: str = "ok") -> Fact:
    unit = {"unit": "card_hopper", "kind": "card_hopper", "device": "card_printer", "state": state, "count": count}
    return a_fact(number, "units", {"units": [unit]}, at)


def printer(number: int, light: str) -> Fact:
    faults = ["card_printer_away"] if light == "red" else []
    device = {"device": "card_printer", "light": light, "faults": faults, "since": NOON.isoformat()}
    return a_fact(number, "devices", {"devices": [device]})


def test_the_same_batch_ten_times_counts_once() -> None:
    centre = a_centre()
    for _ in range(10):
        assert told(centre, journey(1), journey(2, "refused", "too_young"), journey(1)) == ["f1", "f2", "f1"]
    with reading(centre.engine) as connection:
        outcomes = journeys_by_outcome(connection, None, NOON.date(), NOON.date())
        assert {(one.outcome, one.count) for one in outcomes} == {("done", 1), ("refused", 1)}
        [refusal] = refusals_by_reason(connection, ["341602"], NOON.date(), NOON.date())
        assert (refusal.refusal, refusal.count) == ("too_young", 1)
        assert refusals_by_reason(connection, ["341621"], NOON.date(), NOON.date()) == []
        assert len(timeline(connection, NAME)) == 2


def test_what_is_older_never_takes_the_place_of_what_is_newer() -> None:
    centre = a_centre()
    told(centre, printer(5, "red"))
    told(centre, printer(4, "green"))
    with reading(centre.engine) as connection:
        one = terminal(connection, NAME, NOON.date())
        assert one is not None and one.line.wrong == (("card_printer", "card_printer_away"),)
        assert fleet(connection, None, Filter(wrong=True)).total == 1
    told(centre, printer(6, "green"))
    with reading(centre.engine) as connection:
        assert fleet(connection, None, Filter(wrong=True)).total == 0


def test_a_new_disk_counts_from_the_start_and_is_believed() -> None:
    centre = a_centre()
    told(centre, printer(500, "red"))
    new = Fact(fact_id="n1", number=1, kind="devices", at=NOON, body=printer(1, "green").body)
    told(centre, new, origin="o2")
    with reading(centre.engine) as connection:
        assert fleet(connection, None, Filter(wrong=True)).total == 0


def test_a_body_that_cannot_be_understood_is_stored_and_its_neighbours_count() -> None:
    centre = a_centre()
    assert len(told(centre, a_fact(1, "journey", {"journey": 7}), a_fact(2, "tomorrow", {"x": 1}), journey(3))) == 3
    with reading(centre.engine) as connection:
        assert [one.count for one in journeys_by_outcome(connection, None, NOON.date(), NOON.date())] == [1]
        assert len(timeline(connection, NAME)) == 3


def test_the_hopper_is_empty_on_wednesday() -> None:
    """Ten a day for two days, twenty left: two more days. A refill in between is no consumption."""
    clock = Hours()
    centre = a_centre(clock)
    told(centre, hopper(1, 30), hopper(2, 20))
    told(centre, hopper(3, 100))
    clock.at = tomorrow = NOON + timedelta(days=1)
    told(centre, hopper(4, 90, tomorrow), hopper(5, 50, tomorrow))
    told(centre, hopper(5, 50, tomorrow))
    with reading(centre.engine) as connection:
        [unit] = supplies(connection, None)
        assert unit.a_day == 30.0                       # 10 + 50 in two days
        assert unit.empty_on == tomorrow.date() + timedelta(days=1)
        assert supplies(connection, None, by=tomorrow.date()) == []
        friday = Filter(cannot="cards", cannot_by=tomorrow.date() + timedelta(days=1))
        assert [line.terminal for line in fleet(connection, ["341602"], friday).lines] == [NAME]
        assert fleet(connection, ["341621"], friday).total == 0


def test_nothing_is_predicted_where_nobody_knows() -> None:
    centre = a_centre()
    told(centre, hopper(1, None, state="unknown"))
    with reading(centre.engine) as connection:
        [unit] = supplies(connection, None)
        assert (unit.a_day, unit.empty_on, unit.count) == (None, None, None)


def test_a_moment_no_database_can_hold_is_refused() -> None:
    centre = a_centre()
    from remote.central.wire import respond

    body = '{"origin":"o","facts":[{"fact_id":"f","number":1,"kind":"log","at":"9999-12-31T23:59:59-12:00","body":{}}]}'
    path = "/v1/telemetry/facts"
    status, answer = respond(centre, path, body.encode(), signed(enrolled(centre, NAME), path, body.encode()))
    assert status == 422 and Problem.model_validate_json(answer).error == "malformed"
