"""The citizen-card purse as a payment channel: the card takes the money, its TAC proves it, and money goes back as a load.

An order by purse is open until a purchase is begun for it; from then on it is neither closed nor paid before the card has spoken.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.payment.channel import BillLine, NotYet, Payable, Refund, RefundState, Trade, TradeState, Transaction
from remote.central.payment.purse_tables import purchases
from remote.central.payment.tables import orders
from remote.central.store.database import reading, writing
from remote.central.times import BEIJING, Clock
from remote.messages import OrderState, PayMethod, PurchaseState, Purpose

NAME = "purse"
LABEL = "市民卡"
CREDIT_KEY = "refund:"       # order keys of money that goes back onto a card
Row = sa.Row[Any]

OF_ORDER_NO = (
    sa.select(purchases).join(orders, orders.c.order_id == purchases.c.order_id)
    .where(orders.c.order_no == sa.bindparam("order_no"), purchases.c.state != PurchaseState.NOT_DEBITED.value)
)  # fmt: skip
BY_KEY = sa.select(orders).where(orders.c.order_key == sa.bindparam("order_key"))


def transaction_of(row: Row) -> Transaction:
    """By what makes it unique on earth: the card's number and the module's. Raises nothing; the purchase must be debited."""
    number = f"{row.serial}-{row.sequence}-{row.terminal_number}-{row.terminal_seq}"
    return Transaction(number, row.fen, row.settled_at)


class PurseChannel:
    name = NAME

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def open(self, order: Payable) -> str:
        return ""

    def query(self, order_no: str) -> Trade:
        row = self._purchase(order_no)
        if row is None or row.state != PurchaseState.DEBITED:
            return Trade(TradeState.NOT_PAID)
        return Trade(TradeState.PAID, (transaction_of(row),))

    def close(self, order: Payable) -> bool:
        """Raises NotYet while only the card can tell."""
        row = self._purchase(order.order_no)
        if row is None:
            return True
        if row.state == PurchaseState.DEBITED:
            return False
        raise NotYet("the card has not been read again")

    def refund(self, refund: Refund) -> RefundState:
        """An order that is paid already, for a load of that very card; done when the card has been credited."""
        key = f"{CREDIT_KEY}{refund.refund_no}"
        with writing(self._engine) as connection:
            credit = connection.execute(BY_KEY, {"order_key": key}).first()
            if credit is None:
                paid = connection.execute(OF_ORDER_NO, {"order_no": refund.order_no}).first()
                if paid is None:
                    return RefundState.FAILED
                order = connection.execute(sa.select(orders).where(orders.c.order_id == paid.order_id)).one()
                connection.execute(sa.insert(orders), _credit(order, paid, refund, key, self._clock()))
                return RefundState.PROCESSING
        return RefundState.DONE if credit.fulfilled_at is not None else RefundState.PROCESSING

    def bill(self, day: date) -> list[BillLine]:
        start = datetime.combine(day, time(), BEIJING)
        end = start + timedelta(days=1)
        came = (
            sa.select(purchases, orders.c.order_no).join(orders, orders.c.order_id == purchases.c.order_id)
            .where(purchases.c.state == PurchaseState.DEBITED.value)
            .where(purchases.c.settled_at >= start, purchases.c.settled_at < end)
        )  # fmt: skip
        went = sa.select(orders).where(
            orders.c.order_key.startswith(CREDIT_KEY), orders.c.fulfilled_at >= start, orders.c.fulfilled_at < end
        )
        with reading(self._engine) as connection:
            lines = [_came(row) for row in connection.execute(came)]
            return lines + [_went(connection, row) for row in connection.execute(went).all()]

    def _purchase(self, order_no: str) -> Row | None:
        with reading(self._engine) as connection:
            return connection.execute(OF_ORDER_NO, {"order_no": order_no}).first()


def _came(row: Row) -> BillLine:
    moved = transaction_of(row)
    return BillLine(row.order_no, moved.number, moved.fen, moved.at)


def _went(connection: sa.Connection, credit: Row) -> BillLine:
    about = json.loads(credit.lines)[0]
    refund_no = credit.order_key.removeprefix(CREDIT_KEY)
    return BillLine(about["order_no"], about["transaction"], -credit.fen, credit.fulfilled_at, refund_no)


def _credit(order: Row, paid: Row, refund: Refund, key: str, now: datetime) -> dict[str, Any]:
    about = {
        "payee": LABEL, "what": "付款退回市民卡", "fen": refund.fen, "order_no": order.order_no,
        "transaction": refund.transaction,
    }  # fmt: skip
    order_id = refund.refund_no[-32:].lower()
    return {
        "order_id": order_id, "order_no": f"P{now:%y%m%d}{order_id[:12].upper()}", "order_key": key,
        "person_id": order.person_id, "purpose": Purpose.TOP_UP.value, "purpose_ref": f"{paid.serial}/{refund.fen}",
        "lines": json.dumps([about], ensure_ascii=False), "fen": refund.fen, "method": PayMethod.WAIVED.value, "channel": "",
        "phone_code": "", "state": OrderState.PAID.value, "qr": None, "claim_code": order.claim_code,
        "terminal": order.terminal, "created_at": now, "expires_at": now, "ask_at": None, "paid_at": now, "closed_at": None,
        "used_by": None, "fulfilled_at": None, "reason": "",
    }  # fmt: skip
