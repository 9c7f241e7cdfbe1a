"""One terminal offscreen with a scripted citizen in front of it: a process of its own, as the window would be.

`python -m tests.demo.kiosk_child --config FILE --script NAME --phase N --machines SOCK --network SOCK --out DIR`
Exit code 0 when she saw the screen her phase must end with.
"""
from __future__ import annotations

import argparse
import json
import sys
import time
from functools import partial
from pathlib import Path

import trio

from kiosk.config import load
from kiosk.display import Silence
from kiosk.serving import parts_of, serve, transport_of
from kiosk.terminal import Terminal
from tests.demo.citizen import Around, Visitor
from tests.demo.scripts import SCRIPTS
from tests.hall.process import die_with_parent

SETTLES_WITHIN_S = 60.0
FIRST_COUNT = 50


async def first_count(terminal: Terminal, blanks: int) -> None:
    """What the attendant did before the hall opened: counted the blanks into the hopper, twice."""
    if terminal.stock.books.loaded == 0:
        terminal.stock.load(blanks)
        if terminal.parts.dispensing is not None:
            terminal.health.supplies.loaded("card_stacker", blanks)
        terminal.health.look_again()


async def live(asked: argparse.Namespace) -> int:
    config = load(asked.config)
    from kiosk.ui.start import prepare

    screen = prepare(config.screen)
    from kiosk.ui.window import KioskWindow

    window = KioskWindow(screen, config.front)
    script = SCRIPTS[asked.script]
    phase = script.phases[asked.phase]
    around = Around(window, asked.machines, asked.network, asked.out, script.citizen)
    visitor = Visitor(around, phase.answers, phase.final)
    transport = transport_of(config)
    stages: list[tuple[str, float]] = []

    async def beside(terminal: Terminal) -> None:
        around.terminal = terminal
        await first_count(terminal, asked.blanks)
        tell = terminal.parts.stage

        def told(plan: str, stage: str) -> None:
            stages.append((stage, time.monotonic()))
            tell(plan, stage)

        terminal.parts.stage = told
        await visitor.go()
        for request in phase.afterwards:
            await around.machine(**request)
        with trio.move_on_after(SETTLES_WITHIN_S):
            while terminal.heart.journal.open_plans():
                await terminal.health.looked()
        nursery.cancel_scope.cancel()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(window.run)
        nursery.start_soon(partial(serve, config, parts_of(config, transport), window, Silence(), beside))
    told = {"seen": around.seen, "trouble": visitor.trouble, "stages": [[name, at - stages[0][1]] for name, at in stages]}
    (asked.out / f"phase_{asked.phase}.json").write_text(json.dumps(told, ensure_ascii=False))
    if visitor.trouble:
        sys.stderr.write(visitor.trouble + "\n")
        return 1
    return 0 if phase.final in around.seen else 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.demo.kiosk_child")
    for name in ("config", "machines", "network", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--script", required=True)
    parser.add_argument("--phase", type=int, default=0)
    parser.add_argument("--blanks", type=int, default=FIRST_COUNT)
    asked = parser.parse_args()
    die_with_parent()
    asked.out.mkdir(parents=True, exist_ok=True)
    return trio.run(live, asked)


if __name__ == "__main__":
    raise SystemExit(main())
