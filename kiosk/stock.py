"""The books of the blanks, counted from the journal's rows and from nothing else.

loaded = issued + kept + spoiled + left + in the path or at the exit + in doubt  (design.md, invariant 2)

Two machines have cards: the printer's hopper, fed from by `feed`, and the dispenser's stacker, by `dispense`. A plan uses one.
"""
from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.transaction.journal import PLAN, TERMINAL, Event, Journal, Row
from kiosk.transaction.plan import Facts, Mark
from kiosk.transaction.runner import CANCELLED
from remote.messages import EventKind

LOAD = "load_blanks"
STACKED = "exchange:card_stacker"      # facts["loaded"]
FEED, DISPENSE = "feed", "dispense"
FEEDS = (FEED, DISPENSE)
TALLY = "tally:"          # of an erased plan: its key is gone, its blanks stay on the books
PLACES = ("issued", "kept", "spoiled", "in_doubt", "moving")


def signed(by: Sequence[str]) -> Facts:
    """Who stands for a count, as facts of its row."""
    return {"by": list(by)} if by else {}


@dataclass(frozen=True)
class Books:
    """Cards. `moving`: fed by a plan that is still open, so in the path or at the exit."""

    loaded: int = 0
    issued: int = 0
    kept: int = 0
    spoiled: int = 0
    in_doubt: int = 0
    moving: int = 0

    @property
    def left(self) -> int:
        """What must lie in the hopper."""
        return self.loaded - self.issued - self.kept - self.spoiled - self.in_doubt - self.moving


def books(rows: Iterable[Row]) -> Books:
    """Of the hopper. Counts every blank once, whatever order the rows of different plans came in."""
    loaded = 0
    plans: dict[str, list[Row]] = {}
    tallies: dict[str, Facts] = {}
    for row in rows:
        if row.plan != TERMINAL:
            plans.setdefault(row.plan, []).append(row)
        elif row.act == LOAD:
            loaded += int(row.facts["count"])
        elif row.act.startswith(TALLY):
            tallies[row.act.removeprefix(TALLY)] = row.facts
    totals = dict.fromkeys(PLACES, 0)
    for plan, of_plan in plans.items():
        if fed_by(of_plan) != FEED:
            continue
        for where, count in (tallies[plan] if plan in tallies else where_are(of_plan)).items():
            totals[where] += count
    return Books(loaded=loaded, **totals)


def fed_by(rows: Iterable[Row]) -> str:
    """The act by which this plan takes its card out of a pile."""
    return next((row.act for row in rows if row.act in FEEDS), FEED)


def where_are(rows: list[Row]) -> dict[str, int]:
    """The blanks of one plan by where they went."""
    undone = {row.attempt: row.facts for row in rows if row.act in FEEDS and row.mark is Mark.UNDONE}
    handed = next((row.facts for row in rows if row.act == "hand_over" and row.mark is Mark.DONE), None)
    found = [row.mark for row in rows if row.act == PLAN and row.mark in (Mark.IN_DOUBT, Mark.DECIDED_BACK)]
    doubt = found[-1:] == [Mark.IN_DOUBT]
    went: dict[str, int] = {}
    for feed in (row for row in rows if row.act in FEEDS and row.mark is Mark.INTENT):
        if feed.attempt in undone:
            for where in ("spoiled", "in_doubt"):
                went[where] = went.get(where, 0) + int(undone[feed.attempt].get(where, 0))
        elif handed is not None:
            went["issued" if handed["end"] == "taken" else "kept"] = 1
        elif doubt:
            went["in_doubt"] = went.get("in_doubt", 0) + 1
        else:
            went["moving"] = went.get("moving", 0) + 1
    return went


class Stock:
    """What the terminal knows about its blanks. Counts as the journal grows: a closed plan once, an open one anew."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._seen = 0
        self._loaded = dict.fromkeys(FEEDS, 0)
        self._closed: dict[str, Counter[str]] = {feed: Counter() for feed in FEEDS}
        self._failed_in_a_row = 0
        self._open: dict[str, list[Row]] = {}
        self._tallies = {r.act.removeprefix(TALLY): r.facts for r in journal.rows(TERMINAL) if r.act.startswith(TALLY)}

    @property
    def books(self) -> Books:
        """Of the card printer's hopper."""
        return self._of(FEED)

    @property
    def stacker(self) -> Books:
        """Of the dispenser's stacker."""
        return self._of(DISPENSE)

    def _of(self, feed: str) -> Books:
        for row in self._journal.rows_about_blanks(self._seen):
            self._seen = row.seq
            self._count(row)
        totals = dict.fromkeys(PLACES, 0) | self._closed[feed]
        for of_plan in self._open.values():
            for where, count in (where_are(of_plan) if fed_by(of_plan) == feed else {}).items():
                totals[where] += count
        return Books(loaded=self._loaded[feed], **totals)

    @property
    def failed_in_a_row(self) -> int:
        """Cards that were begun and not made since one came out well. What a citizen called off does not count."""
        _ = self.books
        return self._failed_in_a_row

    def _count(self, row: Row) -> None:
        if row.act == "hand_over" and fed_by(self._open.get(row.plan, [])) == FEED:
            self._failed_in_a_row = 0
        elif row.act == PLAN and row.mark is Mark.DECIDED_BACK and row.facts.get("reason") != CANCELLED:
            self._failed_in_a_row += int(any(earlier.act == FEED for earlier in self._open.get(row.plan, [])))
        if row.plan == TERMINAL:
            self._loaded[FEED] += int(row.facts["count"]) if row.act == LOAD else 0
            self._loaded[DISPENSE] += int(row.facts.get("loaded", 0)) if row.act == STACKED else 0
        elif row.mark is Mark.CLOSED:
            of_plan = self._open.pop(row.plan, [])
            self._closed[fed_by(of_plan)].update(self._tallies[row.plan] if row.plan in self._tallies else where_are(of_plan))
        else:
            self._open.setdefault(row.plan, []).append(row)

    def load(self, count: int, by: Sequence[str] = ()) -> None:
        """Blanks put into the hopper, counted by two people; `by`: their names, where they are known."""
        _, number = self._journal.last_of_terminal(LOAD)
        event = Event(secrets.token_hex(16), EventKind.STOCK, {"kind": "loaded", "count": count})
        self._journal.write(TERMINAL, LOAD, number + 1, Mark.DONE, {"count": count, **signed(by)}, [event])

    def erase(self, plan: str) -> None:
        """Destroy a settled plan's personal data; what became of its blanks is written down first. Safe to repeat."""
        if self._journal.erased(plan):
            return
        if plan not in self._tallies:
            tally = where_are(list(self._journal.rows(plan)))
            self._journal.write(TERMINAL, TALLY + plan, 1, Mark.DONE, tally)
            self._tallies[plan] = tally
        self._journal.erase(plan)
