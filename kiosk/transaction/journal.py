"""What the terminal has promised itself, on disk before it acts: SQLite, WAL, synchronous=FULL, one commit a row.

Order is the row number, never the clock. Rows form a hash chain over their ciphertext, so that an altered, removed or
re-ordered row is found even after the plan's key is destroyed. Writing is synchronous on purpose: an act must not begin
before its row is on the disk (0.2 ms measured on an SSD; facts/remote.md 2.1).
"""
from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.transaction.migrations import NewerJournal, migrate
from kiosk.transaction.plan import Facts, Mark
from kiosk.transaction.vault import InvalidTag, KeyDestroyed, Vault

PLAN = "plan"                # the act name of rows about the plan itself
TERMINAL = "terminal"        # the plan name of rows that belong to no plan: stock, doors
GENESIS = bytes(32)


class JournalCorrupt(Exception):
    """The file is damaged or was tampered with. No business is done; the file is kept as it is."""


class JournalBroken(Exception):
    """A write failed (full or dying disk). Every further act stops until a person has looked."""


@dataclass(frozen=True)
class Row:
    seq: int
    plan: str
    act: str
    attempt: int
    mark: Mark
    at: str
    facts: Facts             # empty where the plan's key was destroyed


@dataclass(frozen=True)
class OutboxRow:
    event_id: str
    kind: str
    at: str
    body: dict[str, Any]
    tries: int
    last_error: str


@dataclass(frozen=True)
class Event:
    """News for the centre, committed together with the row it tells of. No personal data."""

    event_id: str
    kind: str
    body: dict[str, Any]


