"""Our own books, read for reconciliation: orders, money, and what was delivered without either."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.documents.tables import documents
from remote.central.payment.deliveries import Delivered, delivered
from remote.central.payment.differences import BookOrder, BookPayment, Difference, Kind, Proposal
from remote.central.payment.purse import CREDIT_KEY
from remote.central.payment.tables import bills, orders, payments
from remote.central.payment.tariffs import Tariff
from remote.central.store.schema import cards, cases
from remote.central.times import BEIJING
from remote.messages import OrderState, Purpose

Row = sa.Row[Any]
More = Callable[[sa.Connection, date], list[Difference]]
"""A seam: differences of another room's books (purse transactions) as of a day."""
WITHOUT_END = ("new", "open", "closing")
DONE_WITH = ("refunded", "settled", "holds")


@dataclass(frozen=True)
class Books:
    orders: dict[str, BookOrder]            # by order number
    payments: dict[tuple[str, str], BookPayment]
    billed: set[tuple[str, date]]           # bills that were compared before
    unpaid: list[Difference]

    def of_channel(self, channel: str) -> dict[str, BookPayment]:
        return {number: one for (whose, number), one in self.payments.items() if whose == channel}

    def held_for(self) -> dict[str, int]:
        held: defaultdict[str, int] = defaultdict(int)
        for one in self.payments.values():
            held[one.order_no] += one.fen if one.state == "holds" else 0
        return held


def read_books(connection: sa.Connection, day: date, tariff: Tariff, bill_orders: set[str]) -> Books:
    """Everything of that day, everything older that is not at its end, and the orders that a bill names."""
    end = datetime.combine(day, time(), BEIJING) + timedelta(days=1)
    start = end - timedelta(days=1)
    money = (
        sa.select(payments, orders.c.order_no).join(orders, orders.c.order_id == payments.c.order_id)
        .where(payments.c.at < end)
        .where(sa.or_(payments.c.at >= start, payments.c.state.not_in(DONE_WITH), payments.c.bill_day.is_(None),
                      sa.and_(payments.c.state == "refunded", payments.c.refund_bill_day.is_(None)),
                      orders.c.order_no.in_(bill_orders)))
    )  # fmt: skip
    found_money = connection.execute(money).all()
    named = bill_orders | {row.order_no for row in found_money}
    wanted = sa.select(orders).where(
        sa.or_(
            orders.c.order_no.in_(named), sa.and_(orders.c.created_at >= start, orders.c.created_at < end),
            sa.and_(orders.c.created_at < end, orders.c.state.in_(WITHOUT_END)),
            sa.and_(orders.c.created_at < end, orders.c.state == "paid", orders.c.fulfilled_at.is_(None)),
        )
    )  # fmt: skip
    found = connection.execute(wanted.where(~orders.c.order_key.startswith(CREDIT_KEY))).all()      # no money of its own
    paid = sa.select(payments, orders.c.order_no).join(orders, orders.c.order_id == payments.c.order_id)
    of_them = connection.execute(paid.where(orders.c.order_no.in_([row.order_no for row in found]))).all()
    return Books(
        {row.order_no: _order(connection, row, tariff) for row in found},
        {(row.channel, row.transaction): _payment(row) for row in (*found_money, *of_them)},
        {(row.channel, row.day) for row in connection.execute(sa.select(bills.c.channel, bills.c.day))},
        [*_documents_unpaid(connection, day, tariff), *_cards_unpaid(connection, start, end)],
    )


def _order(connection: sa.Connection, row: Row, tariff: Tariff) -> BookOrder:
    open_and_paid = row.state == OrderState.PAID and row.fulfilled_at is None
    goes_back = row.ask_at if open_and_paid and row.used_by is None else None
    return BookOrder(
        row.order_no, row.channel, row.purpose, row.fen, sum(line["fen"] for line in json.loads(row.lines)),
        OrderState(row.state), row.created_at, row.expires_at, row.paid_at, row.fulfilled_at,
        delivered(connection, row) if open_and_paid else Delivered.NO, goes_back,
    )  # fmt: skip


def _payment(row: Row) -> BookPayment:
    return BookPayment(
        row.channel, row.transaction, row.order_no, row.fen, row.at, row.state, row.reason, row.refund_no, row.refunded_at,
        row.bill_day is not None, row.refund_bill_day is not None,
    )  # fmt: skip


def _documents_unpaid(connection: sa.Connection, day: date, tariff: Tariff) -> list[Difference]:
    """Copies that came out that day, cost something, and have no paid order behind them."""
    fees = {kind: fee.fen for kind, fee in tariff.documents.items() if fee.fen}
    paid = sa.select(orders.c.order_id).where(
        orders.c.used_by == sa.literal("document:") + documents.c.document_id, orders.c.state == "paid"
    )
    query = sa.select(documents).where(
        documents.c.day == day, documents.c.state == "delivered", documents.c.kind.in_(fees), ~paid.exists()
    )
    return [
        Difference(
            Kind.DELIVERED_NOT_PAID, "", row.number, "", fees[row.kind], row.issued_at, "已出证,没有缴费", Proposal.TWO_PEOPLE
        )
        for row in connection.execute(query)
    ]


def _cards_unpaid(connection: sa.Connection, start: datetime, end: datetime) -> list[Difference]:
    """Cards with a fee that are live, of cases handed in that day, without a paid order."""
    paid = sa.select(orders.c.order_id).where(
        orders.c.purpose == Purpose.CARD.value, orders.c.purpose_ref == cases.c.case_id, orders.c.state == "paid"
    )
    query = (
        sa.select(cases.c.case_no, cases.c.fee_fen, cases.c.submitted_at)
        .join(cards, cards.c.case_id == cases.c.case_id)
        .where(cards.c.state == "live", cases.c.fee_fen > 0, cases.c.submitted_at >= start, cases.c.submitted_at < end)
        .where(~paid.exists())
    )
    return [
        Difference(
            Kind.DELIVERED_NOT_PAID, "", row.case_no, "", row.fee_fen, row.submitted_at, "已发证,没有缴费", Proposal.TWO_PEOPLE
        )
        for row in connection.execute(query)
    ]
