"""Carries out what orders wish for: open them, ask whether they are paid, close them, give money back.

The channel is asked outside every transaction; what it said is written in one of its own. Whoever dies in between asks again:
every question to a channel is safe to repeat, and money is known by the channel's own number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.payment.channel import (
    Channel,
    ChannelAway,
    ChannelRefused,
    Payable,
    Refund,
    RefundState,
    Trade,
    TradeState,
)
from remote.central.payment.money import SET_ORDER, Row, give_back, money_came, refund_went
from remote.central.payment.orders import BY_ID
from remote.central.payment.tables import orders, payments
from remote.central.service import Service
from remote.central.store.database import reading, writing
from remote.messages import OrderState

ASK_AGAIN_S = 2.0            # [A] while somebody stands before an open order
AWAY_AGAIN_S = 5.0           # [A] a channel that did not answer
REFUND_AGAIN_S = 60.0        # [A] a refund that the channel still works on
AT_ONCE = 50
Change = Callable[[Context, Row], None]
THE_CENTRE = "centre"        # who writes, in the audit


class Worker:
    """One round at a time. `channels` by name; an order whose channel is not there waits and is told so in `waiting`."""

    def __init__(self, engine: sa.Engine, service: Service, channels: Mapping[str, Channel]) -> None:
        self._engine = engine
        self._service = service
        self._channels = channels

    def round(self) -> int:
        """How many orders and refunds were seen to."""
        due = self._due()
        for order in due:
            self._see_to(order)
        refunds = self._refunds_due()
        for payment in refunds:
            self._refund(payment)
        return len(due) + len(refunds)

    def look_at(self, order_no: str) -> None:
        """A channel has called us about this order: do not believe it, ask."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(orders).where(orders.c.order_no == order_no)).first()
        if row is not None:
            self._ask(row)

    def _due(self) -> list[Row]:
        now = self._service.clock()
        with reading(self._engine) as connection:
            query = sa.select(orders).where(orders.c.ask_at <= now).order_by(orders.c.ask_at).limit(AT_ONCE)
            return list(connection.execute(query).all())

    def _see_to(self, order: Row) -> None:
        if order.state == OrderState.PAID:
            self._write(order, _give_back_unfetched)
        elif order.channel not in self._channels:
            self._write(order, _later(AWAY_AGAIN_S))
        elif order.state == OrderState.NEW:
            self._open(order)
        elif order.state == OrderState.CLOSING or order.expires_at <= self._service.clock():
            self._close(order)
        else:
            self._ask(order)

    def _open(self, order: Row) -> None:
        try:
            qr = self._channels[order.channel].open(
                Payable(order.order_no, order.fen, _what(order), _payee(order), order.expires_at, order.phone_code)
            )
        except ChannelAway:
            # It may have been opened all the same: nothing is shown, so nobody can pay; asked again until it expires.
            self._write(order, _later(AWAY_AGAIN_S) if order.expires_at > self._service.clock() else _wish_to_close)
            return
        except ChannelRefused:
            self._write(order, _wish_to_close)
            return

        def opened(context: Context, now: Row) -> None:
            state = OrderState.OPEN if now.state == OrderState.NEW else OrderState(now.state)
            context.connection.execute(
                SET_ORDER.values(state=state.value, qr=qr, phone_code="", ask_at=context.now), {"which": now.order_id}
            )

        self._write(order, opened)

    def _ask(self, order: Row) -> None:
        try:
            trade = self._channels[order.channel].query(order.order_no)
        except ChannelAway:
            self._write(order, _later(AWAY_AGAIN_S))
            return
        self._heard(order, trade)

    def _heard(self, order: Row, trade: Trade) -> None:
        def write(context: Context, now: Row) -> None:
            for transaction in trade.transactions:
                money_came(context, now.order_id, now.channel, transaction)
            after = context.connection.execute(BY_ID, {"order_id": now.order_id}).one()
            if after.state == OrderState.OPEN:
                _later(ASK_AGAIN_S)(context, after)

        self._write(order, write)

    def _close(self, order: Row) -> None:
        channel = self._channels[order.channel]
        try:
            closed = channel.close(order.order_no)
            trade = channel.query(order.order_no)
        except ChannelAway:
            self._write(order, _later(AWAY_AGAIN_S))
            return
        if not closed or trade.transactions:
            self._heard(order, trade)
            closed = closed and trade.state is not TradeState.PAID

        def write(context: Context, now: Row) -> None:
            if now.state in (OrderState.NEW, OrderState.OPEN, OrderState.CLOSING):
                if closed:
                    values = {"state": OrderState.CLOSED.value, "closed_at": context.now, "ask_at": None, "qr": None}
                    context.connection.execute(SET_ORDER.values(**values, phone_code=""), {"which": now.order_id})
                else:
                    _later(AWAY_AGAIN_S)(context, now)

        self._write(order, write)

    def _refunds_due(self) -> list[Row]:
        now = self._service.clock()
        with reading(self._engine) as connection:
            query = (
                sa.select(payments, orders.c.order_no)
                .join(orders, orders.c.order_id == payments.c.order_id)
                .where(payments.c.state == "refund_due", payments.c.ask_at <= now)
                .limit(AT_ONCE)
            )
            return list(connection.execute(query).all())

    def _refund(self, payment: Row) -> None:
        channel = self._channels.get(payment.channel)
        try:
            if channel is None:
                raise ChannelAway
            state = channel.refund(
                Refund(payment.refund_no, payment.order_no, payment.transaction, payment.fen, payment.fen, payment.reason)
            )
        except ChannelAway:
            state = RefundState.PROCESSING
        except ChannelRefused:
            state = RefundState.FAILED
        with writing(self._engine) as connection:
            refund_went(self._service.context(connection, THE_CENTRE, payment.refund_no), payment, state, REFUND_AGAIN_S)

    def _write(self, order: Row, change: Change) -> None:
        """`change` sees the order as it is now, not as it was before the channel was asked."""
        with writing(self._engine) as connection:
            context = self._service.context(connection, THE_CENTRE, f"{order.order_no}:{order.ask_at}")
            change(context, connection.execute(BY_ID, {"order_id": order.order_id}).one())


def _later(seconds: float) -> Change:
    def write(context: Context, now: Row) -> None:
        context.connection.execute(
            SET_ORDER.values(ask_at=context.now + timedelta(seconds=seconds)), {"which": now.order_id}
        )

    return write


def _wish_to_close(context: Context, now: Row) -> None:
    if now.state in (OrderState.NEW, OrderState.OPEN):
        values = {"state": OrderState.CLOSING.value, "ask_at": context.now}
        context.connection.execute(SET_ORDER.values(**values), {"which": now.order_id})


def _give_back_unfetched(context: Context, now: Row) -> None:
    if not give_back(context, now, "unfetched"):
        context.connection.execute(SET_ORDER.values(ask_at=None), {"which": now.order_id})


def _what(order: Row) -> str:
    return "、".join(line["what"] for line in json.loads(order.lines))


def _payee(order: Row) -> str:
    return "、".join(dict.fromkeys(line["payee"] for line in json.loads(order.lines)))
