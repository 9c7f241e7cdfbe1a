"""A hall of real processes, held once for all these situations; each takes what it finds and puts it back."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import trio

from card.link import LinkStation
from devices.cabinet.board import ON, REFERENCE
from devices.cabinet.status import Door, Presence
from devices.card_printer.driver import CardPrinter
from devices.card_printer.status import Station
from devices.id_reader.driver import IdReader
from devices.serving import SimulatorInProduction, control
from devices.ups.status import Power
from kiosk.cabinet.settings import cabinet_from
from kiosk.config import Config, load
from kiosk.config_table import Table
from kiosk.wiring import LinkAt, SerialAt
from remote.central.demo_citizens import demo_citizens
from tests.hall.hall import REFERENCE_CABINET, Hall, TerminalPlace, Wishes, open_hall

WITHIN_S = 120


def test_one_terminal_of_the_hall(tmp_path: Path) -> None:
    """Everything behind the front of one terminal, as its drivers meet it."""

    async def story() -> None:
        with trio.fail_after(WITHIN_S):
            async with open_hall(Wishes(speed=50, population=20), tmp_path / "h") as hall:
                (place,) = hall.terminals.values()
                config = load(place.config)
                for situation in SITUATIONS:
                    await situation(hall, place, config)

    trio.run(story)


async def _card_is_read(hall: Hall, place: TerminalPlace, config: Config) -> None:
    citizen = demo_citizens(hall.today)["rare_name"]
    await control(place.machines, do="lay", citizen="rare_name")
    reading = await IdReader(config.id_reader.wire.opener()).read()
    assert reading.card.id_number == citizen.id_number  # type: ignore[union-attr]
    assert reading.card.name == citizen.name
    assert (await control(place.machines, do="lift"))["id_reader"]["card_lies_there"] is False


async def _chip_is_reached(hall: Hall, place: TerminalPlace, config: Config) -> None:
    printer = CardPrinter(config.card_printer.wire.opener())
    assert isinstance(config.chip, LinkAt)
    await printer.feed(Station.CONTACT)
    async with LinkStation(config.chip.host, config.chip.port).power_up() as chip:
        assert (await chip.transmit(bytes.fromhex("00A4000C023F00")))[-2:]
    await printer.present()
    state = await control(place.machines, do="state")
    assert state["card_printer"]["exit"] == "B000001"
    assert (await control(place.machines, do="take_card"))["card_printer"]["taken"] == ["B000001"]
    await printer.aclose()


async def _plug_is_pulled(hall: Hall, place: TerminalPlace, config: Config) -> None:
    assert (await control(place.machines, do="unplug", machine="receipt_printer"))["plugged"]["receipt_printer"] is False
    assert not (place.folder / "receipt_printer").exists()
    await control(place.machines, do="replug", machine="receipt_printer")
    assert (place.folder / "receipt_printer").exists()


async def _power_is_cut(hall: Hall, place: TerminalPlace, config: Config) -> None:
    await hall.handle({"do": "power_cut", "terminal": place.id})
    state = await control(place.machines, do="state")
    assert not any(state[machine]["powered"] for machine in ("id_reader", "card_printer", "receipt_printer"))
    await hall.handle({"do": "power_back", "terminal": place.id})
    state = await control(place.machines, do="state")
    assert all(state[machine]["powered"] for machine in ("id_reader", "card_printer", "receipt_printer"))


async def _centre_is_killed_and_comes_back(hall: Hall, place: TerminalPlace, config: Config) -> None:
    first = hall.state()["children"]["centre"]["pid"]
    await hall.handle({"do": "kill", "name": "centre"})
    assert hall.state()["children"]["centre"] == {"running": False, "exit_code": -signal.SIGKILL, "pid": None}
    await hall.handle({"do": "start", "name": "centre"})
    assert hall.state()["children"]["centre"]["pid"] not in (None, first)


async def _time_is_bent(hall: Hall, place: TerminalPlace, config: Config) -> None:
    assert (await hall.handle({"do": "bend", "minutes": 1450}))["bent_minutes"] == 1450
    assert (await hall.handle({"do": "bend", "minutes": 0}))["bent_minutes"] == 0


async def _lights_doors_and_mains(hall: Hall, place: TerminalPlace, config: Config) -> None:
    assert config.cabinet is not None and config.ups is not None
    cabinet, watch = config.cabinet.open(), config.ups.open()
    await control(place.machines, machine="cabinet", do="open_door", door="hopper")
    await control(place.machines, machine="cabinet", do="come")
    await control(place.machines, machine="ups", do="mains", on=False)
    cabinet.light({"slip_exit": ON})
    status = await cabinet.look()
    assert (status.doors["hopper"], status.doors["front"], status.presence) == (Door.OPEN, Door.CLOSED, Presence.PRESENT)
    assert (await control(place.machines, do="state"))["cabinet"]["lit"]["slip_exit"] == "yellow"
    assert await watch.look() is Power.ON_BATTERY
    await control(place.machines, machine="cabinet", do="close_door", door="hopper")
    await control(place.machines, machine="cabinet", do="leave")
    await control(place.machines, machine="ups", do="mains", on=True)
    await cabinet.park()
    await cabinet.aclose()
    await watch.ups.aclose()


SITUATIONS = (
    _lights_doors_and_mains, _card_is_read, _chip_is_reached, _plug_is_pulled, _power_is_cut,
    _centre_is_killed_and_comes_back, _time_is_bent,
)  # fmt: skip


def test_a_killed_hall_takes_everything_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "h"
    hall = subprocess.Popen(
        [sys.executable, "main.py", "hall", "--folder", str(folder), "--terminals", "2", "--population", "20"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert hall.stdout is not None
    try:
        assert "./run panel" in _line_with(hall, "panel")
        state = trio.run(_state, folder)
        pids = [child["pid"] for child in state["children"].values()]
        assert set(state["children"]) == {"centre", "machines-bz-01", "network-bz-01", "machines-bz-02", "network-bz-02"}
        assert all(map(_alive, pids))
    finally:
        hall.kill()
        hall.wait()
    deadline = time.monotonic() + 20
    while any(map(_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(_alive, pids))


def test_a_hall_that_is_told_to_end_leaves_nothing(tmp_path: Path) -> None:
    hall = subprocess.Popen(
        [sys.executable, "main.py", "hall", "--population", "20"], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert "./run panel" in _line_with(hall, "panel")
    (folder,) = tmp_path.glob("hall-*")
    pids = [child["pid"] for child in trio.run(_state, folder)["children"].values()]
    hall.terminate()
    assert hall.wait(30) == 128 + signal.SIGTERM
    assert not any(map(_alive, pids))
    assert not folder.exists()


def test_the_hall_s_cabinet_is_the_one_that_is_simulated(tmp_path: Path) -> None:
    table = Table(tmp_path, "cabinet", REFERENCE_CABINET)
    table.whole("baud", least=0, most=10_000)
    assert cabinet_from(table, SerialAt("/dev/null", 9_600)).board == REFERENCE


@pytest.mark.parametrize("module", ["tests.hall.machines", "tests.hall.network", "tests.hall.centre"])
def test_nothing_simulated_starts_in_production(module: str, tmp_path: Path) -> None:
    more = {"network": ["--to", "127.0.0.1:1"], "centre": ["--port", "1"]}.get(module.rpartition(".")[2], [])
    ended = subprocess.run(
        [sys.executable, "-m", module, "--folder", str(tmp_path), "--mode", "production", *more], capture_output=True, text=True
    )
    assert ended.returncode != 0
    assert SimulatorInProduction.__name__ in ended.stderr


def _line_with(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    return next((line for line in process.stdout if word in line), "")


async def _state(folder: Path) -> dict:  # type: ignore[type-arg]
    return await control(folder / "hall.sock", do="state")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
