"""Facts that wait for the centre, in the journal's file, bounded. What is given up first when too much waits:

1. log lines, the oldest first;
2. snapshots that a newer one has replaced (devices, units, service, counters, versions, clock);
3. ended journeys are added up by day, journey and outcome: the sums stay right, the single ones go. One that was sent and
   whose answer was lost is never added up, since the centre may have it;
4. everything else of this file, the oldest first, sums of journeys last.

News (obligations, incidents, stock, doors), the journal's rows and the audit are never dropped: they are not in this table.
What was given up is told in a fact of its own.
"""
from __future__ import annotations

import json
import secrets
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.transaction.journal import Event, Journal
from kiosk.transaction.journal import Fact as Row
from remote.messages.telemetry import Body, Fact, FactKind, JourneysEnded

MOST_FACTS = 20_000            # [A] some 6 MB: weeks without network at 300 journeys a day
MOST_LOG_LINES = 2_000         # [A]
LEAVE = 0.9                    # shed down to this share of the bound, not at every new row
SNAPSHOTS = (FactKind.DEVICES, FactKind.UNITS, FactKind.SERVICE, FactKind.COUNTERS, FactKind.VERSIONS, FactKind.CLOCK)
LARGEST_BODY = 32_000          # characters: one that is larger would never fit into a batch
BEIJING = ZoneInfo("Asia/Shanghai")


def fact(kind: FactKind, body: Body, fact_id: str | None = None) -> Row:
    """As the journal takes it, alone or with a row."""
    return Row(fact_id or secrets.token_hex(16), kind.value, body.model_dump(mode="json"))


class FactMemory:
    """`remote.facts.FactStore` over the journal. Raises JournalBroken where it writes."""

    def __init__(
        self, journal: Journal, now: Callable[[], datetime], most: int = MOST_FACTS, most_log_lines: int = MOST_LOG_LINES
    ) -> None:
        self._journal, self._now, self._most, self._most_lines = journal, now, most, most_log_lines
        self._count = int(journal.facts("SELECT count(*) FROM facts")[0][0])
        self._origin = str(journal.facts("SELECT origin FROM facts_origin")[0][0])
        self.refused_last: dict[str, str] = {}

    @property
    def origin(self) -> str:
        return self._origin

    def note(self, facts: Iterable[Event]) -> None:
        """All of them in one commit, and room made for them in the same."""
        rows = [(one.event_id, one.kind, self._now().isoformat(), _dump(one.body)) for one in facts]
        rows = [row for row in rows if len(row[3]) <= LARGEST_BODY]
        if not rows:
            return
        with self._journal.beside_rows() as db:
            db.executemany("INSERT OR IGNORE INTO facts (fact_id, kind, at, body) VALUES (?, ?, ?, ?)", rows)
            self._count = _number(db, "SELECT count(*) FROM facts")
            if any(row[1] == FactKind.LOG for row in rows) or self._count > self._most:
                self._make_room(db)

    # -- on the way ---------------------------------------------------------------------------------------------------

    def waiting(self, at_most: int, without: Collection[str]) -> Sequence[Fact]:
        rows = self._journal.facts(
            "SELECT number, fact_id, kind, at, body FROM facts ORDER BY number LIMIT ?", at_most + len(without)
        )
        return [
            Fact(fact_id=fact_id, number=number, kind=kind, at=datetime.fromisoformat(at), body=json.loads(body))
            for number, fact_id, kind, at, body in rows
            if fact_id not in without
        ][:at_most]

    def tried(self, fact_ids: Sequence[str]) -> None:
        asked = f"SELECT 1 FROM facts WHERE tried = 0 AND fact_id IN ({_marks(fact_ids)}) LIMIT 1"
        untried = self._journal.facts(asked, *fact_ids)
        if untried:
            with self._journal.beside_rows() as db:
                db.execute(f"UPDATE facts SET tried = 1 WHERE fact_id IN ({_marks(fact_ids)})", list(fact_ids))

    def arrived(self, fact_ids: Sequence[str]) -> None:
        if fact_ids:
            with self._journal.beside_rows() as db:
                db.execute(f"DELETE FROM facts WHERE fact_id IN ({_marks(fact_ids)})", list(fact_ids))
                self._count = _number(db, "SELECT count(*) FROM facts")

    def refused(self, fact_id: str, reason: str) -> None:
        """It is given up, and that is told."""
        kind = self._journal.facts("SELECT kind FROM facts WHERE fact_id = ?", fact_id)
        self.arrived([fact_id])
        if kind and kind[0][0] != FactKind.DROPPED:
            with self._journal.beside_rows() as db:
                self._tell_dropped(db, Counter({f"refused_{kind[0][0]}": 1}))

    def count_waiting(self) -> int:
        return self._count

    # -- making room --------------------------------------------------------------------------------------------------

    def _make_room(self, db: sqlite3.Connection) -> None:
        dropped: Counter[str] = Counter()
        lines = _number(db, "SELECT count(*) FROM facts WHERE kind = 'log'")
        if lines > self._most_lines:
            dropped["log"] += _drop_oldest(db, "kind = 'log'", lines - int(self._most_lines * LEAVE))
        if _number(db, "SELECT count(*) FROM facts") > self._most:
            goal = int(self._most * LEAVE)
            dropped["log"] += _drop_oldest(db, "kind = 'log'", _over(db, goal))
            for kind in SNAPSHOTS:
                newest = "number < (SELECT max(number) FROM facts WHERE kind = ?1) AND kind = ?1"
                dropped[kind] += _drop_oldest(db, newest, _over(db, goal), kind.value)
            if _over(db, goal):
                _add_up_journeys(db)
            rest = "kind NOT IN ('journeys', 'dropped', 'journey')"
            dropped["other"] += _drop_oldest(db, rest, _over(db, self._most))
            dropped["journey"] += _drop_oldest(db, "kind IN ('journey', 'journeys')", _over(db, self._most))
        self._tell_dropped(db, +dropped)
        self._count = _number(db, "SELECT count(*) FROM facts")

    def _tell_dropped(self, db: sqlite3.Connection, dropped: Counter[str]) -> None:
        """One fact for all that was given up since the last one that went out."""
        if not dropped:
            return
        told = db.execute("SELECT fact_id, body FROM facts WHERE kind = 'dropped' AND tried = 0").fetchone()
        if told is not None:
            dropped = dropped + Counter(json.loads(told[1])["counts"])
            db.execute("DELETE FROM facts WHERE fact_id = ?", (told[0],))
        body = _dump({"counts": dict(dropped)})
        db.execute(
            "INSERT INTO facts (fact_id, kind, at, body) VALUES (?, 'dropped', ?, ?)",
            (secrets.token_hex(16), self._now().isoformat(), body),
        )


