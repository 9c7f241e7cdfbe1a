"""Alarms: what is open, worst first; one alarm with its life; maintenance windows. Acknowledge, assign, snooze, explain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.access.rights import Right
from remote.central.alarms import acts
from remote.central.alarms.rules import Severity
from remote.central.alarms.tables import windows
from remote.central.store.schema import audit
from remote.central.telemetry.tables import states
from remote.central.times import BEIJING
from remote.console.page import Act, Doing, Lines, NotFound, Page, Said, View
from remote.console.reads.alarms import A_PAGE, PARTS, STATES, Query, counts, life_of, listed, one, open_windows
from remote.console.reads.standing import counties_of
from remote.console.words import REGIONS, part_name, region_name, short_place, todo_words, wrong_words

MOST_LINES = 50_000
SNOOZES = {"1h": timedelta(hours=1), "8h": timedelta(hours=8), "3d": timedelta(days=3)}
LIGHTS = {Severity.CRITICAL.value: "red", Severity.MAJOR.value: "red", Severity.MINOR.value: "amber"}
OF_MACHINES = ("device_red", "device_amber")


def asked(view: View) -> Query:
    return Query(
        view.one_of("part", PARTS, "open"), view.one_of("severity", list(Severity)), view.one_of("region", REGIONS),
        view.one_of("state", STATES), view.asked.get("search", "").strip()[:64], view.number("page", 1, 1, 100_000),
    )  # fmt: skip


def show(view: View) -> dict[str, Any]:
    query = asked(view)
    seen = counties_of(view.regions)
    rows, found = ([], 0) if query.part == "windows" else listed(view.connection, query, view.regions, view.person.name, view.now)
    return {
        "query": query, "parts": PARTS, "states": STATES, "counts": counts(view.connection, view.regions), "lights": LIGHTS,
        "rows": [told(row, view) for row in rows], "found": found, "pages": max(1, -(-found // A_PAGE)),
        "regions": [(code, region_name(code, view.text)) for code in (REGIONS if seen is None else seen)],
        "windows": [
            {**row, "where": row["terminal"] or region_name(row["region"], view.text)}
            for row in open_windows(view.connection, view.regions, view.now)
        ],
        "tomorrow": (view.now.astimezone(BEIJING) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip


def told(row: dict[str, Any], view: View) -> dict[str, Any]:
    """The row with what it says in words: what, and what to do."""
    text = view.text
    kind, words = row["kind"], row["words"].split()
    what, todo = text(f"alarms.kind.{kind}"), text(f"alarms.todo.{kind}")
    if kind in OF_MACHINES and words:
        what, todo = wrong_words(row["subject"], words[0], text), todo_words(words[0], text) or todo
    elif kind in ("supply_out", "supply_low"):
        what = f"{part_name(row['subject'], text)}: {text.word('terminal.unit', words[0] if words else None)}"
    elif kind == "out_of_service":
        what = f"{what}: {text.word('terminals.reason', row['subject'])}"
    elif kind == "security":
        what = f"{what}: {text.word('alarms.security', row['subject'])}"
    snoozed = row["snoozed_until"] is not None and row["snoozed_until"] > view.now
    state = "over" if row["cleared_at"] else "snoozed" if snoozed else "taken" if row["acknowledged_at"] else "new"
    return {**row, "what": what, "todo": todo, "where": short_place(row["place"]), "state": state}


HEADS = (
    "alarm", "severity", "terminal", "place", "what", "since", "opened_at", "cleared_at", "acknowledged_by", "assigned_to",
)  # fmt: skip


def table(view: View) -> Lines:
    yield HEADS
    rows, _ = listed(view.connection, asked(view), view.regions, view.person.name, view.now, MOST_LINES)
    for row in rows:
        line = told(row, view)
        yield tuple(_plain(line[head]) for head in HEADS)


def _plain(value: object) -> object:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def show_one(view: View) -> dict[str, Any]:
    given = view.place.get("alarm", "")
    row = one(view.connection, int(given), view.regions) if given.isascii() and given.isdigit() and len(given) < 10 else None
    if row is None:
        raise NotFound()
    happened, notices, under = life_of(view.connection, row["alarm"])
    return {
        "alarm": told(row, view), "happened": happened, "notices": notices, "under": [told(child, view) for child in under],
        "lights": LIGHTS, "snoozes": tuple(SNOOZES), "region_name": region_name(row["region"], view.text),
    }  # fmt: skip


# -- acts -------------------------------------------------------------------------------------------------------------


def _on_one(what: str, work: Callable[[Doing, int], None]) -> Callable[[Doing], Said]:
    def act(doing: Doing) -> Said:
        given = doing.place["alarm"]
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
        to = f"/console/alarms/{number}"
        try:
            doing.check(acts.open_alarm(doing.connection, number).region)
            work(doing, number)
        except acts.ItIsOver:
            return Said("alarms.said.over", to, good=False)
        except acts.NotSo as error:
            return Said(f"alarms.said.not_{error}", to, good=False)
        _write_audit(doing, f"alarm_{what}", str(number))
        return Said(f"alarms.said.{what}", to)

    return act


def _acknowledge(doing: Doing, number: int) -> None:
    acts.acknowledge(doing.connection, number, doing.person.name, doing.now)


def _assign(doing: Doing, number: int) -> None:
    acts.assign(doing.connection, number, doing.form.get("to", ""), doing.person.name, doing.now)


def _snooze(doing: Doing, number: int) -> None:
    until = doing.now + SNOOZES.get(doing.form.get("for", ""), timedelta())
    acts.snooze(doing.connection, number, until, doing.person.name, doing.now)


def _explain(doing: Doing, number: int) -> None:
    acts.explain(doing.connection, number, doing.form.get("why", ""), doing.person.name, doing.now)


def _open_window(doing: Doing) -> Said:
    terminal, region = doing.form.get("terminal", "").strip()[:64], doing.form.get("region", "")[:12]
    to = "/console/alarms?part=windows"
    if terminal:
        found = doing.connection.execute(sa.select(states.c.region).where(states.c.terminal == terminal)).first()
        if found is None:
            return Said("alarms.said.no_terminal", to, good=False)
        region = found.region
    doing.check(region)
    try:
        ends = datetime.fromisoformat(doing.form.get("ends", "")).replace(tzinfo=BEIJING)
        number = acts.open_window(
            doing.connection, terminal, region, doing.now, ends, doing.form.get("why", ""), doing.person.name
        )
    except acts.NotSo as error:
        return Said(f"alarms.said.not_{error}", to, good=False)
    except ValueError:
        return Said("alarms.said.not_ends", to, good=False)
    _write_audit(doing, "maintenance_begins", terminal or region, doing.form.get("why", ""))
    return Said("alarms.said.window_opened", to, fields={"number": number})


def _close_window(doing: Doing) -> Said:
    given = doing.form.get("window", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
    row = doing.connection.execute(sa.select(windows).where(windows.c.window == number)).first()
    if row is None:
        raise NotFound()
    doing.check(row.region)
    acts.close_window(doing.connection, number, doing.now)
    _write_audit(doing, "maintenance_ends", row.terminal or row.region)
    return Said("alarms.said.window_closed", "/console/alarms?part=windows")


def _write_audit(doing: Doing, what: str, subject: str, words: str = "") -> None:
    row = {"at": doing.now, "who": doing.person.name, "what": what, "subject": subject, "words": words[:256]}
    doing.connection.execute(sa.insert(audit), row)


PAGE = Page(
    "alarms", "alarms", Right.SEE, show, table=table,
    acts=(
        Act("alarms/windows/open", Right.ALARMS, _open_window),
        Act("alarms/windows/close", Right.ALARMS, _close_window),
    ),
)  # fmt: skip
ONE = Page(
    "alarm", "alarms/{alarm}", Right.SEE, show_one, nav=False,
    acts=(
        Act("alarms/{alarm}/acknowledge", Right.ALARMS, _on_one("acknowledged", _acknowledge)),
        Act("alarms/{alarm}/assign", Right.ALARMS, _on_one("assigned", _assign)),
        Act("alarms/{alarm}/snooze", Right.ALARMS, _on_one("snoozed", _snooze)),
        Act("alarms/{alarm}/explain", Right.ALARMS, _on_one("explained", _explain)),
    ),
)  # fmt: skip
