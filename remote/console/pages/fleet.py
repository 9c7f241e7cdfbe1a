"""The fleet: what is wrong, where, since when, what to do; and which terminals cannot print cards by Friday, in two clicks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from remote.central.access.rights import Right
from remote.console.page import Lines, Page, View
from remote.console.reads.fleet import A_PAGE, COARSE, EXACT, FINE, NOWHERE, QUESTIONS, SORTS, Query, everything, fleet
from remote.console.reads.standing import RANK, SHAPES, URGENT, Standing, counties_of, next_friday
from remote.console.words import REGIONS, region_name, short_place, told

MANY, SOME = 0.2, 0.07  # share of a mark's terminals that need somebody now; [A]
FARTHEST = timedelta(days=365)


def asked(view: View) -> Query:
    """What of the address is understood; the rest is as if it had not been said."""
    by = next_friday(view.now)
    try:
        given = date.fromisoformat(view.asked.get("by", ""))
        by = min(max(given, view.now.date()), view.now.date() + FARTHEST)
    except ValueError:
        pass
    return Query(
        by=by,
        region=view.one_of("region", (*REGIONS, NOWHERE)),
        standing=view.one_of("standing", RANK),
        question=view.one_of("question", QUESTIONS),
        search=view.asked.get("search", "").strip()[:64],
        sort=view.one_of("sort", SORTS, "worst"),
        page=view.number("page", 1, 1, 100_000),
        cell=_cell(view.asked.get("cell", "")),
    )


def _cell(given: str) -> tuple[int, int, int] | None:
    parts = given.split("_")
    if len(parts) != 3 or not all(part.lstrip("-").isdigit() and part.isascii() and len(part) < 8 for part in parts):
        return None
    west, south, cells = (int(part) for part in parts)
    return (west, south, cells) if cells in (COARSE, FINE, EXACT) else None


def show(view: View) -> dict[str, Any]:
    query, text = asked(view), view.text
    found = fleet(view.connection, query, view.regions)
    codes = counties_of(view.regions)
    seen = [*(REGIONS if codes is None else codes), *([NOWHERE] if codes is None and found.by_region.get("") else [])]
    day = text.day(query.by)
    names = {"no_cards_by": {"day": day}}
    return {
        "query": query,
        "fleet": found,
        "rows": [{**row, "told": told(row, text), "place": short_place(row["place"])} for row in found.rows],
        "urgent": sum(found.counts[standing] for standing in URGENT),
        "total": sum(found.counts.values()),
        "pages": max(1, -(-found.found // A_PAGE)),
        "shapes": SHAPES,
        "standings": [(standing, found.counts[standing]) for standing in Standing],
        "questions": [(name, text(f"fleet.ask.{name}", **names.get(name, {})), found.answers[name]) for name in QUESTIONS],
        "regions": [_region(code, found.by_region, text) for code in seen],
        "region_name": region_name(query.region, text) if query.region in REGIONS else "",
        "marks": [
            {**mark, "words": _mark_words(mark, text), "look": _look(mark), "cell": _address(mark, found.cells)}
            for mark in found.marks
        ],
        "sorts": list(SORTS),
        "day": day,
    }


def _region(code: str, by_region: dict[str, dict[str, int]], text: Any) -> dict[str, Any]:
    counts = by_region.get("" if code == NOWHERE else code, {})
    return {
        "code": code, "name": region_name("" if code == NOWHERE else code, text), "count": sum(counts.values()),
        "urgent": sum(counts.get(standing, 0) for standing in URGENT),
    }  # fmt: skip


def _look(mark: dict[str, Any]) -> str:
    """One terminal: how it stands. Several: how large a share needs somebody now."""
    if mark["count"] == 1:
        return str(mark["standing"])
    share = mark["unwell"] / mark["count"]
    return "many" if share > MANY else "some" if share > SOME else "few" if share else "ok"


def _address(mark: dict[str, Any], cells: int) -> str:
    return f"{mark['west']}_{mark['south']}_{cells}"


def _mark_words(mark: dict[str, Any], text: Any) -> str:
    place = short_place(mark["place"])
    if mark["count"] == 1:
        return str(text("fleet.mark_one", place=place, standing=text(f"fleet.stands.{mark['standing']}")))
    key = "fleet.mark" if mark["unwell"] else "fleet.mark_all_well"
    return str(text(key, place=place, count=mark["count"], unwell=mark["unwell"]))


def table(view: View) -> Lines:
    text = view.text
    heads = ("terminal", "hall", "regions", "standing", "wrong", "since", "todo", "heard", "cards_until")
    yield tuple(text(f"fleet.{head}") for head in heads)
    for row in everything(view.connection, asked(view), view.regions):
        said = told(row, text)
        wrong = "; ".join(words for words, _ in said.wrong)
        yield (
            row["terminal"], row["place"], region_name(row["region"], text), said.name, wrong,
            row["since"].isoformat(timespec="seconds") if row["since"] else "", said.first[1],
            row["heard_at"].isoformat(timespec="seconds") if row["heard_at"] else "", str(row["cards_until"] or ""),
        )  # fmt: skip


PAGE = Page("fleet", "fleet", Right.SEE, show, table=table)
