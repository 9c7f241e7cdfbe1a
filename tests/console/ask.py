"""What tests look up in the database by themselves, without the console's own reads."""
from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from remote.central.store.database import reading
from tests.console.serving import City


def rows(city: City, sql: str, **given: Any) -> list[sa.RowMapping]:
    with reading(city.centre.engine) as connection:
        return list(connection.execute(sa.text(sql), given).mappings())


def some(city: City) -> dict[str, str]:
    """A terminal of each kind that an address of tests.console.places may name."""
    asked = {
        "red": "presence = 'alive' AND light = 'red' AND out_of_service = ''",
        "down": "presence = 'down'",
        "never": "presence = 'never_seen' AND region <> ''",
    }
    first = "SELECT min(terminal) AS t FROM telemetry_terminals WHERE"
    found = {name: rows(city, f"{first} {where}")[0]["t"] for name, where in asked.items()}
    alarm = rows(city, "SELECT min(alarm) AS a FROM alarms WHERE kind = 'device_red' AND under = 0")[0]["a"]
    return found | {"alarm": str(alarm)}


def cannot_print(city: City, region: str, by: date) -> set[str]:
    """By hand, terminal by terminal: away, closed, card machine red, not offered, or something cards need ends by that day."""
    found: set[str] = set()
    asked = "SELECT terminal, presence, out_of_service FROM telemetry_terminals WHERE region = :region"
    for one in rows(city, asked, region=region):
        name = one["terminal"]
        units = rows(city, "SELECT unit, state, empty_on FROM telemetry_units WHERE terminal = :name", name=name)
        devices = rows(city, "SELECT device, light FROM telemetry_devices WHERE terminal = :name", name=name)
        shut = rows(city, "SELECT offer FROM telemetry_not_offered WHERE terminal = :name", name=name)
        used_up = any(
            unit["unit"] in ("card_hopper", "ribbon")
            and (unit["state"] in ("empty", "full", "inoperative") or (unit["empty_on"] or "9999") <= by.isoformat())
            for unit in units
        )
        broken = any(device["device"] == "card_printer" and device["light"] == "red" for device in devices)
        away = one["presence"] in ("down", "frozen") or (one["out_of_service"] != "" and one["presence"] != "never_seen")
        if used_up or broken or away or any(offer["offer"] == "card_now" for offer in shut):
            found.add(name)
    return found
