"""What the terminal has promised itself, on disk before it acts: SQLite, WAL, synchronous=FULL, one commit a row.

Order is the row number, never the clock. Rows form a hash chain over their ciphertext, so that an altered, removed or
re-ordered row is found even after the plan's key is destroyed. Writing is synchronous on purpose: an act must not begin
before its row is on the disk (0.2 ms measured on an SSD; facts/remote.md 2.1).
"""
from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.transaction.journal_file import JournalBroken, JournalCorrupt, JournalInUse, link, lock, opening, prepare
from kiosk.transaction.plan import Facts, Mark
from kiosk.transaction.vault import InvalidTag, KeyDestroyed, Vault

__all__ = [
    "PLAN", "TERMINAL", "Event", "Fact", "Journal", "JournalBroken", "JournalCorrupt", "JournalInUse", "OutboxRow", "Row",
]  # fmt: skip

PLAN = "plan"                # the act name of rows about the plan itself
TERMINAL = "terminal"        # the plan name of rows that belong to no plan: stock, doors


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


@dataclass(frozen=True)
class Fact(Event):
    """What the terminal tells of itself (kiosk/telemetry): unlike news it may be dropped when too much waits."""


class Journal:
    """One per terminal. Raises JournalCorrupt when opened on a damaged file, JournalInUse on another process's,
    JournalBroken when the disk fails."""

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self.folder = folder
        self._now = now
        self._broken: str | None = None
        path = folder / "journal.sqlite"
        with contextlib.ExitStack() as undo, opening(path):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = undo.enter_context(lock(folder / "journal.lock"))
            self._vault = Vault(folder / "keys")
            if self._vault.has(TERMINAL) and not (path.exists() and path.stat().st_size):
                raise JournalCorrupt(f"{path} is gone")      # the key was made after the file: there was one
            self._db = undo.enter_context(
                contextlib.closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
            )
            self._head = prepare(self._db)
            self._open = self._find_open()
            self._vault.make(TERMINAL)
            undo.pop_all()

    # -- writing ----------------------------------------------------------------------------------------------------

    def write(
        self, plan: str, act: str, attempt: int, mark: Mark, facts: Facts | None = None, events: Sequence[Event] = ()
    ) -> None:
        """Commit one row, and the news that goes with it, in one transaction."""
        with self._writing():
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
            if mark is Mark.OPENED:
                self._open[plan] = None
            if mark is Mark.CLOSED:
                self._open.pop(plan, None)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """The first write that fails is the last one tried. A row that stands already (IntegrityError) is a mistake of ours."""
        if self._broken:
            raise JournalBroken(self._broken)
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except (OSError, sqlite3.DatabaseError) as error:
            self._broken = str(error)
            raise JournalBroken(self._broken) from error

    def _queue(self, event: Event, at: str) -> None:
        into = "facts (fact_id, kind, at, body)" if isinstance(event, Fact) else "outbox (event_id, kind, at, body)"
        self._db.execute(
            f"INSERT OR IGNORE INTO {into} VALUES (?, ?, ?, ?)",
            (event.event_id, event.kind, at, json.dumps(event.body, ensure_ascii=False)),
        )

    def queue(self, event: Event) -> None:
        """News that belongs to no row (a help call, health)."""
        with self._writing():
            self._queue(event, self._now().isoformat())

    @contextlib.contextmanager
    def beside_rows(self) -> Iterator[sqlite3.Connection]:
        """One transaction on what lies in this file and is no row of the chain (the facts)."""
        with self._writing():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def facts(self, asked: str, *args: object) -> list[Any]:
        """Read the facts."""
        return self._db.execute(asked, args).fetchall()

    @property
    def broken(self) -> str | None:
        return self._broken

    def free_mb(self) -> float:
        """Room left on the journal's disk, in MB (10^6 bytes)."""
        return shutil.disk_usage(self.folder).free / 1e6

    # -- reading ----------------------------------------------------------------------------------------------------

    def rows(self, plan: str | None = None) -> Iterator[Row]:
        """Rows in order. Facts are empty where the key is gone."""
        return self._rows("plan = ?", plan) if plan else self._rows("1")

    def rows_beginning(self, begins: str) -> Iterator[Row]:
        """Rows of the terminal itself whose act begins so, in order; all of them are read before the first is given."""
        return iter(list(self._rows("plan = ? AND substr(act, 1, ?) = ?", TERMINAL, len(begins), begins)))

    def rows_about_blanks(self, after: int) -> Iterator[Row]:
        """Of the rows after `after`, those that the books are counted from. None of them names a person."""
        return self._rows(
            "seq > ? AND (plan = 'terminal' OR act IN ('feed', 'dispense') AND mark IN ('intent', 'undone') OR "
            "act = 'hand_over' AND mark = 'done' OR act = 'plan' AND mark IN ('in_doubt', 'decided_back', 'closed'))", after,
        )  # fmt: skip

    def rows_of_terminal(self, acts: Collection[str]) -> Iterator[Row]:
        """Of the terminal's own rows, those of these acts, oldest first."""
        return self._rows(f"plan = ? AND act IN ({', '.join('?' * len(acts))})", TERMINAL, *acts)

    def _rows(self, where: str, *args: object) -> Iterator[Row]:
        for seq, of, act, attempt, mark, at, body in self._db.execute(
            f"SELECT seq, plan, act, attempt, mark, at, body FROM rows WHERE {where} ORDER BY seq", args
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
        return list(self._open)

    def _find_open(self) -> dict[str, None]:
        """Raises JournalCorrupt where the key of an open plan, or of the terminal's own rows, is gone: what is owed could
        never be settled, and the books never counted."""
        plans = [
            plan
            for (plan,) in self._db.execute(
                "SELECT plan FROM rows WHERE mark = 'opened' AND plan NOT IN (SELECT plan FROM rows WHERE mark = 'closed') "
                "ORDER BY seq"
            )
        ]
        own = [TERMINAL] if self.last_of_terminal("%")[0] else []
        for name in own + plans:
            if not self._vault.has(name):
                raise JournalCorrupt(f"the key of {name} is gone")
        return dict.fromkeys(plans)

    def refusals_since(self, seq: int) -> dict[str, int]:
        """Incidents per act in rows after `seq`."""
        asked = "SELECT act, count(*) FROM rows WHERE mark = 'incident' AND seq > ? GROUP BY act"
        return {act: int(count) for act, count in self._db.execute(asked, (seq,))}

    def begun_by_others(self, plan: str, act: str) -> bool:
        """Whether another plan has begun an act of this name since `plan` last did."""
        mine = "SELECT max(seq) FROM rows WHERE plan = ? AND act = ? AND mark = 'intent'"
        asked = f"SELECT 1 FROM rows WHERE act = ? AND mark = 'intent' AND plan <> ? AND seq > ({mine}) LIMIT 1"
        return self._db.execute(asked, (act, plan, plan, act)).fetchone() is not None

    def last_of_terminal(self, act: str) -> tuple[int, int]:
        """(row number, attempt) of the newest row of an act (LIKE) of the terminal itself; zeros where there is none."""
        asked = "SELECT seq, attempt FROM rows WHERE plan = ? AND act LIKE ? ORDER BY seq DESC LIMIT 1"
        found = self._db.execute(asked, (TERMINAL, act)).fetchone()
        return (int(found[0]), int(found[1])) if found else (0, 0)

    def closed_before(self, moment: str) -> list[str]:
        return [plan for (plan,) in self._db.execute("SELECT plan FROM rows WHERE mark = 'closed' AND at < ?", (moment,))]

    def erase(self, plan: str) -> None:
        """Destroy a settled plan's key; its rows stay and still verify."""
        with self._writing():
            self._vault.destroy(plan)

    def erased(self, plan: str) -> bool:
        return not self._vault.has(plan)

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
        """They have arrived, all or none of them are forgotten here."""
        with self._writing():
            marks = ", ".join("?" * len(event_ids))
            self._db.execute(f"DELETE FROM outbox WHERE event_id IN ({marks})", event_ids)

    @property
    def head(self) -> str:
        return self._head.hex()

    @property
    def last(self) -> int:
        """Number of the newest row; 0 where there is none."""
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM rows").fetchone()[0])

    def chain_at(self, seq: int) -> str:
        """The chain value of a row, in hex; "" where there is no such row. The first row's names the journal."""
        row = self._db.execute("SELECT chain FROM rows WHERE seq = ?", (seq,)).fetchone()
        return bytes(row[0]).hex() if row else ""

    def close(self) -> None:
        self._db.close()
        self._lock.close()
