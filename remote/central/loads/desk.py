"""What people at the counter see and decide about loads of citizen cards: two of them have read the card, and say why."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.loads.books import load_by_id, settle_doubt
from remote.central.loads.tables import loads
from remote.central.payment.desk import AT_MOST, CannotSettle, two_people
from remote.central.payment.tables import orders
from remote.central.store.schema import incidents
from remote.messages import LoadState

Row = dict[str, Any]


def open_loads(connection: sa.Connection) -> list[Row]:
    """In doubt first, then those that wait for their card, oldest first."""
    query = (
        sa.select(loads, orders.c.order_no).join(orders, orders.c.order_id == loads.c.order_id)
        .where(loads.c.state.in_((LoadState.PERMITTED.value, LoadState.IN_DOUBT.value)))
        .order_by(loads.c.state, loads.c.since).limit(AT_MOST)
    )  # fmt: skip
    return [dict(row) for row in connection.execute(query).mappings()]


def settle_load(context: Context, load_id: str, credited: bool, first: str, second: str, reason: str) -> None:
    """`credited`: the money is on the card. Otherwise it is free to be loaded again, or goes back. Raises CannotSettle."""
    who = two_people(first, second, reason)
    load = load_by_id(context, load_id)
    if load is None or load.state != LoadState.IN_DOUBT:
        raise CannotSettle("这笔充值已经处理过了,请刷新页面")
    settle_doubt(context, load, credited=credited, who=who, reason=reason.strip())
    about = sa.and_(incidents.c.kind == "load_in_doubt", incidents.c.words.contains(f"卡尾号{load.serial[-4:]}"))
    closed = sa.update(incidents).where(about, incidents.c.closed_at.is_(None))
    context.connection.execute(closed.values(closed_at=context.now, closed_by=f"{who}:{reason.strip()}"))
