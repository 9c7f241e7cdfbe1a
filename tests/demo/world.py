"""What is true at the end: the physical machines, the centre's database, the terminals' journals."""
from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.stock import Books, Stock
from kiosk.transaction.journal import Journal
from print.ipp.simulator.model import COUNTED_BEFORE


@dataclass
class World:
    """Gathered after everything has come to rest; `machines` are the simulators' own states, one per terminal."""

    centre_db: Path
    id_number: str
    machines: list[dict[str, Any]]
    journals: list[Path]
    open_plans: int = 0
    books: list[Books] = field(default_factory=list)
    stackers: list[Books] = field(default_factory=list)          # of the dispensers

    def read_journals(self) -> None:
        for folder in self.journals:
            journal = Journal(folder, datetime.now)
            self.open_plans += len(journal.open_plans())
            self.books.append(Stock(journal).books)
            self.stackers.append(Stock(journal).stacker)
            journal.close()

    @staticmethod
    def must(holds: bool, else_say: str) -> list[str]:
        return [] if holds else [else_say]

    # -- the machines ------------------------------------------------------------------------------------------------

    def _sum(self, place: str) -> int:
        return sum(int(machine["card_printer"]["census"][place]) for machine in self.machines)

    def taken(self) -> int:
        return self._sum("taken")

    def kept(self) -> int:
        return self._sum("captured")

    def fed(self) -> int:
        return sum(int(machine["card_printer"]["counters"]["fed"]) for machine in self.machines)

    def books_agree(self) -> list[str]:
        """Invariant 2, with no plan open: what the journal says is what lies in the machine."""
        wrong = self.must(self.open_plans == 0, f"{self.open_plans} plans are still open")
        for machine, books in zip(self.machines, self.books, strict=True):
            census = machine["card_printer"]["census"]
            real = (census["hopper"], census["taken"], census["captured"], census["rejected"])
            told = (books.left, books.issued, books.kept, books.spoiled)
            wrong += self.must(real == told, f"left, issued, kept, spoiled: the books say {told}, the machine {real}")
        return wrong

    def stackers_agree(self) -> list[str]:
        """The same of the dispensers, whose bin holds spoiled and kept cards alike."""
        wrong = self.must(self.open_plans == 0, f"{self.open_plans} plans are still open")
        for machine, books in zip(self.machines, self.stackers, strict=True):
            census = machine["card_dispenser"]["census"]
            real = (census["hopper"], census["taken"], census["binned"])
            told = (books.left, books.issued, books.kept + books.spoiled)
            wrong += self.must(real == told, f"left, issued, in the bin: the books say {told}, the dispenser {real}")
        return wrong

    def sides(self) -> int:
        """Printed by the A4 printers, whoever has them now."""
        return sum(int(machine["a4_printer"]["impressions"]) - COUNTED_BEFORE[0] for machine in self.machines)

    # -- the centre --------------------------------------------------------------------------------------------------

    def _count(self, what: str, *values: object) -> int:
        with sqlite3.connect(f"file:{self.centre_db}?mode=ro", uri=True) as db:
            person = "person_id = (SELECT person_id FROM persons WHERE id_number = ?)"
            return int(db.execute(f"SELECT count(*) FROM {what} AND {person}", (*values, self.id_number)).fetchone()[0])

    def live_cards(self) -> int:
        return self._count("cards WHERE state = 'live'")

    def cards_in(self, *ended_by: str) -> int:
        marks = ", ".join("?" * len(ended_by))
        return self._count(f"cards WHERE state = 'dead' AND ended_by IN ({marks})", *ended_by)

    def cases_in(self, state: str) -> int:
        return self._count("cases WHERE state = ?", state)

    def open_cases(self, delivery: str = "%") -> int:
        return self._count("cases WHERE state NOT IN ('closed', 'withdrawn', 'mailed') AND delivery LIKE ?", delivery)

    def copies(self) -> list[str]:
        """The state of every numbered copy of hers, oldest first."""
        return self._column("SELECT state FROM documents JOIN persons USING (person_id) WHERE id_number = ? ORDER BY number")

    def money(self) -> list[str]:
        """What is held, on its way back or gone back for her: "holds 1000", "refunded 1000"."""
        return self._column(
            "SELECT t.state || ' ' || t.fen FROM pay_transactions t JOIN pay_orders USING (order_id)"
            " JOIN persons USING (person_id) WHERE id_number = ? ORDER BY t.at"
        )

    def owed(self) -> int:
        return self._count("obligations WHERE settled_at IS NULL")

    def _column(self, query: str) -> list[str]:
        with sqlite3.connect(f"file:{self.centre_db}?mode=ro", uri=True) as db:
            return [str(row[0]) for row in db.execute(query, (self.id_number,)).fetchall()]

    def certifications(self, identity: str = "%") -> int:
        """Made at a terminal."""
        return self._count("certifications WHERE terminal <> 'counter' AND identity LIKE ?", identity)

    def home_visits(self) -> int:
        return self._count("home_visits WHERE done_at IS NULL")

    def proofs(self) -> int:
        return self._count("face_proofs WHERE 1 = 1")

    def cases_with(self, column: str, value: str) -> int:
        return self._count(f"cases WHERE {column} = ?", value)

    def live_number(self) -> str:
        with sqlite3.connect(f"file:{self.centre_db}?mode=ro", uri=True) as db:
            mine = "SELECT number FROM cards JOIN persons USING (person_id) WHERE state = 'live' AND id_number = ?"
            row = db.execute(mine, (self.id_number,)).fetchone()
        return str(row[0]) if row else ""

    def number_in_hand(self) -> str:
        """What the journals say was handed over last."""
        numbers = [number for folder in self.journals for number in numbers_handed_over(folder)]
        return numbers[-1] if numbers else ""


def numbers_handed_over(folder: Path) -> list[str]:
    journal = Journal(folder, datetime.now)
    rows = list(journal.rows())
    journal.close()
    reserved = {r.plan: r.facts["reservation"]["number"] for r in rows if r.act == "reserve" and r.facts.get("reservation")}
    return [reserved[r.plan] for r in rows if r.act == "hand_over" and r.facts.get("end") == "taken"]


def acts_of(folder: Path) -> list[dict[str, Any]]:
    """Every attempt of every plan, with start, end and outcome, for summary.json."""
    journal = Journal(folder, datetime.now)
    acts: dict[tuple[str, str, int], dict[str, Any]] = {}
    for row in journal.rows():
        if row.act in ("plan",) or row.plan == "terminal":
            continue
        act = acts.setdefault((row.plan, row.act, row.attempt), {"act": row.act, "attempt": row.attempt, "start": row.at})
        if row.mark.value != "intent":
            act |= {"end": row.at, "outcome": row.mark.value}
    journal.close()
    return list(acts.values())
