"""What needs a whole hall: a card from beginning to end, a terminal that was killed, two hundred visits."""
from __future__ import annotations

import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import trio

from devices.serving import control
from tests.bench.figures import Figure
from tests.bench.screen import ENDS_WITHIN_S, OFFSCREEN
from tests.bench.size import Size
from tests.hall.hall import Hall, Wishes, open_hall
from tests.hall.process import Child, python
from tests.kill.bench import Bench
from tests.kill.evidence import Point
from tests.kill.journeys import CARD, JOURNEYS
from tests.kill.promises import broken

FAST = 100.0                                   # machines are not what is measured
OPEN_PLAN = "print done | row on the disk"     # number reserved, card printed, nothing decided
MADE = ("reserve", "at_exit")
LOOK_EVERY_S = 0.05


ONE_RASTERISER = {"LP_NUM_THREADS": "0"}
"""llvmpipe, the software GL: with threads its pools grow by a tenth of everything in the first hundred visits, whenever two
frames happen to overlap, and then no more; without, two hundred visits left 0.01 % (measured, Mesa 22.3)."""


class ChildFailed(Exception):
    """The measured terminal did not do what it was started for."""


async def terminal(hall: Hall, what: str, *arguments: str, more: Mapping[str, str] = OFFSCREEN) -> dict[str, Any]:
    """What tests/bench/terminal_child.py told. Raises ChildFailed."""
    place = next(iter(hall.terminals.values()))
    told = place.folder / "told.json"
    child = Child("terminal", python(
        "-m", "tests.bench.terminal_child", what, "--config", str(place.config), "--machines", str(place.machines),
        "--network", str(place.network), "--told", str(told), *arguments), place.log / "bench.log", more=more)  # fmt: skip
    child.start()
    try:
        with trio.move_on_after(ENDS_WITHIN_S):
            while child.running:
                await trio.sleep(LOOK_EVERY_S)
    finally:
        child.kill()
    if child.exit_code != 0:
        raise ChildFailed(f"{what} ended with {child.exit_code}: {child.last_words()}")
    answer: dict[str, Any] = json.loads(told.read_text())
    return answer


async def in_a_hall(measure: Callable[[Hall, Size], Awaitable[Figure]], speed: float, size: Size) -> Figure:
    async with open_hall(Wishes(speed=speed, population=size.population)) as hall:
        return await measure(hall, size)


async def made_card(hall: Hall, size: Size) -> Figure:
    """Seconds from the reservation until the card lies at the exit, and of them the seconds in which the machine moved."""
    place = next(iter(hall.terminals.values()))
    before = (await control(place.machines, do="state"))["card_printer"]["moved_s"]
    told = await terminal(hall, "card")
    moved = (await control(place.machines, do="state"))["card_printer"]["moved_s"] - before
    first = dict(reversed(told["stages"]))
    took = first[MADE[1]] - first[MADE[0]]
    how = (
        f"one card at machine speed {size.card_speed:g}, with window and centre: reservation until the card lies at the exit, "
        f"{took:.1f} s, of which the machine moved {moved:.1f} s; what is left is software"
    )
    return Figure("software_over_machine", (took - moved) / moved * 100, "%", how, most=2.5)


def software_over_machine(size: Size) -> list[Figure]:
    return [trio.run(in_a_hall, made_card, size.card_speed, size)]


async def recoveries(hall: Hall, size: Size) -> Figure:
    taken = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(hall, Path(folder), JOURNEYS[CARD])
        try:
            for number in range(size.recoveries):
                evidence, _ = await bench.die(Point(number, OPEN_PLAN), fresh=True)
                if wrong := broken(evidence):
                    raise ChildFailed("; ".join(wrong))
                taken.append(evidence.told["ready_s"])
        finally:
            bench.nest.close()
    how = (
        f"median of {len(taken)}: killed with a printed card inside; from the start of a fresh process (no window) until the "
        "card is in the reject bin, its number released and home shown"
    )
    return Figure("recovery_s", median(taken), "s", how, most=10.0)


def recovery(size: Size) -> list[Figure]:
    return [trio.run(in_a_hall, recoveries, FAST, size)]


async def memories(hall: Hall, size: Size) -> Figure:
    few, many = (str(count) for count in size.visits)
    told = await terminal(hall, "visits", "--visits", few, many, more=OFFSCREEN | ONE_RASTERISER)
    memory: dict[str, int] = told["memory_kb"]
    how = (
        f"resident memory with window after {many} visits ({memory[many] // 1024} MB) against {few} ({memory[few] // 1024} MB); "
        "software GL in one thread"
    )
    return Figure("rss_growth", (memory[many] / memory[few] - 1) * 100, "%", how, most=3.0)


def rss_growth(size: Size) -> list[Figure]:
    return [trio.run(in_a_hall, memories, FAST, size)]


async def in_one_hall(size: Size) -> list[Figure]:
    """The three of them without a fresh hall for each."""
    async with open_hall(Wishes(speed=size.card_speed, population=size.population)) as hall:
        return [await measure(hall, size) for measure in (made_card, memories, recoveries)]
