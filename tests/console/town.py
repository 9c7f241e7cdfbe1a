"""A city of terminals for the console: populated as telemetry does it, each terminal where its township lies."""
from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from remote.central.alarms.routes import Email, Route, Routes
from remote.central.alarms.rules import Severity, load_rules
from remote.central.alarms.worker import look_and_tell
from remote.central.centre import Centre
from remote.central.settings import demo_settings
from remote.central.store.database import writing
from remote.central.store.schema import terminals
from remote.central.telemetry.tables import states
from remote.central.times import BEIJING
from remote.console.frame import STATIC
from tests.remote.telemetry.populate import populate

ROUTE = Route(("3416",), Severity.MAJOR, 0, "zh_CN", (("email", "ops@city.example"),))
NIGHT = datetime(2026, 11, 25, 2, 4, tzinfo=BEIJING)     # a Wednesday, at two in the morning
NOON = datetime(2026, 11, 25, 11, 30, tzinfo=BEIJING)
Ring = list[tuple[float, float]]


@dataclass
class Watch:
    """The centre's clock, as the test sets it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


def make_centre(folder: Path, count: int, clock: Watch) -> Centre:
    centre = Centre.open(f"sqlite:///{folder / 'centre.db'}", demo_settings(20), clock)
    populate(centre.engine, count, clock())
    put_in_place(centre.engine)
    raise_alarms(centre, clock())
    return centre


def raise_alarms(centre: Centre, now: datetime) -> None:
    """What has been wrong for an hour is an alarm, told to somebody whose mail server is away."""
    rules, routes = load_rules(), Routes(Email("localhost", 1, "none", "a@b"), routes=(ROUTE,))
    with writing(centre.engine) as connection:
        for minutes in (60, 50, 40):
            at = now - timedelta(minutes=minutes)
            look_and_tell(connection, at, rules, routes)


def put_in_place(engine: sa.Engine) -> None:
    """Coordinates inside the drawn county, the same for the terminals of one hall; the demo's own terminals are nowhere."""
    shapes = {one["properties"]["code"]: [tuple(point) for point in one["geometry"]["coordinates"][0]] for one in _shapes()}
    with writing(engine) as connection:
        rows = connection.execute(
            sa.select(terminals.c.terminal, terminals.c.place, states.c.region).join(
                states, states.c.terminal == terminals.c.terminal
            ).where(states.c.longitude.is_not(None), states.c.region != "")
        ).all()  # fmt: skip
        for row in rows:
            longitude, latitude = _inside(shapes[row.region], row.place[:10])
            set_state = sa.update(states).where(states.c.terminal == row.terminal)
            connection.execute(set_state.values(longitude=longitude, latitude=latitude))


def _shapes() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((STATIC / "bozhou.json").read_text(encoding="utf-8"))["features"]
    return found


def _inside(ring: Ring, seed: str) -> tuple[float, float]:
    number = sum(ord(letter) * 7919 ** place % 99991 for place, letter in enumerate(seed))
    west, east = min(x for x, _ in ring), max(x for x, _ in ring)
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    while True:
        number = number * 48271 % 2147483647
        x = west + (east - west) * (number % 9973) / 9973
        y = south + (north - south) * (number // 9973 % 9967) / 9967
        if _holds(ring, x, y):
            return round(x, 4), round(y, 4)


def _holds(ring: Ring, x: float, y: float) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