def _add_up_journeys(db: sqlite3.Connection) -> None:
    """Ended journeys that were never sent, and sums of them, become one sum a day, journey, outcome and refusal."""
    sums: defaultdict[tuple[str, str, str, str], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    gone: list[tuple[int]] = []
    last = {}
    asked = "SELECT number, kind, at, body FROM facts WHERE kind IN ('journey', 'journeys') AND tried = 0 ORDER BY number"
    for number, kind, at, body in db.execute(asked).fetchall():
        told = json.loads(body)
        single = kind == FactKind.JOURNEY
        day = datetime.fromisoformat(at).astimezone(BEIJING).date().isoformat() if single else told["day"]
        key = (day, told["journey"], told["outcome"], told.get("refusal", ""))
        figures = sums[key]
        figures[0] += 1 if single else told["count"]
        figures[1] += told["seconds"]
        figures[2] = max(figures[2], told["seconds"] if single else told["slowest_s"])
        gone.append((number,))
        last[key] = at
    db.executemany("DELETE FROM facts WHERE number = ?", gone)
    for key, (count, seconds, slowest) in sums.items():
        day, journey, outcome, refusal = key
        body = JourneysEnded(
            day=day, journey=journey, outcome=outcome, refusal=refusal, count=int(count), seconds=seconds, slowest_s=slowest
        )
        db.execute(
            "INSERT INTO facts (fact_id, kind, at, body) VALUES (?, 'journeys', ?, ?)",
            (secrets.token_hex(16), last[key], body.model_dump_json()),
        )


def _over(db: sqlite3.Connection, goal: int) -> int:
    return max(0, _number(db, "SELECT count(*) FROM facts") - goal)


def _drop_oldest(db: sqlite3.Connection, where: str, at_most: int, *args: object) -> int:
    if at_most <= 0:
        return 0
    asked = f"DELETE FROM facts WHERE number IN (SELECT number FROM facts WHERE {where} ORDER BY number LIMIT {at_most})"
    return db.execute(asked, args).rowcount


def _number(db: sqlite3.Connection, asked: str) -> int:
    return int(db.execute(asked).fetchone()[0])


def _marks(of: Sequence[object]) -> str:
    return ", ".join("?" * len(of))


def _dump(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)
