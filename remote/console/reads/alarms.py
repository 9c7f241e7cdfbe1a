"""Alarms as the page shows them: worst first, those under another one beneath it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from remote.central.alarms.rules import RANK, Severity
from remote.central.alarms.tables import alarms, history, notices, windows
from remote.console.reads.standing import counties_of

A_PAGE = 100
Row = dict[str, Any]
PARTS = ("open", "over", "windows")
STATES = ("unacknowledged", "mine", "snoozed")
ORDER = sa.case({severity.value: rank for severity, rank in RANK.items()}, value=alarms.c.severity, else_=len(RANK))


@dataclass(frozen=True)
class Query:
    part: str
    severity: str
    region: str
    state: str
    search: str
    page: int


def _within(regions: tuple[str, ...], column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    codes = counties_of(regions)
    return sa.true() if codes is None else column.in_(codes)


def _asked(query: Query, regions: tuple[str, ...], me: str, now: datetime) -> list[sa.ColumnElement[bool]]:
    where = [_within(regions, alarms.c.region)]
    where.append(alarms.c.cleared_at.is_not(None) if query.part == "over" else alarms.c.cleared_at.is_(None))
    if query.severity:
        where.append(alarms.c.severity == query.severity)
    if query.region:
        where.append(alarms.c.region == query.region)
    if query.state == "unacknowledged":
        where.append(alarms.c.acknowledged_at.is_(None))
    elif query.state == "mine":
        where.append(alarms.c.assigned_to == me)
    elif query.state == "snoozed":
        where.append(alarms.c.snoozed_until > now)
    if query.search:
        where.append(sa.or_(*(c.contains(query.search, autoescape=True) for c in (alarms.c.terminal, alarms.c.place))))
    return where


def counts(connection: sa.Connection, regions: tuple[str, ...]) -> dict[str, int]:
    """Open ones by severity, those that another one explains left out."""
    asked = (
        sa.select(alarms.c.severity, sa.func.count())
        .where(alarms.c.cleared_at.is_(None), alarms.c.under == 0, _within(regions, alarms.c.region))
        .group_by(alarms.c.severity)
    )
    found = {row[0]: row[1] for row in connection.execute(asked)}
    return {severity.value: found.get(severity.value, 0) for severity in Severity}


def listed(
    connection: sa.Connection, query: Query, regions: tuple[str, ...], me: str, now: datetime, limit: int | None = A_PAGE
) -> tuple[list[Row], int]:
    """(rows of the page, how many in all). Explained ones are counted at the one that explains them."""
    where = [*_asked(query, regions, me, now), alarms.c.under == 0] if query.part == "open" else _asked(query, regions, me, now)
    found = connection.execute(sa.select(sa.func.count()).select_from(alarms).where(*where)).scalar_one()
    order = (ORDER, alarms.c.opened_at.desc()) if query.part == "open" else (alarms.c.cleared_at.desc(),)
    asked = sa.select(alarms).where(*where).order_by(*order, alarms.c.alarm)
    if limit is not None:
        asked = asked.limit(limit).offset((query.page - 1) * limit)
    rows = [dict(row._mapping) for row in connection.execute(asked)]
    under = _under(connection, [row["alarm"] for row in rows])
    return [{**row, "explains": under.get(row["alarm"], 0)} for row in rows], found


def _under(connection: sa.Connection, parents: list[int]) -> dict[int, int]:
    asked = (
        sa.select(alarms.c.under, sa.func.count())
        .where(alarms.c.cleared_at.is_(None), alarms.c.under.in_(parents))
        .group_by(alarms.c.under)
    )
    return {row[0]: row[1] for row in connection.execute(asked)}


def one(connection: sa.Connection, number: int, regions: tuple[str, ...]) -> Row | None:
    """None: there is none, or not where one may look."""
    row = connection.execute(sa.select(alarms).where(alarms.c.alarm == number, _within(regions, alarms.c.region))).first()
    return dict(row._mapping) if row is not None else None


def life_of(connection: sa.Connection, number: int) -> tuple[list[Row], list[Row], list[Row]]:
    """(what happened, who was told, what it explains), newest first."""
    asked = (
        sa.select(history).where(history.c.alarm == number).order_by(history.c.row.desc()),
        sa.select(notices).where(notices.c.alarm == number).order_by(notices.c.notice.desc()),
        sa.select(alarms).where(alarms.c.under == number, alarms.c.cleared_at.is_(None)).order_by(alarms.c.terminal),
    )
    happened, told, under = ([dict(row._mapping) for row in connection.execute(one.limit(A_PAGE))] for one in asked)
    return happened, told, under


def open_windows(connection: sa.Connection, regions: tuple[str, ...], now: datetime) -> list[Row]:
    asked = sa.select(windows).where(windows.c.ends > now, _within(regions, windows.c.region)).order_by(windows.c.begins)
    return [dict(row._mapping) for row in connection.execute(asked)]
