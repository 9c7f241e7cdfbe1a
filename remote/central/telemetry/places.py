"""Where a terminal stands: county and coordinates, told at its commissioning (facts/journeys.md O14), or read from its
address."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.telemetry.rows import run, upsert
from remote.central.telemetry.tables import states
from remote.regions import regions

PUT = upsert(states, newest=("region", "longitude", "latitude"))


def put_place(
    connection: sa.Connection, terminal: str, region: str, longitude: float | None = None, latitude: float | None = None
) -> None:
    """`region`: the county's code (six digits), or "" where nobody knows. Raises ValueError."""
    if region and region not in {county.code for county in regions()}:
        raise ValueError(f"region: expected the code of a county, not {region!r}")
    run(connection, PUT, [{"terminal": terminal, "region": region, "longitude": longitude, "latitude": latitude}])


def region_in(place: str) -> str:
    """The county that an address names; "" where it names none."""
    return next((county.code for county in regions() if county.name in place), "")
