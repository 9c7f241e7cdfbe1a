"""The journal's schema, one step a version. Steps are only ever appended: an old file is brought forward, never rebuilt."""
from __future__ import annotations

import sqlite3

STEPS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE rows (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            plan TEXT NOT NULL,
            act TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            mark TEXT NOT NULL,
            at TEXT NOT NULL,
            body BLOB NOT NULL,
            chain BLOB NOT NULL)""",
        "CREATE UNIQUE INDEX rows_once ON rows (plan, act, attempt, mark) WHERE mark IN "
        "('opened', 'intent', 'done', 'not_done', 'undone', 'decided_back', 'decided_forward', 'in_doubt', 'closed')",
        "CREATE INDEX rows_by_plan ON rows (plan, seq)",
        """CREATE TABLE outbox (
            event_id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            at TEXT NOT NULL,
            body TEXT NOT NULL,
            tries INTEGER NOT NULL DEFAULT 0,
            last_error TEXT NOT NULL DEFAULT '')""",
    ),
    ("CREATE INDEX rows_by_mark ON rows (mark, seq, plan)",),
    (
        """CREATE TABLE facts (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            fact_id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            at TEXT NOT NULL,
            body TEXT NOT NULL,
            tried INTEGER NOT NULL DEFAULT 0)""",
        "CREATE TABLE facts_origin (origin TEXT NOT NULL)",
        "INSERT INTO facts_origin VALUES (lower(hex(randomblob(16))))",
    ),
)


class NewerJournal(Exception):
    """The file was written by a newer version of this software."""


def migrate(db: sqlite3.Connection) -> None:
    """Raises NewerJournal; leaves the file as it was if a step fails."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(STEPS):
        raise NewerJournal(f"journal version {version}, this software knows {len(STEPS)}")
    for number in range(version, len(STEPS)):
        db.execute("BEGIN IMMEDIATE")
        try:
            for statement in STEPS[number]:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number + 1}")
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
