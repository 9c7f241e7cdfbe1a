"""Seconds of each day by how a terminal stood: what availability is counted from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from remote.central.telemetry.rows import run, upsert
from remote.central.telemetry.tables import service_time
from remote.central.times import BEIJING

LONGEST_DAYS = 400
ADD_SECONDS = upsert(service_time, add=("seconds",))


class Stood(StrEnum):
    """CLOSED: alive, and no visit begins (why is told). UNKNOWN: the centre itself was away."""

    SERVING = "serving"
    CLOSED = "closed"
    FROZEN = "frozen"
    DOWN = "down"
    UNKNOWN = "unknown"


def stood(presence: str, out_of_service: str) -> Stood:
    match presence:
        case "alive" | "late":
            return Stood.CLOSED if out_of_service else Stood.SERVING
        case "frozen":
            return Stood.FROZEN
        case "down":
            return Stood.DOWN
    return Stood.UNKNOWN


def book(connection: sa.Connection, row: sa.Row[Any], to: datetime) -> None:
    """Count the time up to `to` as the row stood. Nothing where it was never counted before."""
    run(connection, ADD_SECONDS, booked(row, to))


def booked(row: sa.Row[Any], to: datetime, since: datetime | None = None, as_: Stood | None = None) -> list[dict[str, Any]]:
    since = since or row.service_since
    if since is None:
        return []
    how = as_ or stood(row.presence, row.out_of_service)
    return [{"terminal": row.terminal, "day": day, "stood": how.value, "seconds": seconds} for day, seconds in by_day(since, to)]


def by_day(since: datetime, to: datetime) -> Iterator[tuple[date, float]]:
    """The span cut at Beijing's midnights."""
    at, end = since.astimezone(BEIJING), to.astimezone(BEIJING)
    at = max(at, end - timedelta(days=LONGEST_DAYS))
    while at < end:
        midnight = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        until = min(midnight, end)
        yield at.date(), (until - at).total_seconds()
        at = until
