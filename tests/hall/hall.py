"""A hall: one central platform, and terminals each with machines and a network of its own, as processes in one folder.

`hall.sock` is the stage manager's hand: {"do": "state"} - {"do": "kill" | "start", "name": CHILD} - {"do": "power_cut" |
"power_back", "terminal": ID} - {"do": "bend", "minutes": 10} (the centre's clock, from the real time) - {"do": "close"}.
A child "kiosk-ID" exists only where a demo added it.
"""
from __future__ import annotations

import argparse
import contextlib
import functools
import json
import shutil
import signal
import socket
import sys
import tempfile
import tomllib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import trio

from devices.serving import control, refuse_production, serve_control
from kiosk.config import IN_A_MENU, SERVICES
from remote.central.times import BEIJING
from remote.enrolment.enrol import enrol
from tests.hall.centre import bend_clock, centre_command, codes_file, wait_until_it_answers
from tests.hall.process import ROOT, Child, NotReady, python
from tests.hall.toml_text import toml_text

CARD_PIN = "123456"          # of the cards that tests/hall/citizen_cards.py issues
SAMPLE = ROOT / "kiosk.toml"
REFERENCE_CABINET: Mapping[str, Any] = {
    "baud": 9_600, "beeper": 4, "tamper": {"input": 3}, "proximity": {"input": 4}, "watchdog": {"register": 0},
    "lights": {slot: {"yellow": coil} for coil, slot in enumerate(("id_reader", "card_exit", "slip_exit", "a4_exit"))},
    "doors": {name: {"input": at} for at, name in enumerate(("front", "hopper", "rear"))},
}  # fmt: skip
"""[cabinet] of devices.cabinet.board.REFERENCE, which is what the simulated board is wired as."""


@dataclass(frozen=True)
class TerminalPlace:
    """Where one terminal's things are: serial ports, control sockets, configuration, journal."""

    id: str
    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "kiosk.toml"

    @property
    def machines(self) -> Path:
        return self.folder / "machines.sock"

    @property
    def network(self) -> Path:
        return self.folder / "network.sock"

    @property
    def identity(self) -> Path:
        """Its key and certificate."""
        return self.folder / "identity"

    @property
    def log(self) -> Path:
        return self.folder / "logs"


@dataclass(frozen=True)
class Wishes:
    """What kind of hall. `population`: synthetic people at the centre besides the named ones."""

    terminals: tuple[str, ...] = ("bz-01",)
    speed: float = 1.0
    blanks: int = 50
    population: int = 2_000
    mode: str = "demo"
    dispenser: bool = False      # citizen cards come out of a dispenser, printed beforehand
    hsm: bool = False            # the centre's card keys in a SoftHSM token of the hall's own
    screen_px: tuple[int, int] | None = None  # draw the sample's screen with so many pixels; its millimetres stay


