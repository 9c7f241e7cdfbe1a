"""`./run kill --journey NAME`: the terminal dies by SIGKILL at every instant of a visit, comes back, and the seven
promises of design.md are looked at in the machines, the journal and the centre's database. Then once more with the
machines' power cut in the same instant.

Real processes, a real journal on a real disk; the machines run many times faster. `recovery` is from the start of the
process until the terminal is ready for the next citizen; the 40 s in which the owner of a card at the exit is called are
shortened to 1.5 s. Every eighth recovery is a process from its very start, the others are forked with the modules loaded; what
the start took is added to them.
"""
from __future__ import annotations

import argparse
import functools
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import trio

from tests.hall.hall import Wishes, open_hall
from tests.kill.bench import MANY_BLANKS, Bench, NotAsMeant
from tests.kill.deaths import FIRST_DEATHS, deaths, second_deaths
from tests.kill.evidence import Point
from tests.kill.journeys import CARD, JOURNEYS, TOP_UP
from tests.kill.paper_promises import broken_paper
from tests.kill.promises import broken
from tests.kill.purse_promises import broken_purse

SPEED = 40.0
EIGHTH = 8
POPULATION = 6_000               # enough people over 60 without a card for every point to be somebody new


@dataclass
class Tally:
    """What came of the points so far."""

    points: int = 0
    violations: list[str] = field(default_factory=list)
    not_reached: list[str] = field(default_factory=list)
    ready_s: list[float] = field(default_factory=list)       # from the first line of the terminal's own code
    start_up_s: list[float] = field(default_factory=list)    # interpreter and imports, of every EIGHTH recovery

    def line(self) -> str:
        p95 = quantiles(self.ready_s, n=20, method="inclusive")[-1] if len(self.ready_s) > 1 else sum(self.ready_s)
        p95 += median(self.start_up_s) if self.start_up_s else 0.0
        return f"{self.points} points, {len(self.violations)} violations, recovery p95 {p95:.2f} s"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run kill", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--journey", choices=list(JOURNEYS), default=CARD, help=f"one of {', '.join(JOURNEYS)} (default: {CARD})")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth point")
    parser.add_argument("--first", type=int, default=1, metavar="A", help="from point A")
    parser.add_argument("--last", type=int, default=1_000_000, metavar="B", help="to point B")
    parser.add_argument("--at", default="", metavar="TEXT", help="only instants that have TEXT in their name: 'hand_over intent'")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--power", action="store_true", help="only the points at which the power is cut as well")
    only.add_argument("--no-power", action="store_true", help="only the points at which the terminal alone is killed")
    parser.add_argument("--twice", action="store_true", help="the terminal dies a second time, at every instant of its recovery")
    parser.add_argument("--halls", type=int, default=2, help="halls side by side (default: 2)")
    parser.add_argument("--keep", type=Path, help="folder for journals and logs (default: a new one; violations stay there)")
    parser.add_argument("--list", action="store_true", help="say every point as it is done")
    asked = parser.parse_args(arguments)
    if asked.every < 1 or asked.halls < 1:
        parser.error("--every and --halls are 1 or more")
    tally = trio.run(kill, asked)
    for name in tally.not_reached:
        sys.stdout.write(f"not reached, the visit ended first: {name}\n")
    for violation in tally.violations:
        sys.stdout.write(f"VIOLATION {violation}\n")
    sys.stdout.write(tally.line() + "\n")
    return 1 if tally.violations or not tally.points else 0


async def kill(asked: argparse.Namespace) -> Tally:
    folder = asked.keep or Path(tempfile.mkdtemp(prefix="kill-"))
    tally = Tally()
    async with trio.open_nursery() as nursery:
        giving, points = trio.open_memory_channel[Point](0)
        learned = Learned(asked)
        for number in range(1, asked.halls + 1):
            nursery.start_soon(functools.partial(work, number, folder, points.clone(), tally, asked, learned))
        points.close()
        await learned.known.wait()
        chosen = learned.deaths()
        chosen = [p for p in chosen if asked.first <= p.number <= asked.last and asked.at in f"{p.instant} {p.again}"]
        async with giving:
            for point in chosen[:: asked.every]:
                await giving.send(point)
    if not tally.violations and asked.keep is None:
        shutil.rmtree(folder, ignore_errors=True)
    return tally


class Learned:
    """The instants there are, found out once."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.known = trio.Event()
        self._twice, self._journey = bool(asked.twice), JOURNEYS[asked.journey]
        self._cuts = ([] if asked.power else [False]) + ([] if asked.no_power else [True])
        self._visits: dict[str, list[str]] = {}
        self._recoveries: dict[tuple[str, bool], list[str]] = {}

    async def learn(self, bench: Bench) -> None:
        if self._twice:
            pairs = [(first, cut) for cut in self._cuts for first in FIRST_DEATHS[self._journey.name]]
            self._recoveries = {(first, cut): await bench.instants_of_recovery(first, power=cut) for first, cut in pairs}
        else:
            self._visits = {behaviour: await bench.instants(behaviour) for behaviour in self._journey.behaviours}
        self.known.set()

    def deaths(self) -> list[Point]:
        if self._twice:
            return second_deaths(self._recoveries, next(iter(self._journey.behaviours)))
        return deaths(self._journey, self._visits, kill=False in self._cuts, power=True in self._cuts)


async def work(
    number: int, folder: Path, points: trio.MemoryReceiveChannel[Point], tally: Tally, asked: argparse.Namespace,
    learned: Learned,
) -> None:  # fmt: skip
    """One hall: takes points until there are none."""
    wishes = Wishes(terminals=(f"bz-{number:02d}",), speed=SPEED, blanks=MANY_BLANKS, population=POPULATION)
    async with open_hall(wishes) as hall:
        bench = Bench(hall, folder, JOURNEYS[asked.journey])
        if number == 1:
            await learned.learn(bench)
        try:
            async with points:
                async for point in points:
                    await one(bench, point, tally, told=asked.list)
        finally:
            bench.nest.close()


async def one(bench: Bench, point: Point, tally: Tally, *, told: bool) -> None:
    began = time.monotonic()
    fresh = tally.points % EIGHTH == 0
    tally.points += 1
    try:
        evidence, folder = await bench.die(point, fresh=fresh)
    except NotAsMeant as error:
        tally.violations.append(f"{point}: invariant 7: {error}; kept: {bench.folder_of_point(point)}")
        return
    tally.ready_s.append(evidence.told["ready_s"] - evidence.told["up_s"])
    if fresh:
        tally.start_up_s.append(evidence.told["up_s"])
    if not evidence.reached:
        tally.not_reached.append(str(point))
    about_money = broken_purse if bench.journey.name == TOP_UP else broken_paper
    wrong = [*broken(evidence), *about_money(evidence)]
    tally.violations += [f"{point}: {words}; kept: {folder}" for words in wrong]
    if not wrong:
        shutil.rmtree(folder, ignore_errors=True)
    if told:
        sys.stdout.write(f"{point}: {'; '.join(wrong) or 'holds'} ({time.monotonic() - began:.1f} s)\n")
        sys.stdout.flush()
