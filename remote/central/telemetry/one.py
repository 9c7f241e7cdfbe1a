"""What the console reads about one terminal: its devices, supplies, today's journeys, what it owes, and what happened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from remote.central.store.schema import events, incidents, obligations
from remote.central.telemetry.fleet import Regions, SupplyLine, TerminalLine, fleet_line
from remote.central.telemetry.tables import devices, facts, journeys, not_offered, presence_changes, states, units

STATE = sa.select(states).where(states.c.terminal == sa.bindparam("terminal"))


@dataclass(frozen=True)
class DeviceLine:
    device: str
    light: str
    faults: tuple[str, ...]
    since: datetime
    driver: str
    serial: str
    firmware: str


@dataclass(frozen=True)
class NotOffered:
    offer: str
    reason: str
    since: datetime


@dataclass(frozen=True)
class JourneyLine:
    journey: str
    outcome: str
    refusal: str
    count: int
    mean_s: float
    slowest_s: float


@dataclass(frozen=True)
class OwedLine:
    """No person: the counter's pages have that."""

    obligation: str
    kind: str
    since: datetime
    amount_fen: int
    words: str


@dataclass(frozen=True)
class IncidentLine:
    incident: str
    kind: str
    words: str
    at: datetime


@dataclass(frozen=True)
class Moment:
    """One line of the timeline. `kind`: a fact's or an event's kind, or "presence"."""

    at: datetime
    kind: str
    body: dict[str, Any]


@dataclass(frozen=True)
class OneTerminal:
    line: TerminalLine
    boot_id: str
    clock_ahead_s: float | None
    rules: str
    catalogue: str
    configuration: str
    counters: dict[str, float]
    told_at: datetime | None
    devices: tuple[DeviceLine, ...]
    supplies: tuple[SupplyLine, ...]
    not_offered: tuple[NotOffered, ...]
    journeys_today: tuple[JourneyLine, ...]
    obligations: tuple[OwedLine, ...]
    incidents: tuple[IncidentLine, ...]


def terminal(connection: sa.Connection, name: str, today: date, regions: Regions = None) -> OneTerminal | None:
    """None where there is no such terminal among those the reader may see."""
    line = fleet_line(connection, name, regions)
    if line is None:
        return None
    state = connection.execute(STATE, {"terminal": name}).first()
    return OneTerminal(
        line=line,
        boot_id=state.boot_id if state else "",
        clock_ahead_s=state.clock_ahead_s if state else None,
        rules=state.rules if state else "",
        catalogue=state.catalogue if state else "",
        configuration=state.configuration if state else "",
        counters=json.loads(state.counters) if state else {},
        told_at=state.told_at if state else None,
        devices=_devices(connection, name),
        supplies=_supplies(connection, line),
        not_offered=_not_offered(connection, name),
        journeys_today=journeys_of(connection, name, today),
        obligations=_owed(connection, name),
        incidents=_incidents(connection, name),
    )


def _devices(connection: sa.Connection, name: str) -> tuple[DeviceLine, ...]:
    rows = connection.execute(sa.select(devices).where(devices.c.terminal == name).order_by(devices.c.device))
    return tuple(
        DeviceLine(row.device, row.light, tuple(row.faults.split()), row.since, row.driver, row.serial, row.firmware)
        for row in rows
    )


def _supplies(connection: sa.Connection, line: TerminalLine) -> tuple[SupplyLine, ...]:
    rows = connection.execute(sa.select(units).where(units.c.terminal == line.terminal).order_by(units.c.unit))
    return tuple(
        SupplyLine(
            line.terminal, line.place, line.region, row.unit, row.kind, row.state, row.holds, row.initial, row.a_day,
            row.empty_on,
        )
        for row in rows
    )  # fmt: skip


def _not_offered(connection: sa.Connection, name: str) -> tuple[NotOffered, ...]:
    rows = connection.execute(sa.select(not_offered).where(not_offered.c.terminal == name).order_by(not_offered.c.offer))
    return tuple(NotOffered(row.offer, row.reason, row.since) for row in rows)


def journeys_of(connection: sa.Connection, name: str, day: date) -> tuple[JourneyLine, ...]:
    asked = sa.select(journeys).where(journeys.c.terminal == name, journeys.c.day == day)
    rows = connection.execute(asked.order_by(journeys.c.journey, journeys.c.outcome, journeys.c.refusal))
    return tuple(
        JourneyLine(row.journey, row.outcome, row.refusal, row.times, row.seconds / row.times, row.slowest_s) for row in rows
    )


def _owed(connection: sa.Connection, name: str) -> tuple[OwedLine, ...]:
    asked = sa.select(obligations).where(obligations.c.terminal == name, obligations.c.settled_at.is_(None))
    rows = connection.execute(asked.order_by(obligations.c.since))
    return tuple(OwedLine(row.obligation_id, row.kind, row.since, row.amount_fen, row.words) for row in rows)


def _incidents(connection: sa.Connection, name: str, at_most: int = 100) -> tuple[IncidentLine, ...]:
    asked = sa.select(incidents).where(incidents.c.terminal == name, incidents.c.closed_at.is_(None))
    rows = connection.execute(asked.order_by(incidents.c.at.desc()).limit(at_most))
    return tuple(IncidentLine(row.incident_id, row.kind, row.words, row.at) for row in rows)


def timeline(connection: sa.Connection, name: str, before: datetime | None = None, at_most: int = 100) -> list[Moment]:
    """Facts, news and presence, the newest first; `before` turns the page."""
    found: list[Moment] = []
    for table in (facts, events):
        asked = sa.select(table.c.at, table.c.kind, table.c.body).where(table.c.terminal == name)
        rows = _newest(connection, asked, table.c.at, before, at_most)
        found += [Moment(row.at, row.kind, json.loads(row.body)) for row in rows]
    changes = presence_changes.c
    asked = sa.select(changes.at, changes.before, changes.after).where(changes.terminal == name)
    for row in _newest(connection, asked, changes.at, before, at_most):
        found.append(Moment(row.at, "presence", {"before": row.before, "after": row.after}))
    return sorted(found, key=lambda moment: moment.at, reverse=True)[:at_most]


def _newest(
    connection: sa.Connection, asked: sa.Select[Any], at: sa.ColumnElement[Any], before: datetime | None, at_most: int
) -> list[sa.Row[Any]]:
    if before is not None:
        asked = asked.where(at < before)
    return list(connection.execute(asked.order_by(at.desc()).limit(at_most)).all())
