"""Figures over days: how terminals stood, what people did and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from remote.central.telemetry.reports import RefusalCount, refusals_by_reason
from remote.central.telemetry.standing import Stood, by_day, stood
from remote.central.telemetry.tables import NEVER_SEEN, region_journeys, service_time, states

CARDS = "senior_card"
Counties = tuple[str, ...] | None
Stands = dict[date, dict[str, float]]


def days_of(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def service(counties: Counties, first: date, last: date, now: datetime, connection: sa.Connection) -> Stands:
    """Seconds of each day by how the terminals stood, what goes on now included. Slow with many terminals."""
    found: Stands = {day: {how.value: 0.0 for how in Stood} for day in days_of(first, last)}
    asked = sa.select(service_time.c.day, service_time.c.stood, sa.func.sum(service_time.c.seconds)).where(
        service_time.c.day >= first, service_time.c.day <= last
    )
    going = sa.select(states.c.presence, states.c.out_of_service, states.c.service_since).where(
        states.c.presence != NEVER_SEEN, states.c.service_since.is_not(None)
    )
    if counties is not None:
        asked = asked.join(states, states.c.terminal == service_time.c.terminal).where(states.c.region.in_(counties))
        going = going.where(states.c.region.in_(counties))
    for day, how, seconds in connection.execute(asked.group_by(service_time.c.day, service_time.c.stood)):
        found[day][how] = found[day].get(how, 0.0) + float(seconds)
    for presence, closed, since in connection.execute(going):
        how = stood(presence, closed)
        for day, seconds in by_day(since, now):
            if day in found:
                found[day][how] += seconds
    return found


def share(seconds: dict[str, float]) -> float | None:
    """Of the time that is known; None where nothing is."""
    known = sum(counted for how, counted in seconds.items() if how != Stood.UNKNOWN)
    return seconds.get(Stood.SERVING, 0.0) / known if known else None


@dataclass(frozen=True)
class Ended:
    journey: str
    outcome: str
    count: int
    mean_s: float
    slowest_s: float


@dataclass(frozen=True)
class Day:
    """Of one day: journeys that ended, those that were done, cards made and the mean time of one; None without any."""

    day: date
    ended: int
    done: int
    cards: int
    card_s: float | None


@dataclass(frozen=True)
class Journeys:
    days: list[Day]
    ended: list[Ended]
    refusals: list[RefusalCount]


def journeys(connection: sa.Connection, counties: Counties, first: date, last: date) -> Journeys:
    of = region_journeys.c
    where = [of.day >= first, of.day <= last]
    if counties is not None:
        where.append(of.region.in_(counties))
    count, seconds = sa.func.sum(of.times), sa.func.sum(of.seconds)
    asked = sa.select(of.journey, of.outcome, count, seconds, sa.func.max(of.slowest_s)).where(*where)
    rows = connection.execute(asked.group_by(of.journey, of.outcome).order_by(of.journey, count.desc()))
    ended = [Ended(journey, outcome, int(n), float(s) / int(n), float(slowest)) for journey, outcome, n, s, slowest in rows]
    refusals = refusals_by_reason(connection, counties, first, last)
    return Journeys(_days(connection, where, first, last), ended, refusals)


def _days(connection: sa.Connection, where: list[sa.ColumnElement[bool]], first: date, last: date) -> list[Day]:
    of = region_journeys.c
    done = of.outcome == "done"
    card = sa.and_(done, of.journey == CARDS)

    def total(condition: sa.ColumnElement[bool], what: sa.ColumnElement[float]) -> sa.ColumnElement[float]:
        return sa.func.sum(sa.case((condition, what), else_=0))

    asked = sa.select(
        of.day, sa.func.sum(of.times), total(done, of.times), total(card, of.times), total(card, of.seconds)
    ).where(*where).group_by(of.day)  # fmt: skip
    found = {row[0]: row for row in connection.execute(asked)}
    days: list[Day] = []
    for day in days_of(first, last):
        _, ended, well, cards, seconds = found.get(day) or (day, 0, 0, 0, 0.0)
        days.append(Day(day, int(ended), int(well), int(cards), float(seconds) / int(cards) if cards else None))
    return days
