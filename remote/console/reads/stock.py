"""Supplies and cards: what will be used up where, what the books say, and where books and machines cannot both be right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from remote.central.payment.tables import differences
from remote.central.store.schema import stock_events, terminals
from remote.central.telemetry.tables import states, units
from remote.console.reads.standing import REGION, Row, within

A_PAGE = 50
CARD_KINDS = ("card_hopper", "card_stacker")
OUT = ("empty", "full", "inoperative")
KINDS = ("card_hopper", "card_stacker", "ribbon", "slip_paper", "a4_tray", "toner", "reject_bin", "capture_bin")
ALL = units.join(terminals, terminals.c.terminal == units.c.terminal).outerjoin(
    states, states.c.terminal == units.c.terminal
)  # fmt: skip


@dataclass(frozen=True)
class Bring:
    """`kinds`: (kind, how many terminals want it, units that say they are used up) before the filter by kind."""

    rows: list[Row]
    found: int
    kinds: list[tuple[str, int, int]]


def to_bring(
    connection: sa.Connection, regions: tuple[str, ...], by: date, region: str, kind: str, page: int, limit: int | None = A_PAGE
) -> Bring:
    """What is used up or will be by that day, hall by hall, so that one round serves a hall."""
    due = sa.or_(units.c.state.in_(OUT), units.c.empty_on <= by)
    where = [within(regions), due, *([REGION.in_([region])] if region else [])]
    gone = sa.func.sum(sa.case((units.c.state.in_(OUT), 1), else_=0))
    counted = sa.select(units.c.kind, sa.func.count(), gone).select_from(ALL).where(*where).group_by(units.c.kind)
    kinds = [(str(name), int(wanted), int(out)) for name, wanted, out in connection.execute(counted)]
    narrowed = [*where, *([units.c.kind == kind] if kind else [])]
    found = sum(wanted for name, wanted, _ in kinds if not kind or name == kind)
    asked = (
        sa.select(
            units.c.terminal, units.c.unit, units.c.kind, units.c.state, units.c.holds, units.c.initial, units.c.a_day,
            units.c.empty_on, terminals.c.place, REGION.label("region"),
        )
        .select_from(ALL).where(*narrowed)
        .order_by(sa.func.coalesce(units.c.empty_on, date.min), REGION, terminals.c.place, units.c.terminal, units.c.unit)
        .limit(limit).offset((page - 1) * A_PAGE if limit else 0)
    )  # fmt: skip
    order = {name: rank for rank, name in enumerate(KINDS)}
    kinds.sort(key=lambda one: (order.get(one[0], len(order)), one[0]))
    return Bring([dict(row) for row in connection.execute(asked).mappings()], found, kinds)


def contradictions(connection: sa.Connection, regions: tuple[str, ...], region: str) -> list[Row]:
    """Where a terminal says that its books and its machine cannot both be right, the longest first."""
    where = [within(regions), units.c.contradiction != "", *([REGION.in_([region])] if region else [])]
    asked = (
        sa.select(units.c.terminal, units.c.unit, units.c.contradiction, units.c.holds, units.c.at, terminals.c.place)
        .select_from(ALL).where(*where).order_by(units.c.at).limit(A_PAGE)
    )  # fmt: skip
    return [dict(row) for row in connection.execute(asked).mappings()]


def cards_by_region(connection: sa.Connection, regions: tuple[str, ...]) -> list[Row]:
    """Blank cards in the machines, by county: how many, in how many terminals, and how many terminals did not say."""
    asked = (
        sa.select(
            REGION.label("region"), sa.func.sum(units.c.holds).label("cards"), sa.func.count().label("machines"),
            sa.func.sum(sa.case((units.c.holds.is_(None), 1), else_=0)).label("unknown"),
            sa.func.sum(sa.case((units.c.state.in_(OUT), 1), else_=0)).label("used_up"),
            sa.func.sum(units.c.a_day).label("a_day"),
        )
        .select_from(ALL).where(within(regions), units.c.kind.in_(CARD_KINDS)).group_by(sa.text("1")).order_by(sa.text("1"))
    )  # fmt: skip
    return [dict(row) for row in connection.execute(asked).mappings()]


def halls(connection: sa.Connection, regions: tuple[str, ...], region: str, search: str, page: int) -> tuple[list[Row], bool]:
    """Blank cards terminal by terminal in the order of the halls, books beside machine; and whether there is more."""
    where = [within(regions), units.c.kind.in_(CARD_KINDS), *([REGION.in_([region])] if region else [])]
    if search:
        where.append(
            sa.or_(terminals.c.terminal.contains(search, autoescape=True), terminals.c.place.contains(search, autoescape=True))
        )
    asked = (
        sa.select(
            units.c.terminal, units.c.unit, units.c.state, units.c.holds, units.c.initial, units.c.contradiction, units.c.at,
            terminals.c.place, REGION.label("region"),
        )
        .select_from(ALL).where(*where).order_by(REGION, terminals.c.place, units.c.terminal, units.c.unit)
        .limit(A_PAGE + 1).offset((page - 1) * A_PAGE)
    )  # fmt: skip
    rows = [dict(row) for row in connection.execute(asked).mappings()]
    booked = _booked(connection, [row["terminal"] for row in rows])
    return [{**row, "booked": booked.get(row["terminal"])} for row in rows[:A_PAGE]], len(rows) > A_PAGE


def _booked(connection: sa.Connection, names: list[str]) -> dict[str, dict[str, int]]:
    """What each terminal reported of its cards since ever, by kind: loaded issued kept spoiled in_doubt removed."""
    of = stock_events.c
    asked = sa.select(of.terminal, of.kind, sa.func.sum(of["count"])).where(of.terminal.in_(names))
    found: dict[str, dict[str, int]] = {}
    for terminal, kind, count in connection.execute(asked.group_by(of.terminal, of.kind)):
        found.setdefault(terminal, {})[kind] = int(count)
    return found


@dataclass(frozen=True)
class Open:
    kind: str
    count: int
    fen: int
    since: datetime


def money_differences(connection: sa.Connection) -> list[Open]:
    """What the reconciliation found and nobody has settled, by kind; the counter's page settles it."""
    of = differences.c
    asked = sa.select(of.kind, sa.func.count(), sa.func.sum(of.fen), sa.func.min(of.since)).where(of.settled_at.is_(None))
    rows = connection.execute(asked.group_by(of.kind).order_by(of.kind))
    return [Open(kind, int(n), int(fen), since) for kind, n, fen, since in rows]
