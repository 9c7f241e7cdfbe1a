"""Carries out what orders wish for: open them, ask whether they are paid, close them, give money back.

The channel is asked outside every transaction; what it said is written in one of its own. Whoever dies in between asks again:
every question to a channel is safe to repeat, and money is known by the channel's own number.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.payment.channel import (
    Channel,
    ChannelAway,
    ChannelRefused,
    NotYet,
    Payable,
    Refund,
    RefundState,
    Trade,
    TradeState,
)
from remote.central.payment.deliveries import Delivered, delivered
from remote.central.payment.money import PAYABLE, SET_ORDER, Row, bought, give_back, money_came, refund_went
from remote.central.payment.orders import BY_ID
from remote.central.payment.tables import calls, orders, payments
from remote.central.service import Service
from remote.central.store.database import reading, writing
from remote.messages import OrderState, PayMethod

ASK_AGAIN_S = 2.0            # [A] while somebody stands before an open order
AWAY_AGAIN_S = 5.0           # [A] a channel that did not answer
NOT_YET_AGAIN_S = 600.0      # [A] what hears of it by itself, and is only looked at to be sure
NO_CHANNEL_AGAIN_S = 600.0   # [A] a channel that this centre has no more
REFUND_AGAIN_S = 60.0        # [A] a refund that the channel still works on
LAST_LOOK_S = 90.0           # [A] after its time is over a closed order is looked at once more, whatever calls were lost
IN_WORK_AGAIN_S = 1800.0     # [A] paid for, and still being made
AT_ONCE = 50
NO_CHANNEL = ""              # orders whose channel this centre does not have, or that need none
Change = Callable[[Context, Row], None]
THE_CENTRE = "centre"        # who writes, in the audit


class Worker:
    """`channels` by name. One thread for each channel at most: one that hangs must not hold up the others."""

    def __init__(self, engine: sa.Engine, service: Service, channels: Mapping[str, Channel]) -> None:
        self._engine = engine
        self._service = service
        self._channels = channels

    def threads(self) -> list[list[str]]:
        """What `round` is asked for, each by a thread of its own."""
        first, *others = self._channels or [NO_CHANNEL]
        return [list(dict.fromkeys((NO_CHANNEL, first))), *([name] for name in others)]

    def round(self, groups: list[str] | None = None) -> int:
        """How many calls, orders and refunds were seen to; of every channel where none is named. A channel that does not
        answer is not asked again in the same round."""
        return sum(self._round_of(name) for name in ([NO_CHANNEL, *self._channels] if groups is None else groups))

    def _round_of(self, group: str) -> int:
        work: list[Callable[[], None]] = [lambda row=row: self._called(row) for row in self._calls(group)]  # type: ignore[misc]
        work += [lambda row=row: self._see_to(row) for row in self._due(group)]  # type: ignore[misc]
        work += [lambda row=row: self._refund(row) for row in self._refunds_due(group)]  # type: ignore[misc]
        done = 0
        for one in work:
            try:
                one()
            except NotYet:
                continue
            except ChannelAway:     # it has been written down when to ask again; the rest of the round waits like it
                return done
            done += 1
        return done

    def look_at(self, order_no: str) -> None:
        """A channel has called us about this order: do not believe it, ask."""
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(orders).where(orders.c.order_no == order_no)).first()
        if row is not None and row.channel in self._channels:
            try:
                self._ask(row)
            except ChannelAway:
                return

    # -- what is due -------------------------------------------------------------------------------------------------

    def _of(self, group: str, column: sa.Column[str]) -> sa.ColumnElement[bool]:
        return column == group if group != NO_CHANNEL else column.not_in(list(self._channels))

    def _calls(self, group: str) -> list[Row]:
        query = sa.select(orders, calls.c.at.label("called_at")).join(calls, calls.c.order_no == orders.c.order_no)
        with reading(self._engine) as connection:
            return list(connection.execute(query.where(self._of(group, orders.c.channel)).limit(AT_ONCE)).all())

    def _due(self, group: str) -> list[Row]:
        due = sa.select(orders).where(orders.c.ask_at <= self._service.clock(), self._of(group, orders.c.channel))
        with reading(self._engine) as connection:
            return list(connection.execute(due.order_by(orders.c.ask_at).limit(AT_ONCE)).all())

    def _refunds_due(self, group: str) -> list[Row]:
        due = (
            sa.select(payments, orders.c.order_no)
            .join(orders, orders.c.order_id == payments.c.order_id)
            .where(payments.c.state == "refund_due", payments.c.ask_at <= self._service.clock())
            .where(self._of(group, payments.c.channel))
        )
        with reading(self._engine) as connection:
            return list(connection.execute(due.order_by(payments.c.ask_at).limit(AT_ONCE)).all())

    # -- one order ---------------------------------------------------------------------------------------------------

    def _called(self, order: Row) -> None:
        """The call is forgotten once the channel has been asked, and not before."""
        if order.channel in self._channels:
            self._ask(order)
        with writing(self._engine) as connection:
            same = sa.and_(calls.c.order_no == order.order_no, calls.c.at == order.called_at)
            connection.execute(sa.delete(calls).where(same))

    def _see_to(self, order: Row) -> None:
        if order.state == OrderState.PAID:
            self._write(order, _give_back_unfetched)
        elif order.channel not in self._channels:
            self._write(order, _later(NO_CHANNEL_AGAIN_S))
        elif order.state not in PAYABLE:
            self._ask(order)
        elif order.state == OrderState.CLOSING or order.expires_at <= self._service.clock():
            self._close(order)
        elif order.state == OrderState.NEW:
            self._open(order)
        else:
            self._ask(order)

    def _open(self, order: Row) -> None:
        try:
            qr = self._channels[order.channel].open(_payable(order))
        except ChannelAway:
            # It may have been opened all the same: nothing is shown, so nobody can pay; asked again until it expires.
            self._write(order, _later(AWAY_AGAIN_S))
            raise
        except ChannelRefused:
            self._write(order, _wish_to_close)
            return

        def opened(context: Context, now: Row) -> None:
            heard = SET_ORDER.values(phone_code="")
            if now.state == OrderState.NEW:
                heard = heard.values(state=OrderState.OPEN.value, qr=qr, ask_at=context.now)
            context.connection.execute(heard, {"which": now.order_id})

        self._write(order, opened)

    def _ask(self, order: Row) -> None:
        try:
            trade = self._channels[order.channel].query(order.order_no)
        except ChannelAway:
            self._write(order, _later(AWAY_AGAIN_S))
            raise
        self._heard(order, trade)

    def _heard(self, order: Row, trade: Trade) -> None:
        def write(context: Context, now: Row) -> None:
            for transaction in trade.transactions:
                back = trade.state is TradeState.GONE_BACK
                money_came(context, now.order_id, now.channel, transaction, gone_back=back)
            after = context.connection.execute(BY_ID, {"order_id": now.order_id}).one()
            if after.state == OrderState.OPEN:
                _later(ASK_AGAIN_S)(context, after)
            elif after.state not in (*PAYABLE, OrderState.PAID) and _is_due(after, context.now):
                context.connection.execute(SET_ORDER.values(ask_at=None), {"which": now.order_id})

        self._write(order, write)

    def _close(self, order: Row) -> None:
        channel = self._channels[order.channel]
        try:
            closed = channel.close(_payable(order))
            trade = channel.query(order.order_no)
        except NotYet:
            self._write(order, _later(NOT_YET_AGAIN_S))
            raise
        except ChannelAway:
            self._write(order, _later(AWAY_AGAIN_S))
            raise
        if trade.transactions:
            self._heard(order, trade)
        # Paid, and still not ours: it was the wrong amount, or another order's matter. The channel takes it only once.
        closed = closed and trade.state is not TradeState.PAID or bool(trade.transactions)

        def write(context: Context, now: Row) -> None:
            if now.state not in PAYABLE:
                return
            if not closed:
                _later(AWAY_AGAIN_S)(context, now)
                return
            look = max(now.expires_at, context.now) + timedelta(seconds=LAST_LOOK_S)
            values = {"state": OrderState.CLOSED.value, "closed_at": context.now, "ask_at": look, "qr": None, "phone_code": ""}
            context.connection.execute(SET_ORDER.values(**values), {"which": now.order_id})

        self._write(order, write)

    def _refund(self, payment: Row) -> None:
        channel = self._channels.get(payment.channel)
        away = channel is None
        state = RefundState.PROCESSING
        try:
            if channel is not None:
                asked = Refund(
                    payment.refund_no, payment.order_no, payment.transaction, payment.fen, payment.fen, payment.reason
                )
                state = channel.refund(asked)
        except ChannelAway:
            away = True
        except ChannelRefused:
            state = RefundState.FAILED
        with writing(self._engine) as connection:
            refund_went(self._service.context(connection, THE_CENTRE, payment.refund_no), payment, state, REFUND_AGAIN_S)
        if away and channel is not None:
            raise ChannelAway

    def _write(self, order: Row, change: Change) -> None:
        """`change` sees the order as it is now, not as it was before the channel was asked."""
        with writing(self._engine) as connection:
            context = self._service.context(connection, THE_CENTRE, f"{order.order_no}:{order.ask_at}")
            change(context, connection.execute(BY_ID, {"order_id": order.order_id}).one())


def _payable(order: Row) -> Payable:
    lines = json.loads(order.lines)
    what, payee = ("、".join(dict.fromkeys(line[part] for line in lines)) for part in ("what", "payee"))
    scanned = order.method == PayMethod.SCAN_CODE
    return Payable(order.order_no, order.fen, what, payee, order.expires_at, order.phone_code, scanned)


def _is_due(order: Row, now: datetime) -> bool:
    return order.ask_at is not None and order.ask_at <= now


def _later(seconds: float) -> Change:
    """Where it was due: an appointment that lies ahead anyhow is kept."""

    def write(context: Context, now: Row) -> None:
        if now.state in (OrderState.OPEN, OrderState.CLOSING, OrderState.NEW) or _is_due(now, context.now):
            again = context.now + timedelta(seconds=seconds)
            context.connection.execute(SET_ORDER.values(ask_at=again), {"which": now.order_id})

    return write


def _wish_to_close(context: Context, now: Row) -> None:
    if now.state in (OrderState.NEW, OrderState.OPEN):
        values = {"state": OrderState.CLOSING.value, "ask_at": context.now, "phone_code": ""}
        context.connection.execute(SET_ORDER.values(**values), {"which": now.order_id})


def _give_back_unfetched(context: Context, now: Row) -> None:
    """Nobody has told that it was delivered: the books of whoever makes it are asked before the money goes."""
    match delivered(context.connection, now):
        case Delivered.YES:
            bought(context, now)
        case Delivered.IN_WORK:
            _later(IN_WORK_AGAIN_S)(context, now)
        case Delivered.NO:
            if not give_back(context, now, "unfetched"):
                context.connection.execute(SET_ORDER.values(ask_at=None), {"which": now.order_id})
