"""Journal and audit for the black box: what was done when and how it ended. A plan's facts stay sealed in the journal."""
from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.audit.verify import open_to_read
from kiosk.transaction.journal import TERMINAL

NEWEST = 5_000


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    """The newest, in order; beside a running terminal too. Raises kiosk.audit.verify.NoJournal."""
    with closing(open_to_read(folder)) as db:
        yield from _rows(db)


def _rows(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    asked = (
        "SELECT seq, plan, act, attempt, mark, at, length(body), chain FROM "
        "(SELECT * FROM rows ORDER BY seq DESC LIMIT ?) ORDER BY seq"
    )
    for seq, plan, act, attempt, mark, at, size, chain in db.execute(asked, (NEWEST,)):
        yield {
            "kind": "audit" if plan == TERMINAL else "journal", "seq": seq, "plan": plan, "act": act, "attempt": attempt,
            "mark": mark, "at": at, "sealed_bytes": size, "chain": bytes(chain).hex(),
        }  # fmt: skip
