"""The promises about money and the citizen card, asked of the evidence of one death. Each answer is empty when it holds."""
from __future__ import annotations

from collections.abc import Iterator

from remote.central.payment.owed import owed_id
from tests.kill.evidence import Evidence
from tests.kill.paper_promises import orders_agree

GOES_BACK = ("refunding", "refunded")


def broken_purse(evidence: Evidence) -> list[str]:
    """What does not hold; empty when everything does."""
    every = ((1, every_fen), (1, the_card_and_the_books), (4, loads_have_ended), (4, orders_agree))
    return [f"invariant {number}: {words}" for number, promise in every for words in promise(evidence)]


def every_fen(evidence: Evidence) -> Iterator[str]:
    """On the card, back, on its way back, or held for her by an open obligation."""
    money, purse = evidence.money, evidence.purse
    assert purse is not None
    taken, back = sum(row["fen"] for row in money.came), sum(row["fen"] for row in money.went)
    gained = purse.after - purse.before
    waits = 0
    for order in money.orders:
        if order["state"] == "paid" and order["fulfilled_at"] is None:
            waits += order["fen"]
            if owed_id(order["order_id"]) not in purse.owed:
                yield "she has paid, has it not on her card, and nobody owes it"
    due = sum(row["fen"] for row in money.payments if row["state"] == "refund_due")
    if taken != back + due + gained + waits:
        yield f"{taken} fen taken; {gained} on the card, {back} back, {due} on their way back, {waits} held for her"
    known = {row["transaction"] for row in money.payments}
    if unknown := [row["number"] for row in money.came if row["number"] not in known]:
        yield f"the bank has taken {len(unknown)} payments that the centre does not know"


def the_card_and_the_books(evidence: Evidence) -> Iterator[str]:
    purse = evidence.purse
    assert purse is not None
    earned = sum(row["fen"] for row in evidence.money.orders if row["fulfilled_at"] is not None)
    credited = sum(row["fen"] for row in purse.loads if row["state"] == "credited")
    if not earned == credited == purse.after - purse.before:
        yield f"{purse.after - purse.before} fen more on the card, {credited} credited in the books, {earned} earned"


def loads_have_ended(evidence: Evidence) -> Iterator[str]:
    assert evidence.purse is not None
    for load in evidence.purse.loads:
        if load["state"] not in ("credited", "not_credited"):
            yield f"the card is back, and its load is {load['state']}"
