"""Messages repeated, delayed and put in any order, any number of times: the end is the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from remote.central.store import schema
from remote.messages import Bar, EventKind, Message, Register, Release, Report, Reserve, ReserveAnswer
from tests.remote.hall import Hall
from tests.remote.test_centre import event, opened

Sent = tuple[str, Message, str]


def end_state(hall: Hall) -> object:
    """Everything that counts, without instants and audit."""
    return (
        sorted(hall.card_states().items()),
        sorted((row.reserve_key, row.state) for row in hall.reservations()),
        sorted((row.case_id, row.state) for row in hall.rows(schema.cases)),
        sorted((row.obligation_id, row.settled_at is not None) for row in hall.rows(schema.obligations)),
        sorted(row.event_id for row in hall.rows(schema.stock_events)),
        sorted((row.seam, row.addressee) for row in hall.rows(schema.notices)),
    )


def after_handing_over(hall: Hall) -> list[Sent]:
    return [
        ("register", Register(reserve_key="p:reserve:1", end="taken", blank_serial="B7"), "p:register:1"),
        (
            "report",
            Report(
                events=[
                    event("e1", EventKind.STOCK, kind="issued", count=1),
                    opened(hall, "senior_card_mail").model_copy(update={"event_id": "e5"}),
                ]
            ),
            "r1",
        ),
        ("report", Report(events=[event("e1", EventKind.STOCK, kind="issued", count=1)]), "r2"),
        ("report", Report(events=[event("e6", EventKind.OBLIGATION_SETTLED, obligation_id="o1")]), "r3"),
        ("release", Release(reserve_key="never-arrived"), "n:release:1"),
        ("bar", Bar(key="p:reserve:1"), "p:bar:1"),
    ]


@settings(max_examples=30, deadline=None)
@given(order=st.lists(st.integers(0, 5), max_size=14))
def test_after_the_card_was_taken(order: list[int]) -> None:
    hall, reference = Hall(), Hall()
    for each in (hall, reference):
        each.reserved("senior_card_lost", "lost")
    for sent in after_handing_over(reference):
        reference.ask(*sent)
    messages = after_handing_over(hall)
    for index in [*order, *range(len(messages))]:
        hall.ask(*messages[index])
    assert end_state(hall) == end_state(reference)
    assert len(hall.live_cards("senior_card_lost")) == 1


@settings(max_examples=30, deadline=None)
@given(order=st.lists(st.integers(0, 1), max_size=8))
def test_reserve_and_its_release_in_any_order(order: list[int]) -> None:
    """However they arrive: once both have, nothing is held and every number that was given is void."""
    hall = Hall()
    case_id = hall.case_of("senior_card_new")
    before = set(hall.card_states())
    messages: list[Sent] = [
        ("reserve", Reserve(case_id=case_id), "p:reserve:1"),
        ("release", Release(reserve_key="p:reserve:1"), "p:release:1"),
    ]
    for index in [*order, 0, 1, 0]:
        hall.ask(*messages[index])
    # a release whose answer is on record took effect; one more, with a key of its own, is what an undo repeats
    hall.ask("release", Release(reserve_key="p:reserve:1"), "p:release:2")
    assert all(row.state == "released" for row in hall.reservations())
    assert {state for number, state in hall.card_states().items() if number not in before} <= {"void"}
    other = hall.reserve(case_id, "q:reserve:1", "T2")
    assert isinstance(other, ReserveAnswer) and other.reservation is not None


@settings(max_examples=30, deadline=None)
@given(ends=st.lists(st.sampled_from(["in_doubt", "kept", "taken"]), min_size=1, max_size=8))
def test_the_most_certain_report_stands_in_any_order(ends: list[str]) -> None:
    hall, sorted_hall = Hall(), Hall()
    for each, order in ((hall, ends), (sorted_hall, sorted(ends, key=["in_doubt", "kept", "taken"].index))):
        each.reserved("senior_card_lost", "lost")
        for step, end in enumerate(order):
            each.register(end, f"p:register:{step}")
    final = [[(row.state,) for row in each.reservations()] for each in (hall, sorted_hall)]
    assert final[0] == final[1]
    assert hall.live_cards("senior_card_lost") == sorted_hall.live_cards("senior_card_lost")
