"""Obligations that money makes: paid and not delivered yet, or on its way back. Found by the ID card alone, and settled only
by the money itself, or by two people at the counter.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.store.schema import obligations

Row = sa.Row[Any]

ORDER, REFUND = "order:", "refund:"
KNOWN = sa.select(obligations.c.obligation_id).where(obligations.c.obligation_id == sa.bindparam("obligation_id"))
SETTLE = sa.update(obligations).where(obligations.c.obligation_id == sa.bindparam("which"), obligations.c.settled_at.is_(None))


def is_about_money(obligation_id: str) -> bool:
    """One of those that nobody may tick off by hand."""
    return obligation_id.startswith((ORDER, REFUND))


def owe(context: Context, order: Row) -> None:
    """Money taken and nothing delivered yet. Safe to repeat."""
    _open(context, order, owed_id(order.order_id), "paid_order", order.fen, f"已付款未交付,订单{order.order_no}")


def owe_back(context: Context, order: Row, refund_no: str, fen: int) -> None:
    """Money that pays for nothing and goes back. Safe to repeat."""
    _open(context, order, f"{REFUND}{refund_no}", "refund", fen, f"正在退款,订单{order.order_no}")


def settle_owed(context: Context, order_id: str, by: str) -> None:
    context.connection.execute(SETTLE.values(settled_at=context.now, settled_by=by), {"which": owed_id(order_id)})


def settle_owed_back(context: Context, refund_no: str, by: str) -> bool:
    """False where it was the order's own money, which `owed_id` stands for."""
    which = f"{REFUND}{refund_no}"
    context.connection.execute(SETTLE.values(settled_at=context.now, settled_by=by), {"which": which})
    return context.connection.execute(KNOWN, {"obligation_id": which}).first() is not None


def owed_id(order_id: str) -> str:
    return f"{ORDER}{order_id}"


def _open(context: Context, order: Row, obligation_id: str, kind: str, fen: int, words: str) -> None:
    if context.connection.execute(KNOWN, {"obligation_id": obligation_id}).first() is not None:
        return
    context.connection.execute(
        sa.insert(obligations),
        {
            "obligation_id": obligation_id, "person_id": order.person_id, "case_id": None, "terminal": order.terminal,
            "kind": kind, "place": "", "claim_code": order.claim_code, "amount_fen": fen, "words": words,
            "since": context.now, "settled_at": None, "settled_by": None, "terminal_knows": True, "wrong_codes": 0,
        },
    )  # fmt: skip
