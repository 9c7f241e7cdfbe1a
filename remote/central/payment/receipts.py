"""Fee receipts: what was paid here and delivered, as the content of the sealed 缴费凭证 (print/layouts/documents)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from print.layouts.documents.content import Head, PaidItem, PaymentReceipt
from remote.central.context import Context
from remote.central.payment.channels.files import LABELS
from remote.central.payment.tables import orders
from remote.messages import Choice, OrderState

Row = sa.Row[Any]

OFFERED_FOR = timedelta(days=365)       # [A] the last year's are offered
AT_MOST = 12
EARNED = (orders.c.state == OrderState.PAID.value, orders.c.fulfilled_at.is_not(None), orders.c.fen > 0)


def choices(context: Context, person: Row) -> list[Choice]:
    """Her orders that a receipt can be had for, newest first; the code is the order's number."""
    query = sa.select(orders).where(
        orders.c.person_id == person.person_id, orders.c.paid_at >= context.now - OFFERED_FOR, *EARNED
    )
    rows = context.connection.execute(query.order_by(orders.c.paid_at.desc()).limit(AT_MOST)).all()
    return [Choice(code=row.order_no, label=_label(row)) for row in rows]


def content(context: Context, person: Row, head: Head, order_no: str) -> PaymentReceipt | None:
    """None where it is not hers, not paid, not delivered, or given back."""
    query = sa.select(orders).where(orders.c.order_no == order_no, orders.c.person_id == person.person_id, *EARNED)
    row = context.connection.execute(query).first()
    if row is None:
        return None
    lines = json.loads(row.lines)
    payees = "、".join(dict.fromkeys(line["payee"] for line in lines))
    items = tuple(PaidItem(line["what"], f"{row.paid_at:%Y.%m.%d}", line["fen"]) for line in lines)
    paid_at = row.paid_at.replace(microsecond=0)
    return PaymentReceipt(head, payees, row.order_no, paid_at, LABELS.get(row.channel, "市民卡"), items)


def _label(row: Row) -> str:
    what = "、".join(dict.fromkeys(line["what"] for line in json.loads(row.lines)))
    return f"{row.paid_at.month}月{row.paid_at.day}日 {what} {row.fen // 100}.{row.fen % 100:02d}元"
