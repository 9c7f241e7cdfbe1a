"""`python -m tests.bench.terminal_child card|visits ...`: a whole terminal with its window, off the screen, on a running hall.

`card`: one senior card from home to home; told are the stages of the making with their times. `visits`: N short visits of
several kinds one after the other; told is the memory after some of them.
"""
from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import trio

from kiosk import terminal as terminal_module
from kiosk.config import load
from kiosk.display import Silence
from kiosk.journeys import identify
from kiosk.serving import parts_of, serve, transport_of
from kiosk.terminal import Terminal
from tests.demo.citizen import Action, Around, touch
from tests.demo.kiosk_child import first_count
from tests.hall.process import die_with_parent
from tests.headless import Passer

PACE = 20.0
BLANKS = 50

KINDS: Sequence[tuple[str, Mapping[str, Action]]] = (
    ("already_has_card", {"choose_service": touch("nothing")}),
    ("too_young", {"refusal_too_young": touch("print_slip")}),
    ("senior_card_new", {"confirm_person": touch("not_me")}),
    ("no_photo", {"photo_needed": touch("not_now")}),
    ("senior_card_mail", {"choose_delivery": touch("back")}),
)
"""Visits that use nothing up: read, asked, shown, refused, a slip on paper."""


def memory_kb() -> int:
    """Resident memory of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


async def card(around: Around, terminal: Terminal, asked: argparse.Namespace) -> dict[str, Any]:
    stages: list[tuple[str, float]] = []
    tell = terminal.parts.stage

    def told(plan: str, stage: str) -> None:
        stages.append((stage, time.monotonic()))
        tell(plan, stage)

    terminal.parts.stage = told
    await one(around, "senior_card_new", {})
    return {"stages": stages, "seen": around.seen}


async def visits(around: Around, terminal: Terminal, asked: argparse.Namespace) -> dict[str, Any]:
    memory: dict[int, int] = {}
    for number in range(1, max(asked.visits) + 1):
        await one(around, *KINDS[number % len(KINDS)])
        if number in asked.visits:
            memory[number] = memory_kb()
    return {"memory_kb": memory}


async def one(around: Around, key: str, answers: Mapping[str, Action]) -> None:
    """Raises RuntimeError where she did not get through."""
    around.key = key
    around.seen.clear()
    visitor = Passer(around, answers, leave_after="privacy")
    await visitor.go()
    await around.machine(do="lift")
    if visitor.trouble:
        raise RuntimeError(f"{key}: {visitor.trouble}")


async def live(asked: argparse.Namespace) -> None:
    config = load(asked.config)
    from kiosk.ui.start import prepare

    screen = prepare(config.screen)
    from kiosk.ui.window import KioskWindow

    window = KioskWindow(screen, config.front, settle_s=0.0)
    around = Around(window, asked.machines, asked.network, asked.told.parent, "", pace=PACE)
    identify.TAKE_BACK_S = terminal_module.GOODBYE_S = 0.1       # nobody has to read or hear it here
    transport = transport_of(config)

    async def beside(terminal: Terminal) -> None:
        around.terminal = terminal
        while window.shown is None or window.shown[1].name not in ("home", "out_of_service"):
            await trio.sleep(0.02)
        await first_count(terminal, BLANKS)
        await terminal.health.looked()
        told = await {"card": card, "visits": visits}[asked.what](around, terminal, asked)
        asked.told.write_text(json.dumps(told))
        nursery.cancel_scope.cancel()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(window.run)
        nursery.start_soon(serve, config, parts_of(config, transport), window, Silence(), beside)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.terminal_child")
    parser.add_argument("what", choices=("card", "visits"))
    for name in ("config", "machines", "network", "told"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--visits", type=int, nargs="*", default=[])
    asked = parser.parse_args()
    die_with_parent()
    trio.run(live, asked)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
