"""Storage units: how books and sensors are put side by side, and that only an exchange moves the books."""
from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from kiosk.stock import Stock, books
from kiosk.supplies import UNITS, Booked, Seen, Supplies, UnitState, reconcile
from kiosk.transaction.journal import PLAN, Journal
from kiosk.transaction.plan import Mark
from tests.kiosk.transaction.acts import NOON

HOPPER, BIN, RIBBON, SLIP, TRAY = (UNITS[name] for name in ("card_hopper", "reject_bin", "ribbon", "slip_paper", "a4_tray"))
OK, LOW, EMPTY, FULL, UNKNOWN = UnitState.OK, UnitState.LOW, UnitState.EMPTY, UnitState.FULL, UnitState.UNKNOWN


def now() -> datetime:
    return NOON


@pytest.mark.parametrize(
    ("count", "slack", "sensor", "state", "contradicts"),
    [
        (40, 0, OK, OK, False),
        (10, 0, OK, LOW, False),
        (40, 0, LOW, LOW, False),
        (0, 0, EMPTY, EMPTY, False),
        (40, 0, EMPTY, EMPTY, True),        # the books say 40, the machine none: nobody is promised a card
        (0, 0, OK, EMPTY, True),            # cards that nobody counted are no cards
        (1, 1, EMPTY, EMPTY, False),        # the one on its way explains it
        (0, 1, OK, EMPTY, False),
        (40, 0, UNKNOWN, UNKNOWN, False),
    ],
)
def test_blanks_by_books_and_sensor(count: int, slack: int, sensor: UnitState, state: UnitState, contradicts: bool) -> None:
    unit = reconcile(HOPPER, Booked(count=count, slack=slack), Seen(sensor))
    assert (unit.state, unit.count) == (state, count)
    assert unit.contradiction == ("card_hopper_contradicts" if contradicts else "")


def test_a_bin_that_is_full_and_empty_in_the_books() -> None:
    assert reconcile(BIN, Booked(count=0), Seen(FULL)).troubles == ("reject_bin_full", "reject_bin_contradicts")
    assert reconcile(BIN, Booked(count=7), Seen(FULL)).troubles == ("reject_bin_full",)
    assert reconcile(BIN, Booked(count=7), Seen()).state is OK


def test_where_neither_machine_nor_books_say_it_is_unknown() -> None:
    assert reconcile(RIBBON, Booked(), Seen()).state is UNKNOWN
    assert reconcile(SLIP, Booked(), Seen(LOW)).state is LOW
    assert reconcile(RIBBON, Booked(initial=100), Seen(OK, 7)).state is LOW
    assert reconcile(RIBBON, Booked(initial=100, count=100), Seen(OK, 120)).contradiction == "ribbon_contradicts"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", now)


def supplies(journal: Journal) -> Supplies:
    return Supplies(journal, Stock(journal))


def spoil(journal: Journal, number: int) -> None:
    plan = f"{number:032x}"
    journal.write(plan, PLAN, 0, Mark.OPENED, {"kind": "production"})
    journal.write(plan, "feed", 1, Mark.INTENT)
    journal.write(plan, PLAN, 0, Mark.DECIDED_BACK, {"reason": "chip"})
    journal.write(plan, "feed", 1, Mark.UNDONE, {"spoiled": 1, "in_doubt": 0})
    journal.write(plan, PLAN, 0, Mark.CLOSED)


def test_a_bin_counts_from_its_last_emptying_and_invariant_2_stays(journal: Journal) -> None:
    units = supplies(journal)
    units.loaded("card_hopper", 20)
    for number in range(3):
        spoil(journal, number)
    assert units.booked("reject_bin").count == 3
    assert units.emptied("reject_bin", 3, "88017") == 0
    assert units.booked("reject_bin") == Booked(initial=0, count=0, retained=0)
    spoil(journal, 9)
    assert units.booked("reject_bin").count == 1 and supplies(journal).booked("reject_bin").count == 1
    totals = Stock(journal).books
    assert totals == books(journal.rows()) and (totals.loaded, totals.spoiled, totals.left) == (20, 4, 16)
    told = [row.body for row in journal.waiting(50) if row.kind == "stock"]
    assert {"kind": "removed", "count": 3, "unit": "reject_bin", "bag": "88017"} in told


def test_a_bin_whose_count_differs_is_an_incident_and_is_shown_until_a_count_agrees(journal: Journal) -> None:
    units = supplies(journal)
    units.loaded("card_hopper", 20)
    spoil(journal, 1)
    assert units.emptied("reject_bin", 3, "88018") == 2
    assert [row.body["kind"] for row in journal.waiting(50) if row.kind == "incident"] == ["bin_count_differs"]
    assert reconcile(BIN, supplies(journal).booked("reject_bin"), Seen(OK)).troubles == ("reject_bin_differed",)
    assert Stock(journal).books.spoiled == 1                     # not corrected
    units.emptied("reject_bin", 0, "88019")
    assert reconcile(BIN, units.booked("reject_bin"), Seen(OK)).troubles == ()


def test_what_was_put_in_and_used_survives_a_restart(journal: Journal, tmp_path: Path) -> None:
    units = supplies(journal)
    units.replaced("a4_tray", 500)
    units.used("a4_tray", 3)
    units.loaded("card_stacker", 50)
    journal.close()
    again = supplies(Journal(tmp_path / "journal", now))
    assert again.booked("a4_tray") == Booked(initial=500, count=497) and again.booked("card_stacker").count == 50
    assert reconcile(TRAY, again.booked("a4_tray"), Seen(EMPTY)).contradiction == "a4_tray_contradicts"
    again.replaced("a4_tray", 100)
    assert again.booked("a4_tray").initial == 100 and again.booked("a4_tray").count is None


def test_cards_that_fail_one_after_the_other_until_one_comes_out_well(journal: Journal) -> None:
    stock = Stock(journal)
    stock.load(9)
    spoil(journal, 1)
    spoil(journal, 2)
    assert stock.failed_in_a_row == 2
    plan = "f" * 32
    journal.write(plan, PLAN, 0, Mark.OPENED, {"kind": "production"})
    journal.write(plan, "feed", 1, Mark.INTENT)
    journal.write(plan, PLAN, 0, Mark.DECIDED_BACK, {"reason": "cancelled"})
    assert stock.failed_in_a_row == 2                            # she called it off
    journal.write(plan, "hand_over", 1, Mark.DONE, {"end": "taken"})
    assert stock.failed_in_a_row == 0
