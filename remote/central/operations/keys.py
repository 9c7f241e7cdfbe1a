"""Idempotency keys: one answer each, for ever; or barred, for ever."""

from __future__ import annotations

import json

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.store.schema import idempotency
from remote.messages import Bar, Barred

KEY = sa.select(idempotency).where(idempotency.c.key == sa.bindparam("key"))
INSERT_KEY = sa.insert(idempotency)
NO_BODY = b""


def bar_key(context: Context, key: str, operation: str) -> None:
    """Forbid a key that never arrived. A request with it that comes later is refused."""
    if context.connection.execute(KEY, {"key": key}).first() is None:
        context.connection.execute(
            INSERT_KEY,
            {
                "key": key,
                "terminal": context.terminal,
                "operation": operation,
                "body_hash": NO_BODY,
                "answer": None,
                "at": context.now,
            },
        )


def bar(context: Context, ask: Bar) -> Barred:
    """happened True: `answer` is the first answer, which may itself be a refusal."""
    row = context.connection.execute(KEY, {"key": ask.key}).first()
    if row is not None and row.answer is not None:
        return Barred(happened=True, operation=row.operation, answer=json.loads(row.answer))
    bar_key(context, ask.key, "bar")
    context.audit("bar", ask.key)
    return Barred(happened=False)
