"""What is known of money, written down once: it came, it is too much, it goes back, it went back.

Plain changes inside one transaction. The same news may come any number of times, late and out of order.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.payment.channel import RefundState, Transaction
from remote.central.payment.owed import owe, owe_back, settle_owed, settle_owed_back
from remote.central.payment.prices import price_of
from remote.central.payment.purse import CREDIT_KEY
from remote.central.payment.tables import orders, payments
from remote.central.payment.tariffs import load_tariffs
from remote.central.payment.utilities import tell_supplier
from remote.messages import OrderState, Purpose

Row = sa.Row[Any]

ORDER = sa.select(orders).where(orders.c.order_id == sa.bindparam("order_id"))
PAYMENT = sa.select(payments).where(
    payments.c.channel == sa.bindparam("channel"), payments.c.transaction == sa.bindparam("transaction")
)
HOLDING = sa.select(payments).where(payments.c.order_id == sa.bindparam("order_id"), payments.c.state == "holds")
SET_ORDER = sa.update(orders).where(orders.c.order_id == sa.bindparam("which"))
SET_PAYMENT = sa.update(payments).where(
    payments.c.channel == sa.bindparam("of_channel"), payments.c.transaction == sa.bindparam("which")
)

PAYABLE = (OrderState.NEW, OrderState.OPEN, OrderState.CLOSING)
ONCE = (Purpose.CARD, Purpose.BILL)
"""Matters that are paid once and never again."""
WORDS = {"wrong_amount": "金额不符", "duplicate": "重复付款", "late": "订单已关闭", "gone_back": "渠道已退回"}


def money_came(context: Context, order_id: str, channel: str, said: Transaction, *, gone_back: bool = False) -> None:
    """A transaction of this order, by the channel's own number. The first one of the right amount, while the order can be
    paid, pays it; every other one goes back. `gone_back`: the channel says that it went back already."""
    if context.connection.execute(PAYMENT, {"channel": channel, "transaction": said.number}).first() is not None:
        return
    order = context.connection.execute(ORDER, {"order_id": order_id}).one()
    why_not = "gone_back" if gone_back else _why_it_cannot_stay(context, order, said)
    refund_no = _refund_no(channel, said.number)
    due = why_not is not None and not gone_back
    context.connection.execute(
        sa.insert(payments),
        {
            "channel": channel, "transaction": said.number, "order_id": order_id, "fen": said.fen, "at": said.at,
            "state": "refunded" if gone_back else "refund_due" if due else "holds", "reason": why_not or "",
            "refund_no": refund_no, "refunded_at": context.now if gone_back else None, "ask_at": context.now if due else None,
            "bill_day": None, "refund_bill_day": None, "note": None,
        },
    )  # fmt: skip
    if why_not is not None:
        if due:
            owe_back(context, order, refund_no, said.fen)
        if order.state in (OrderState.NEW, OrderState.OPEN):  # the channel takes money for it only once
            closing = {"state": OrderState.CLOSING.value, "ask_at": context.now, "qr": None}
            context.connection.execute(SET_ORDER.values(**closing), {"which": order_id})
        becomes = "渠道说已退回,请核对" if gone_back else f"将自动退回({WORDS[why_not]})"
        about = replace(context, key=refund_no)     # one incident for each payment, however often it is told
        about.incident(f"money_{why_not}", f"订单{order.order_no}收到{said.fen}分,{becomes}")
        context.audit("money_goes_back", order.order_no, why_not)
        return
    context.connection.execute(
        SET_ORDER.values(state=OrderState.PAID.value, paid_at=said.at, closed_at=None, ask_at=_refund_time(context), qr=None),
        {"which": order_id},
    )
    owe(context, order)
    context.audit("paid", order.order_no, f"{channel} {said.fen}")
    if order.purpose == Purpose.BILL:
        tell_supplier(context, order.purpose_ref, order.order_no, said.fen)
        bought(context, context.connection.execute(ORDER, {"order_id": order_id}).one())


def _why_it_cannot_stay(context: Context, order: Row, said: Transaction) -> str | None:
    if said.fen != order.fen:
        return "wrong_amount"
    if order.state not in (*PAYABLE, OrderState.CLOSED):
        return "duplicate"
    if _paid_by_another(context, order):
        return "duplicate"
    if order.state in PAYABLE:
        return None
    tariff = load_tariffs(context.settings.tariffs).on(context.today)
    return None if tariff.late == "reopen" and _still_costs_that(context, order) else "late"


def _paid_by_another(context: Context, order: Row) -> bool:
    """The same matter has been paid for by another order, perhaps through another channel."""
    paid = sa.select(orders.c.order_id).where(
        orders.c.purpose == order.purpose, orders.c.purpose_ref == order.purpose_ref, orders.c.order_id != order.order_id,
        orders.c.state == OrderState.PAID.value,
    )  # fmt: skip
    if order.purpose not in ONCE:           # several may be bought: only one that nothing was made for yet stands in the way
        hers = orders.c.person_id == order.person_id if order.person_id is not None else orders.c.person_id.is_(None)
        paid = paid.where(hers, orders.c.fulfilled_at.is_(None), orders.c.used_by.is_(None))
    return context.connection.execute(paid).first() is not None


def _still_costs_that(context: Context, order: Row) -> bool:
    """Does the matter of a closed order still wait, for the same price?"""
    priced = price_of(context, Purpose(order.purpose), order.purpose_ref, order.person_id)
    return isinstance(priced, list) and sum(line.fen for line in priced) == order.fen


def _refund_no(channel: str, transaction: str) -> str:
    """The same for the same money, so that a refund asked for twice is one refund at the channel."""
    return "R" + hashlib.sha256(f"{channel}|{transaction}".encode()).hexdigest()[:30].upper()


def _refund_time(context: Context) -> datetime:
    minutes = load_tariffs(context.settings.tariffs).on(context.today).refund_after_minutes
    return context.now + timedelta(minutes=minutes)


def give_back(context: Context, order: Row, reason: str) -> bool:
    """Start the refund of a paid order that is not delivered. False where it is delivered or being delivered. Safe to repeat."""
    if order.order_key.startswith(CREDIT_KEY):               # it is on its way back already, onto a card
        return False
    if order.state in (OrderState.REFUNDING, OrderState.REFUNDED):
        return True
    if order.state != OrderState.PAID or order.fulfilled_at is not None or order.used_by is not None:
        return False
    holding = context.connection.execute(HOLDING, {"order_id": order.order_id}).first()
    if holding is None:  # waived: nothing was taken
        context.connection.execute(SET_ORDER.values(state=OrderState.REFUNDED.value, reason=reason), {"which": order.order_id})
        settle_owed(context, order.order_id, "waived")
        return True
    which = {"of_channel": holding.channel, "which": holding.transaction}
    context.connection.execute(SET_PAYMENT.values(state="refund_due", reason=reason[:32], ask_at=context.now), which)
    context.connection.execute(
        SET_ORDER.values(state=OrderState.REFUNDING.value, reason=reason, ask_at=None), {"which": order.order_id}
    )
    context.audit("refund", order.order_no, reason)
    return True


def back_for(context: Context, purpose: Purpose, purpose_ref: str, reason: str) -> bool:
    """A matter will never be delivered: what was paid for it here goes back. False where nothing was. Safe to repeat."""
    paid = sa.select(orders).where(
        orders.c.purpose == purpose.value, orders.c.purpose_ref == purpose_ref, orders.c.fulfilled_at.is_(None),
        orders.c.state.in_((OrderState.PAID.value, OrderState.REFUNDING.value, OrderState.REFUNDED.value)),
    )  # fmt: skip
    found = context.connection.execute(paid).all()
    for order in found:
        context.connection.execute(SET_ORDER.values(used_by=None), {"which": order.order_id})
        give_back(context, context.connection.execute(ORDER, {"order_id": order.order_id}).one(), reason)
    return bool(found)


def refund_went(context: Context, payment: Row, state: RefundState, again_s: float) -> None:
    """What the channel said about a refund. Only a refund that is still due hears it."""
    of = {"channel": payment.channel, "transaction": payment.transaction}
    if context.connection.execute(PAYMENT, of).one().state != "refund_due":
        return
    which = {"of_channel": payment.channel, "which": payment.transaction}
    if state is RefundState.PROCESSING:
        context.connection.execute(SET_PAYMENT.values(ask_at=context.now + timedelta(seconds=again_s)), which)
        return
    order = context.connection.execute(ORDER, {"order_id": payment.order_id}).one()
    if state is RefundState.FAILED:
        context.connection.execute(SET_PAYMENT.values(state="refund_failed", ask_at=None), which)
        context.incident("refund_failed", f"订单{order.order_no}的退款{payment.refund_no}被支付渠道拒绝,需要人工退款")
        return
    context.connection.execute(SET_PAYMENT.values(state="refunded", refunded_at=context.now, ask_at=None), which)
    context.audit("refunded", order.order_no, payment.refund_no)
    is_back(context, payment, "refund")


def is_back(context: Context, payment: Row, by: str) -> None:
    """A payment has gone back, by the channel or by hand: what it made the centre owe is settled."""
    was_extra = settle_owed_back(context, payment.refund_no, by)
    order = context.connection.execute(ORDER, {"order_id": payment.order_id}).one()
    if order.state == OrderState.REFUNDING and not was_extra:
        context.connection.execute(SET_ORDER.values(state=OrderState.REFUNDED.value), {"which": order.order_id})
        settle_owed(context, order.order_id, by)


# -- what the money is used for --------------------------------------------------------------------------------------

class NotPaid(Exception):
    """No paid, unused order stands behind this. The text is for the log."""


def use(context: Context, order_id: str, used_by: str, purpose: str, purpose_ref: str, person_id: int) -> None:
    """Bind a paid order to the one thing that is being made for it; it cannot be refunded meanwhile. Safe to repeat for the
    same thing. Raises NotPaid."""
    order = context.connection.execute(ORDER, {"order_id": order_id}).first()
    if order is None or (order.person_id, order.purpose, order.purpose_ref) != (person_id, purpose, purpose_ref):
        raise NotPaid("no such order for this person and matter")
    if order.state != OrderState.PAID or order.fulfilled_at is not None or order.used_by not in (None, used_by):
        raise NotPaid(f"the order is {order.state}, used by {order.used_by or 'nothing'}")
    context.connection.execute(SET_ORDER.values(used_by=used_by, ask_at=None), {"which": order_id})


def unuse(context: Context, used_by: str) -> None:
    """What was being made for the money is not made: it can be used or refunded again. Safe to repeat."""
    freed = orders.c.used_by == used_by
    context.connection.execute(
        sa.update(orders).where(freed, orders.c.fulfilled_at.is_(None)).values(used_by=None, ask_at=_refund_time(context))
    )


def fulfilled(context: Context, used_by: str) -> None:
    """It is delivered: the money is earned. Safe to repeat."""
    rows = context.connection.execute(sa.select(orders).where(orders.c.used_by == used_by, orders.c.fulfilled_at.is_(None))).all()
    for order in rows:
        bought(context, order)


def bought(context: Context, order: Row) -> None:
    """What this paid order was for is in the citizen's hands."""
    if order.state != OrderState.PAID:
        context.incident("delivered_unpaid", f"订单{order.order_no}已交付,但款项状态是{order.state}")
        return
    context.connection.execute(SET_ORDER.values(fulfilled_at=context.now, ask_at=None), {"which": order.order_id})
    settle_owed(context, order.order_id, context.terminal)
