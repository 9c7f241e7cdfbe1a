"""`./run tear`: top-ups and purchases torn at every exchange with a chip, in every way, and resumed; where is every fen?

Each top-up is a world of its own under a virtual clock: two terminals, the centre, its bank, the card. The terminals are killed
between any two APDUs, too. The column in which the PC/SC service dies runs in real time at a pcscd of its own with vpcd readers.
Exit codes: 0 nothing lost, nothing made, nothing left open · 1 something was · 3 no private pcscd can be started here."""
from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import trio

from tests.card.private_pcscd import why_not
from tests.tear.cuts import Cut, cuts
from tests.tear.purchase import run_purchase
from tests.tear.service import a_service
from tests.tear.station import OF_THE_SERVICE, How
from tests.tear.world import run_cut

VIRTUAL = tuple(how for how in How if how not in OF_THE_SERVICE)


class Outcome(Protocol):
    @property
    def lost(self) -> int: ...
    @property
    def made(self) -> int: ...
    @property
    def good(self) -> bool: ...
    @property
    def happened(self) -> bool: ...
    @property
    def exchanges(self) -> tuple[int, ...]: ...


@dataclass
class Tally:
    tears: int = 0
    lost: int = 0
    made: int = 0
    bad: list[str] = field(default_factory=list)

    def add(self, what: str, cut: Cut, found: Outcome) -> None:
        self.tears += found.happened
        self.lost += found.lost
        self.made += found.made
        if not (found.good and found.happened):
            self.bad.append(f"{what}, {cut}: {found}")

    @property
    def line(self) -> str:
        return f"{self.tears} tears, {self.lost} fen lost, {self.made} fen made"


def results(tear: Callable[[Cut], Outcome], wanted: Sequence[Cut], processes: int) -> Iterator[tuple[Cut, Outcome]]:
    if processes <= 1:
        yield from ((cut, tear(cut)) for cut in wanted)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from zip(wanted, pool.imap(tear, wanted), strict=True)


def column(
    what: str, tear: Callable[[Cut], Outcome], ways: Sequence[How], tally: Tally, asked: argparse.Namespace, processes: int = 1
) -> None:
    began = time.monotonic()
    whole = tear(Cut(None))
    if not whole.good:
        tally.bad.append(f"{what}, without any tear: {whole}")
        return
    wanted, before = cuts(len(whole.exchanges), ways, asked.first, asked.every), tally.tears
    for cut, found in results(tear, wanted, processes):
        tally.add(what, cut, found)
    names = ", ".join(how.value for how in ways)
    done = f"{what} of {len(whole.exchanges)} exchanges: {tally.tears - before} tears ({names}), {time.monotonic() - began:.0f} s"
    print(done, flush=True)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run tear", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--first", type=int, default=0, metavar="A", help="from exchange A (the first one is 0)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth exchange")
    parser.add_argument("--columns", choices=("all", "virtual", "service"), default="all", help="service: pcscd dies")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(arguments)
    if asked.every < 1 or asked.first < 0:
        parser.error("--every is 1 or more, --first 0 or more")
    tally, reason = Tally(), None
    if asked.columns != "service":
        column("a top-up", run_cut, VIRTUAL, tally, asked, asked.processes)
        column("a purchase", run_purchase, VIRTUAL, tally, asked)
    if asked.columns != "virtual" and (reason := why_not()) is None:
        with a_service() as service:
            column("a top-up", lambda cut: trio.run(service.top_up, cut), OF_THE_SERVICE, tally, asked)
            column("a purchase", lambda cut: trio.run(service.purchase, cut), OF_THE_SERVICE, tally, asked)
    for words in tally.bad:
        print(words)
    print(tally.line)
    if reason is not None:
        print(f"not torn by the PC/SC service: {reason}", file=sys.stderr)
    if tally.bad or not tally.tears:
        return 1
    return 0 if reason is None else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
