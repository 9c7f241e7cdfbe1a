"""What is counted over days: availability, journeys by outcome, refusals by reason, presence as it changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.store.schema import terminals
from remote.central.telemetry.fleet import REGION, Regions
from remote.central.telemetry.standing import by_day, stood
from remote.central.telemetry.tables import NEVER_SEEN, presence_changes, region_journeys, service_time, states

JOINED = terminals.join(states, states.c.terminal == terminals.c.terminal)


@dataclass(frozen=True)
class Availability:
    """Seconds by how the terminals stood: serving, closed, frozen, down, unknown (the centre itself was away)."""

    seconds: dict[str, float]

    @property
    def serving(self) -> float | None:
        """Share of the known time; None where nothing is known."""
        known = sum(seconds for how, seconds in self.seconds.items() if how != "unknown")
        return self.seconds.get("serving", 0.0) / known if known else None


def availability(
    connection: sa.Connection, regions: Regions, first: date, last: date, now: datetime, terminal: str | None = None
) -> Availability:
    """Both days included. What goes on now is counted up to `now`."""
    seconds: dict[str, float] = {}
    asked = sa.select(service_time.c.stood, sa.func.sum(service_time.c.seconds)).where(
        service_time.c.day >= first, service_time.c.day <= last
    )
    if regions is not None:
        asked = asked.select_from(service_time.join(states, states.c.terminal == service_time.c.terminal))
        asked = asked.where(states.c.region.in_(list(regions)))
    if terminal is not None:
        asked = asked.where(service_time.c.terminal == terminal)
    for how, counted in connection.execute(asked.group_by(service_time.c.stood)):
        seconds[how] = float(counted)
    for how, counted in _going_on(connection, regions, first, last, now, terminal):
        seconds[how] = seconds.get(how, 0.0) + counted
    return Availability(seconds)


def _going_on(
    connection: sa.Connection, regions: Regions, first: date, last: date, now: datetime, terminal: str | None
) -> Iterable[tuple[str, float]]:
    asked = sa.select(states.c.presence, states.c.out_of_service, states.c.service_since).where(
        states.c.presence != NEVER_SEEN, states.c.service_since.is_not(None)
    )
    if regions is not None:
        asked = asked.where(states.c.region.in_(list(regions)))
    if terminal is not None:
        asked = asked.where(states.c.terminal == terminal)
    for presence, closed, since in connection.execute(asked):
        for day, seconds in by_day(since, now):
            if first <= day <= last:
                yield stood(presence, closed).value, seconds


@dataclass(frozen=True)
class Outcome:
    journey: str
    outcome: str
    count: int
    mean_s: float
    slowest_s: float


def journeys_by_outcome(connection: sa.Connection, regions: Regions, first: date, last: date) -> list[Outcome]:
    """Both days included, the most frequent first."""
    of = region_journeys.c
    count = sa.func.sum(of.times)
    asked = sa.select(of.journey, of.outcome, count, sa.func.sum(of.seconds), sa.func.max(of.slowest_s))
    rows = _over(connection, asked, regions, first, last, (of.journey, of.outcome), count)
    return [
        Outcome(journey, outcome, int(n), float(seconds) / int(n), slowest)
        for journey, outcome, n, seconds, slowest in map(tuple, rows)
    ]


@dataclass(frozen=True)
class RefusalCount:
    journey: str
    refusal: str
    count: int


def refusals_by_reason(connection: sa.Connection, regions: Regions, first: date, last: date) -> list[RefusalCount]:
    of = region_journeys.c
    count = sa.func.sum(of.times)
    asked = sa.select(of.journey, of.refusal, count).where(of.refusal != "")
    rows = _over(connection, asked, regions, first, last, (of.journey, of.refusal), count)
    return [RefusalCount(journey, refusal, int(n)) for journey, refusal, n in map(tuple, rows)]


def _over(
    connection: sa.Connection, asked: sa.Select[Any], regions: Regions, first: date, last: date, by: tuple[Any, ...], count: Any
) -> list[sa.Row[Any]]:
    asked = asked.where(region_journeys.c.day >= first, region_journeys.c.day <= last)
    if regions is not None:
        asked = asked.where(region_journeys.c.region.in_(list(regions)))
    return list(connection.execute(asked.group_by(*by).order_by(count.desc(), *by)).all())


@dataclass(frozen=True)
class PresenceChange:
    """`row` grows: whoever follows asks for what came after the last one she saw."""

    row: int
    terminal: str
    region: str
    at: datetime
    before: str
    after: str


def presence_changes_after(connection: sa.Connection, row: int, at_most: int = 1000) -> list[PresenceChange]:
    """For alarms."""
    of = presence_changes.c
    asked = sa.select(of.row, of.terminal, REGION, of.at, of.before, of.after).select_from(
        presence_changes.outerjoin(states, states.c.terminal == of.terminal)
    )
    found = connection.execute(asked.where(of.row > row).order_by(of.row).limit(at_most))
    return [PresenceChange(*each) for each in found]


def last_days(today: date, days: int) -> tuple[date, date]:
    """(first, last) of so many days that end today."""
    return today - timedelta(days=days - 1), today
