"""[card_dispenser] of kiosk.toml, and citizen_card.made_by."""
from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from devices.card_dispenser.words import Station
from kiosk.config import Config, config_from
from kiosk.config_table import ConfigError
from tests.hall.hall import SAMPLE

SLOT = {"station": "link:127.0.0.1:7000", "terminal_number": "341600000001"}
MACHINE = {"wire": "serial:/dev/ttyS4", "baud": 9_600}


def read(dispenser: dict[str, Any] | None, *, made_by: str = "dispenser") -> Config:
    values = tomllib.loads(SAMPLE.read_text("utf-8"))
    values["citizen_card"] = {**SLOT, "made_by": made_by}
    if dispenser is not None:
        values["card_dispenser"] = dispenser
    return config_from(Path("kiosk.toml"), values)


def test_a_dispenser_with_a_station_of_its_own() -> None:
    settings = read(MACHINE).card_dispenser
    assert settings is not None and settings.driver.name == "crt" and settings.station is Station.CONTACT
    assert settings.reader is None


def test_printed_where_nothing_is_said() -> None:
    assert read(None, made_by="printer").card_dispenser is None


@pytest.mark.parametrize(("dispenser", "made_by", "key"), [
    (None, "dispenser", "card_dispenser"),                        # wanted, and not there
    (MACHINE, "printer", "card_dispenser"),                       # there, and nothing uses it
    (MACHINE, "hand", "made_by"),
    ({**MACHINE, "driver": "k720"}, "dispenser", "reader"),       # no chip station of its own
    ({**MACHINE, "options": {"stations": ["contactless"]}}, "dispenser", "station"),
    ({**MACHINE, "station": "magnetic"}, "dispenser", "station"),
])  # fmt: skip
def test_what_cannot_be_is_refused_by_name(dispenser: dict[str, Any] | None, made_by: str, key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        read(dispenser, made_by=made_by)