class Hall:
    def __init__(self, folder: Path, wishes: Wishes) -> None:
        refuse_production(wishes.mode)
        self.folder = folder
        self.wishes = wishes
        self.today = datetime.now(BEIJING).date()
        self.children: dict[str, Child] = {}
        self.terminals = {name: TerminalPlace(name, folder / name) for name in wishes.terminals}
        self.closing = trio.Event()
        self.centre_port = _free_port()
        self.bent_minutes = 0

    @property
    def centre_url(self) -> str:
        """The centre itself, past every terminal's network: for the counter's pages and for checks."""
        return f"http://127.0.0.1:{self.centre_port}"

    @property
    def control(self) -> Path:
        return self.folder / "hall.sock"

    async def open(self) -> None:
        """Start all of it and write each terminal's kiosk.toml. Raises NotReady."""
        for place in self.terminals.values():
            place.log.mkdir(parents=True, exist_ok=True)
        await self.start("centre", self._add("centre", self._centre_command(), self.folder))
        async with trio.open_nursery() as nursery:
            for place in self.terminals.values():
                nursery.start_soon(self._open_terminal, place)

    def _centre_command(self) -> tuple[str, ...]:
        wishes = self.wishes
        return centre_command(
            self.folder, self.centre_port, wishes.terminals, wishes.population, wishes.mode, hsm=wishes.hsm
        )  # fmt: skip

    async def _open_terminal(self, place: TerminalPlace) -> None:
        machines = self._add(f"machines-{place.id}", python(
            "-m", "tests.hall.machines", "--folder", str(place.folder), "--today", self.today.isoformat(),
            "--blanks", str(self.wishes.blanks), "--speed", str(self.wishes.speed), "--mode", self.wishes.mode), place.log)
        network = self._add(f"network-{place.id}", python(
            "-m", "tests.hall.network", "--folder", str(place.folder), "--to", f"127.0.0.1:{self.centre_port}",
            "--mode", self.wishes.mode), place.log)
        ports = await machines.start_ready()
        port = (await network.start_ready())["port"]
        place.config.write_text(toml_text(self._config(place, ports, port)), "utf-8")
        code = json.loads(codes_file(self.folder).read_text()).get(place.id)
        if code is not None:
            await trio.to_thread.run_sync(enrol, self.centre_url, code, place.id, place.identity)

    def _config(self, place: TerminalPlace, ports: Mapping[str, int], port: int) -> dict[str, Any]:
        """The sample with this hall's machines put in."""
        values = tomllib.loads(SAMPLE.read_text("utf-8"))
        values["terminal"].update(id=place.id, mode=self.wishes.mode)
        for machine in ("id_reader", "card_printer", "receipt_printer"):
            values[machine]["wire"] = f"serial:{place.folder / machine}"
        if self.wishes.screen_px is not None:
            values["screen"]["width_px"], values["screen"]["height_px"] = self.wishes.screen_px
        values["chip"]["station"] = f"link:127.0.0.1:{ports['chip_port']}"
        values["a4_printer"] = {"uri": f"ipp://127.0.0.1:{ports['a4_port']}/ipp/print"}
        values["ofd"] = {"trust": str(self.folder / "seal" / "ecredentials" / "trust")}     # written by this hall's centre
        values["services"]["offered"] = [name for name in SERVICES if name not in IN_A_MENU]
        values["cabinet"] = {**REFERENCE_CABINET, "wire": f"serial:{place.folder / 'cabinet'}"}
        values["ups"] = {"port": ports["ups_port"]}
        values["scanner"] = {"wire": f"serial:{place.folder / 'scanner'}", "options": {"mode": "trigger"}}
        values["citizen_card"] = {
            "station": f"link:127.0.0.1:{ports['card_port']}", "pin": CARD_PIN,
            "module": f"link:127.0.0.1:{ports['module_port']}",
            "terminal_number": f"3416{1 + list(self.terminals).index(place.id):08d}",
        }  # fmt: skip
        if self.wishes.dispenser:
            values["citizen_card"]["made_by"] = "dispenser"
            values["card_dispenser"] = {
                "wire": f"serial:{place.folder / 'card_dispenser'}", "baud": 9_600, "options": {"counter_survives_power": True},
            }  # fmt: skip
        values["camera"] = {"source": f"tcp:127.0.0.1:{ports['camera_port']}"}
        values["centre"].update(url=f"http://127.0.0.1:{port}", identity=str(place.identity))
        values["journal"]["folder"] = str(place.folder / "journal")
        values["speech"]["voices"] = str(ROOT / values["speech"]["voices"])
        return values

    def _add(self, name: str, command: Sequence[str], log: Path, more: Mapping[str, str] | None = None) -> Child:
        child = Child(name, command, log / f"{name}.log", more=more)
        self.children[name] = child
        return child

    def add(
        self, name: str, command: Sequence[str], place: TerminalPlace | None = None, more: Mapping[str, str] | None = None
    ) -> Child:
        """A program of the product, or the panel, that belongs to this hall; not started yet. `more`: its environment."""
        return self._add(name, python("-m", "tests.hall.child", *command), place.log if place else self.folder, more)

    async def start(self, name: str, child: Child | None = None) -> None:
        """Start a child, again after it was killed. Raises NotReady, KeyError."""
        child = child or self.children[name]
        child.start()
        if name == "centre":
            self.bent_minutes = 0
            await wait_until_it_answers(self.centre_url, child)

    async def power_cut(self, terminal: str) -> None:
        """The mains goes, for the terminal's computer and its machines in the same instant."""
        await control(self.terminals[terminal].machines, do="power", on=False)
        if kiosk := self.children.get(f"kiosk-{terminal}"):
            kiosk.kill()

    async def power_back(self, terminal: str) -> None:
        await control(self.terminals[terminal].machines, do="power", on=True)
        if f"kiosk-{terminal}" in self.children:
            await self.start(f"kiosk-{terminal}")

    async def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request of the module's docstring. Raises ValueError, KeyError or DeviceError."""
        match request["do"]:
            case "kill":
                self.children[request["name"]].kill()
            case "start":
                await self.start(request["name"])
            case "power_cut":
                await self.power_cut(request["terminal"])
            case "power_back":
                await self.power_back(request["terminal"])
            case "bend":
                await bend_clock(self.centre_url, int(request["minutes"]))
                self.bent_minutes = int(request["minutes"])
            case "close":
                self.closing.set()
            case "state":
                pass
            case unknown:
                raise ValueError(f"no request {unknown!r}")
        return self.state()

    def state(self) -> dict[str, Any]:
        return {
            "centre_url": self.centre_url,
            "today": self.today.isoformat(),
            "bent_minutes": self.bent_minutes,
            "terminals": {name: str(place.folder) for name, place in self.terminals.items()},
            "children": {
                name: {"running": child.running, "exit_code": child.exit_code, "pid": child.pid}
                for name, child in self.children.items()
            },
        }

    async def stop(self) -> None:
        """End every child, the last started first."""
        with trio.CancelScope(shield=True):
            for child in reversed(self.children.values()):
                await child.stop()


