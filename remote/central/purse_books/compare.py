"""Cards, loads and terminals' journals against each other: `remote.central.payment.books.More` of the reconciliation.

A card is believed about itself: its offers are signed. Its online number counts credits, so between two offers it may have risen
by what we know of and no more; its balance may have fallen (it is spent elsewhere too) and may have risen by those credits alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from remote.central.documents.tables import documents
from remote.central.loads.tables import loads
from remote.central.payment.differences import Difference, Kind, Proposal
from remote.central.payment.tables import orders
from remote.central.purse_books.tables import journal_money, sightings
from remote.central.times import BEIJING

Row = sa.Row[Any]
CARD, JOURNAL = "card", "journal"
MAY_BE_THERE = ("permitted", "in_doubt")


def differences_of_purses(connection: sa.Connection, day: date) -> list[Difference]:
    """Of that day, and loads that are in doubt since before it."""
    start = datetime.combine(day, time(), BEIJING)
    end = start + timedelta(days=1)
    return [
        *_loads_in_doubt(connection, end), *_loads_without_money(connection, start, end), *_cards(connection, start, end),
        *_journals(connection, start, end),
    ]  # fmt: skip


def _loads_in_doubt(connection: sa.Connection, end: datetime) -> Iterator[Difference]:
    query = (
        sa.select(loads, orders.c.order_no, orders.c.channel).join(orders, orders.c.order_id == loads.c.order_id)
        .where(loads.c.state == "in_doubt", loads.c.since < end)
    )  # fmt: skip
    for load in connection.execute(query):
        words = f"卡尾号{load.serial[-4:]}的充值对不上,请两人读卡核对(缴费页)"
        yield Difference(
            Kind.LOAD_PENDING, load.channel, load.order_no, load.order_no, load.fen, load.since, words, Proposal.TWO_PEOPLE
        )


def _loads_without_money(connection: sa.Connection, start: datetime, end: datetime) -> Iterator[Difference]:
    """On the card, and the order behind it is not paid."""
    query = (
        sa.select(loads, orders.c.order_no, orders.c.channel, orders.c.state.label("order_state"))
        .join(orders, orders.c.order_id == loads.c.order_id)
        .where(loads.c.state == "credited", orders.c.state != "paid", loads.c.settled_at >= start, loads.c.settled_at < end)
    )
    for load in connection.execute(query):
        words = f"已充到卡里,订单却是{load.order_state}"
        yield Difference(
            Kind.DELIVERED_NOT_PAID, load.channel, load.load_id, load.order_no, load.fen, load.settled_at, words,
            Proposal.TWO_PEOPLE,
        )  # fmt: skip


# -- cards --------------------------------------------------------------------------------------------------------------


def _cards(connection: sa.Connection, start: datetime, end: datetime) -> Iterator[Difference]:
    """Every card that was seen that day, from its last offer before."""
    today = sa.select(sightings.c.serial).where(sightings.c.at >= start, sightings.c.at < end).distinct()
    for serial in connection.execute(today).scalars().all():
        seen = sa.select(sightings).where(sightings.c.serial == serial, sightings.c.at < end)
        rows = connection.execute(seen.order_by(sightings.c.sequence, sightings.c.at, sightings.c.seen_key)).all()
        of_card = connection.execute(sa.select(loads).where(loads.c.serial == serial)).all()
        for before, after in pairwise(rows):
            if after.at >= start:
                yield from _between(before, after, of_card)


def _between(before: Row, after: Row, of_card: list[Row] | Any) -> Iterator[Difference]:
    credits = [load for load in of_card if before.sequence <= load.sequence < after.sequence]
    booked = [load for load in credits if load.state == "credited"]
    perhaps = [load for load in credits if load.state in MAY_BE_THERE]
    rose, tail = after.sequence - before.sequence, before.serial[-4:]
    at = (CARD, after.seen_key[:64], "")
    if not len(booked) <= rose <= len(booked) + len(perhaps):
        words = f"卡尾号{tail}的联机序号多了{rose},我们登记的充值是{len(booked)}笔"
        yield Difference(Kind.PURSE_DIFFERENCE, *at, 0, after.at, words, Proposal.TWO_PEOPLE)
        return
    most = before.balance + sum(load.fen for load in (*booked, *perhaps))
    if after.balance > most:
        words = f"卡尾号{tail}的余额比登记的多{after.balance - most}分"
        yield Difference(Kind.PURSE_DIFFERENCE, *at, after.balance - most, after.at, words, Proposal.TWO_PEOPLE)


# -- terminals' journals ------------------------------------------------------------------------------------------------


def _journals(connection: sa.Connection, start: datetime, end: datetime) -> Iterator[Difference]:
    told = sa.select(journal_money).where(journal_money.c.at >= start, journal_money.c.at < end)
    for row in connection.execute(told.order_by(journal_money.c.at)).all():
        words = AGAINST[row.what](connection, row) if row.what in AGAINST else ""
        if words:
            order_no = _order_no(connection, row)
            yield Difference(
                Kind.JOURNAL_DIFFERS, JOURNAL, row.event_id, order_no, row.fen, row.at, f"{row.terminal}:{words}",
                Proposal.TWO_PEOPLE,
            )  # fmt: skip


def _paid(connection: sa.Connection, row: Row) -> str:
    """Not paid in a journal may be paid late; paid in a journal was paid."""
    order = connection.execute(sa.select(orders.c.paid_at).where(orders.c.order_id == row.ref)).first()
    if row.happened and (order is None or order.paid_at is None):
        return "终端记录已付款,我们的订单没有付款"
    return ""


def _loaded(connection: sa.Connection, row: Row) -> str:
    load = connection.execute(sa.select(loads).where(loads.c.load_id == row.ref)).first()
    if load is None:
        return "终端记录了一笔我们没有的充值"
    if row.happened and load.state == "not_credited":
        return f"终端记录已充到卡里,我们按未到账处理了(卡尾号{load.serial[-4:]})"
    if not row.happened and load.state == "credited" and load.credited_by.startswith(f"{row.plan}:"):
        return f"终端记录没有充上,卡却证明到账了(卡尾号{load.serial[-4:]})"
    return ""


def _printed(connection: sa.Connection, row: Row) -> str:
    state = connection.execute(sa.select(documents.c.state).where(documents.c.document_id == row.ref)).scalar()
    if state is None:
        return "终端记录打印了一份我们没有的证明"
    if row.happened and state in ("failed", "void"):
        return f"终端记录证明已打全,我们登记的是{state}"
    if not row.happened and state == "delivered":
        return "终端记录证明没有打全,我们登记为已交付"
    return ""


AGAINST = {"paid": _paid, "loaded": _loaded, "printed": _printed}


def _order_no(connection: sa.Connection, row: Row) -> str:
    order_id = row.ref
    if row.what == "loaded":
        order_id = connection.execute(sa.select(loads.c.order_id).where(loads.c.load_id == row.ref)).scalar() or ""
    return connection.execute(sa.select(orders.c.order_no).where(orders.c.order_id == order_id)).scalar() or ""
