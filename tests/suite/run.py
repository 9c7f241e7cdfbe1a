"""Everything CI runs: style, types, floors, tests, contracts, fuzzing, kills, torn cards and simulated worlds."""
from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor

from tests.suite.check import STEPS as CHECKS
from tests.suite.steps import Count, Step, contract_line, figures_line, fuzz_line, pytest_line, python, tear_line

ROOMS = {
    "tests of the terminal": ("tests/kiosk",),
    "tests of the centre": ("tests/remote", "tests/console", "tests/fleet"),
    "tests of worlds and deaths": ("tests/simulation", "tests/kill", "tests/tear", "tests/bench"),
}
"""Folders that are tested in a process each, the longest first: whichever lane is free takes the next. Whatever else there is,
now or later, is one more."""
REST = tuple(f"--ignore={folder}" for folders in ROOMS.values() for folder in folders)

STEPS = (
    *(Step(name, python("-m", "pytest", *folders), pytest_line) for name, folders in ROOMS.items()),
    Step("all other tests", python("-m", "pytest", *REST), pytest_line),
    Step("contract", python("main.py", "contract"), contract_line),
    Step("fuzz", python("main.py", "fuzz", "--seconds", "10", "--executions", "5000"), fuzz_line),
    Step("kill", python("main.py", "kill", "--every", "25"), figures_line),
    Step("tear", python("main.py", "tear", "--columns", "service", "--first", "4", "--every", "3"), tear_line),
    Step("simulate", python("main.py", "simulate", "--seeds", "12", "--jobs", "2"), figures_line),
)


SIDE_BY_SIDE = 2
"""Steps at a time, each in processes of its own: most of them use one core."""


def main(arguments: list[str]) -> int:
    argparse.ArgumentParser(prog="./run test", description=__doc__).parse_args(arguments)
    counts = [(step, step.run()) for step in CHECKS]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as lanes:
        counts += zip(STEPS, lanes.map(lambda step: step.run(aside=True), STEPS), strict=True)
    sys.stdout.write("\n")
    for step, count in counts:
        sys.stdout.write(f"{step.name:<24} {count}\n")
    total = sum((count for _, count in counts), Count(0, 0))
    sys.stdout.write(f"\n{total}\n")
    return 1 if total.failed else 0
