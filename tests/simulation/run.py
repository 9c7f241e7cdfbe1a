"""`./run simulate`: worlds under seeds, and whether the seven invariants hold in each.

Exit codes: 0 all held · 1 an invariant broke · 3 sabotage that only cost in-doubt incidents (never 0 under sabotage)."""
from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from tests.simulation.sabotage import SABOTAGES, Sabotage, broken
from tests.simulation.world import Result, Setting, run_world, setting_of

WORLDS, SABOTAGED_WORLDS = 100, 24
FEW = 5                      # seeds and incidents shown of each kind


@dataclass
class Tally:
    worlds: int = 0
    visits: int = 0
    cuts: int = 0
    doubts: int = 0
    violations: dict[str, list[int]] = field(default_factory=dict)
    incidents: Counter[str] = field(default_factory=Counter)

    def add(self, result: Result) -> None:
        self.worlds += 1
        self.visits += result.visits
        self.cuts += result.cuts
        self.doubts += result.doubts
        self.incidents.update(result.incidents)
        for what, _ in result.violations:
            self.violations.setdefault(what, []).append(result.seed)

    @property
    def invariants(self) -> list[str]:
        return sorted({what[0] for what in self.violations})


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, metavar="N", help=f"how many worlds (default {WORLDS})")
    parser.add_argument("--from", type=int, default=0, dest="first_seed", metavar="K", help="the first seed (default 0)")
    parser.add_argument("--seed", type=int, metavar="K", help="one world, with everything that happened in it")
    names = sorted(SABOTAGES)
    parser.add_argument("--sabotage", choices=names, metavar="NAME", help=f"break one line: {', '.join(names)}")
    parser.add_argument("--first", action="store_true", help="stop at the first world where an invariant breaks")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once (default 1)")
    asked = parser.parse_args(arguments)
    sabotage = SABOTAGES[asked.sabotage] if asked.sabotage else None
    if asked.seed is not None:
        return one(asked.seed, sabotage)
    worlds = asked.seeds or (SABOTAGED_WORLDS if sabotage else WORLDS)
    return many(range(asked.first_seed, asked.first_seed + worlds), sabotage, first=asked.first, jobs=asked.jobs)


def one(seed: int, sabotage: Sabotage | None) -> int:
    """Replay: every event, then what was wrong in full."""
    with broken(sabotage):
        result = run_world(setting_for(seed, sabotage), keep_trace=True)
    print("\n".join(result.lines))
    for what, details in result.violations:
        print(f"\n{what}\n{details}")
    tally = Tally()
    tally.add(result)
    print(f"seed {seed}: trace {result.trace}, {result.events} events, {len(result.violations)} violations")
    return verdict(tally, sabotage)


def many(seeds: Iterable[int], sabotage: Sabotage | None, *, first: bool, jobs: int) -> int:
    began, tally = time.perf_counter(), Tally()
    for result in results(seeds, sabotage, jobs):
        tally.add(result)
        if first and result.violations:
            break
    for what, where in sorted(tally.violations.items()):
        distinct = sorted(set(where))
        print(f"  {what}: {len(distinct)} worlds, seeds {' '.join(map(str, distinct[:FEW]))}")
    code = verdict(tally, sabotage)
    count, rate = sum(map(len, tally.violations.values())), tally.visits / (time.perf_counter() - began)
    print(
        f"{tally.worlds} worlds, {tally.visits} visits, {tally.cuts} cuts, {tally.doubts} in doubt, "
        f"{count} violations, {rate:.1f} visits/s"
    )
    return code


def results(seeds: Iterable[int], sabotage: Sabotage | None, jobs: int) -> Iterator[Result]:
    work = partial(in_this_process, name=sabotage.name if sabotage else None)
    if jobs <= 1:
        yield from map(work, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(work, seeds)


def in_this_process(seed: int, name: str | None) -> Result:
    sabotage = SABOTAGES[name] if name else None
    with broken(sabotage):
        return run_world(setting_for(seed, sabotage))


def setting_for(seed: int, sabotage: Sabotage | None) -> Setting:
    setting = setting_of(seed)
    return sabotage.where_it_hurts(setting) if sabotage else setting


def verdict(tally: Tally, sabotage: Sabotage | None) -> int:
    """What the run says of itself: under sabotage, which invariant caught it, and whether it was the right one."""
    if sabotage is None:
        return 1 if tally.violations else 0
    if sabotage.harmless:
        print(f"sabotage {sabotage.name} can only cost doubts: {sabotage.harmless}")
        for words, count in tally.incidents.most_common(FEW):
            print(f"  incident x{count}: {words}")
        return 1 if tally.violations else 3
    caught = sabotage.invariant in tally.invariants and "0" not in tally.invariants
    print(f"sabotage {sabotage.name}: {'caught by' if caught else 'NOT caught by'} invariant {sabotage.invariant}; "
          f"broken: {', '.join(tally.invariants) or 'none'}")  # fmt: skip
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
