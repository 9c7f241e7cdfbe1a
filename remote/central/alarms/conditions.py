"""What is wrong now, read from how the terminals stand. Each source is one question for the whole fleet.

A room with conditions of its own adds a source to SOURCES.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.audit.tables import contradictions
from remote.central.enrolment.tables import certificates, security_events
from remote.central.store.schema import terminals
from remote.central.telemetry.places import region_in
from remote.central.telemetry.tables import devices, states, units

CLOCK_WRONG_S = 60.0           # [A] a terminal more than 120 s off closes by itself (design.md)
NEVER_SEEN_AFTER = timedelta(days=1)
INTRUDER_FOR = timedelta(minutes=15)   # [A]
PLACE_AT_LEAST = 3             # [A] so many terminals of one place, and all that were there


@dataclass(frozen=True)
class Key:
    terminal: str              # "" of a whole place
    place: str
    kind: str                  # of rules.toml
    subject: str = ""


@dataclass(frozen=True)
class Condition:
    key: Key
    region: str
    since: datetime
    words: str = ""            # typed words, separated by spaces


Source = Callable[[sa.Connection, datetime], Iterator[Condition]]
WHERE = (states.c.terminal, states.c.region, sa.func.coalesce(terminals.c.place, "").label("place"))
STANDING = states.outerjoin(terminals, terminals.c.terminal == states.c.terminal)


def _here(row: Any, kind: str, subject: str, since: datetime | None, now: datetime, words: str = "") -> Condition:
    return Condition(Key(row.terminal, hall_of(row.place), kind, subject), row.region, since or now, words)


def hall_of(place: str) -> str:
    """The hall without the spot in it: `市政务服务中心(一楼)` and `市政务服务中心(二楼)` share mains and network."""
    return place.partition("(")[0].partition("（")[0].strip()


def presence(connection: sa.Connection, now: datetime) -> Iterator[Condition]:
    asked = sa.select(*WHERE, states.c.presence, states.c.presence_since).select_from(STANDING)
    by_place: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(asked):
        if row.presence != "never_seen":
            by_place[hall_of(row.place)].append(row)
        if row.presence in ("down", "frozen"):
            yield _here(row, f"terminal_{row.presence}", "", row.presence_since, now)
    for place, rows in by_place.items():
        down = [row.presence_since or now for row in rows if row.presence == "down"]
        if place and len(down) == len(rows) >= PLACE_AT_LEAST:
            yield Condition(Key("", place, "place_down"), rows[0].region, max(down), str(len(rows)))


def never_seen(connection: sa.Connection, now: datetime) -> Iterator[Condition]:
    """A certificate was made a day ago, and not one heartbeat came since."""
    issued = sa.func.min(certificates.c.issued_at).label("at")
    first = sa.select(certificates.c.terminal, issued).group_by(certificates.c.terminal).subquery()
    asked = sa.select(terminals.c.terminal, terminals.c.place, first.c.at).select_from(
        terminals.join(first, first.c.terminal == terminals.c.terminal)
        .outerjoin(states, states.c.terminal == terminals.c.terminal)
    )
    silent = sa.or_(states.c.terminal.is_(None), states.c.presence == "never_seen")
    for row in connection.execute(asked.where(silent, first.c.at < now - NEVER_SEEN_AFTER)):
        yield Condition(Key(row.terminal, hall_of(row.place), "never_seen"), region_in(row.place), row.at)


def out_of_service(connection: sa.Connection, now: datetime) -> Iterator[Condition]:
    """Closed by anything but staff, who know it."""
    asked = sa.select(*WHERE, states.c.out_of_service, states.c.wrong_since).select_from(STANDING)
    for row in connection.execute(asked.where(states.c.out_of_service.not_in(("", "staff", "closed_by_staff")))):
        yield _here(row, "out_of_service", row.out_of_service, row.wrong_since, now, row.out_of_service)


def machines(connection: sa.Connection, now: datetime) -> Iterator[Condition]:
    asked = sa.select(*WHERE, devices.c.device, devices.c.light, devices.c.faults, devices.c.since).select_from(
        STANDING.join(devices, devices.c.terminal == states.c.terminal)
    )
    for row in connection.execute(asked.where(devices.c.light != "green")):
        yield _here(row, f"device_{row.light}", row.device, row.since, now, row.faults)


def supplies(connection: sa.Connection, now: datetime) -> Iterator[Condition]:
    asked = sa.select(*WHERE, units.c.unit, units.c.state, units.c.at).select_from(
        STANDING.join(units, units.c.terminal == states.c.terminal)
    )
    for row in connection.execute(asked.where(units.c.state.in_(("empty", "full", "inoperative", "low")))):
        kind = "supply_low" if row.state == "low" else "supply_out"
        yield _here(row, kind, row.unit, row.at, now, row.state)


def clocks(connection: sa.Connection, now: datetime) -> Iterator[Condition]:
    asked = sa.select(*WHERE, states.c.clock_ahead_s, states.c.heard_at).select_from(STANDING)
    for row in connection.execute(asked.where(sa.func.abs(states.c.clock_ahead_s) > CLOCK_WRONG_S)):
        yield _here(row, "clock_wrong", "", row.heard_at, now, f"{row.clock_ahead_s:+.0f}")


def audits(connection: sa.Connection, now: datetime) -> Iterator[Condition]:
    asked = sa.select(
        contradictions.c.terminal, contradictions.c.kind, contradictions.c.number, contradictions.c.at,
        sa.func.coalesce(terminals.c.place, "").label("place"),
    ).select_from(contradictions.outerjoin(terminals, terminals.c.terminal == contradictions.c.terminal))  # fmt: skip
    for row in connection.execute(asked.where(contradictions.c.explained_by.is_(None))):
        key = Key(row.terminal, hall_of(row.place), "audit_contradicted", str(row.number))
        yield Condition(key, region_in(row.place), row.at, row.kind)


def intruders(connection: sa.Connection, now: datetime) -> Iterator[Condition]:
    """A wrong, expired or revoked identity in the last minutes: over when nobody tried again for so long."""
    asked = sa.select(
        security_events.c.kind, security_events.c.terminal, sa.func.min(security_events.c.at).label("since"),
        sa.func.sum(security_events.c.count).label("count"),
        sa.func.coalesce(sa.func.max(terminals.c.place), "").label("place"),
    ).select_from(security_events.outerjoin(terminals, terminals.c.terminal == security_events.c.terminal))  # fmt: skip
    lately = asked.where(security_events.c.at > now - INTRUDER_FOR)
    for row in connection.execute(lately.group_by(security_events.c.kind, security_events.c.terminal)):
        key = Key(row.terminal, hall_of(row.place), "security", row.kind)
        yield Condition(key, region_in(row.place), row.since, str(row.count))


SOURCES: list[Source] = [presence, never_seen, out_of_service, machines, supplies, clocks, audits, intruders]


def now_wrong(connection: sa.Connection, now: datetime, sources: Sequence[Source] | None = None) -> dict[Key, Condition]:
    return {found.key: found for source in (SOURCES if sources is None else sources) for found in source(connection, now)}