class Journal:
    """One per terminal. Raises JournalCorrupt when opened on a damaged file, JournalBroken when a write fails."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder = folder
        self._now = now
        self._broken: str | None = None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._vault = Vault(folder / "keys")
        self._vault.make(TERMINAL)
        path = folder / "journal.sqlite"
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            migrate(self._db)
            self._head = self._verify()
        except NewerJournal as error:
            raise JournalCorrupt(str(error)) from error
        except sqlite3.DatabaseError as error:
            raise JournalCorrupt(f"{path}: {error}") from error

    # -- writing ----------------------------------------------------------------------------------------------------

    def write(
        self, plan: str, act: str, attempt: int, mark: Mark, facts: Facts | None = None, events: Sequence[Event] = ()
    ) -> None:
        """Commit one row, and the news that goes with it, in one transaction."""
        if self._broken:
            raise JournalBroken(self._broken)
        try:
            if mark is Mark.OPENED:
                self._vault.make(plan)
            at = self._now().isoformat()
            bound_to = f"{plan}|{act}|{attempt}|{mark}".encode()
            body = self._vault.seal(plan, json.dumps(facts or {}, ensure_ascii=False).encode(), bound_to)
            self._db.execute("BEGIN IMMEDIATE")
            try:
                chain = link(self._head, plan, act, attempt, mark, at, body)
                self._db.execute(
                    "INSERT INTO rows (plan, act, attempt, mark, at, body, chain) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (plan, act, attempt, mark, at, body, chain),
                )
                for event in events:
                    self._queue(event, at)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._head = chain
        except (OSError, sqlite3.OperationalError) as error:
            self._broken = str(error)
            raise JournalBroken(self._broken) from error

    def _queue(self, event: Event, at: str) -> None:
        self._db.execute(
            "INSERT OR IGNORE INTO outbox (event_id, kind, at, body) VALUES (?, ?, ?, ?)",
            (event.event_id, event.kind, at, json.dumps(event.body, ensure_ascii=False)),
        )

    def queue(self, event: Event) -> None:
        """News that belongs to no row (a help call, health)."""
        if self._broken:
            raise JournalBroken(self._broken)
        try:
            self._queue(event, self._now().isoformat())
        except (OSError, sqlite3.OperationalError) as error:
            self._broken = str(error)
            raise JournalBroken(self._broken) from error

    @property
    def broken(self) -> str | None:
        return self._broken

    def free_mb(self) -> float:
        """Room left on the journal's disk, in MB (10^6 bytes)."""
        return shutil.disk_usage(self.folder).free / 1e6

    # -- reading ----------------------------------------------------------------------------------------------------

    def rows(self, plan: str | None = None) -> Iterator[Row]:
        """Rows in order. Facts are empty where the key is gone."""
        where, args = ("WHERE plan = ?", (plan,)) if plan else ("", ())
        for seq, of, act, attempt, mark, at, body in self._db.execute(
            f"SELECT seq, plan, act, attempt, mark, at, body FROM rows {where} ORDER BY seq", args
        ):
            yield Row(seq, of, act, attempt, Mark(mark), at, self._facts(of, act, attempt, mark, body))

    def _facts(self, plan: str, act: str, attempt: int, mark: str, body: bytes) -> Facts:
        try:
            clear = self._vault.open(plan, body, f"{plan}|{act}|{attempt}|{mark}".encode())
        except KeyDestroyed:
            return {}
        except InvalidTag as error:
            raise JournalCorrupt(f"row {plan} {act} {mark} does not open under its key") from error
        facts: Facts = json.loads(clear)
        return facts

    def open_plans(self) -> list[str]:
        """Plans without a closing row, oldest first."""
        return [
            plan
            for (plan,) in self._db.execute(
                "SELECT plan FROM rows WHERE mark = 'opened' AND plan NOT IN (SELECT plan FROM rows WHERE mark = 'closed') "
                "ORDER BY seq"
            )
        ]

    def closed_before(self, moment: str) -> list[str]:
        return [plan for (plan,) in self._db.execute("SELECT plan FROM rows WHERE mark = 'closed' AND at < ?", (moment,))]

    def erase(self, plan: str) -> None:
        """Destroy a settled plan's key; its rows stay and still verify."""
        self._vault.destroy(plan)

    def forget_keys(self) -> None:
        self._vault.forget()

    # -- outbox -----------------------------------------------------------------------------------------------------

    def waiting(self, at_most: int) -> list[OutboxRow]:
        return [
            OutboxRow(event_id, kind, at, json.loads(body), tries, last_error)
            for event_id, kind, at, body, tries, last_error in self._db.execute(
                "SELECT event_id, kind, at, body, tries, last_error FROM outbox ORDER BY rowid LIMIT ?", (at_most,)
            )
        ]

    def count_waiting(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM outbox").fetchone()[0])

    def sent(self, event_ids: list[str]) -> None:
        self._db.executemany("DELETE FROM outbox WHERE event_id = ?", [(event_id,) for event_id in event_ids])

    def not_sent(self, event_ids: list[str], reason: str) -> None:
        self._db.executemany(
            "UPDATE outbox SET tries = tries + 1, last_error = ? WHERE event_id = ?",
            [(reason, event_id) for event_id in event_ids],
        )

    # -- the chain --------------------------------------------------------------------------------------------------

    def _verify(self) -> bytes:
        """Walk the chain from the first row; returns its head. Raises JournalCorrupt naming the first bad row."""
        if (answer := self._db.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise JournalCorrupt(str(answer))
        head, expected = GENESIS, 1
        for seq, plan, act, attempt, mark, at, body, chain in self._db.execute(
            "SELECT seq, plan, act, attempt, mark, at, body, chain FROM rows ORDER BY seq"
        ):
            head = link(head, plan, act, attempt, mark, at, body)
            if head != chain or seq != expected:
                raise JournalCorrupt(f"row {seq} does not follow from the row before it")
            expected = seq + 1
        last = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'rows'").fetchone()
        if last and last[0] != expected - 1:
            raise JournalCorrupt(f"rows after {expected - 1} are missing")
        return head

    @property
    def head(self) -> str:
        return self._head.hex()

    def close(self) -> None:
        self._db.close()


def link(before: bytes, plan: str, act: str, attempt: int, mark: str, at: str, body: bytes) -> bytes:
    """The chain value of a row: SHA-256 over the value before it and everything the row says, lengths included."""
    digest = hashlib.sha256(before)
    for part in (plan.encode(), act.encode(), str(attempt).encode(), str(mark).encode(), at.encode(), body):
        digest.update(len(part).to_bytes(4, "big") + part)
    return digest.digest()
