"""Releases and their roll-outs: how far each is, who is where and why; begun, held and ended here."""
from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from remote.central.access.rights import Right
from remote.central.releases import rolling
from remote.central.releases.rolling import MOST_CANARIES, RollWrong
from remote.central.releases.rollout import FAILED, GATES, MAY, STEPS, State, Wish
from remote.central.releases.tables import release_terminals, releases, rollouts
from remote.central.store import schema
from remote.console.page import Act, Doing, Page, Said, View
from remote.messages.releases import Kind

HERE = "/console/releases"
MOST_ROWS = 60                 # terminals of one release on the page: those in trouble first
MOST_RELEASES = 20
TROUBLE_FIRST = ("held", "rolled_back", "refused", "trying", "waiting", "fetching", "ready", "ordered", "running")


def show(view: View) -> dict[str, Any]:
    asked = (
        sa.select(
            releases, rollouts.c.state, rollouts.c.step, rollouts.c.canary, rollouts.c.step_at, rollouts.c.why,
            rollouts.c.by, rollouts.c.forgiven,
        )
        .outerjoin(rollouts, rollouts.c.release == releases.c.release)
        .order_by(releases.c.published_at.desc(), releases.c.number.desc())
        .limit(MOST_RELEASES)
    )  # fmt: skip
    return {"releases": [_told(view, row) for row in view.connection.execute(asked)], "gates": GATES, "most": MOST_CANARIES}


def _told(view: View, row: sa.Row[Any]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": row.release, "kind": row.kind, "number": row.number, "words": row.words, "published_at": row.published_at,
        "by": row.published_by, "megabytes": row.length / 1e6, "digest": row.digest[:12], "effective_at": row.effective_at,
        "state": row.state or "", "may": [], "steps": [], "terminals": [], "rollable": row.kind != Kind.RULES and not row.state,
    }  # fmt: skip
    if not row.state:
        return told
    canary = json.loads(row.canary)
    where = rolling.where(view.connection, row.release, canary)
    for number, name in enumerate(STEPS):
        at = {stage: many for (step, stage), many in where.stages.items() if step == number}
        failed = sum(at.get(stage, 0) for stage in FAILED)
        told["steps"].append(
            {
                "name": name, "reached": number <= row.step, "here": number == row.step, "members": where.members[number],
                "asked": sum(at.values()), "running": at.get("running", 0), "failed": failed,
                "others": sum(at.values()) - at.get("running", 0) - failed,
            }
        )  # fmt: skip
    told |= {
        "may": [wish.value for wish in Wish if (State(row.state), wish) in MAY], "since": row.step_at, "why": row.why,
        "terminals": _terminals(view, row.release),
    }  # fmt: skip
    return told


def _terminals(view: View, release: str) -> list[dict[str, Any]]:
    order = sa.case({stage: number for number, stage in enumerate(TROUBLE_FIRST)}, value=release_terminals.c.stage, else_=99)
    asked = (
        sa.select(release_terminals, schema.terminals.c.place)
        .join(schema.terminals, schema.terminals.c.terminal == release_terminals.c.terminal)
        .where(
            release_terminals.c.release == release,
            sa.or_(*(schema.terminals.c.region.startswith(prefix) for prefix in view.regions)),
        )
        .order_by(order, release_terminals.c.since.desc(), release_terminals.c.terminal)
        .limit(MOST_ROWS)
    )
    return [
        {
            "terminal": one.terminal, "place": one.place, "step": STEPS[one.step], "stage": one.stage, "why": one.why,
            "percent": round(100 * one.done / one.of) if one.of else None, "since": one.since,
        }
        for one in view.connection.execute(asked)
    ]  # fmt: skip


def begin(doing: Doing) -> Said:
    doing.check("")                       # a roll-out ends on every terminal: only who may everywhere
    release = doing.form.get("release", "")
    canary = doing.form.get("canary", "").replace(",", " ").replace("\uff0c", " ").split()
    try:
        rolling.begin(doing.connection, release, canary, doing.person.name, doing.now)
    except RollWrong as wrong:
        return Said(f"releases.not_{wrong.key}", HERE, good=False, fields={"most": MOST_CANARIES})
    return Said("releases.begun", HERE, fields={"name": release, "count": len(canary)})


def hold(doing: Doing) -> Said:
    doing.check("")
    release, what = doing.form.get("release", ""), doing.form.get("wish", "")
    try:
        state = rolling.wish(doing.connection, release, Wish(what), doing.person.name, doing.now)
    except (RollWrong, ValueError):
        return Said("releases.not_not_now", HERE, good=False)
    return Said(f"releases.now_{state}", HERE, fields={"name": release})


PAGE = Page(
    "releases", "releases", Right.RELEASE, show,
    acts=(Act("releases/begin", Right.RELEASE, begin), Act("releases/hold", Right.RELEASE, hold)),
)  # fmt: skip
