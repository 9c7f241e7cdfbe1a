"""[cabinet] and [ups] of kiosk.toml: the sample's lines are the reference cabinet, and what cannot be wired is refused."""
from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from devices.cabinet.board import REFERENCE
from kiosk.config import Config, ConfigError, config_from
from kiosk.wiring import SerialAt

SAMPLE = Path(__file__).resolve().parents[3] / "kiosk.toml"
Values = dict[str, Any]


def fitted() -> Values:
    """The sample with the # taken away from the lines of [cabinet] and [ups]."""
    lines = SAMPLE.read_text("utf-8").splitlines()
    begin = next(at for at, line in enumerate(lines) if line.startswith("# [cabinet]"))
    end = next(at for at, line in enumerate(lines) if line.startswith("[centre]"))
    return tomllib.loads("\n".join(line.removeprefix("# ") for line in lines[begin:end])) | tomllib.loads("\n".join(lines))


def read(values: Values) -> Config:
    return config_from(SAMPLE, values)


def test_the_sample_has_neither_and_with_the_hashes_gone_it_is_the_reference_cabinet() -> None:
    sample = read(tomllib.loads(SAMPLE.read_text("utf-8")))
    assert (sample.cabinet, sample.ups) == (None, None)
    config = read(fitted())
    assert config.cabinet is not None and config.ups is not None
    assert config.cabinet.board == REFERENCE
    assert config.cabinet.wire == SerialAt("/dev/ttyS3", 9_600)
    assert config.cabinet.open().board == REFERENCE
    assert (config.ups.host, config.ups.port, config.ups.name, config.ups.username) == ("127.0.0.1", 3493, "ups", "kiosk")
    assert "change this" not in repr(config.ups)
    assert config.ups.open().ups.name == "ups"


def test_a_board_with_nothing_but_one_door_and_a_upsd_with_nothing_said() -> None:
    values = fitted()
    values["cabinet"] = {"wire": "tcp:10.0.0.7:502", "doors": {"旁门": {"input": 6, "active": 1}}}
    values["ups"] = {}
    config = read(values)
    assert config.cabinet is not None and config.ups is not None
    assert config.cabinet.board.doors["旁门"].active is True
    assert not config.cabinet.board.lights and config.cabinet.board.watchdog is None
    assert config.ups.username == ""


@pytest.mark.parametrize(("place", "wrong", "named"), [
    (("cabinet", "wire"), "parallel:0", "cabinet.wire"),
    (("cabinet", "unit"), 300, "cabinet.unit"),
    (("cabinet", "beeper"), 1, "two things"),
    (("cabinet", "lights", "card_exit"), {"violet": 3}, "violet"),
    (("cabinet", "lights", "card_exit"), {}, "card_exit"),
    (("cabinet", "lights", "tray"), {"red": 9}, "tray"),
    (("cabinet", "doors", "front"), {"input": 1}, "two things"),
    (("cabinet", "doors", "front"), {"active": 1}, "front.input"),
    (("cabinet", "tamper"), {"input": 3, "active": 2}, "tamper.active"),
    (("cabinet", "watchdog"), {"register": 0, "seconds": 1}, "watchdog.seconds"),
    (("cabinet", "lamps"), {}, "lamps"),
    (("ups", "port"), 0, "ups.port"),
    (("ups", "password"), "", "ups.username"),
    (("ups", "hots"), "x", "hots"),
])
def test_what_cannot_be_is_refused_by_its_name(place: tuple[str, ...], wrong: object, named: str) -> None:
    values = fitted()
    table = values
    for key in place[:-1]:
        table = table[key]
    table[place[-1]] = wrong
    with pytest.raises(ConfigError, match=named):
        read(values)
