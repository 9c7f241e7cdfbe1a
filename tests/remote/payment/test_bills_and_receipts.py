"""A water bill for two payees, and the receipt for what was paid and delivered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from remote.central.payment import money
from remote.central.payment.reconcile import reconcile
from remote.central.store.database import writing
from remote.central.store.schema import notices, obligations
from remote.messages import (
    AskPrice,
    CreateOrder,
    DocumentKind,
    DocumentOffers,
    DocumentPreview,
    IdentityEvidence,
    ListDocuments,
    OrderAnswer,
    OrderState,
    PayMethod,
    PreviewDocument,
    Price,
    Purpose,
    RefusalCode,
)
from tests.remote.test_payment import KEY, Town, token_of

WATER, OTHER = "W3416020001", "cd" * 16 + ":order:1"


@pytest.fixture
def town() -> Town:
    return Town()


def price(town: Town, ref: str) -> Price:
    answer = town.ask("ask_price", AskPrice(purpose=Purpose.BILL, purpose_ref=ref))
    assert isinstance(answer, Price)
    return answer


def bill_order(town: Town, key: str, ref: str, fen: int) -> OrderAnswer:
    body = CreateOrder(purpose=Purpose.BILL, purpose_ref=ref, method=PayMethod.SHOW_QR, shown_fen=fen, claim_code="K7QF2M9X")
    answer = town.ask("create_order", body, key)
    assert isinstance(answer, OrderAnswer)
    return answer


def pay_bill(town: Town, key: str) -> Price:
    asked = price(town, WATER)
    assert bill_order(town, key, asked.purpose_ref, asked.fen).order is not None
    town.centre.payment.round()
    town.bank.pay(token_of(town.seen(key)))
    return asked


def test_a_water_bill_is_split_between_its_payees_and_the_channel_hears_the_sum(town: Town) -> None:
    asked = pay_bill(town, KEY)
    assert [line.payee for line in asked.lines] == ["亳州市供水有限公司", "亳州市财政局"]
    assert asked.fen == sum(line.fen for line in asked.lines) and asked.purpose_ref == f"{WATER}/202608"
    order = town.seen()
    assert (order.state, order.fulfilled, order.fen) == (OrderState.PAID, True, asked.fen)
    [told] = town.rows(notices)
    assert (told.seam, told.addressee, told.text) == ("utility", asked.purpose_ref, f"{order.order_no} {asked.fen}")
    assert all(row.settled_at is not None for row in town.rows(obligations))
    day = town.now.date()
    town.now += timedelta(days=1)
    report = reconcile(town.centre, day)
    assert report.open == [] and report.by_payee == {line.payee: line.fen for line in asked.lines}


def test_months_are_paid_one_after_the_other_and_each_once(town: Town) -> None:
    first = pay_bill(town, KEY)
    second = pay_bill(town, OTHER)
    assert (first.purpose_ref, second.purpose_ref) == (f"{WATER}/202608", f"{WATER}/202609")
    again = bill_order(town, "ef" * 16 + ":order:1", first.purpose_ref, first.fen)
    assert again.order is None and again.refusal is not None and again.refusal.code is RefusalCode.NOTHING_TO_PAY


def test_a_bill_that_two_people_pay_at_the_same_time_is_paid_once(town: Town) -> None:
    asked = price(town, WATER)
    for key in (KEY, OTHER):
        assert bill_order(town, key, asked.purpose_ref, asked.fen).order is not None
    town.centre.payment.round()
    tokens = [token_of(town.seen(key)) for key in (KEY, OTHER)]
    for token in tokens:
        town.bank.pay(token)
    for _ in range(3):
        town.later(seconds=1)
    assert sorted(town.seen(key).state for key in (KEY, OTHER)) == [OrderState.CLOSED, OrderState.PAID]
    assert town.settled_fen() == (asked.fen, asked.fen)


@pytest.mark.parametrize("ref", ["W3416020000", "W1", "X3416020001", f"{WATER}/202601", f"{WATER}/abc", ""])
def test_what_is_no_open_bill_costs_nothing_here(town: Town, ref: str) -> None:
    answer = price(town, ref)
    assert answer.refusal is not None and answer.refusal.code is RefusalCode.NOTHING_TO_PAY and answer.fen == 0


def test_a_household_alone_is_no_order(town: Town) -> None:
    assert bill_order(town, KEY, WATER, price(town, WATER).fen).order is None


def offered(town: Town) -> list[str]:
    ask = ListDocuments(person_ref=town.person_ref, identity=IdentityEvidence.CARD_ALONE)
    answer = town.ask("list_documents", ask)
    assert isinstance(answer, DocumentOffers)
    [receipt] = [one for one in answer.offers if one.kind is DocumentKind.PAYMENT_RECEIPT]
    return [choice.label for choice in receipt.periods if choice.code.startswith("P")]


def preview(town: Town, order_no: str) -> DocumentPreview:
    ask = PreviewDocument(
        person_ref=town.person_ref, identity=IdentityEvidence.CARD_ALONE, kind=DocumentKind.PAYMENT_RECEIPT, period=order_no
    )
    answer = town.ask("preview_document", ask)
    assert isinstance(answer, DocumentPreview)
    return answer


def test_a_receipt_is_to_be_had_once_what_was_paid_for_is_delivered(town: Town) -> None:
    order = town.opened()
    town.bank.pay(token_of(order))
    assert offered(town) == []
    with writing(town.centre.engine) as connection:
        context = town.centre.service.context(connection, "T1", "x")
        money.use(context, order.order_id, "made", "document", "property", town.person_id)
        money.fulfilled(context, "made")
    assert offered(town) == ["11月2日 不动产查询结果 10.00元"]
    drawn = preview(town, order.order_no)
    assert drawn.refusal is None and drawn.pdf_base64 and drawn.pages == 1


def test_money_that_went_back_gives_no_receipt(town: Town) -> None:
    order = town.opened()
    town.bank.pay(token_of(order))
    town.refund()
    town.later(seconds=61)
    assert offered(town) == []
