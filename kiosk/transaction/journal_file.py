"""The journal's file: one process at a time, brought to the newest schema, every row following from the one before it."""
from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

from kiosk.transaction.migrations import NewerJournal, migrate

GENESIS = bytes(32)


class JournalCorrupt(Exception):
    """The file is damaged or was tampered with. No business is done; the file is kept as it is."""


class JournalBroken(Exception):
    """A write failed (full or dying disk). Every further act stops until a person has looked."""


class JournalInUse(Exception):
    """Another process of this terminal holds the journal: two writers would break each other's chain."""


DISK_ERRORS = frozenset({
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
})  # fmt: skip
"""Primary result codes that speak of the disk, not of what lies on it."""


def lock(path: Path) -> TextIOWrapper:
    """Held for as long as the file is open, and gone with the process however it ends. Raises JournalInUse."""
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise JournalInUse(str(path)) from None
    return file


@contextlib.contextmanager
def opening(path: Path) -> Iterator[None]:
    """What goes wrong while a journal is opened, by whose fault it is."""
    try:
        yield
    except NewerJournal as error:
        raise JournalCorrupt(str(error)) from error
    except OSError as error:
        raise JournalBroken(str(error)) from error
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in DISK_ERRORS:
            raise JournalBroken(str(error)) from error
        raise JournalCorrupt(f"{path}: {error}") from error


def prepare(db: sqlite3.Connection) -> bytes:
    """Newest schema, whole chain. Returns the chain's head."""
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    migrate(db)
    return verify(db)


def verify(db: sqlite3.Connection) -> bytes:
    """Walk the chain from the first row; returns its head. Raises JournalCorrupt naming the first bad row."""
    if (answer := db.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
        raise JournalCorrupt(str(answer))
    head, expected = GENESIS, 1
    for seq, plan, act, attempt, mark, at, body, chain in db.execute(
        "SELECT seq, plan, act, attempt, mark, at, body, chain FROM rows ORDER BY seq"
    ):
        head = link(head, plan, act, attempt, mark, at, body)
        if head != chain or seq != expected:
            raise JournalCorrupt(f"row {seq} does not follow from the row before it")
        expected = seq + 1
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'rows'").fetchone()
    if (last[0] if last else 0) != expected - 1:
        raise JournalCorrupt(f"rows after {expected - 1} are missing")
    return head


def link(before: bytes, plan: str, act: str, attempt: int, mark: str, at: str, body: bytes) -> bytes:
    """The chain value of a row: SHA-256 over the value before it and everything the row says, lengths included."""
    digest = hashlib.sha256(before)
    for part in (plan.encode(), act.encode(), str(attempt).encode(), str(mark).encode(), at.encode(), body):
        digest.update(len(part).to_bytes(4, "big") + part)
    return digest.digest()
