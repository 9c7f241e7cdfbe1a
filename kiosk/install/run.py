"""./run install: make this Debian machine into a terminal, or print every step of it and touch nothing."""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from devices.discovery import UsbId
from kiosk.config import ConfigError, load
from kiosk.install.plan import Asked, by_hand, plan
from kiosk.install.steps import StepFailed

STOPPED = "nothing after this was done; what was done stands and is left alone the next time"
PROJECT = Path(__file__).resolve().parents[2]


def usb_id(text: str) -> UsbId:
    try:
        return UsbId.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected VID:PID in hex, not {text!r}") from None


def parser() -> argparse.ArgumentParser:
    asked = argparse.ArgumentParser(prog="./run install", description=__doc__)
    asked.add_argument("--config", type=Path, required=True, help="this terminal's kiosk.toml")
    asked.add_argument(
        "--usb", type=usb_id, action="append", default=[], metavar="VID:PID",
        help="may be plugged in as well: touch panel, PC/SC readers, camera (lsusb names them)",
    )  # fmt: skip
    asked.add_argument("--dry-run", action="store_true", help="print everything, do nothing")
    asked.add_argument("--root", type=Path, default=Path("/"), help="write below this folder and run no command: to look at")
    return asked


def main(arguments: list[str]) -> int:
    asked = parser().parse_args(arguments)
    try:
        steps = list(plan(Asked(load(asked.config), PROJECT, tuple(asked.usb))))
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not asked.dry_run and asked.root == Path("/") and os.geteuid() != 0:
        sys.stderr.write("only root can do this; --dry-run shows what would be done\n")
        return 2
    for step in steps:
        sys.stdout.write(f"{step.told()}\n")
        if asked.dry_run:
            continue
        try:
            sys.stdout.write(f"    = {step.do(asked.root)}\n")
        except (StepFailed, OSError) as error:
            sys.stderr.write(f"    ! {error}\n{STOPPED}\n")
            return 1
    sys.stdout.write("\nBy hand:\n" + "".join(f"  - {line}\n" for line in by_hand()))
    sys.stdout.write(f"\n{len(steps)} steps{', none of them done' if asked.dry_run else ''}\n")
    return 0
