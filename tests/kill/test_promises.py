"""The seven promises, asked of evidence that is made up: right ends hold, and every kind of wrong end is named."""
from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from kiosk.stock import Books
from kiosk.transaction.journal import Row
from kiosk.transaction.plan import Mark
from remote.messages import PersonAnswer
from tests.demo.world import World
from tests.kill.evidence import Centre, Evidence, Point
from tests.kill.people import Somebody
from tests.kill.promises import broken

PLACES = ("loaded", "hopper", "path", "exit", "captured", "rejected", "taken")
SOMEBODY = Somebody(1, "李秀英", "341602195411020000", date(1954, 11, 2), None, {})


def machine(*, exit: str | None = None, path: tuple[str, ...] = (), **census: int) -> dict[str, Any]:
    return {"census": {**dict.fromkeys(PLACES, 0), "hopper": 10, **census}, "exit": exit, "path": list(path)}


def row(seq: int, act: str, mark: Mark, **facts: Any) -> Row:
    return Row(seq, "p", act, 1, mark, "", facts)


HANDED = [row(1, "plan", Mark.OPENED), row(1, "call", Mark.DONE), row(2, "hand_over", Mark.INTENT)]
CLOSED = [*HANDED, row(3, "hand_over", Mark.DONE), row(4, "plan", Mark.CLOSED)]
DOUBTED = [*HANDED, row(3, "plan", Mark.IN_DOUBT)]


class Found:
    """As much of PersonAnswer as is looked at."""

    def __init__(self, case: str | None, *, live: bool = False, here: bool = True) -> None:
        self.open_case = None if case is None else type("Case", (), {"state": case, "can_produce_here": here})()
        self.live_card = object() if live else None


def centre(case: str | None, card: str | None, found: Any, **stock: int) -> Centre:
    return Centre(
        cases=[] if case is None else [{"state": case}], cards=[] if card is None else [{"state": card}],
        reservations=[], obligations=[], incidents=[], stock=Counter({"loaded": 10, **stock}), found=found,
    )  # fmt: skip


def world(**books: int) -> World:
    made = World(Path(), "", [], [])
    made.books.append(Books(loaded=10, **books))
    return made


def taken_and_registered() -> Evidence:
    told = {
        "rows": 4, "rows_after": 4, "screens": ["recovering", "home"], "out_of_service": None, "can_make_cards": True,
        "can_print": True, "jobs": 0,
        "words": [], "ready_s": 1.0, "slips": 0,
    }  # fmt: skip
    found: PersonAnswer = Found(None, live=True)    # type: ignore[assignment]
    return Evidence(
        point=Point(1, "x"), person=SOMEBODY, reached=True, before=machine(), at_start=machine(taken=1, hopper=9),
        after=machine(taken=1, hopper=9), rows_at_death=list(HANDED), rows=list(CLOSED),
        world=world(issued=1), centre=centre("closed", "live", found, issued=1), told=told, leaks=[],
    )  # fmt: skip


def taken_in_the_dark() -> Evidence:
    """She took the card while nothing had power, and the machine has forgotten what it counted."""
    found: Any = Found("in_doubt")
    return replace(
        taken_and_registered(), point=Point(1, "x", power=True, in_the_dark=True), rows=list(DOUBTED),
        world=world(in_doubt=1), centre=centre("in_doubt", "in_doubt", found, in_doubt=1),
    )  # fmt: skip


def words(evidence: Evidence) -> str:
    return " / ".join(broken(evidence))


def test_a_card_taken_and_registered_breaks_nothing() -> None:
    assert broken(taken_and_registered()) == []


def test_what_nobody_saw_must_be_in_doubt_and_then_breaks_nothing() -> None:
    assert broken(taken_in_the_dark()) == []


def test_a_guess_that_happens_to_be_right_is_still_a_guess() -> None:
    dark = taken_in_the_dark()
    lucky = replace(dark, rows=list(CLOSED), world=world(issued=1), centre=taken_and_registered().centre)
    assert "the case must be in_doubt" in words(lucky)


def test_a_card_in_her_hand_whose_number_was_given_back() -> None:
    found: Any = Found("approved")
    wrong = replace(taken_and_registered(), centre=centre("approved", "void", found, issued=1))
    assert "invariant 1" in words(wrong) and "invariant 3" in words(wrong)


def test_an_application_the_journal_says_never_arrived() -> None:
    right = taken_and_registered()
    denied = [row(1, "call", Mark.NOT_DONE) if old.act == "call" else old for old in right.rows]
    assert "the journal says of the application ['not_done']" in words(replace(right, rows=denied, rows_at_death=[]))


def test_two_live_cards() -> None:
    right = taken_and_registered()
    twice = replace(right.centre, cards=[{"state": "live"}, {"state": "live"}])
    assert "invariant 3: numbers of one person" in words(replace(right, centre=twice))


def test_a_blank_that_left_the_books() -> None:
    assert "invariant 2: the books say 10 blanks are left" in words(replace(taken_and_registered(), world=world()))


def test_a_blank_the_centre_was_not_told_of() -> None:
    right = taken_and_registered()
    assert "the centre was told" in words(replace(right, centre=replace(right.centre, stock=Counter({"loaded": 10}))))


def test_settling_again_that_writes_again() -> None:
    right = taken_and_registered()
    assert "invariant 4" in words(replace(right, told={**right.told, "rows_after": 6}))


def test_a_plan_that_stays_open_for_no_reason() -> None:
    assert "stays open" in words(replace(taken_and_registered(), rows=CLOSED[:-1]))


def test_her_name_on_the_disk() -> None:
    assert "invariant 5: log holds her name" in words(replace(taken_and_registered(), leaks=["log holds her name"]))


def test_a_card_at_the_exit_and_nobody_called() -> None:
    waiting = replace(taken_and_registered(), at_start=machine(exit="B000001"))
    assert "nobody was called" in words(waiting)


def test_a_slip_for_whoever_stands_there_now() -> None:
    right = taken_and_registered()
    assert "recovery printed a slip" in words(replace(right, told={**right.told, "slips": 1}))


def test_a_terminal_that_does_not_come_back() -> None:
    right = taken_and_registered()
    stuck = replace(right, told={**right.told, "screens": ["recovering", "out_of_service"], "out_of_service": "network"})
    assert "does not serve again: network" in words(stuck)
