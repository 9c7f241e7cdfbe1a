"""Split lines: one payment for several payees. The channel hears the sum; the bill is worth to each payee what its lines say."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from remote.central.payment.channel import BillLine
from remote.central.payment.tables import orders


def shares(connection: sa.Connection, lines: Sequence[BillLine]) -> dict[str, int]:
    """Fen for each payee; "" holds what belongs to no order of ours, and what an amount is off its order by."""
    query = sa.select(orders.c.order_no, orders.c.lines).where(orders.c.order_no.in_({line.order_no for line in lines}))
    known = {row.order_no: json.loads(row.lines) for row in connection.execute(query)}
    worth: defaultdict[str, int] = defaultdict(int)
    for line in lines:
        parts, sign = known.get(line.order_no, []), 1 if line.fen > 0 else -1
        if sum(part["fen"] for part in parts) != abs(line.fen):
            worth[""] += line.fen
            continue
        for part in parts:
            worth[part["payee"]] += sign * part["fen"]
    return dict(worth)
