"""One terminal: the four answers first, then its parts, what it owes, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from remote.central.access.rights import Right
from remote.central.telemetry.one import Moment, OneTerminal, terminal, timeline
from remote.central.telemetry.tables import units
from remote.central.times import BEIJING
from remote.console.masked import masked
from remote.console.page import NotFound, Page, View
from remote.console.pages.commands import of_terminal
from remote.console.reads.fleet import one
from remote.console.texts import Texts
from remote.console.words import part_name, region_name, short_place, todo_words, told, wrong_words

MOMENTS = 40
SOON_DAYS = 7        # an empty date this near is shown as such
CLOCK_FAR_S = 120    # design.md: a terminal more off than this is out of service (X24)
CELLS = "cards", "sheets", "percent"
UNIT_OF = {"toner": "percent", "a4_tray": "sheets", "slip_paper": "percent", "ribbon": "sets"}
TOLD_FIELDS = ("journey", "outcome", "door", "state", "after", "word", "kind", "count", "software", "owed", "out_of_service")
"""Of what a terminal told, only these are shown: nothing that could be somebody's."""


def show(view: View) -> dict[str, Any]:
    name, text = view.place["terminal"], view.text
    today = view.now.astimezone(BEIJING).date()
    row = one(view.connection, name, view.regions)
    found = terminal(view.connection, name, today) if row is not None else None
    if row is None or found is None:
        raise NotFound()
    return {
        "row": row,
        "told": told(row, text),
        "one": found,
        "place": short_place(row["place"]),
        "region": region_name(row["region"], text),
        "tree": _tree(view, found),
        "supplies": [_supply(view, line, today) for line in found.supplies],
        "not_offered": [
            (text.word("terminal.offer", line.offer), text.word("terminals.reason", line.reason), line.since)
            for line in found.not_offered
        ],
        "journeys": [
            {
                "journey": text.word("terminal.journey", line.journey), "outcome": text.word("terminal.outcome", line.outcome),
                "refusal": text.word("terminal.refusal", line.refusal) if line.refusal else "", "count": line.count,
                "mean_s": line.mean_s, "slowest_s": line.slowest_s,
            }
            for line in found.journeys_today
        ],
        "owed": [
            (text.word("terminal.owed", line.kind), line.since, line.amount_fen, masked(line.words)) for line in found.obligations
        ],
        "incidents": [_incident(line, text) for line in found.incidents],
        "moments": [(moment.at, _moment(moment, text)) for moment in timeline(view.connection, name, at_most=MOMENTS)],
        "commands": of_terminal(view, name, row["region"]),
        "clock_far": found.clock_ahead_s is not None and abs(found.clock_ahead_s) > CLOCK_FAR_S,
    }  # fmt: skip


def _tree(view: View, found: OneTerminal) -> list[dict[str, Any]]:
    """Devices, the broken ones first, each with the storage units that belong to it."""
    text = view.text
    asked = sa.select(units.c.unit, units.c.device).where(units.c.terminal == found.line.terminal)
    device_of = {row.unit: row.device for row in view.connection.execute(asked)}
    order = {"red": 0, "amber": 1, "green": 2}
    return [
        {
            "name": part_name(line.device, text), "id": line.device, "light": line.light, "since": line.since,
            "faults": [(wrong_words(line.device, word, text), todo_words(word, text)) for word in line.faults],
            "made": " · ".join(filter(None, (line.driver, line.serial, line.firmware))),
            "units": [
                {"name": part_name(unit.unit, text), "id": unit.unit, "light": _light_of(unit.state), "count": unit.count,
                 "words": text.word("terminal.unit", unit.state)}
                for unit in found.supplies if device_of.get(unit.unit) == line.device
            ],
        }
        for line in sorted(found.devices, key=lambda line: (order.get(line.light, 3), line.device))
    ]  # fmt: skip


def _light_of(state: str) -> str:
    return {"ok": "green", "low": "amber", "unknown": ""}.get(state, "red")


def _supply(view: View, line: Any, today: Any) -> dict[str, Any]:
    text = view.text
    unit = text(f"terminal.of.{UNIT_OF.get(line.kind, 'cards')}")
    days = (line.empty_on - today).days if line.empty_on else None
    bin_like = line.kind.endswith("_bin")
    return {
        "id": line.unit, "name": part_name(line.unit, text), "state": line.state, "light": _light_of(line.state),
        "words": text.word("terminal.unit", line.state), "count": line.count, "initial": line.initial, "of": unit,
        "a_day": line.a_day, "empty_on": line.empty_on, "days": days, "soon": days is not None and days <= SOON_DAYS,
        "bin": bin_like, "far": not bin_like and line.a_day is not None and line.count is not None and line.empty_on is None,
    }  # fmt: skip


def _incident(line: Any, text: Texts) -> dict[str, Any]:
    known = text.has(f"terminals.wrong.{line.kind}")
    words = text(f"terminals.wrong.{line.kind}") if known else masked(line.words) or line.kind
    return {"words": words, "todo": todo_words(line.kind, text), "at": line.at, "kind": line.kind}


def _moment(moment: Moment, text: Texts) -> str:
    """One line about what happened, made of words that we know and of nothing else that was sent."""
    body: Mapping[str, Any] = moment.body
    if moment.kind == "presence":
        return text("terminal.moment.presence", before=_presence(body["before"], text), after=_presence(body["after"], text))
    given = {name: masked(str(body.get(name, ""))) for name in TOLD_FIELDS}
    for name, group in (("journey", "terminal.journey"), ("outcome", "terminal.outcome"), ("word", "terminals.wrong"),
                        ("out_of_service", "terminals.reason"), ("after", "terminal.after")):  # fmt: skip
        given[name] = text.word(group, given[name] or None)
    given["kind"] = text.word("terminals.wrong", given["kind"] or None)
    key = f"terminal.moment.{moment.kind}"
    return text(key, **given) if text.has(key) else text("terminal.moment.other", what=moment.kind)


def _presence(word: str, text: Texts) -> str:
    return text.word("terminal.presence", word)


PAGE = Page("terminal", "terminals/{terminal}", Right.SEE, show, nav=False)
