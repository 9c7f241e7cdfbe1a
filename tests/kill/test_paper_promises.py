"""The promises about money and paper, asked of evidence that is made up: right ends hold, every kind of wrong end is named."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.plans import payment
from kiosk.plans.pages import PRINT
from kiosk.transaction.journal import Row
from kiosk.transaction.plan import Mark
from tests.kill.deaths import deaths
from tests.kill.evidence import Evidence, Money
from tests.kill.journeys import JOURNEYS, PAPER
from tests.kill.paper_promises import broken_paper
from tests.kill.test_promises import taken_and_registered

FEE = 1000
KEY = payment.order_key("p")
ORDER: dict[str, Any] = {
    "order_id": "o", "order_key": KEY, "state": "paid", "paid_at": "t", "fulfilled_at": "t", "used_by": "document:d",
}  # fmt: skip
TAKEN = {"number": "S1", "fen": FEE}
PAYMENT = {"transaction": "S1", "order_id": "o", "fen": FEE, "state": "holds", "refund_no": "R1"}
COPY = {"document_id": "d", "state": "delivered", "pages": 1, "sheets": 1}
PAID = [Row(1, "p", "plan", 0, Mark.OPENED, "", {"kind": payment.KIND}), Row(2, "p", "plan", 0, Mark.DECIDED_FORWARD, "", {})]


def has_her_paper() -> Evidence:
    money = Money([TAKEN], [], [PAYMENT], [ORDER], [COPY], ["o"])
    return replace(taken_and_registered(), money=money, sides=1, rows=PAID)


def has_paid_and_waits() -> Evidence:
    """Money taken, nothing made, and an obligation."""
    order = {**ORDER, "fulfilled_at": None, "used_by": None}
    right = has_her_paper()
    centre = replace(right.centre, obligations=[{"obligation_id": "order:o", "settled_at": None}])
    return replace(right, money=replace(right.money, orders=[order], copies=[]), sides=0, centre=centre)


def words(evidence: Evidence, **money: Any) -> str:
    return " / ".join(broken_paper(replace(evidence, money=replace(evidence.money, **money))))


def test_paid_and_delivered_and_paid_and_owed_break_nothing() -> None:
    assert broken_paper(has_her_paper()) == [] and broken_paper(has_paid_and_waits()) == []


def test_money_nobody_knows_of() -> None:
    assert "the centre does not know" in words(has_her_paper(), payments=[])


def test_money_that_went_back_twice_or_is_held_although_it_went_back() -> None:
    back = {"transaction": "S1", "fen": FEE}
    assert "went back as" in words(has_her_paper(), went=[back, back])
    assert "and it went back" in words(has_her_paper(), went=[back])
    assert "the bank gave 0 back" in words(has_her_paper(), payments=[{**PAYMENT, "state": "refunded"}])


def test_a_refund_on_its_way_must_be_owed() -> None:
    due = [{**PAYMENT, "state": "refund_due"}]
    assert "is no open obligation" in words(has_her_paper(), payments=due)
    assert words(has_paid_and_waits(), payments=due) == ""


def test_she_has_paid_and_her_card_does_not_find_it() -> None:
    waits = has_paid_and_waits()
    assert "her ID card does not find it" in words(waits, found=[])
    assert "her ID card does not find it" in words(replace(waits, centre=has_her_paper().centre))


def test_money_that_was_earned_without_a_paper() -> None:
    assert "money was earned" in words(has_her_paper(), copies=[{**COPY, "state": "void"}])


def test_a_copy_and_its_pages_must_agree() -> None:
    right = has_her_paper()
    assert "the copy is delivered, and 0 of 1" in words(replace(right, sides=0))
    assert "2 sides came out of 1" in words(replace(right, sides=2))
    assert "the copy is failed, and 1 of 1" in words(right, copies=[{**COPY, "state": "failed"}])
    assert "2 numbers for one paper" in words(right, copies=[COPY, COPY])
    assert "no copy is counted" in words(right, copies=[])
    assert "nobody says what became" in words(replace(right, sides=0), copies=[{**COPY, "state": "issued", "pages": 0}])


def test_unknown_only_while_the_pages_were_on_their_way() -> None:
    doubt = [{**COPY, "state": "unknown"}]
    assert "could have told" in words(has_her_paper(), copies=doubt)
    cut = replace(has_her_paper(), rows_at_death=[Row(3, "q", PRINT, 1, Mark.INTENT, "", {})])
    assert "could have told" not in words(cut, copies=doubt)


def test_a_payment_and_its_order_must_agree() -> None:
    right = has_her_paper()
    assert "nothing was paid" in words(right, orders=[{**ORDER, "paid_at": None}])
    back = replace(right, rows=[PAID[0], Row(2, "p", "plan", 0, Mark.DECIDED_BACK, "", {})])
    assert "went back and its order is paid" in words(back)


def test_pages_for_whoever_stands_there_now() -> None:
    right = has_her_paper()
    assert "recovery printed pages" in words(replace(right, told={**right.told, "jobs": 1}))


def test_she_may_pay_while_no_terminal_runs_and_only_what_is_new_of_other_visits_is_tried() -> None:
    plain = ["collect intent | row on the disk", "print done | row on the disk"]
    stops = [plain[0], "collect not_done | row on the disk", "order undone | row on the disk"]
    points = deaths(JOURNEYS[PAPER], {"paid": plain, "stops": stops, "not_made": plain}, kill=True, power=False)
    assert [(p.behaviour, p.instant, p.in_the_dark) for p in points] == [
        ("paid", plain[0], False), ("paid", plain[0], True), ("paid", plain[1], False),
        ("stops", stops[1], False), ("stops", stops[2], False),
    ]  # fmt: skip
