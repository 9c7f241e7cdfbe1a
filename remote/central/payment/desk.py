"""What people at the counter do about money: a refund that the channel refused, and differences that no rule may settle.

Whatever gives money away or calls it settled takes two people and a reason, and stands in the audit.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.payment.differences import Proposal
from remote.central.payment.money import PAYMENT, SET_PAYMENT, is_back
from remote.central.payment.settling import THE_RULE
from remote.central.payment.tables import bills, differences, orders, payments
from remote.central.store.schema import incidents

Row = dict[str, Any]
AT_MOST = 100
REASON_LEAST = 4             # characters


class CannotSettle(Exception):
    """Why not, in Chinese, for the page."""


def settle_refund_by_hand(context: Context, channel: str, transaction: str, first: str, second: str, reason: str) -> None:
    """The money was given back outside the channel (transfer, cash). Raises CannotSettle."""
    who = two_people(first, second, reason)
    payment = context.connection.execute(PAYMENT, {"channel": channel, "transaction": transaction}).first()
    if payment is None or payment.state != "refund_failed":
        raise CannotSettle("这笔退款已经处理过了,请刷新页面")
    which = {"of_channel": channel, "which": transaction}
    values = {"state": "settled", "note": f"{who}:{reason.strip()}", "refunded_at": context.now}
    context.connection.execute(SET_PAYMENT.values(**values), which)
    is_back(context, payment, f"counter: {who}")
    words = incidents.c.words.contains(payment.refund_no)
    closed = sa.update(incidents).where(incidents.c.kind == "refund_failed", words, incidents.c.closed_at.is_(None))
    context.connection.execute(closed.values(closed_at=context.now, closed_by=f"{who}:{reason.strip()}"))
    context.audit("refund_by_hand", payment.refund_no, f"{payment.fen} fen: {reason.strip()}", who=who)


def try_refund_again(context: Context, channel: str, transaction: str, staff: str) -> None:
    """Under the same refund number, so it cannot go twice. Raises CannotSettle."""
    if not staff.strip():
        raise CannotSettle("请填写工作人员姓名")
    payment = context.connection.execute(PAYMENT, {"channel": channel, "transaction": transaction}).first()
    if payment is None or payment.state != "refund_failed":
        raise CannotSettle("这笔退款已经处理过了,请刷新页面")
    which = {"of_channel": channel, "which": transaction}
    context.connection.execute(SET_PAYMENT.values(state="refund_due", ask_at=context.now), which)
    context.audit("refund_again", payment.refund_no, who=staff)


def settle_difference(context: Context, difference_id: str, first: str, second: str, reason: str) -> None:
    """Two people have looked. It does not come back, whatever the next comparison finds. Raises CannotSettle."""
    who = two_people(first, second, reason)
    which = sa.and_(differences.c.difference_id == difference_id, differences.c.settled_at.is_(None))
    values = {"settled_at": context.now, "settled_by": who, "settled_how": reason.strip()}
    if context.connection.execute(sa.update(differences).where(which).values(**values)).rowcount == 0:
        raise CannotSettle("这条差异已经处理过了,请刷新页面")
    context.audit("settle_difference", difference_id, reason.strip(), who=who)


def two_people(first: str, second: str, reason: str) -> str:
    """"王敏 + 李强". Raises CannotSettle."""
    if not first.strip() or not second.strip() or first.strip() == second.strip():
        raise CannotSettle("需要两名不同的工作人员")
    if len(reason.strip()) < REASON_LEAST:
        raise CannotSettle("请写明理由")
    return f"{first.strip()} + {second.strip()}"


# -- what the pages show -------------------------------------------------------------------------------------------------


def latest_orders(connection: sa.Connection) -> list[Row]:
    """Newest first, with what moved for each. Nobody's name: an order number is enough to talk about."""
    query = sa.select(orders).order_by(orders.c.created_at.desc()).limit(AT_MOST)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    moved = sa.select(payments).where(payments.c.order_id.in_([row["order_id"] for row in rows])).order_by(payments.c.at)
    by_order: dict[str, list[Row]] = {}
    for row in connection.execute(moved).mappings():
        by_order.setdefault(row["order_id"], []).append(dict(row))
    for order in rows:
        order["what"] = "、".join(dict.fromkeys(line["what"] for line in json.loads(order["lines"])))
        order["payments"] = by_order.get(order["order_id"], [])
    return rows


def failed_refunds(connection: sa.Connection) -> list[Row]:
    query = (
        sa.select(payments, orders.c.order_no).join(orders, orders.c.order_id == payments.c.order_id)
        .where(payments.c.state == "refund_failed").order_by(payments.c.at).limit(AT_MOST)
    )  # fmt: skip
    return [dict(row) for row in connection.execute(query).mappings()]


def open_differences(connection: sa.Connection) -> list[Row]:
    """Those that wait for people first, then by age."""
    for_people = sa.case((differences.c.proposal == Proposal.TWO_PEOPLE.value, 0), else_=1)
    query = sa.select(differences).where(differences.c.settled_at.is_(None)).order_by(for_people, differences.c.since)
    return [dict(row) for row in connection.execute(query.limit(AT_MOST)).mappings()]


def settled_differences(connection: sa.Connection) -> list[Row]:
    query = sa.select(differences).where(differences.c.settled_at.is_not(None)).order_by(differences.c.settled_at.desc())
    rows = [dict(row) for row in connection.execute(query.limit(AT_MOST)).mappings()]
    return [{**row, "by": "规则" if row["settled_by"] == THE_RULE else row["settled_by"]} for row in rows]


def compared_bills(connection: sa.Connection) -> list[Row]:
    query = sa.select(bills).order_by(bills.c.day.desc(), bills.c.channel).limit(AT_MOST)
    return [dict(row) for row in connection.execute(query).mappings()]
