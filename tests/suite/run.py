"""Everything CI runs: style, types, floors, tests, the contract of every machine, some fuzzing, kills and simulated worlds."""
from __future__ import annotations

import argparse
import sys

from tests.suite.check import STEPS as CHECKS
from tests.suite.steps import Count, Step, contract_line, figures_line, fuzz_line, pytest_line, python

STEPS = (
    *CHECKS,
    Step("tests", python("-m", "pytest"), pytest_line),
    Step("contract", python("main.py", "contract"), contract_line),
    Step("fuzz", python("main.py", "fuzz", "--seconds", "10", "--executions", "5000"), fuzz_line),
    Step("kill", python("main.py", "kill", "--every", "25"), figures_line),
    Step("simulate", python("main.py", "simulate", "--seeds", "12", "--jobs", "2"), figures_line),
)


def main(arguments: list[str]) -> int:
    argparse.ArgumentParser(prog="./run test", description=__doc__).parse_args(arguments)
    counts = [(step, step.run()) for step in STEPS]
    sys.stdout.write("\n")
    for step, count in counts:
        sys.stdout.write(f"{step.name:<24} {count}\n")
    total = sum((count for _, count in counts), Count(0, 0))
    sys.stdout.write(f"\n{total}\n")
    return 1 if total.failed else 0
