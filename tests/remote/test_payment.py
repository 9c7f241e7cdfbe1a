"""Paying at the centre: whatever the channel and the payer do, each fen is held for something delivered, or goes back once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from remote.central.centre import Centre
from remote.central.http import make_app
from remote.central.payment import money
from remote.central.payment.simulated import CannotPay, SimulatedChannel
from remote.central.payment.simulated import refunds as channel_refunds
from remote.central.payment.tables import payments
from remote.central.store.database import reading, writing
from remote.central.store.schema import incidents, obligations
from remote.central.times import BEIJING
from remote.messages import (
    AskPrice,
    CloseOrder,
    CreateOrder,
    FindOrders,
    FoundOrders,
    OrderAnswer,
    OrderState,
    OrderView,
    PayMethod,
    Price,
    Purpose,
    QueryOrder,
    RefundOrder,
    RefusalCode,
)
from tests.remote.identities import enrolled

KEY = "ab" * 16 + ":order:1"
FEN = 1000          # tariffs.yaml: property


@dataclass
class Town:
    """A centre, its simulated bank, and a clock that is moved by hand."""

    now: datetime = field(default_factory=lambda: datetime(2026, 11, 2, 9, 0, tzinfo=BEIJING))

    def __post_init__(self) -> None:
        self.centre = Centre.in_memory(7, 20, clock=lambda: self.now)
        assert self.centre.bank is not None
        self.bank: SimulatedChannel = self.centre.bank
        enrolled(self.centre, "T1", "一楼1号机")
        with reading(self.centre.engine) as connection:
            somebody = connection.execute(sa.text("SELECT person_ref, person_id FROM persons ORDER BY person_id LIMIT 1")).one()
        self.person_ref: str = somebody.person_ref
        self.person_id: int = somebody.person_id

    def ask(self, operation: str, body: object, key: str | None = None) -> object:
        return self.centre.handle("T1", operation, body, key)  # type: ignore[arg-type]

    def order(self, key: str = KEY, **more: object) -> OrderAnswer:
        body = {
            "purpose": Purpose.DOCUMENT, "purpose_ref": "property", "person_ref": self.person_ref,
            "method": PayMethod.SHOW_QR, "shown_fen": FEN, "claim_code": "K7QF2M9X", **more,
        }  # fmt: skip
        answer = self.ask("create_order", CreateOrder.model_validate(body), key)
        assert isinstance(answer, OrderAnswer)
        return answer

    def opened(self, key: str = KEY) -> OrderView:
        self.order(key)
        self.centre.payment.round()
        return self.seen(key)

    def seen(self, key: str = KEY) -> OrderView:
        answer = self.ask("query_order", QueryOrder(order_key=key))
        assert isinstance(answer, OrderAnswer) and answer.order is not None
        return answer.order

    def seen_in(self, connection: sa.Connection) -> sa.Row[tuple[object, ...]]:
        return connection.execute(sa.select(money.orders)).one()

    def close(self, key: str = KEY) -> OrderAnswer:
        answer = self.ask("close_order", CloseOrder(order_key=key), f"{key}:close")
        assert isinstance(answer, OrderAnswer)
        return answer

    def refund(self, key: str = KEY, again: int = 1) -> OrderAnswer:
        answer = self.ask("refund_order", RefundOrder(order_key=key, reason="not_made"), f"{key}:refund:{again}")
        assert isinstance(answer, OrderAnswer)
        return answer

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)
        self.centre.payment.round()

    def rows(self, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
        with reading(self.centre.engine) as connection:
            return list(connection.execute(sa.select(table)).all())

    def settled_fen(self) -> tuple[int, int]:
        """(held for an order, gone back) by the centre's books, which must agree with the bank's."""
        rows = self.rows(payments)
        back = sum(row.fen for row in rows if row.state == "refunded")
        assert back == sum(row.fen for row in self.rows(channel_refunds))
        return sum(row.fen for row in rows if row.state == "holds"), back


def token_of(order: OrderView) -> str:
    assert order.qr is not None
    return order.qr.rsplit("/", 1)[1]


@pytest.fixture
def town() -> Town:
    return Town()


def test_the_price_is_the_centres_and_a_kind_without_a_fee_costs_nothing(town: Town) -> None:
    price = town.ask("ask_price", AskPrice(purpose=Purpose.DOCUMENT, purpose_ref="property", person_ref=town.person_ref))
    assert isinstance(price, Price) and price.fen == FEN and PayMethod.SHOW_QR in price.methods
    free = town.ask("ask_price", AskPrice(purpose=Purpose.DOCUMENT, purpose_ref="participation", person_ref=town.person_ref))
    assert isinstance(free, Price) and (free.fen, free.methods) == (0, [])


def test_an_amount_that_has_changed_meanwhile_is_shown_again_and_no_order_is_made(town: Town) -> None:
    answer = town.order(shown_fen=FEN - 1)
    assert answer.order is None and answer.refusal is not None
    assert (answer.refusal.code, answer.refusal.params) == (RefusalCode.PRICE_CHANGED, {"fen": str(FEN)})
    assert town.rows(money.orders) == []


def test_nothing_is_paid_before_the_channel_says_so(town: Town) -> None:
    order = town.opened()
    assert order.state is OrderState.OPEN and order.qr is not None
    for _ in range(3):
        town.later(seconds=10)
        assert town.seen().state is OrderState.OPEN
    town.bank.pay(token_of(order))
    assert town.seen().state is OrderState.PAID
    assert [row.amount_fen for row in town.rows(obligations) if row.settled_at is None] == [FEN]


def test_a_notification_that_is_lost_is_found_by_asking(town: Town) -> None:
    order = town.opened()
    town.bank.notify = lambda order_no: None
    town.bank.pay(token_of(order))
    assert town.seen().state is OrderState.OPEN
    town.later(seconds=10)
    assert town.seen().state is OrderState.PAID


def test_a_channel_that_is_away_closes_nothing_and_loses_nothing(town: Town) -> None:
    order = town.opened()
    town.bank.notify = lambda order_no: None
    town.bank.pay(token_of(order))
    town.bank.away = True
    town.later(minutes=10)
    assert town.seen().state is OrderState.OPEN        # expired by the clock, and still unknown
    town.bank.away = False
    town.later(seconds=10)
    assert town.seen().state is OrderState.PAID


def test_an_order_that_nobody_pays_is_closed_when_its_time_is_over(town: Town) -> None:
    order = town.opened()
    town.later(minutes=5)
    assert town.seen().state is OrderState.CLOSED
    with pytest.raises(CannotPay, match="closed"):
        town.bank.pay(token_of(order))


def test_money_that_is_quicker_than_the_close_counts(town: Town) -> None:
    order = town.opened()
    town.bank.notify = lambda order_no: None
    town.bank.pay(token_of(order))
    assert town.close().order.state is OrderState.CLOSING  # type: ignore[union-attr]
    town.later(seconds=1)
    assert town.seen().state is OrderState.PAID
    assert town.settled_fen() == (FEN, 0)


@pytest.mark.parametrize("delay", [timedelta(seconds=1), timedelta(minutes=2), timedelta(hours=2), timedelta(days=6)])
def test_money_that_comes_after_the_close_goes_back_by_itself(town: Town, delay: timedelta) -> None:
    order = town.opened()
    town.close()
    town.later(seconds=1)
    assert town.seen().state is OrderState.CLOSED
    town.now += delay
    town.bank.pay(token_of(order), although_closed=True)
    town.later(seconds=1)
    assert town.seen().state is OrderState.CLOSED
    assert town.settled_fen() == (0, FEN)
    assert [row.kind for row in town.rows(incidents)] == ["money_late"]


def test_who_pays_twice_gets_the_second_back(town: Town) -> None:
    order = town.opened()
    town.bank.pay(token_of(order))
    town.bank.pay(token_of(order), again=True)
    for _ in range(3):
        town.later(seconds=1)
    assert town.seen().state is OrderState.PAID
    assert town.settled_fen() == (FEN, FEN)


@pytest.mark.parametrize("fen", [1, FEN - 1, FEN + 1])
def test_a_wrong_amount_goes_back_and_pays_nothing(town: Town, fen: int) -> None:
    order = town.opened()
    town.bank.pay(token_of(order), fen)
    town.later(seconds=1)
    assert town.seen().state is OrderState.CLOSED       # the channel takes money for it only once
    assert town.settled_fen() == (0, fen)


def test_asked_for_many_times_the_money_goes_back_once(town: Town) -> None:
    order = town.opened()
    town.bank.pay(token_of(order))
    for again in range(4):
        assert town.refund(again=again).refusal is None
        town.later(seconds=70)
    assert town.seen().state is OrderState.REFUNDED
    assert town.settled_fen() == (0, FEN)
    assert all(row.settled_at is not None for row in town.rows(obligations))


def test_a_refund_while_the_channel_is_away_is_kept_until_it_is_back(town: Town) -> None:
    order = town.opened()
    town.bank.pay(token_of(order))
    town.bank.away = True
    town.refund()
    town.later(seconds=70)
    assert town.seen().state is OrderState.REFUNDING
    assert [row.settled_at for row in town.rows(obligations)] == [None]
    town.bank.away = False
    town.later(seconds=70)
    assert town.seen().state is OrderState.REFUNDED


def test_paid_and_never_fetched_goes_back_by_itself(town: Town) -> None:
    order = town.opened()
    town.bank.pay(token_of(order))
    town.later(minutes=29)
    assert town.seen().state is OrderState.PAID
    town.later(minutes=2)
    town.later(seconds=1)
    assert town.seen().state is OrderState.REFUNDED


def test_what_is_being_made_for_the_money_holds_it_and_the_delivery_earns_it(town: Town) -> None:
    order = town.opened()
    town.bank.pay(token_of(order))
    with writing(town.centre.engine) as connection:
        context = town.centre.service.context(connection, "T1", "document")
        money.use(context, order.order_id, "document-1", "document", "property", town.person_id)
        with pytest.raises(money.NotPaid):
            money.use(context, order.order_id, "document-2", "document", "property", town.person_id)
    assert town.refund().refusal.code is RefusalCode.NOT_REFUNDABLE  # type: ignore[union-attr]
    town.later(hours=3)
    assert town.seen().state is OrderState.PAID
    with writing(town.centre.engine) as connection:
        money.fulfilled(town.centre.service.context(connection, "T1", "document"), "document-1")
    assert town.seen().fulfilled and all(row.settled_at is not None for row in town.rows(obligations))
    assert town.refund(again=2).refusal.code is RefusalCode.NOT_REFUNDABLE  # type: ignore[union-attr]


def test_what_will_never_be_made_gives_the_money_back_even_while_it_is_bound(town: Town) -> None:
    order = town.opened()
    town.bank.pay(token_of(order))
    for _ in range(2):
        with writing(town.centre.engine) as connection:
            context = town.centre.service.context(connection, "T1", "document")
            if town.seen_in(connection).used_by is None and town.seen_in(connection).state == "paid":
                money.use(context, order.order_id, "document-1", "document", "property", town.person_id)
            assert money.back_for(context, Purpose.DOCUMENT, "property", "unclaimed")
            assert not money.back_for(context, Purpose.CARD, "property", "unclaimed")
        town.later(seconds=1)
    assert town.seen().state is OrderState.REFUNDED and town.settled_fen() == (0, FEN)


def test_what_is_not_made_frees_the_money_again(town: Town) -> None:
    order = town.opened()
    town.bank.pay(token_of(order))
    with writing(town.centre.engine) as connection:
        context = town.centre.service.context(connection, "T1", "document")
        money.use(context, order.order_id, "document-1", "document", "property", town.person_id)
        money.unuse(context, "document-1")
    assert town.refund().refusal is None


def test_somebody_elses_order_pays_for_nothing(town: Town) -> None:
    order = town.opened()
    town.bank.pay(token_of(order))
    with writing(town.centre.engine) as connection:
        context = town.centre.service.context(connection, "T1", "document")
        for person, kind in ((town.person_id + 1, "property"), (town.person_id, "fund_statement")):
            with pytest.raises(money.NotPaid):
                money.use(context, order.order_id, "document-1", "document", kind, person)


def test_a_close_that_overtakes_its_order_bars_it(town: Town) -> None:
    assert town.close().order is None
    problem = town.ask("create_order", CreateOrder(purpose=Purpose.DOCUMENT, purpose_ref="property",
                       person_ref=town.person_ref, method=PayMethod.SHOW_QR, shown_fen=FEN, claim_code=""), KEY)
    assert getattr(problem, "error", "") == "barred"


def test_a_phone_code_pays_at_once_and_is_not_kept(town: Town) -> None:
    town.order(method=PayMethod.SCAN_CODE, phone_code="281234567890123456")
    town.centre.payment.round()
    town.later(seconds=3)
    assert town.seen().state is OrderState.PAID
    assert [row.phone_code for row in town.rows(money.orders)] == [""]


def test_her_orders_are_found_by_her_card_and_by_the_code_of_the_slip(town: Town) -> None:
    town.opened()
    by_card = town.ask("find_orders", FindOrders(person_ref=town.person_ref))
    by_code = town.ask("find_orders", FindOrders(claim_code="K7QF2M9X"))
    nobody = town.ask("find_orders", FindOrders())
    assert isinstance(by_card, FoundOrders) and isinstance(by_code, FoundOrders) and isinstance(nobody, FoundOrders)
    assert [order.purpose_ref for order in by_card.orders] == ["property"]
    assert by_code.orders == by_card.orders and nobody.orders == []


def test_the_checkout_page_shows_payee_and_amount_and_takes_the_money_once(town: Town) -> None:
    order = town.opened()
    phone = TestClient(make_app(town.centre))            # no chores beside it: one connection in memory
    page = phone.get(f"/checkout/{token_of(order)}")
    assert page.status_code == 200 and "10.00 元" in page.text and "亳州市不动产登记中心" in page.text
    assert "不会真的扣钱" in page.text
    assert "付款成功" in phone.post(f"/checkout/{token_of(order)}/pay").text
    assert "已经付过了" in phone.post(f"/checkout/{token_of(order)}/pay").text
    assert phone.get("/checkout/0000").status_code == 404
    assert town.seen().state is OrderState.PAID
