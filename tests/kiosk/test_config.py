from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from devices.card_printer.status import Station
from devices.discovery import UsbId
from devices.id_reader.driver import IdReader
from devices.scanner.driver import Scanner
from kiosk.config import Config, ConfigError, Mode, config_from, load
from kiosk.prompts import Slot
from kiosk.wiring import LinkAt, PcscAt, SerialAt, SerialOfUsb, TcpAt, UsbAt
from remote.messages import IdentityEvidence

SAMPLE = Path(__file__).resolve().parents[2] / "kiosk.toml"
Values = dict[str, Any]


def sample() -> Values:
    return copy.deepcopy(tomllib.loads(SAMPLE.read_text("utf-8")))


def production() -> Values:
    values = sample()
    values["terminal"]["mode"] = "production"
    values["centre"]["url"] = "https://centre.example"
    values["chip"]["station"] = "pcsc:Kiosk Contact"
    values["identity"]["evidence"] = ["face", "staff"]
    return values


def read(values: Values) -> Config:
    return config_from(SAMPLE, values)


def test_the_sample_is_a_whole_configuration() -> None:
    config = load(SAMPLE)
    assert config.terminal.mode is Mode.DEMO
    assert config.terminal.place == "亳州市政务服务中心(谯城区希夷大道 一楼大厅)"
    assert config.id_reader.wire == SerialAt("/dev/ttyS0", 115_200)
    assert config.card_printer.station is Station.CONTACT
    assert config.chip == LinkAt("127.0.0.1", 35_963)
    assert config.journal.folder == SAMPLE.parent / "var/journal"
    assert set(config.front.slots) == set(Slot)
    assert config.evidence == (IdentityEvidence.CARD_ALONE, IdentityEvidence.FACE, IdentityEvidence.STAFF)
    assert config.operator_pin.matches("246810")
    assert not config.operator_pin.matches("246811")


def test_every_time_in_the_sample_is_the_default_of_the_code() -> None:
    values = sample()
    del values["times"], values["limits"]
    assert read(values).times == load(SAMPLE).times
    assert read(values).limits == load(SAMPLE).limits


def test_production_takes_real_machines_and_real_evidence() -> None:
    config = read(production())
    assert config.terminal.mode is Mode.PRODUCTION
    assert config.chip == PcscAt("Kiosk Contact")


def put(section: str, key: str, value: object) -> Callable[[Values], None]:
    return lambda values: values[section].__setitem__(key, value)


def drop(section: str, key: str) -> Callable[[Values], None]:
    return lambda values: values[section].__delitem__(key)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (put("terminal", "id", "a b"), "terminal.id"),
        (put("terminal", "hall", ""), "terminal.hall"),
        (drop("terminal", "hall"), "terminal.hall"),
        (put("terminal", "hall", 7), "terminal.hall"),
        (put("terminal", "mode", "prodution"), "demo | production"),
        (put("terminal", "time_zone", "Mars/Base"), "terminal.time_zone"),
        (put("terminal", "token", "x"), "terminal.token: is not a setting"),
        (drop("centre", "identity"), "centre.identity"),
        (put("terminal", "hal", "x"), "terminal.hal: is not a setting"),
        (put("screen", "language", "fr"), "screen.language"),
        (put("screen", "diagonal_in", "27"), "screen.diagonal_in"),
        (put("screen", "fullscreen", "yes"), "screen.fullscreen"),
        (put("id_reader", "wire", "/dev/ttyS0"), "serial:/dev/NAME | serial-usb:VID:PID"),
        (put("id_reader", "wire", "tcp:host"), "id_reader.wire"),
        (put("id_reader", "wire", "tcp:host:99999"), "id_reader.wire"),
        (put("id_reader", "baud", 115_201), "id_reader.baud"),
        (put("card_printer", "station", "flip"), "card_printer.station"),
        (put("card_printer", "station", "none"), "chip.station"),
        (put("chip", "station", "none"), "chip.station"),
        (put("receipt_printer", "dots", 100), "receipt_printer.dots"),
        (put("centre", "url", "centre"), "centre.url"),
        (put("centre", "answer_s", True), "centre.answer_s"),
        (put("centre", "answer_s", float("nan")), "centre.answer_s"),
        (put("journal", "min_free_mb", 0), "journal.min_free_mb"),
        (put("speech", "synthetic", 1), "speech.synthetic"),
        (put("services", "offered", []), "services.offered"),
        (put("services", "offered", ["lottery"]), "services.offered"),
        (put("services", "offered", ["senior_card", "print_certificate"]), "services.offered"),    # and no A4 printer
        (put("services", "offered", ["senior_card", "senior_card"]), "services.offered"),
        (put("times", "warning_s", 5), "times.warning_s"),
        (put("times", "idle", 60), "times.idle: is not a setting"),
        (put("limits", "blanks_per_case", 0), "limits.blanks_per_case"),
        (put("operator", "pin_hash", "246810"), "operator.pin_hash"),
        (put("identity", "evidence", []), "identity.evidence"),
        (put("identity", "evidence", "face"), "identity.evidence"),
        (lambda values: values.__setitem__("sceen", {}), "sceen: is not a setting"),
        (lambda values: values.__setitem__("times", 3), "times: expected a table"),
        (lambda values: values["front"].__delitem__("screen"), "[front]"),
        (lambda values: values["front"].__setitem__("width_mm", 100), "[front] the screen is outside the housing"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(change: Callable[[Values], None], named: str) -> None:
    values = sample()
    change(values)
    with pytest.raises(ConfigError) as error:
        read(values)
    assert named in str(error.value)
    assert str(SAMPLE) in str(error.value)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (put("identity", "evidence", ["face", "card_alone"]), "identity.evidence"),
        (put("chip", "station", "link:127.0.0.1:35963"), "chip.station"),
        (put("centre", "url", "http://centre.example"), "centre.url"),
    ],
)
def test_what_only_a_demo_may_do_is_refused_in_production(change: Callable[[Values], None], named: str) -> None:
    values = production()
    change(values)
    with pytest.raises(ConfigError, match=named):
        read(values)


