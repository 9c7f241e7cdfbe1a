"""`./run tear`: a top-up torn at every exchange with the card, in every way, and resumed; every fen has to be somewhere.

Each tear is a world of its own under a virtual clock: two terminals, the centre, its bank, the card. The terminals are killed
between any two APDUs, too. Exit codes: 0 nothing lost, nothing made, nothing left open · 1 something was."""
from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator

from tests.tear.station import How
from tests.tear.world import Cut, Found, run_cut


def cuts(exchanges: int, every: int = 1) -> list[Cut]:
    return [
        Cut(at, how, elsewhere) for at in range(0, exchanges, every) for how in How for elsewhere in (False, True)
    ]  # fmt: skip


def results(wanted: list[Cut], processes: int) -> Iterator[tuple[Cut, Found]]:
    if processes <= 1:
        yield from ((cut, run_cut(cut)) for cut in wanted)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from zip(wanted, pool.imap(run_cut, wanted), strict=True)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run tear", description=__doc__)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth exchange")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args(arguments)
    began = time.monotonic()
    whole = run_cut(Cut(None))
    if not whole.good:
        print(f"without any tear: {whole}", file=sys.stderr)
        return 1
    lost = made = tears = bad = 0
    for cut, found in results(cuts(len(whole.exchanges), asked.every), asked.processes):
        tears += found.happened
        lost, made = lost + found.lost, made + found.made
        if not found.good or not found.happened:
            bad += 1
            print(f"{cut}: {found}")
    print(f"a top-up of {len(whole.exchanges)} exchanges, {time.monotonic() - began:.0f} s")
    print(f"{tears} tears, {lost} fen lost, {made} fen made")
    return 1 if lost or made or bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
