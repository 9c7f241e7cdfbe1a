"""What the counter's pages show: plain reads, everything masked that the page does not need."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remote.central.citizen_cards import desk
from remote.central.operations.records import mask_id_number
from remote.central.store.schema import (
    cards,
    cases,
    delivery_orders,
    help_calls,
    incidents,
    notices,
    obligations,
    persons,
    reservations,
    terminals,
)

Row = dict[str, Any]
AT_MOST = 100  # rows of one list on a page


def open_help_calls(connection: sa.Connection) -> list[Row]:
    query = sa.select(help_calls).where(help_calls.c.answered_at.is_(None)).order_by(help_calls.c.at)
    return _rows(connection, query)


def held(connection: sa.Connection, state: str) -> list[Row]:
    """Reservations whose card is `kept` or `in_doubt`, with the owner masked."""
    query = (
        sa.select(reservations, persons.c.name, persons.c.id_number)
        .join(persons, persons.c.person_id == reservations.c.person_id)
        .where(reservations.c.state == state)
        .order_by(reservations.c.changed_at)
    )
    return [_masked(row) for row in (*_rows(connection, query), *desk.held(connection, state, AT_MOST))]


def owed(connection: sa.Connection) -> list[Row]:
    query = (
        sa.select(obligations, persons.c.name, persons.c.id_number)
        .outerjoin(persons, persons.c.person_id == obligations.c.person_id)
        .where(obligations.c.settled_at.is_(None))
        .order_by(obligations.c.since)
    )
    return [_masked(row) for row in _rows(connection, query)]


def open_incidents(connection: sa.Connection) -> list[Row]:
    return _rows(connection, sa.select(incidents).where(incidents.c.closed_at.is_(None)).order_by(incidents.c.at))


def all_terminals(connection: sa.Connection) -> list[Row]:
    return _rows(connection, sa.select(terminals).order_by(terminals.c.terminal))


def orders(connection: sa.Connection) -> list[Row]:
    """Delivery orders, those that wait for somebody first."""
    waiting_first = sa.case({"ordered": 0, "produced": 1, "mailed": 2}, value=delivery_orders.c.state, else_=3)
    query = (
        sa.select(delivery_orders, cases.c.case_no, persons.c.name, persons.c.id_number)
        .join(cases, cases.c.case_id == delivery_orders.c.case_id)
        .join(persons, persons.c.person_id == cases.c.person_id)
        .order_by(waiting_first, delivery_orders.c.changed_at)
    )
    return [_masked(row) for row in _rows(connection, query)]


def latest_notices(connection: sa.Connection) -> list[Row]:
    return _rows(connection, sa.select(notices).order_by(notices.c.notice_id.desc()))


def card_counts(connection: sa.Connection) -> dict[str, int]:
    """How many numbers are in each state: together, every number ever issued."""
    rows = connection.execute(sa.select(cards.c.state, sa.func.count()).group_by(cards.c.state))
    return {state: count for state, count in rows}  # noqa: C416  rows are not tuples


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(query.limit(AT_MOST)).mappings()]


def _masked(row: Row) -> Row:
    name, number = row.get("name"), row.pop("id_number", None)
    row["owner"] = f"{name[0]}{'*' * (len(name) - 1)}" if name else "(凭身份证查)"
    row["owner_id"] = mask_id_number(number) if number else ""
    return row
