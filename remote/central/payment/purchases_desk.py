"""Payments from citizen cards that have no end yet, as the counter sees them: in doubt, two people read the card and say why."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.payment.desk import AT_MOST, CannotSettle, two_people
from remote.central.payment.purchases import settle_doubt
from remote.central.payment.purse_tables import purchases
from remote.central.payment.tables import orders
from remote.messages import PurchaseState

Row = dict[str, Any]


def open_purchases(connection: sa.Connection) -> list[Row]:
    """In doubt first, then those that wait for their card, oldest first."""
    doubt_last = sa.case((purchases.c.state == PurchaseState.IN_DOUBT.value, 0), else_=1)
    query = (
        sa.select(purchases, orders.c.order_no).join(orders, orders.c.order_id == purchases.c.order_id)
        .where(purchases.c.state.in_((PurchaseState.BEGUN.value, PurchaseState.IN_DOUBT.value)))
        .order_by(doubt_last, purchases.c.since).limit(AT_MOST)
    )  # fmt: skip
    return [dict(row) for row in connection.execute(query).mappings()]


def settle_purchase(context: Context, purchase_id: str, debited: bool, first: str, second: str, reason: str) -> None:
    """`debited`: the card has paid. Raises CannotSettle, also for one that waits for its card: the card is asked, not people."""
    who = two_people(first, second, reason)
    query = sa.select(purchases.c.state).where(purchases.c.purchase_id == purchase_id)
    if context.connection.execute(query).scalar() != PurchaseState.IN_DOUBT.value:
        raise CannotSettle("这笔付款已经处理过了,请刷新页面")
    settle_doubt(context, purchase_id, debited=debited, who=who, reason=reason.strip())
