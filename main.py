"""The one door. Each subcommand belongs to one room; what shows and proves lives in tests/ and is imported only when asked for.

Exit codes: 0 done and good · 1 done and not good (a check failed, an invariant broke) · 2 asked wrongly (arguments,
configuration) · 3 the set-up failed."""
from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path

ROOMS = {
    "central": ("remote.central.serve", "the central platform"),
    "people": ("remote.central.access.command", "people who may sign in to the console: add, grant, recover, disable"),
    "enrol": ("kiosk.enrol", "make this terminal known to the centre, with a pairing code"),
    "enrol-code": ("remote.central.enrolment.command", "a one-time pairing code for a terminal, at the centre"),
    "revoke": ("remote.central.enrolment.revoke", "end the certificates of a terminal that was stolen"),
    "release": ("remote.central.releases.command", "keys, releases and bundles: init, add, sign, rotate, publish"),
    "recover": ("kiosk.recover", "settle what this terminal left open, without serving anybody"),
    "ofd": ("print.ofd.show", "show what is in an OFD e-certificate and verify its seals"),
    "reconcile": ("remote.central.payment.reconcile", "the payment channels' bills of a day against orders and deliveries"),
    "audit": ("kiosk.audit.run", "the terminal's audit: verified against what the centre witnessed, or listed"),
    "blackbox": ("kiosk.blackbox.run", "the last minutes of this terminal in one file that names nobody"),
    "replay": ("devices.blackbox.run", "make the machines' traffic of a black box again on the drivers of this machine"),
    "verify": ("kiosk.verify", "check the hash chain of a journal"),
    "pin": ("kiosk.pin", "make the technicians' PIN for kiosk.toml"),
    "probe": ("kiosk.probe", "find what is connected and say which driver fits"),
    "install": ("kiosk.install.run", "make this machine into a terminal; --dry-run prints every step"),
    "voices": ("kiosk.voices", "which sentences still lack a human recording, as a script for the speaker"),
    "demo": ("tests.demo.run", "a whole hall: central platform, machines, kiosk and bench panel"),
    "hall": ("tests.hall.hall", "the hall without a kiosk: central platform, machines and network"),
    "panel": ("tests.bench_panel.run", "the bench panel of a running hall"),
    "gallery": ("tests.gallery.run", "draw every screen into docs/"),
    "bench": ("tests.bench.run", "measure"),
    "kill": ("tests.kill.run", "kill the terminal at every step and look whether the promises hold"),
    "simulate": ("tests.simulation.run", "the whole world under a virtual clock and one seed"),
    "contract": ("tests.contract.run", "every driver against its machine, every fault against its outcome; or a real machine"),
    "conformance": ("tests.card.run_conformance", "the card's commands at every station, the published vectors"),
    "tear": ("tests.tear.run", "top-ups and purchases torn at every APDU, resumed here and elsewhere: is every fen there?"),
    "fuzz": ("tests.fuzz.run", "bytes nobody meant to send, into every codec, guided by coverage"),
    "attack": ("tests.attack.run", "requests nobody means to send, to the centre over HTTP: no error, no effect of strangers"),
    "fleet": ("tests.fleet.run", "thousands of terminals at a real centre: lost packets, storms, deaths: is nothing lost?"),
    "update-cuts": ("tests.updates.run", "an update cut at every operation on the disk: does the terminal start, what runs?"),
    "check": ("tests.suite.check", "style, types, floors"),
    "test": ("tests.suite.run", "everything CI runs"),
}
"""Subcommand -> module with `main(arguments: list[str]) -> int`, and what it does."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run", description="Self-service terminal for government halls")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    kiosk = commands.add_parser("kiosk", help="the terminal itself")
    kiosk.add_argument("--config", type=Path, default=Path("kiosk.toml"), help="default: kiosk.toml")
    kiosk.add_argument("--alone", action="store_true", help="without the watchman that starts the terminal again when it dies")
    for name, (_, what) in ROOMS.items():
        commands.add_parser(name, help=what, add_help=False)
    asked, rest = parser.parse_known_args(arguments)
    if asked.command != "kiosk":
        return room(asked.command)(rest)
    if rest:
        parser.error(f"not understood: {' '.join(rest)}")
    return run_kiosk(asked.config, alone=asked.alone)


def room(command: str) -> Callable[[list[str]], int]:
    """The entry of a subcommand's room, imported now."""
    entry: Callable[[list[str]], int] = importlib.import_module(ROOMS[command][0]).main
    return entry


def run_kiosk(path: Path, *, alone: bool) -> int:
    from kiosk.config import ConfigError, load

    try:
        config = load(path)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not alone:
        from kiosk.supervisor import command_for, watch

        return watch(command_for(path))
    from kiosk.start import run_kiosk as start

    return start(config)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
