"""Reports: availability, journeys by outcome, time per card, refusals by reason; as charts and as CSV."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from remote.central.access.rights import Right
from remote.central.telemetry.standing import Stood
from remote.central.times import BEIJING
from remote.console.kept import Kept
from remote.console.page import Lines, Page, View
from remote.console.reads.reports import Counties, Journeys, Stands, journeys, service, share
from remote.console.reads.standing import counties_of
from remote.console.words import REGIONS, region_name

SPANS = {"1": 1, "7": 7, "30": 30}  # days
COUNTING_S = 2  # a page whose figures are being counted looks again so soon
SERVICE: Kept[Stands] = Kept()


def _asked(view: View) -> tuple[str, Counties, date, date]:
    """Span as it was asked for, counties (None everywhere), first and last day."""
    span = view.one_of("days", SPANS, "7")
    today = view.now.astimezone(BEIJING).date()
    seen = counties_of(view.regions)
    region = view.one_of("region", seen if seen is not None else REGIONS)
    return span, (region,) if region else seen, today - timedelta(days=SPANS[span] - 1), today


def show(view: View) -> dict[str, Any]:
    text = view.text
    span, counties, first, last = _asked(view)
    counted = journeys(view.connection, counties, first, last)
    key = (str(view.centre.engine.url), counties, first, last)
    stood = SERVICE.get(key, view.centre.engine, view.centre.clock, partial(service, counties, first, last, view.now))
    seen = counties_of(view.regions)
    total: dict[str, float] = {}
    for day in (stood.value if stood else {}).values():
        for how, seconds in day.items():
            total[how] = total.get(how, 0.0) + seconds
    cards = [one for one in counted.ended if one.journey == "senior_card" and one.outcome == "done"]
    return {
        "span": span,
        "spans": list(SPANS),
        "regions": [(code, region_name(code, text)) for code in (REGIONS if seen is None else seen)],
        "region": view.one_of("region", REGIONS),
        "first": first,
        "last": last,
        "look_again_s": PAGE.every_s if stood else COUNTING_S,
        "counted_at": stood.at if stood else None,
        "available": share(total) if stood else None,
        "stands": [(how, total.get(how, 0.0)) for how in Stood] if stood else [],
        "known_s": sum(total.values()),
        "by_day": [(day, stood.value[day], share(stood.value[day])) for day in sorted(stood.value)] if stood else [],
        "days": counted.days,
        "ended": _ended(counted, view),
        "refusals": [
            (text.word("terminal.journey", one.journey), text.word("terminal.refusal", one.refusal), one.count)
            for one in counted.refusals
        ],
        "most_refused": max((one.count for one in counted.refusals), default=1),
        "total": sum(one.count for one in counted.ended),
        "done": sum(one.count for one in counted.ended if one.outcome == "done"),
        "cards": cards[0] if cards else None,
    }


def _ended(counted: Journeys, view: View) -> list[dict[str, Any]]:
    totals: dict[str, int] = {}
    for one in counted.ended:
        totals[one.journey] = totals.get(one.journey, 0) + one.count
    return [
        {
            "journey": view.text.word("terminal.journey", one.journey),
            "outcome": view.text.word("terminal.outcome", one.outcome),
            "of": one.outcome, "count": one.count, "share": one.count / totals[one.journey], "mean_s": one.mean_s,
            "slowest_s": one.slowest_s,
        }
        for one in counted.ended
    ]  # fmt: skip


def table(view: View) -> Lines:
    text = view.text
    _, counties, first, last = _asked(view)
    counted = journeys(view.connection, counties, first, last)
    heads = ("from", "to", "journey", "outcome", "refusal", "times", "mean_s", "slowest_s")
    yield tuple(text(f"reports.{head}") for head in heads)
    for one in counted.ended:
        yield (first, last, one.journey, one.outcome, "", one.count, round(one.mean_s, 1), round(one.slowest_s, 1))
    for refused in counted.refusals:
        yield (first, last, refused.journey, "refused", refused.refusal, refused.count, "", "")
    for how, seconds in _service_lines(view, counties, first, last):
        yield (first, last, "", how, "", "", round(seconds), "")


def _service_lines(view: View, counties: Counties, first: date, last: date) -> list[tuple[str, float]]:
    """Seconds by how the terminals stood. A file may take its time."""
    found = service(counties, first, last, view.now, view.connection)
    return [(f"stood_{how}", sum(day[how] for day in found.values())) for how in Stood]


PAGE = Page("reports", "reports", Right.SEE, show, table=table, every_s=60)
