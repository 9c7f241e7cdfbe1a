"""The machines of one terminal as a process of their own: they go on when the terminal is killed.

`python -m tests.hall.machines --folder DIR` offers in DIR the serial ports `id_reader`, `card_printer`, `receipt_printer`,
`scanner`, `card_dispenser` and `cabinet` (the board of lights and doors), a chip station, an IPP printer, an upsd and a camera at
TCP ports, and `machines.sock`, the hall's hand on all of them.

Requests: {"do": "lay", "citizen": KEY} - "lift" - {"do": "take_card", "front": PATH} - {"do":
"take_slip", "picture": PATH} - {"do": "power", "on":
false} (all machines) - {"do": "speed", "times": 4} - {"do": "unplug" | "replug", "machine": NAME} - "state" - and any
request of one machine's own bench: {"machine": NAME, "do": ...}, NAME also `cabinet` (doors, housing, somebody in front) and
`ups` ({"do": "mains", "on": false}: the terminal runs on battery) and `camera` ({"do": "stand", "who": [KEY, ...]}, and the
rest of devices/camera/bench.py) - {"do": "insert_card", "citizen": KEY, "number": DIGITS} (number: another card than her own) -
"pull_card" (her citizen card, in the slot for it) -
{"do": "show_phone"} (the payment code of a phone, held before the scanner for a moment) -
{"do": "tear_card", "moment": "after commit", "ins": 82} (pulled out in that command).
Whoever lays her card stands before the camera, until somebody was put there by hand.
"""
from __future__ import annotations

import argparse
import functools
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import trio

from card.virtual.card import VirtualCard
from card.virtual.slot import ChipSlot
from card.virtual.tear import Moment, Tear
from card.virtual.vpcd import listen
from devices.cabinet.simulator import BoardSimulator
from devices.camera.bench import BenchHand as CameraHand
from devices.camera.simulator import CameraSimulator
from devices.card_dispenser.crt_simulator import CrtSimulator
from devices.card_dispenser.model import DispenserModel
from devices.card_dispenser.simulator import BenchHand as DispenserHand
from devices.card_printer.model import CardPrinterModel
from devices.card_printer.simulator import CardPrinterSimulator
from devices.id_reader.bench import BenchHand
from devices.id_reader.model import ReaderModel
from devices.id_reader.simulator import IdReaderSimulator
from devices.receipt_printer.model import ReceiptPrinterModel
from devices.receipt_printer.simulator import ReceiptPrinterSimulator
from devices.scanner.model import ScannerModel
from devices.scanner.simulator import ScannerSimulator
from devices.serving import Pty, Simulator, refuse_production, serve_control, serve_pty, serve_tcp
from devices.ups.simulator import UpsdSimulator
from print.font_files import REGULAR_FILE, find
from print.ipp.simulator.faults import FAULTS as PAGE_FAULTS
from print.ipp.simulator.machine import PagePrinter
from print.ipp.simulator.server import serve as serve_pages
from remote.central.demo_citizens import demo_citizens
from remote.central.payment.simulated import PHONE_PAYS
from tests.devices.card_dispenser.chips import VirtualChip
from tests.hall.citizen_cards import CardDrawer, purse_fen
from tests.hall.citizens import id_card, standing
from tests.hall.process import die_with_parent, say_ready

