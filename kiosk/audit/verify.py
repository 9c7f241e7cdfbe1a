"""Is the chain whole, and does it still say what the centre witnessed? Works on a copy or beside the running terminal."""
from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kiosk.transaction.journal_file import JournalCorrupt, verify
from remote.messages.audit import Head


class NoJournal(Exception):
    """There is nothing that could be judged."""


@dataclass(frozen=True)
class Chain:
    rows: int
    name: str                              # the chain value of the first row; "" of an empty journal
    head: str


@dataclass(frozen=True)
class Verdict:
    rows: int
    wrong: str                             # "" nothing
    checked_to: int                        # the newest row that a witness confirms; 0 none


def open_to_read(folder: Path) -> sqlite3.Connection:
    """Raises NoJournal."""
    path = folder / "journal.sqlite"
    if not path.exists():
        raise NoJournal(f"{folder}: there is no journal here")
    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.DatabaseError as error:
        raise NoJournal(f"{path}: {error}") from error


def walk(folder: Path) -> Chain:
    """Every row from the first. Raises JournalCorrupt naming the first bad row, NoJournal."""
    with closing(open_to_read(folder)) as db:
        try:
            db.execute("BEGIN")
            head = verify(db)
            rows = int(db.execute("SELECT count(*) FROM rows").fetchone()[0])
        except sqlite3.DatabaseError as error:
            raise JournalCorrupt(str(error)) from error
        return Chain(rows, chain_value(db, 1), head.hex() if rows else "")


def chain_value(db: sqlite3.Connection, seq: int) -> str:
    row = db.execute("SELECT chain FROM rows WHERE seq = ?", (seq,)).fetchone()
    return bytes(row[0]).hex() if row else ""


def judge(folder: Path, witnessed: Sequence[Head]) -> Verdict:
    """The chain by itself first, then against the heads, oldest first. Raises NoJournal."""
    try:
        chain = walk(folder)
    except JournalCorrupt as error:
        return Verdict(0, str(error), 0)
    checked = 0
    with closing(open_to_read(folder)) as db:
        for head in sorted(witnessed, key=lambda one: one.seq):
            here, when = chain_value(db, head.seq), f"{head.at:%Y-%m-%d %H:%M:%S}"
            if not here:
                lost = f"rows after {chain.rows} are missing: the centre witnessed row {head.seq} at {when}"
                return Verdict(chain.rows, lost, checked)
            if here != head.head:
                wrong = f"rows {checked + 1} to {head.seq} are not those that the centre witnessed at {when}"
                return Verdict(chain.rows, wrong, checked)
            checked = head.seq
    return Verdict(chain.rows, "", checked)
