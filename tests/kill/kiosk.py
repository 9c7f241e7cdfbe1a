"""One terminal without a window, as a process that is killed.

`visit`: a citizen goes through her visit. With `--die-at NAME` the process ends there by SIGKILL (with `--power` its machines
lose their power in the same instant); without it every instant's name is written to `--told` at the end.
`recover`: nobody in front, or (`--takes-card`) she who still stands there and takes the card when she is called. Ends by
itself when nothing can be settled any more; what was seen is written to `--told`.

Ends with 3 where the visit came to its end and the instant did not.
"""
from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import trio

from devices.receipt_printer.driver import PrintOutcome, ReceiptPrinter
from devices.receipt_printer.items import Item
from devices.serving import control
from kiosk.config import Config, load
from kiosk.display import Silence
from kiosk.health.offers import Offered
from kiosk.journeys import pages, paying
from kiosk.parts import Parts
from kiosk.plans import payment
from kiosk.serving import parts_of, serve, transport_of
from kiosk.terminal import Terminal
from print.ipp.client import IppClient
from print.ipp.http_post import HttpPost
from print.ipp.patience import Patience
from print.ipp.printer import A4Printer
from print.ipp.terms import Operation
from tests.demo.citizen import Action, Around
from tests.demo.kiosk_child import first_count
from tests.hall.process import die_with_parent
from tests.headless import HeadlessDisplay, InFrontOfNoScreen, Passer
from tests.kill.instants import Instants, put
from tests.kill.journeys import BEHAVIOURS, SOMEBODY, card_number

NOT_REACHED = 3
PACE = 30.0                    # how much faster than a person she is
TAKE_CARD_S = 1.0              # production: 40 to 120 s. What happens at its end is the same
CALL_OWNER_S = 1.5             # production: 40 s
POLL_S = 0.05
SETTLES_WITHIN_S = 15.0
LOOK_EVERY_S = 0.02
TOUCHES_AGAIN_S = 1.0
QUICK_LOOK_S = 0.1
QUICK = Patience(look=0.02, settle=0.3, again=0.1)       # production: 0.3, 2 and 1 s, at a printer of real speed
LAST_SCREENS = ("home", "out_of_service")


def hurried(config: Config, journal: Path) -> Config:
    """The same terminal with a journal of its own and less patience: waiting is not what is tried here."""
    times = replace(
        config.times, take_card=TAKE_CARD_S, take_card_elder=TAKE_CARD_S, recovery_present=CALL_OWNER_S, exit_poll=POLL_S
    )
    return replace(config, journal=replace(config.journal, folder=journal), times=times)


def quick(parts: Parts, config: Config) -> Parts:
    """The A4 printer runs as much faster as the other machines, and so do the eyes on it and on the money."""
    if config.a4_printer is not None:
        client = IppClient(HttpPost(config.a4_printer.uri), config.a4_printer.uri)
        parts.a4_printer = A4Printer(client, client, patience=QUICK)
    payment.ASK_EVERY_S = paying.LOOK_EVERY_S = pages.TICK_S = QUICK_LOOK_S
    return parts


def die(machines: Path | None) -> None:
    """Now. With `machines` their power goes first; nothing else of this process runs between the two."""
    if machines is not None:
        with socket.socket(socket.AF_UNIX) as hand:
            hand.connect(str(machines))
            hand.sendall(json.dumps({"do": "power", "on": False}).encode() + b"\n")
            while not hand.recv(65_536).endswith(b"\n"):
                pass
    os.kill(os.getpid(), signal.SIGKILL)


async def lays_her_card(around: Around) -> None:
    person = json.loads(os.environ["PERSON"])
    await around.machine(machine="id_reader", do="lay", card=person)


async def lifts_her_card(around: Around) -> None:
    await around.machine(do="lift")
    around.window.let_time_pass()


async def takes_the_card(around: Around) -> None:
    await around.machine(do="take_card")


ALWAYS: Mapping[str, Action] = {
    "lay_id": lays_her_card, "take_id_back": lifts_her_card, "take_card": takes_the_card,
    "citizen_take_card": takes_the_card,
}  # fmt: skip


def watched(asked: argparse.Namespace, passed: list[str]) -> Instants:
    """Writes down what is passed, and dies where it is asked to."""

    def reached(name: str) -> None:
        passed.append(name)
        if name == asked.die_at:
            die(asked.machines if asked.power else None)

    instants = Instants(reached, asked.die_at, asked.speed)
    instants.install()
    return instants


