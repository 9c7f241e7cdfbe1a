"""Supplies to bring, blank cards by hall, and where books and machines, or money and deliveries, do not agree."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from remote.central.access.rights import Right
from remote.console.page import Lines, Page, View
from remote.console.reads.standing import counties_of, next_friday
from remote.console.reads.stock import (
    A_PAGE,
    KINDS,
    Bring,
    cards_by_region,
    contradictions,
    halls,
    money_differences,
    to_bring,
)
from remote.console.words import REGIONS, part_name, region_name, short_place, todo_words, wrong_words

FARTHEST = timedelta(days=365)
PARTS = ("bring", "cards", "differ")
LIGHTS = {"ok": "green", "low": "amber", "unknown": ""}


def _asked(view: View) -> tuple[date, str, str, int]:
    by = next_friday(view.now)
    try:
        given = date.fromisoformat(view.asked.get("by", ""))
        by = min(max(given, view.now.date()), view.now.date() + FARTHEST)
    except ValueError:
        pass
    return by, view.one_of("region", REGIONS), view.one_of("kind", KINDS), view.number("page", 1, 1, 100_000)


def _bring(view: View, limit: int | None) -> Bring:
    by, region, kind, page = _asked(view)
    return to_bring(view.connection, view.regions, by, region, kind, page, limit)


def show(view: View) -> dict[str, Any]:
    text = view.text
    by, region, kind, page = _asked(view)
    part = view.one_of("part", PARTS, "bring")
    seen = counties_of(view.regions)
    search = view.asked.get("search", "").strip()[:64]
    given: dict[str, Any] = {
        "part": part, "parts": PARTS, "by": by, "day": text.day(by), "region": region, "kind": kind, "page_number": page,
        "search": search, "regions": [(code, region_name(code, text)) for code in (REGIONS if seen is None else seen)],
        "lights": LIGHTS, "rows": [], "found": 0, "pages": 1, "kinds": [], "more": False, "counties": [], "wrong": [],
        "money": [],
    }  # fmt: skip
    if part == "bring":
        found = _bring(view, A_PAGE)
        rows = [{**row, "name": part_name(row["unit"], text), "place": short_place(row["place"])} for row in found.rows]
        return given | {
            "rows": rows, "found": found.found, "pages": max(1, -(-found.found // A_PAGE)),
            "kinds": [(name, part_name(name, text), wanted, out) for name, wanted, out in found.kinds],
        }  # fmt: skip
    if part == "cards":
        rows, more = halls(view.connection, view.regions, region, search, page)
        counties = cards_by_region(view.connection, view.regions)
        return given | {
            "rows": [{**row, "place": short_place(row["place"]), "books": _books(row["booked"])} for row in rows],
            "more": more,
            "counties": [{**row, "name": region_name(row["region"], text)} for row in counties],
        }
    wrong = contradictions(view.connection, view.regions, region)
    return given | {
        "wrong": [
            {
                **row, "place": short_place(row["place"]), "words": wrong_words(row["unit"], row["contradiction"], text),
                "todo": todo_words(row["contradiction"], text),
            }
            for row in wrong
        ],
        "money": money_differences(view.connection),
    }  # fmt: skip


def _books(booked: dict[str, int] | None) -> int | None:
    """Cards that should be in the machine by what it reported; None where it never reported a load."""
    if not booked or "loaded" not in booked:
        return None
    return booked["loaded"] - sum(count for kind, count in booked.items() if kind != "loaded")


def table(view: View) -> Lines:
    text = view.text
    yield tuple(text(f"stock.{head}") for head in ("terminal", "hall", "region", "what", "state", "left", "a_day", "until"))
    for row in _bring(view, None).rows:
        yield (
            row["terminal"], row["place"], region_name(row["region"], text), part_name(row["unit"], text),
            text.word("terminal.unit", row["state"]), row["holds"], round(row["a_day"], 1) if row["a_day"] else "",
            row["empty_on"] or "",
        )  # fmt: skip


PAGE = Page("stock", "stock", Right.SEE, show, table=table, every_s=30)
