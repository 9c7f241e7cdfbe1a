"""Tickets and what is seen of them, for tests of the judgement."""
from __future__ import annotations

from print.ipp.job import Ticket
from print.ipp.readings import Counters, JobReading
from print.ipp.terms import A4, USER, JobState, Sides


def ticket(pages: int = 2, copies: int = 1, sides: Sides = Sides.ONE, before: Counters | None = None) -> Ticket:
    return Ticket("plan:page:1", pages, copies, sides, A4, Counters(100, 90) if before is None else before, 1_000)


def job(
    state: JobState | None,
    impressions: int | None = None,
    sheets: int | None = None,
    *,
    started: bool | None = True,
    reasons: frozenset[str] = frozenset(),
) -> JobReading:
    return JobReading(7, "plan:page:1", USER, state, reasons, impressions, sheets, started)