async def visit(asked: argparse.Namespace, config: Config) -> int:
    passed: list[str] = []
    instants = watched(asked, passed)
    display = HeadlessDisplay()
    around = InFrontOfNoScreen(display, asked.machines, asked.network, asked.out, "", pace=PACE)

    hers = BEHAVIOURS[asked.behaviour].of(asked.behaviour)

    async def comes(around: Around) -> None:
        """A touch on a home screen that is just drawn anew counts for nothing: she touches again."""
        instants.listening = True
        while display.shown is not None and display.shown[1].name == "home":
            await hers["home"](around)
            with trio.move_on_after(TOUCHES_AGAIN_S):
                while display.shown is None or display.shown[1].name == "home":
                    await trio.sleep(LOOK_EVERY_S)

    answers = {**ALWAYS, **hers, "home": comes}
    visitor = Passer(around, answers, leave_after=BEHAVIOURS[asked.behaviour].begins)

    async def beside(terminal: Terminal) -> None:
        around.terminal = terminal
        await at_home(display)
        await first_count(terminal, asked.blanks)
        await terminal.health.looked()
        await visitor.go()
        instants.listening = False
        nursery.cancel_scope.cancel()

    transport = transport_of(config)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve, config, quick(parts_of(config, transport), config), display, Silence(), beside)
    asked.told.write_text(json.dumps({"instants": passed, "screens": display.names, "trouble": visitor.trouble}))
    return NOT_REACHED


async def recover(asked: argparse.Namespace, config: Config) -> int:
    display = HeadlessDisplay()
    passed: list[str] = []
    told: dict[str, Any] = {"slips": 0, "jobs": 0, "instants": passed}
    instants = watched(asked, passed)
    instants.listening = True
    prints = ReceiptPrinter.print_items

    async def counted(printer: ReceiptPrinter, items: Sequence[Item]) -> PrintOutcome:
        told["slips"] += 1
        return await prints(printer, items)

    put(ReceiptPrinter, "print_items", counted)
    posts = HttpPost.__call__

    async def counting(line: HttpPost, body: bytes) -> bytes:
        told["jobs"] += body[2:4] == Operation.PRINT_JOB.to_bytes(2, "big")
        return await posts(line, body)

    put(HttpPost, "__call__", counting)

    async def somebody_stands_there() -> None:
        while asked.takes_card:
            if display.shown is not None and display.shown[1].name == "power_back_card_at_exit":
                await control(asked.machines, do="take_card")
                return
            await trio.sleep(LOOK_EVERY_S)

    async def beside(terminal: Terminal) -> None:
        await at_home(display)
        told["ready_s"], told["up_s"] = time.monotonic() - asked.started, asked.up_s
        told["open_at_ready"] = len(terminal.heart.journal.open_plans())
        await come_to_rest(terminal)
        if asked.puts_back and not (await control(asked.machines, do="state"))["citizen_card"]["citizen"]:
            hers = card_number(int(os.environ["PERSON_ID"]))
            await control(asked.machines, do="insert_card", citizen=SOMEBODY, number=hers)
            await come_to_rest(terminal)
        instants.listening = False
        told["rows"] = sum(1 for _ in terminal.heart.journal.rows())
        told["settled_again"] = {plan: end.value for plan, end in (await terminal.heart.settle_open()).items()}
        told["rows_after"] = sum(1 for _ in terminal.heart.journal.rows())
        await terminal.health.look()
        told["can_make_cards"] = terminal.health.can_make_cards()
        told["can_print"] = isinstance(terminal.health.offer("print_certificate"), Offered)
        told["out_of_service"] = terminal.health.out_of_service()
        told["words"] = terminal.health.found.words
        nursery.cancel_scope.cancel()

    transport = transport_of(config)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(somebody_stands_there)
        nursery.start_soon(serve, config, quick(parts_of(config, transport), config), display, Silence(), beside)
    told["screens"] = display.names
    asked.told.write_text(json.dumps(told))
    return 0


async def at_home(display: HeadlessDisplay) -> None:
    while display.shown is None or display.shown[1].name not in LAST_SCREENS:
        await trio.sleep(LOOK_EVERY_S)


async def come_to_rest(terminal: Terminal) -> None:
    """Until every open plan has said twice in a row that it can go no further, and all news have arrived."""
    before: dict[str, Any] | None = None
    with trio.move_on_after(SETTLES_WITHIN_S):
        while True:
            ends: dict[str, Any] = dict(await terminal.heart.settle_open(doubts=False))
            terminal.outbox.poke()
            if ends == before and terminal.heart.journal.count_waiting() == 0:
                return
            before = ends
            await trio.sleep(LOOK_EVERY_S)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill.kiosk", description=__doc__)
    parser.add_argument("what", choices=("visit", "recover"))
    for name in ("config", "journal", "machines", "network", "out", "told"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--die-at", default="")
    parser.add_argument("--power", action="store_true")
    parser.add_argument("--behaviour", choices=sorted(BEHAVIOURS), default="taken")
    parser.add_argument("--takes-card", action="store_true")
    parser.add_argument("--puts-back", action="store_true", help="her citizen card, which she took away in the dark")
    parser.add_argument("--blanks", type=int, default=0)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--started", type=float, default=0.0, help="time.monotonic() when this process was started")
    asked = parser.parse_args(arguments)
    asked.up_s = time.monotonic() - asked.started
    die_with_parent()
    config = hurried(load(asked.config), asked.journal)
    return trio.run({"visit": visit, "recover": recover}[asked.what], asked, config)


if __name__ == "__main__":
    raise SystemExit(main())
