"""The promises about money and paper, asked of the evidence of one death. Each answer is empty when it holds."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kiosk.plans import payment
from kiosk.plans.pages import PRINT
from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import Mark
from remote.central.payment.owed import REFUND, owed_id
from tests.kill.evidence import Evidence

NEVER = ("closed", "refunding", "refunded")


def broken_paper(evidence: Evidence) -> list[str]:
    """What does not hold; empty when everything does."""
    every = ((1, money_is_somewhere), (2, copies_counted), (4, orders_agree), (6, no_page_for_somebody_else))
    return [f"invariant {number}: {words}" for number, promise in every for words in promise(evidence)]


def money_is_somewhere(evidence: Evidence) -> Iterator[str]:
    """Every fen: earned by a delivered copy, gone back once, or an open obligation that her ID card finds."""
    money = evidence.money
    known = {row["transaction"]: row for row in money.payments}
    owed = {row["obligation_id"] for row in evidence.centre.obligations if row["settled_at"] is None}
    for taken in money.came:
        back = [row for row in money.went if row["transaction"] == taken["number"]]
        row = known.get(taken["number"])
        if row is None:
            yield f"the bank has taken {taken['fen']} fen that the centre does not know"
        elif len(back) > 1 or any(one["fen"] != taken["fen"] for one in back):
            yield f"{taken['fen']} fen went back as {[one['fen'] for one in back]}"
        elif row["state"] == "holds":
            yield from _held(evidence, row, owed, went_back=bool(back))
        elif row["state"] == "refund_due":
            if not {f"{REFUND}{row['refund_no']}", owed_id(row["order_id"])} & owed:
                yield "money on its way back is no open obligation"
        elif row["state"] != "refunded" or not back:
            yield f"money is {row['state']} and the bank gave {len(back)} back"


def _held(evidence: Evidence, row: dict[str, Any], owed: set[str], *, went_back: bool) -> Iterator[str]:
    order = next(one for one in evidence.money.orders if one["order_id"] == row["order_id"])
    if went_back or order["state"] != "paid":
        yield f"money is held for an order that is {order['state']}{', and it went back' * went_back}"
    if order["fulfilled_at"] is not None:
        if [copy["state"] for copy in evidence.money.copies] != ["delivered"]:
            yield f"money was earned, and her copies are {[copy['state'] for copy in evidence.money.copies]}"
    elif owed_id(order["order_id"]) not in owed or order["order_id"] not in evidence.money.found:
        yield "she has paid, has no paper, and her ID card does not find it"


def copies_counted(evidence: Evidence) -> Iterator[str]:
    copies = evidence.money.copies
    if len(copies) > 1:
        yield f"{len(copies)} numbers for one paper"
    if not copies:
        if evidence.sides:
            yield f"{evidence.sides} sides came out and no copy is counted"
        return
    copy = copies[0]
    whole, state = evidence.sides == copy["pages"] > 0, copy["state"]
    if evidence.sides > max(copy["pages"], 0):
        yield f"{evidence.sides} sides came out of {copy['pages']}"
    if state in ("delivered", "void", "failed") and whole is not (state == "delivered"):
        yield f"the copy is {state}, and {evidence.sides} of {copy['pages']} sides came out"
    if state == "void" and evidence.sides:
        yield "a void copy has pages"
    if state == "unknown" and not may_be_unknown(evidence):
        yield "the copy is called unknown, and the printer could have told"
    if state == "issued":
        yield "a copy counts, and nobody says what became of its pages"


def may_be_unknown(evidence: Evidence) -> bool:
    """The printer was started anew in the middle of the job, or a process died between the row and the job: the printer knows
    no job of that name, and that may mean that it has forgotten it."""
    return evidence.had(PRINT, Mark.INTENT) and not evidence.had(PRINT, Mark.DONE) and not evidence.had(PRINT, Mark.NOT_DONE)


def orders_agree(evidence: Evidence) -> Iterator[str]:
    kinds = {row.plan: row.facts.get("kind") for row in evidence.rows if row.act == PLAN and row.mark is Mark.OPENED}
    orders = {row["order_key"]: row for row in evidence.money.orders}
    for plan in (plan for plan, kind in kinds.items() if kind == payment.KIND):
        marks = {row.mark for row in evidence.rows if row.plan == plan and row.act == PLAN}
        order = orders.get(payment.order_key(plan))
        if Mark.DECIDED_FORWARD in marks and (order is None or order["paid_at"] is None):
            yield "a payment went forward and nothing was paid"
        if Mark.DECIDED_BACK in marks and order is not None and order["state"] not in NEVER:
            yield f"a payment went back and its order is {order['state']}"


def no_page_for_somebody_else(evidence: Evidence) -> Iterator[str]:
    if evidence.told["jobs"]:
        yield "recovery printed pages for whoever stands there now"
