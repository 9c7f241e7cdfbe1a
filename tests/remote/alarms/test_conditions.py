"""What is wrong, read from how ten terminals stand in the centre's own tables."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from remote.central.alarms.conditions import Condition, Key, hall_of, now_wrong
from remote.central.alarms.rules import RulesWrong, load_rules
from remote.central.store.database import open_engine, writing
from remote.central.store.migrate import migrate_engine
from remote.central.store.schema import terminals
from remote.central.telemetry.tables import devices, states, units
from tests.remote.hall import NOON

HALL = "亳州市政务服务中心"
EARLIER = NOON - timedelta(minutes=10)


@pytest.fixture
def engine() -> Iterator[sa.Engine]:
    made = open_engine("sqlite://")
    migrate_engine(made)
    with writing(made) as connection:
        for number in range(1, 5):
            add(connection, f"bz-{number:02d}", f"{HALL}({number}号)")
        add(connection, "wy-01", "涡阳县便民服务中心", region="341621")
    yield made
    made.dispose()


def add(connection: sa.Connection, terminal: str, place: str, region: str = "341602") -> None:
    connection.execute(sa.insert(terminals), {"terminal": terminal, "place": place})
    row = {"terminal": terminal, "region": region, "presence": "alive", "presence_since": EARLIER, "light": "green"}
    connection.execute(sa.insert(states), row)


def stands(engine: sa.Engine, terminal: str, **values: object) -> None:
    with writing(engine) as connection:
        connection.execute(sa.update(states).where(states.c.terminal == terminal).values(**values))


def wrong(engine: sa.Engine) -> dict[Key, Condition]:
    with engine.connect() as connection:
        return now_wrong(connection, NOON)


def kinds(engine: sa.Engine) -> Counter[str]:
    return Counter(key.kind for key in wrong(engine))


def test_a_fleet_that_is_well_has_no_condition(engine: sa.Engine) -> None:
    assert not wrong(engine)


def test_a_terminal_that_is_not_heard_and_one_whose_screen_stands(engine: sa.Engine) -> None:
    stands(engine, "bz-01", presence="down")
    stands(engine, "wy-01", presence="frozen")
    found = wrong(engine)
    assert Key("bz-01", HALL, "terminal_down") in found and Key("wy-01", "涡阳县便民服务中心", "terminal_frozen") in found
    assert len(found) == 2 and found[Key("bz-01", HALL, "terminal_down")].since == EARLIER


def test_a_late_terminal_is_no_condition(engine: sa.Engine) -> None:
    stands(engine, "bz-01", presence="late")
    assert not wrong(engine)


def test_all_terminals_of_a_hall_are_one_condition_more_and_one_that_lives_makes_it_none(engine: sa.Engine) -> None:
    for number in range(1, 5):
        stands(engine, f"bz-{number:02d}", presence="down")
    assert kinds(engine) == {"terminal_down": 4, "place_down": 1}
    assert Key("", HALL, "place_down") in wrong(engine)
    stands(engine, "bz-04", presence="alive")
    assert kinds(engine) == {"terminal_down": 3}


def test_a_place_of_one_terminal_is_no_hall(engine: sa.Engine) -> None:
    stands(engine, "wy-01", presence="down")
    assert kinds(engine) == {"terminal_down": 1}


def test_machines_and_supplies_by_how_urgent_they_are(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        for device, light in (("card_printer", "red"), ("camera", "amber"), ("id_reader", "green")):
            connection.execute(sa.insert(devices), {
                "terminal": "bz-01", "device": device, "light": light, "faults": f"{device}_away", "since": EARLIER,
                "driver": "", "serial": "", "firmware": "",
            })  # fmt: skip
        for unit, state in (("ribbon", "low"), ("reject_bin", "full"), ("a4_tray", "ok"), ("toner", "unknown")):
            connection.execute(sa.insert(units), {
                "terminal": "bz-01", "unit": unit, "kind": unit, "device": "x", "state": state, "contradiction": "",
                "at": EARLIER,
            })  # fmt: skip
    found = {(key.kind, key.subject): one.words for key, one in wrong(engine).items()}
    assert found == {
        ("device_red", "card_printer"): "card_printer_away", ("device_amber", "camera"): "camera_away",
        ("supply_low", "ribbon"): "low", ("supply_out", "reject_bin"): "full",
    }  # fmt: skip


def test_closed_by_staff_is_known_to_staff_and_a_wrong_clock_is_not(engine: sa.Engine) -> None:
    stands(engine, "bz-01", out_of_service="staff")
    stands(engine, "bz-02", out_of_service="tampered", wrong_since=EARLIER)
    stands(engine, "bz-03", clock_ahead_s=-61.0, heard_at=NOON)
    stands(engine, "bz-04", clock_ahead_s=59.0, heard_at=NOON)
    assert {(key.terminal, key.kind, key.subject) for key in wrong(engine)} == {
        ("bz-02", "out_of_service", "tampered"), ("bz-03", "clock_wrong", ""),
    }  # fmt: skip


@pytest.mark.parametrize("place", ["市政务服务中心(一楼)", "市政务服务中心（二楼大厅）", "市政务服务中心"])
def test_a_hall_is_what_stands_before_the_brackets(place: str) -> None:
    assert hall_of(place) == "市政务服务中心"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[x]\nseverity = "bad"\n', "severity"), ('[x]\nseverity = "major"\nafter = -1\n', "after"),
        ('[x]\nseverity = "major"\nunder = ["y"]\n', "under"), ('[x]\nseverity = "major"\nremidn = 3\n', "expected a table"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_is_refused_by_name(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / "rules.toml").write_text(text)
    with pytest.raises(RulesWrong, match=word):
        load_rules(tmp_path / "rules.toml")