@contextlib.asynccontextmanager
async def open_hall(wishes: Wishes | None = None, folder: Path | None = None) -> AsyncIterator[Hall]:
    """A running hall; everything of it is gone at the end, its folder too where none was given. Raises NotReady."""
    place = folder or Path(tempfile.mkdtemp(prefix="hall-"))  # short: a Unix socket's path has 107 characters at most
    place.mkdir(parents=True, exist_ok=True)
    hall = Hall(place, wishes or Wishes())
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_end_on_signals)
            await hall.open()
            await nursery.start(functools.partial(serve_control, hall.control, hall.handle))
            yield hall
            nursery.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        raise _only_one(group) from None
    finally:
        await hall.stop()
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


async def _end_on_signals() -> None:
    """Ctrl-C and SIGTERM end the hall in order, its temporary folder included."""
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for number in signals:
            raise SystemExit(128 + number)


def _only_one(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What a nursery wrapped, where it is one thing."""
    while len(group.exceptions) == 1:
        (only,) = group.exceptions
        if not isinstance(only, BaseExceptionGroup):
            return only
        group = only
    return group


def _free_port() -> int:
    """Of this machine; the centre gets the same one again when it is started again."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def run(wishes: Wishes, folder: Path | None) -> None:
    async with open_hall(wishes, folder) as hall:
        sys.stdout.write(f"centre     {hall.centre_url}\nconsole    {hall.centre_url}/console\n")
        for place in hall.terminals.values():
            sys.stdout.write(f"{place.id}      ./run kiosk --config {place.config}\n")
        sys.stdout.write(f"panel      ./run panel --hall {hall.folder}\n")
        sys.stdout.flush()
        await hall.closing.wait()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run hall", description="the hall without a kiosk, until Ctrl-C")
    parser.add_argument("--folder", type=Path, help="work folder; kept at the end")
    parser.add_argument("--terminals", type=int, default=1, choices=range(1, 10))
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than real machines")
    parser.add_argument("--population", type=int, default=2_000)
    asked = parser.parse_args(arguments)
    names = tuple(f"bz-{number:02d}" for number in range(1, asked.terminals + 1))
    try:
        trio.run(run, Wishes(names, asked.speed, population=asked.population), asked.folder and asked.folder.resolve())
    except NotReady as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