def test_a_missing_or_broken_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="expected a readable file"):
        load(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"[terminal\n")
    with pytest.raises(ConfigError, match=r"broken\.toml: expected TOML"):
        load(broken)


def test_machines_may_be_reached_over_a_network() -> None:
    values = sample()
    values["id_reader"]["wire"] = "tcp:[::1]:4001"
    assert read(values).id_reader.wire == TcpAt("::1", 4_001)


def test_machines_may_be_named_by_their_usb_ids() -> None:
    values = sample()
    values["id_reader"]["wire"] = "usb:0400:C35a"
    values["card_printer"] = {**values["card_printer"], "wire": "serial-usb:10c4:ea60:CRT:0001", "baud": 9_600}
    config = read(values)
    assert config.id_reader.wire == UsbAt(UsbId(0x0400, 0xC35A))
    assert config.card_printer.wire == SerialOfUsb(UsbId(0x10C4, 0xEA60, "CRT:0001"), 9_600)


@pytest.mark.parametrize(
    "wrong", ["usb:", "usb:400:c35a", "usb:0x04:c35a", "usb:0400", "usb:0400:c35a:", "serial-usb:/dev/ttyUSB0"]
)
def test_a_misspelt_usb_id_is_refused(wrong: str) -> None:
    values = sample()
    values["id_reader"]["wire"] = wrong
    with pytest.raises(ConfigError, match=r"id_reader\.wire.*usb:VID:PID"):
        read(values)


def test_a_configuration_cannot_be_changed_afterwards() -> None:
    config = load(SAMPLE)
    for field in fields(config):
        part = getattr(config, field.name)
        if is_dataclass(part):
            assert part.__dataclass_params__.frozen, field.name  # type: ignore[attr-defined]


def sample_with_a_scanner() -> Values:
    """The sample with the # taken away from the lines of [scanner]."""
    lines = SAMPLE.read_text("utf-8").splitlines()
    begin = next(at for at, line in enumerate(lines) if line.startswith("# [scanner]"))
    end = lines.index("", begin)
    return tomllib.loads("\n".join(line.removeprefix("# ") for line in lines[begin:end])) | sample()


def test_the_scanner_in_the_sample_is_whole_once_the_hashes_are_gone() -> None:
    assert read(sample()).scanner is None
    values = sample_with_a_scanner()
    with pytest.raises(ConfigError, match="trigger_on"):
        read(values)  # both modes' settings stand there
    values["scanner"]["options"]["mode"] = "trigger"
    scanner = read(values).scanner
    assert scanner is not None
    assert scanner.wire == SerialAt("/dev/ttyACM0", 115_200)
    assert isinstance(scanner.driver.make(scanner.wire), Scanner)


def test_the_id_reader_is_made_by_the_driver_that_is_named() -> None:
    config = read(sample())
    assert config.id_reader.driver.name == "sam_v"
    assert isinstance(config.id_reader.driver.make(config.id_reader.wire), IdReader)


@pytest.mark.parametrize(
    ("section", "key", "value", "named"),
    [
        ("id_reader", "driver", "sam_w", "id_reader.driver"),
        ("id_reader", "options", {"speed": 9}, "id_reader.options"),
        ("scanner", "driver", "sam_v", "scanner.driver"),
        ("scanner", "options", {"framing": "lf"}, "framing"),
        ("scanner", "options", {"mode": "trigger", "trigger_on": "zz"}, "trigger_on"),
        ("scanner", "options", {"mode": "trigger", "trigger_off": ""}, "trigger_off"),
        ("scanner", "options", {"encodign": "utf-8"}, "encodign"),
    ],
)
def test_a_driver_that_is_not_there_and_an_option_it_does_not_know(section: str, key: str, value: object, named: str) -> None:
    values = sample_with_a_scanner()
    values["scanner"]["options"] = {}
    values[section][key] = value
    with pytest.raises(ConfigError, match=named):
        read(values)
