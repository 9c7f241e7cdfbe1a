"""What is known of money, written down once: it came, it is too much, it goes back, it went back.

Plain changes inside one transaction. The same news may come any number of times, late and out of order.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.payment.channel import RefundState, Transaction
from remote.central.payment.tables import orders, payments
from remote.central.payment.tariffs import load_tariffs
from remote.central.store.schema import obligations
from remote.messages import OrderState

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
SETTLE = sa.update(obligations).where(obligations.c.obligation_id == sa.bindparam("which"), obligations.c.settled_at.is_(None))

PAYABLE = (OrderState.NEW, OrderState.OPEN, OrderState.CLOSING)


def money_came(context: Context, order_id: str, channel: str, said: Transaction) -> None:
    """A transaction of this order, by the channel's own number. The first one of the right amount, while the order can be
    paid, pays it; every other one goes back."""
    if context.connection.execute(PAYMENT, {"channel": channel, "transaction": said.number}).first() is not None:
        return
    order = context.connection.execute(ORDER, {"order_id": order_id}).one()
    why_not = _why_it_cannot_stay(context, order, said)
    context.connection.execute(
        sa.insert(payments),
        {
            "channel": channel, "transaction": said.number, "order_id": order_id, "fen": said.fen, "at": said.at,
            "state": "refund_due" if why_not else "holds", "reason": why_not or "",
            "refund_no": _refund_no(channel, said.number), "refunded_at": None, "ask_at": context.now if why_not else None,
        },
    )  # fmt: skip
    if why_not:
        context.incident(f"money_{why_not}"[:32], f"订单{order.order_no}收到{said.fen}分,将自动退回({WORDS[why_not]})")
        context.audit("money_goes_back", order.order_no, why_not)
        return
    context.connection.execute(
        SET_ORDER.values(state=OrderState.PAID.value, paid_at=said.at, closed_at=None, ask_at=_refund_time(context)),
        {"which": order_id},
    )
    owe(context, order)
    context.audit("paid", order.order_no, f"{channel} {said.fen}")


WORDS = {"wrong_amount": "金额不符", "duplicate": "重复付款", "late": "订单已关闭"}


def _why_it_cannot_stay(context: Context, order: Row, said: Transaction) -> str | None:
    if said.fen != order.fen:
        return "wrong_amount"
    if order.state in PAYABLE:
        return None
    if order.state == OrderState.CLOSED:
        tariff = load_tariffs(context.settings.tariffs).on(context.today)
        return None if tariff.late == "reopen" else "late"
    return "duplicate"


def _refund_no(channel: str, transaction: str) -> str:
    """The same for the same money, so that a refund asked for twice is one refund at the channel."""
    return "R" + hashlib.sha256(f"{channel}|{transaction}".encode()).hexdigest()[:30].upper()


def _refund_time(context: Context) -> Any:
    minutes = load_tariffs(context.settings.tariffs).on(context.today).refund_after_minutes
    return context.now + timedelta(minutes=minutes)


def owe(context: Context, order: Row) -> None:
    """Money taken and nothing delivered yet: an obligation that the ID card alone finds."""
    known = sa.select(obligations.c.obligation_id).where(obligations.c.obligation_id == owed_id(order.order_id))
    if context.connection.execute(known).first() is not None:
        return
    context.connection.execute(
        sa.insert(obligations),
        {
            "obligation_id": owed_id(order.order_id), "person_id": order.person_id, "case_id": None,
            "terminal": order.terminal, "kind": "paid_order", "place": "", "claim_code": order.claim_code,
            "amount_fen": order.fen, "words": f"已付款未交付,订单{order.order_no}", "since": context.now,
            "settled_at": None, "settled_by": None, "terminal_knows": True, "wrong_codes": 0,
        },
    )  # fmt: skip


def owed_id(order_id: str) -> str:
    return f"order:{order_id}"


def settle_owed(context: Context, order_id: str, by: str) -> None:
    context.connection.execute(SETTLE.values(settled_at=context.now, settled_by=by), {"which": owed_id(order_id)})


def give_back(context: Context, order: Row, reason: str) -> bool:
    """Start the refund of a paid order that is not delivered. False where it is delivered or being delivered. Safe to repeat."""
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


def refund_went(context: Context, payment: Row, state: RefundState, again_s: float) -> None:
    """What the channel said about a refund."""
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
    still = sa.select(payments.c.transaction).where(
        payments.c.order_id == payment.order_id, payments.c.state.in_(("refund_due", "refund_failed", "holds"))
    )
    if order.state == OrderState.REFUNDING and context.connection.execute(still).first() is None:
        context.connection.execute(SET_ORDER.values(state=OrderState.REFUNDED.value), {"which": order.order_id})
        settle_owed(context, order.order_id, "refund")


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
        context.connection.execute(SET_ORDER.values(fulfilled_at=context.now, ask_at=None), {"which": order.order_id})
        settle_owed(context, order.order_id, context.terminal)
