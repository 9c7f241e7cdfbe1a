"""The fleet: counted, filtered, sorted and paged by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from remote.central.store.schema import terminals
from remote.central.telemetry.tables import states, units
from remote.console.reads.standing import (
    CARD_UNITS,
    KNOWN,
    ORDER,
    PRESENCE,
    REGION,
    SINCE,
    STANDING,
    URGENT,
    Row,
    Standing,
    cards_cannot_be_told,
    no_cards_by,
    supplies_in_the_dark,
    within,
    wrongs,
)

A_PAGE = 50
NOWHERE = "none"  # in place of a region's code: nobody gave it one
COARSE, FINE, EXACT = 6, 14, 1000  # cells of the map to a degree
FEW = 60  # terminals: each hall gets a mark of its own
FIRST_CARDS = (
    sa.select(sa.func.min(units.c.empty_on))
    .where(units.c.terminal == terminals.c.terminal, units.c.kind.in_(CARD_UNITS))
    .scalar_subquery()
)
QUESTIONS = ("no_cards_now", "no_cards_by", "cards_unknown")
SORTS = {
    "worst": (ORDER, sa.func.coalesce(SINCE, "~"), terminals.c.terminal),
    "longest": (sa.func.coalesce(SINCE, "~"), ORDER, terminals.c.terminal),
    "terminal": (terminals.c.terminal,),
    "hall": (REGION, terminals.c.place, terminals.c.terminal),
    "heard": (sa.func.coalesce(states.c.heard_at, ""), terminals.c.terminal),
    "cards": (sa.func.coalesce(sa.cast(FIRST_CARDS, sa.String), "~"), terminals.c.terminal),
}


@dataclass(frozen=True)
class Query:
    """`by`: the day of the questions about cards. `cell`: (west, south, cells to a degree) of a mark on the map."""

    by: date
    region: str = ""
    standing: str = ""
    question: str = ""
    search: str = ""
    sort: str = "worst"
    page: int = 1
    cell: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Fleet:
    """`counts` and `answers` are of the region, the search and the mark, before standing and question narrow them."""

    rows: list[Row]
    found: int
    counts: dict[str, int]
    answers: dict[str, int]
    by_region: dict[str, dict[str, int]]
    marks: list[Row]
    cells: int
    oldest: datetime | None


def fleet(connection: sa.Connection, query: Query, regions: tuple[str, ...]) -> Fleet:
    seen = [within(regions)]
    narrowed = [*seen, *_narrow(query)]
    asked = [*narrowed, *_asked(query)]
    found = connection.execute(sa.select(sa.func.count()).select_from(KNOWN).where(*asked)).scalar_one()
    by_region = _by_region(connection, seen)
    counts = _counts(connection, narrowed)
    cells = EXACT if found <= FEW else FINE if query.region else COARSE
    oldest = connection.execute(sa.select(sa.func.min(states.c.heard_at)).select_from(KNOWN).where(*narrowed)).scalar()
    return Fleet(
        rows=_rows(connection, asked, query, A_PAGE, (query.page - 1) * A_PAGE),
        found=found,
        counts=counts,
        answers=_answers(connection, narrowed, query.by),
        by_region=by_region,
        marks=_marks(connection, asked, cells),
        cells=cells,
        oldest=oldest,
    )


def everything(connection: sa.Connection, query: Query, regions: tuple[str, ...]) -> list[Row]:
    """All rows of a query, for the CSV."""
    return _rows(connection, [within(regions), *_narrow(query), *_asked(query)], query, None, 0)


def _narrow(query: Query) -> list[sa.ColumnElement[bool]]:
    kept: list[sa.ColumnElement[bool]] = []
    if query.region:
        kept.append(REGION.in_(["" if query.region == NOWHERE else query.region]))
    if query.search:
        like = [column.contains(query.search, autoescape=True) for column in (terminals.c.terminal, terminals.c.place)]
        kept.append(sa.or_(*like))
    if query.cell is not None:
        west, south, cells = query.cell
        kept += [_cell(states.c.longitude, cells) == west, _cell(states.c.latitude, cells) == south]
    return kept


def _asked(query: Query) -> list[sa.ColumnElement[bool]]:
    kept: list[sa.ColumnElement[bool]] = []
    if query.standing:
        kept.append(STANDING.in_([query.standing]))
    match query.question:
        case "no_cards_now":
            kept.append(no_cards_by(None))
        case "no_cards_by":
            kept.append(no_cards_by(query.by))
        case "cards_unknown":
            kept.append(cards_cannot_be_told(query.by))
    return kept


def _rows(
    connection: sa.Connection, where: Sequence[sa.ColumnElement[bool]], query: Query, limit: int | None, offset: int
) -> list[Row]:
    asked = (
        sa.select(
            terminals.c.terminal, terminals.c.place, REGION.label("region"), PRESENCE.label("presence"),
            STANDING.label("standing"), states.c.presence_since, states.c.wrong_since, states.c.heard_at,
            states.c.out_of_service, states.c.wrong, states.c.in_visit, FIRST_CARDS.label("cards_until"),
        )
        .select_from(KNOWN).where(*where).order_by(*SORTS[query.sort]).limit(limit).offset(offset)
    )  # fmt: skip
    return [_row(row) for row in connection.execute(asked).mappings()]


def _row(found: sa.RowMapping) -> Row:
    row: Row = dict(found)
    silent = row["standing"] in (Standing.DOWN, Standing.FROZEN)
    row["since"] = row["presence_since"] if silent else row["wrong_since"]
    row["wrong"] = wrongs(row["wrong"])
    return row


def _counts(connection: sa.Connection, where: Sequence[sa.ColumnElement[bool]]) -> dict[str, int]:
    asked = sa.select(STANDING.label("standing"), sa.func.count()).select_from(KNOWN).where(*where).group_by(sa.text("standing"))
    found = {str(standing): int(count) for standing, count in connection.execute(asked)}
    return {standing.value: found.get(standing.value, 0) for standing in Standing}


def _answers(connection: sa.Connection, where: Sequence[sa.ColumnElement[bool]], by: date) -> dict[str, int]:
    """Each of the three is asked once of a terminal, which is what takes the time: OFFSET keeps the inner question whole."""
    conditions = {"now": no_cards_by(None), "soon": no_cards_by(by), "dark": supplies_in_the_dark()}
    inner = sa.select(*(sa.case((holds, 1), else_=0).label(name) for name, holds in conditions.items()))
    of = inner.select_from(KNOWN).where(*where).offset(0).subquery().c
    sums = (of.now, of.soon, of.dark * (1 - of.soon))
    row = connection.execute(sa.select(*(sa.func.coalesce(sa.func.sum(one), 0) for one in sums))).one()
    return {name: int(count) for name, count in zip(QUESTIONS, row, strict=True)}


def _by_region(connection: sa.Connection, where: Sequence[sa.ColumnElement[bool]]) -> dict[str, dict[str, int]]:
    asked = (
        sa.select(REGION.label("region"), STANDING.label("standing"), sa.func.count())
        .select_from(KNOWN).where(*where).group_by(sa.text("1"), sa.text("2"))
    )  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    for region, standing, count in connection.execute(asked):
        found.setdefault(region, {})[standing] = count
    return found


def _marks(connection: sa.Connection, where: Sequence[sa.ColumnElement[bool]], cells: int) -> list[Row]:
    """What stands close together as one mark: how many, how many of them need somebody now, and the worst."""
    west, south = _cell(states.c.longitude, cells), _cell(states.c.latitude, cells)
    urgent = STANDING.in_([standing.value for standing in URGENT])
    asked = (
        sa.select(
            west.label("west"), south.label("south"), sa.func.avg(states.c.longitude).label("longitude"),
            sa.func.avg(states.c.latitude).label("latitude"), sa.func.count().label("count"), sa.func.min(ORDER).label("worst"),
            sa.func.sum(sa.case((urgent, 1), else_=0)).label("unwell"), sa.func.min(terminals.c.place).label("place"),
            sa.func.min(terminals.c.terminal).label("terminal"),
        )
        .select_from(KNOWN).where(*where, states.c.longitude.is_not(None), states.c.latitude.is_not(None))
        .group_by(sa.text("1"), sa.text("2")).order_by(sa.text("worst"), sa.text("count"))
    )  # fmt: skip
    order = list(Standing)
    return [{**row, "standing": order[row["worst"]]} for row in connection.execute(asked).mappings()]


def _cell(column: sa.ColumnElement[float], cells: int) -> sa.ColumnElement[int]:
    """Nowhere is cell 0: SQLite's floor, here a function of Python's, knows no NULL."""
    return sa.cast(sa.func.floor(sa.func.coalesce(column, 0.0) * cells), sa.Integer)


def one(connection: sa.Connection, terminal: str, regions: tuple[str, ...]) -> Row | None:
    """One terminal as in the list; None where there is none, or not where somebody may look."""
    where = [within(regions), terminals.c.terminal == terminal]
    return next(iter(_rows(connection, where, Query(by=date.max), 1, 0)), None)
