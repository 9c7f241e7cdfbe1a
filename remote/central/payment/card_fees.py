"""The fee of a card and the card itself: taken with the number, earned when the card is live, free again when it is not made.

The senior card costs nothing by default (free by law); what it costs stands in the rules, and other cards bring their own price
(`CARD_PRICES` of prices.py).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.payment.money import NotPaid, bought, fulfilled, unuse, use
from remote.central.payment.tables import orders
from remote.central.rules.senior_card import refusal
from remote.messages import OrderState, Purpose, Refusal, RefusalCode

Row = sa.Row[Any]


def used_by(number: str) -> str:
    """What the order of a card is bound to."""
    return f"card:{number}"


def paid_order(context: Context, ref: str) -> Row | None:
    """Of this card's fee: paid, not delivered, not on its way back."""
    paid = sa.select(orders).where(
        orders.c.purpose == Purpose.CARD.value, orders.c.purpose_ref == ref, orders.c.state == OrderState.PAID.value,
        orders.c.fulfilled_at.is_(None),
    )  # fmt: skip
    return context.connection.execute(paid).first()


def fee_missing(context: Context, ref: str, fee_fen: int) -> Refusal | None:
    """Asked before a number is given: nothing is made that has to be paid for and is not."""
    if fee_fen == 0 or paid_order(context, ref) is not None:
        return None
    return refusal(RefusalCode.FEE_DUE, "这张卡要先缴工本费", fen=str(fee_fen))


def take_fee(context: Context, ref: str, number: str) -> None:
    """Bind the paid fee to the number that is made for it. Nothing where nothing was paid. Safe to repeat for the same number.
    Raises NotPaid where another number is being made for it."""
    order = paid_order(context, ref)
    if order is None:
        return
    use(context, order.order_id, used_by(number), Purpose.CARD.value, ref, order.person_id)


def free_fee(context: Context, number: str) -> None:
    """The number is void: its fee is for the next try, or goes back by itself. Safe to repeat."""
    unuse(context, used_by(number))


def fee_earned(context: Context, number: str, ref: str) -> None:
    """The card is live: in her hand. Safe to repeat."""
    fulfilled(context, used_by(number))
    order = paid_order(context, ref)
    if order is not None and order.used_by is None:      # made by mail, at the counter
        bought(context, order)


__all__ = ["NotPaid", "fee_earned", "fee_missing", "free_fee", "paid_order", "take_fee", "used_by"]
