"""One plan's rows in the journal: what it has promised, what became of it."""
from __future__ import annotations

import hashlib
from collections.abc import Callable

from kiosk.transaction.journal import PLAN, Event, Journal, Row
from kiosk.transaction.plan import Attempt, Facts, Mark

Tell = Callable[["PlanLog", Attempt, Mark, Facts], list[tuple[str, dict[str, object]]]]
"""Which news for the centre a row is: (the plan so far, what the row is about, its mark, its facts) -> (event kind, body)s."""


def event_id(plan: str, act: str, attempt: int, mark: Mark, position: int) -> str:
    """The same row told twice is one event: 128 bits made from what identifies the row."""
    return hashlib.sha256(f"{plan}|{act}|{attempt}|{mark}|{position}".encode()).hexdigest()[:32]


class PlanLog:
    """Written through to the journal; kept in memory for as long as the plan is worked on."""

    def __init__(self, journal: Journal, plan: str, tell: Tell) -> None:
        self._journal = journal
        self._tell = tell
        self.plan = plan
        self.rows: list[Row] = list(journal.rows(plan))

    @property
    def kind(self) -> str:
        return str(self.opened["kind"])

    @property
    def opened(self) -> Facts:
        """What the plan was opened with. Raises KeyError for a plan that never was."""
        facts = self.facts(PLAN, Mark.OPENED)
        if facts is None:
            raise KeyError(self.plan)
        return facts

    def open(self, kind: str, data: Facts) -> None:
        self.write(PLAN, 0, Mark.OPENED, {"kind": kind, **data})

    def write(self, act: str, attempt: int, mark: Mark, facts: Facts | None = None) -> None:
        facts = facts or {}
        told = self._tell(self, Attempt(self.plan, act, attempt), mark, facts)
        events = [
            Event(event_id(self.plan, act, attempt, mark, position), kind, {"plan": self.plan, **body})
            for position, (kind, body) in enumerate(told)
        ]
        self._journal.write(self.plan, act, attempt, mark, facts, events)
        self.rows.append(Row(0, self.plan, act, attempt, mark, "", facts))

    def begun_by_others(self, act: str) -> bool:
        """Whether another plan of this terminal has begun an act of this name since this one did."""
        return self._journal.begun_by_others(self.plan, act)

    def about_plan(self, mark: Mark, facts: Facts | None = None) -> None:
        self.write(PLAN, 0, mark, facts)

    def has(self, act: str, mark: Mark, attempt: int | None = None) -> bool:
        return any(r.act == act and r.mark is mark and attempt in (None, r.attempt) for r in self.rows)

    def facts(self, act: str, mark: Mark, attempt: int | None = None) -> Facts | None:
        """Facts of the newest such row, None where there is none."""
        for row in reversed(self.rows):
            if row.act == act and row.mark is mark and attempt in (None, row.attempt):
                return row.facts
        return None

    def attempts(self, act: str) -> list[Attempt]:
        """Attempts that were begun (their intent is on disk), oldest first."""
        return [Attempt(self.plan, act, r.attempt) for r in self.rows if r.act == act and r.mark is Mark.INTENT]

    @property
    def closed(self) -> bool:
        return self.has(PLAN, Mark.CLOSED)

    @property
    def in_doubt(self) -> bool:
        """The probe could not tell, and nothing has been found out since."""
        telling = (Mark.IN_DOUBT, Mark.DECIDED_BACK, Mark.DECIDED_FORWARD)
        marks = [row.mark for row in self.rows if row.act == PLAN and row.mark in telling]
        return bool(marks) and marks[-1] is Mark.IN_DOUBT

    def owed(self) -> list[Row]:
        """Rows that say something is owed and was not settled since, one per act and attempt."""
        owed: dict[tuple[str, int], Row] = {}
        for row in self.rows:
            if row.mark is Mark.OWED:
                owed[row.act, row.attempt] = row
            elif row.mark in (Mark.DONE, Mark.UNDONE, Mark.NOT_DONE):
                owed.pop((row.act, row.attempt), None)
        return list(owed.values())
