"""`./run demo`: a whole hall on this screen; or, with `--citizen NAME`, offscreen with a scripted citizen."""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import trio

from tests.hall.process import NotReady

NO_SCREEN = """there is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set)
without one: ./run demo --citizen senior_card_new --out out/demo
"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run demo", description=__doc__)
    parser.add_argument("--citizen", metavar="NAME", help="offscreen: go through this script (`list` names them)")
    parser.add_argument("--out", type=Path, default=Path("out/demo"), help="offscreen: where screens, card, slip and summary go")
    parser.add_argument("--terminals", type=int, choices=(1, 2), default=1, help="with a window: so many terminals side by side")
    parser.add_argument("--speed", type=float, help="how much faster than real machines (window: 1, offscreen: 20)")
    parser.add_argument("--hsm", action="store_true", help="the centre's card keys in a SoftHSM token in the demo's folder")
    asked = parser.parse_args(arguments)
    if asked.citizen is not None:
        return _offscreen(parser, asked)
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        sys.stderr.write(NO_SCREEN)
        return 2
    from tests.demo.windowed import run_windowed

    try:
        trio.run(run_windowed, asked.terminals, asked.speed or 1.0, asked.hsm)
    except NotReady as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _offscreen(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> int:
    from tests.demo.offscreen import SPEED_OFFSCREEN, run_script
    from tests.demo.scripts import SCRIPTS

    if asked.citizen == "list":
        sys.stdout.write("\n".join(SCRIPTS) + "\n")
        return 0
    if asked.citizen not in SCRIPTS:
        parser.error(f"no script {asked.citizen!r}; there are: {', '.join(SCRIPTS)}")
    return trio.run(run_script, asked.citizen, asked.out.resolve(), asked.speed or SPEED_OFFSCREEN, asked.hsm)
