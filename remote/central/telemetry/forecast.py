"""When a unit will be empty, from what was taken out of it on the last days. Not known is said, never guessed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.telemetry.tables import consumption
from remote.messages.telemetry import Unit

LOOK_BACK_DAYS = 14      # [A] two whole weeks: no weekday counts twice
FARTHEST_DAYS = 365
EMPTY = frozenset({"empty", "inoperative"})
BINS = frozenset({"reject_bin", "capture_bin"})
USED = sa.select(consumption.c.unit, consumption.c.day, consumption.c.used).where(
    consumption.c.terminal == sa.bindparam("terminal"), consumption.c.day >= sa.bindparam("first")
)


def forecast_units(connection: sa.Connection, terminal: str, units: Iterable[Unit], today: date) -> dict[str, dict[str, Any]]:
    """unit -> {"a_day", "empty_on"}."""
    used: dict[str, dict[date, int]] = {}
    rows = connection.execute(USED, {"terminal": terminal, "first": today - timedelta(days=LOOK_BACK_DAYS)})
    for row in rows:
        used.setdefault(row.unit, {})[row.day] = row.used
    return {unit.unit: _forecast(unit, used.get(unit.unit, {}), today) for unit in units}


def _forecast(unit: Unit, used: dict[date, int], today: date) -> dict[str, Any]:
    a_day = used_a_day(used, today)
    if unit.kind in BINS:
        return {"a_day": None, "empty_on": None}
    if unit.state in EMPTY:
        return {"a_day": a_day, "empty_on": today}
    return {"a_day": a_day, "empty_on": empty_on(unit.count, a_day, today)}


def used_a_day(used: dict[date, int], today: date) -> float | None:
    """Over the days since the first one on which anything is known; None where nothing was ever taken out."""
    if not used or not sum(used.values()):
        return None
    return sum(used.values()) / max((today - min(used)).days + 1, 1)


def empty_on(count: int | None, a_day: float | None, today: date) -> date | None:
    """The day on which the last one goes; None where it is not known or farther off than a year."""
    if count is None or not a_day:
        return None
    days = math.floor(max(count, 0) / a_day)
    return today + timedelta(days=days) if days <= FARTHEST_DAYS else None
