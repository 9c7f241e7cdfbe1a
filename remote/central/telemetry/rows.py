"""Statements that both databases understand, made once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[dict[str, Any]]


def upsert(
    table: sa.Table, *, add: Sequence[str] = (), largest: Sequence[str] = (), newest: Sequence[str] = ()
) -> dict[str, Any]:
    """INSERT .. ON CONFLICT (primary key) DO UPDATE for each dialect: `add` sums up, `largest` keeps the larger, `newest` takes
    the new one. With none of them: DO NOTHING."""
    made: dict[str, Any] = {}
    for name, insert in (("sqlite", sqlite.insert(table)), ("postgresql", postgresql.insert(table))):
        key = [column.name for column in table.primary_key.columns]
        if not (add or largest or newest):
            made[name] = insert.on_conflict_do_nothing(index_elements=key)
            continue
        sets: dict[str, Any] = {column: table.c[column] + insert.excluded[column] for column in add}
        for column in largest:
            sets[column] = sa.case((table.c[column] > insert.excluded[column], table.c[column]), else_=insert.excluded[column])
        sets |= {column: insert.excluded[column] for column in newest}
        made[name] = insert.on_conflict_do_update(index_elements=key, set_=sets)
    return made


def run(connection: sa.Connection, statements: dict[str, Any], rows: Rows) -> None:
    if rows:
        connection.execute(statements[connection.dialect.name], list(rows))
