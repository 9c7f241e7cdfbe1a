"""Facts in: each is stored once, and what is counted or shown from it changes in the same transaction and only then."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from remote.central.context import Context
from remote.central.store.schema import terminals
from remote.central.telemetry.apply import Apply
from remote.central.telemetry.places import region_in
from remote.central.telemetry.rows import insert_new, run, upsert
from remote.central.telemetry.tables import facts, states
from remote.messages.telemetry import BODIES, Body, Fact, TelemetryBatch, TelemetryStored

STORE = upsert(facts)
STATE = sa.select(states).where(states.c.terminal == sa.bindparam("terminal"))
MAKE_STATE = upsert(states)
PLACE = sa.select(terminals.c.place, terminals.c.region).where(terminals.c.terminal == sa.bindparam("terminal"))


def tell_facts(context: Context, ask: TelemetryBatch) -> TelemetryStored:
    """All of them are stored afterwards, whether they came for the first time or again."""
    new = _stored(context, ask.facts)
    if new:
        state = state_of(context)
        apply = Apply(context, ask.origin, state)
        for fact, body in _understood(new):
            apply.fact(fact, body)
        apply.finish()
    return TelemetryStored(stored=[fact.fact_id for fact in ask.facts])


def state_of(context: Context) -> sa.Row[Any]:
    """The terminal's one row, made at its first word."""
    row = context.connection.execute(STATE, {"terminal": context.terminal}).first()
    if row is None:
        known = context.connection.execute(PLACE, {"terminal": context.terminal}).first()
        region = (known.region[:6] or region_in(known.place)) if known is not None else ""
        run(context.connection, MAKE_STATE, [{"terminal": context.terminal, "region": region}])
        row = context.connection.execute(STATE, {"terminal": context.terminal}).one()
    return row


def _stored(context: Context, told: Iterable[Fact]) -> list[Fact]:
    """Those that were never stored before, each once, in the order in which they happened."""
    by_id = {fact.fact_id: fact for fact in told}
    new = insert_new(context.connection, STORE, [_row(context, fact) for fact in by_id.values()])
    return sorted((fact for fact in by_id.values() if fact.fact_id in new), key=lambda fact: fact.number)


def _row(context: Context, fact: Fact) -> dict[str, Any]:
    return {
        "fact_id": fact.fact_id, "terminal": context.terminal, "kind": fact.kind, "number": fact.number, "at": fact.at,
        "heard_at": context.now, "body": json.dumps(fact.body),
    }  # fmt: skip


def _understood(new: Iterable[Fact]) -> Iterable[tuple[Fact, Body]]:
    """A body that cannot be understood is stored and stays without effect: a terminal is never stuck behind one bad fact."""
    for fact in new:
        known = BODIES.get(fact.kind)
        if known is None:
            continue
        try:
            yield fact, known.model_validate_json(json.dumps(fact.body))
        except ValidationError:
            continue
