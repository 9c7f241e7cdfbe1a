"""[citizen_card] of kiosk.toml."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.card_slot_wiring import CitizenCardSettings, citizen_card_from
from kiosk.config_table import ConfigError, Table
from kiosk.wiring import LinkAt, PcscAt

GOOD = {"station": "pcsc:Kiosk Contact 00 00", "terminal_number": "341600000001", "pin": "123456"}


def read(*, production: bool = False, **changed: Any) -> CitizenCardSettings:
    return citizen_card_from(Table(Path("kiosk.toml"), "citizen_card", {**GOOD, **changed}), production=production)


def test_a_reader_by_its_name() -> None:
    settings = read(production=True)
    assert settings.station == PcscAt("Kiosk Contact 00 00") and settings.number == bytes.fromhex("341600000001")
    assert settings.pin == "123456" and "123456" not in repr(settings)


def test_a_simulated_slot_only_in_a_demonstration() -> None:
    assert read(station="link:127.0.0.1:7000").station == LinkAt("127.0.0.1", 7000)
    with pytest.raises(ConfigError, match="station"):
        read(production=True, station="link:127.0.0.1:7000")


@pytest.mark.parametrize(("key", "value"), [
    ("station", "none"), ("station", "usb:1"), ("terminal_number", "3416"), ("terminal_number", "34160000000X"), ("pin", "12"),
    ("pin", "abcdef"), ("pinn", "1"),
])  # fmt: skip
def test_what_cannot_be_is_refused_by_name(key: str, value: str) -> None:
    with pytest.raises(ConfigError, match=key):
        changed: dict[str, Any] = {key: value}
        read(**changed)


def test_without_a_pin_everybody_is_asked() -> None:
    assert read(pin="").pin == ""
