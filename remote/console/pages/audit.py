"""Who did what: the centre's audit, and what it found wrong in the terminals' own chains."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remote.central.access.rights import Right
from remote.central.audit.tables import contradictions, heads
from remote.central.store.schema import audit
from remote.console.masked import masked
from remote.console.page import Lines, NotAllowed, Page, View
from remote.console.reads.standing import counties_of

A_PAGE = 100
MOST_LINES = 50_000  # of a file


def _rows(view: View, limit: int) -> list[dict[str, Any]]:
    """The audit is of the whole centre: only who may audit everywhere reads it."""
    if counties_of(view.regions) is not None:
        raise NotAllowed()
    asked = sa.select(audit).order_by(audit.c.row.desc()).limit(limit)
    before = view.number("before", 0, 0, 999_999_999)
    if before:
        asked = asked.where(audit.c.row < before)
    search = view.asked.get("search", "").strip()[:64]
    if search:
        columns = (audit.c.who, audit.c.what, audit.c.subject)
        asked = asked.where(sa.or_(*(column.contains(search, autoescape=True) for column in columns)))
    return [
        {**row, "words": masked(row["words"]), "subject": masked(row["subject"]), "who": masked(row["who"])}
        for row in view.connection.execute(asked).mappings()
    ]


def show(view: View) -> dict[str, Any]:
    rows = _rows(view, A_PAGE + 1)
    found = view.connection.execute(sa.select(contradictions).order_by(contradictions.c.number.desc()).limit(20)).mappings()
    witnessed = view.connection.execute(
        sa.select(sa.func.count(sa.distinct(heads.c.terminal)), sa.func.max(heads.c.at)).select_from(heads)
    ).one()
    return {
        "rows": rows[:A_PAGE],
        "before": rows[A_PAGE - 1]["row"] if len(rows) > A_PAGE else None,
        "search": view.asked.get("search", ""),
        "contradictions": [dict(row) for row in found],
        "witnessed": witnessed[0],
        "witnessed_at": witnessed[1],
    }


def table(view: View) -> Lines:
    yield tuple(view.text(f"audit.{head}") for head in ("row", "at", "who", "what", "subject", "words"))
    for row in _rows(view, MOST_LINES):
        yield row["row"], row["at"].isoformat(timespec="seconds"), row["who"], row["what"], row["subject"], row["words"]


PAGE = Page("audit", "audit", Right.AUDIT, show, table=table, every_s=30)