MACHINES = ("id_reader", "card_printer", "receipt_printer")
PHONE_HELD_S = 6.0
OF_THE_STACKER = 500_000     # chip serials of the dispenser's cards begin here
Hand = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class Machines:
    """Everything behind the front of one terminal, and the hands that touch it."""

    def __init__(self, folder: Path, today: date, blanks: int) -> None:
        self.slot, self.card_slot, self.module_slot = ChipSlot(), ChipSlot(), ChipSlot()
        self._drawer = CardDrawer(folder.parent, demo_citizens(today), today)
        self._card_of = ""
        self._balance: int | None = None
        self.reader = IdReaderSimulator(ReaderModel())
        self.printer = CardPrinterSimulator(CardPrinterModel(blanks=blanks, new_chip=self._white_card))
        self.dispenser = CrtSimulator(DispenserModel(cards=blanks, new_chip=self._card_of_the_stacker))
        self.slips = ReceiptPrinterSimulator(ReceiptPrinterModel(), find(REGULAR_FILE))
        self.pages = PagePrinter()
        self.board, self.upsd = BoardSimulator(), UpsdSimulator()
        self.scanner = ScannerSimulator(ScannerModel(auto_sense=False))
        self.camera = CameraSimulator()
        self._subjects = {key: functools.partial(standing, citizen, today) for key, citizen in demo_citizens(today).items()}
        self._put_there = False
        self.printer.model.on_station_change = self._chip_moved
        self.ports: dict[str, Pty] = {}
        self._folder = folder
        self._citizens = {key: functools.partial(id_card, citizen, today) for key, citizen in demo_citizens(today).items()}
        self._hands: dict[str, Hand] = {}
        self._speed = 1.0
        self._slips_taken = 0
        self._laid = ""
        self._nursery: trio.Nursery

    async def serve(self, *, task_status: trio.TaskStatus[dict[str, Any]] = trio.TASK_STATUS_IGNORED) -> None:
        """Offer all of it until cancelled; starts with the numbers of chip_port, card_port, a4_port, ups_port and camera_port."""
        simulators: dict[str, Simulator] = {
            "id_reader": self.reader, "card_printer": self.printer, "receipt_printer": self.slips, "cabinet": self.board,
            "scanner": self.scanner, "card_dispenser": self.dispenser,
        }  # fmt: skip
        async with trio.open_nursery() as nursery:
            for name, simulator in simulators.items():
                self.ports[name] = await nursery.start(serve_pty, simulator, self._folder / name)
            self.reader.line, self.board.line = self.ports["id_reader"], self.ports["cabinet"]
            self.scanner.line = self.ports["scanner"]
            self.dispenser.line = self.ports["card_dispenser"]
            self._nursery = nursery
            self._hands = {
                "id_reader": _awaited(BenchHand(self.reader, self.ports["id_reader"]).handle),
                "card_printer": self.printer.control,
                "card_dispenser": _awaited(DispenserHand(self.dispenser, self.ports["card_dispenser"]).handle),
                "receipt_printer": self.slips.control,
                "a4_printer": self.pages.control,
                "cabinet": self.board.control,
                "ups": self.upsd.control,
                "camera": self._camera_hand(),
                "scanner": self.scanner.control,
            }
            camera_port = await nursery.start(serve_tcp, self.camera, 0)
            ups_port = await nursery.start(serve_tcp, self.upsd, 0)
            chip_port = await nursery.start(functools.partial(listen, self.slot))
            card_port = await nursery.start(functools.partial(listen, self.card_slot))
            self.module_slot.insert(self._drawer.module(self._folder.name))
            module_port = await nursery.start(functools.partial(listen, self.module_slot))
            nursery.start_soon(self._keep_cards)
            a4_port = await nursery.start(functools.partial(serve_pages, self.pages, mode="demo"))
            await nursery.start(serve_control, self._folder / "machines.sock", self.handle)
            task_status.started({
                "chip_port": chip_port, "a4_port": a4_port, "ups_port": ups_port, "camera_port": camera_port,
                "card_port": card_port, "module_port": module_port,
            })  # fmt: skip

    async def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request of the module's docstring. Raises ValueError, KeyError, TypeError or DeviceError."""
        if request["do"] in ("unplug", "replug"):
            port = self.ports[request["machine"]]
            (port.unplug if request["do"] == "unplug" else port.replug)()
        elif "machine" in request:
            return await self._hands[request["machine"]](request)
        else:
            await self._for_all(request)
        return await self._state()

    async def _for_all(self, request: dict[str, Any]) -> None:
        match request["do"]:
            case "lay":
                self.reader.model.lay(self._citizens[request["citizen"]]())
                self._laid = request["citizen"]
                if not self._put_there:
                    self.camera.model.stand(self._subjects[self._laid]())
            case "lift":
                self.reader.model.lift()
            case "insert_card":
                number = str(request.get("number", ""))
                self.card_slot.insert(self._drawer.take(request["citizen"], number))
                self._card_of = request["citizen"] + number
            case "pull_card":
                self.card_slot.remove()
            case "tear_card":
                if self.card_slot.card is None:
                    raise ValueError("there is no card in the slot")
                self.card_slot.card.tear = Tear(Moment(request["moment"]), int(request["ins"]))
            case "show_phone":
                self._nursery.start_soon(self._show_phone)
            case "take_card":
                await self.printer.control(request)
            case "take_slip":
                self._take_slip(request)
            case "power":
                self._power(bool(request["on"]))
            case "speed":
                self._set_speed(float(request["times"]))
            case "state":
                pass
            case unknown:
                raise ValueError(f"no request {unknown!r}")

    async def _show_phone(self) -> None:
        """A new code every time, as phones draw one; held there as long as a hand does."""
        self.scanner.model.show(f"{PHONE_PAYS}{secrets.randbelow(10**16):016d}".encode())
        await trio.sleep(PHONE_HELD_S)
        self.scanner.model.take_away()

    async def _keep_cards(self) -> None:
        """A card that is out again, by hand or torn, is as it was when it left."""
        while True:
            insertion = await self.card_slot.inserted()
            await insertion.gone.wait()
            self._drawer.put_back(self._card_of, insertion.card)
            self._balance = purse_fen(insertion.card)

    def _camera_hand(self) -> Hand:
        handle = CameraHand(self.camera, lambda key: self._subjects[key]()).handle

        def hand(request: dict[str, Any]) -> dict[str, Any]:
            self._put_there = self._put_there or request["do"] == "stand"
            return {**handle(request), "by_hand": self._put_there}

        return _awaited(hand)

    def _take_slip(self, request: dict[str, Any]) -> None:
        """{"do": "take_slip", "picture": PATH, "text": PATH}: the newest slip as the person who took it reads it."""
        self.slips.model.tear_off()
        slips = self.slips.model.slips
        if len(slips) <= self._slips_taken:
            raise ValueError("no slip has come out")
        self._slips_taken = len(slips)
        if "picture" in request:
            self.slips.save(slips[-1], request["picture"], request.get("text"))

    def _power(self, on: bool) -> None:
        machines = (
            self.reader, self.printer.model, self.slips.model, self.pages.model, self.board.model, self.camera,
            self.scanner.model, self.dispenser.model,
        )  # fmt: skip
        for simulator in machines:
            (simulator.power_on if on else simulator.power_off)()

    def _white_card(self, serial: str) -> VirtualCard:
        return self._drawer.white_card(int(serial.removeprefix("B")))

    def _card_of_the_stacker(self, serial: str) -> VirtualChip:
        return VirtualChip(self._drawer.white_card(OF_THE_STACKER + int(serial.removeprefix("D"))))

    def _set_speed(self, times: float) -> None:
        if not 0.1 <= times <= 1000:
            raise ValueError("speed is 0.1 to 1000")
        self._speed = times
        self.reader.model.speed = times
        self.printer.model.times = replace(self.printer.model.times, speed=times)
        self.dispenser.model.times = replace(self.dispenser.model.times, speed=times)
        self.slips.model.speed = times
        self.scanner.model.speed = times
        self.pages.model.speed = times

    async def _state(self) -> dict[str, Any]:
        states = {name: await hand({"do": "state"}) for name, hand in self._hands.items()}
        card = self.card_slot.card
        states["citizen_card"] = {
            "citizen": self._card_of if card is not None else "",
            "balance": purse_fen(card) if card is not None else self._balance,
        }  # fmt: skip
        plugged = {name: port.plugged for name, port in self.ports.items()}
        states["id_reader"]["citizen"] = self._laid if self.reader.model.card_lies_there else ""
        states["receipt_printer"]["untaken"] = states["receipt_printer"]["slips"] - self._slips_taken
        return {**states, "plugged": plugged, "speed": self._speed, "known_faults": {
            "id_reader": self.reader.faults.known,
            "card_printer": self.printer.faults.known,
            "card_dispenser": self.dispenser.faults.known,
            "receipt_printer": self.slips.faults.known,
            "a4_printer": list(PAGE_FAULTS),
            "cabinet": self.board.faults.known,
            "ups": self.upsd.faults.known,
            "scanner": self.scanner.faults.known,
        }}

    def _chip_moved(self, chip: object | None) -> None:
        self.slot.remove()
        if isinstance(chip, VirtualCard):
            self.slot.insert(chip)


def _awaited(handle: Callable[[dict[str, Any]], dict[str, Any]]) -> Hand:
    async def hand(request: dict[str, Any]) -> dict[str, Any]:
        await trio.lowlevel.checkpoint()
        return handle(request)

    return hand


async def run(folder: Path, today: date, blanks: int, speed: float, ready: int | None) -> None:
    machines = Machines(folder, today, blanks)
    machines._set_speed(speed)
    async with trio.open_nursery() as nursery:
        say_ready(ready, await nursery.start(machines.serve))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.hall.machines", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--mode", default="demo")
    parser.add_argument("--today", type=date.fromisoformat, default=date.today(), help="the day the demo citizens' ages hang on")
    parser.add_argument("--blanks", type=int, default=50)
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than real machines")
    parser.add_argument("--ready", type=int, help="file descriptor that hears when the machines are there")
    asked = parser.parse_args()
    refuse_production(asked.mode)
    die_with_parent()
    trio.run(run, asked.folder, asked.today, asked.blanks, asked.speed, asked.ready)


if __name__ == "__main__":
    main()
