"""`./run fleet`: simulated terminals as real clients of a real centre, with lost packets, reconnect storms, deaths."""
from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from pathlib import Path

import trio

from tests.fleet.story import Fleet, Plan, say


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run fleet", description=__doc__)
    parser.add_argument("--terminals", type=int, default=5000)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--lost", type=float, default=0.05, help="share of calls that get lost, there or back")
    parser.add_argument("--killed", type=int, default=20)
    parser.add_argument("--frozen", type=int, default=20)
    parser.add_argument("--facts-every", type=float, default=60.0, help="seconds between two journeys of one terminal")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    if asked.minutes < 2.5 or asked.terminals < asked.killed + asked.frozen:
        parser.error("expected at least 2.5 minutes (a silent terminal is down after 45 s), and no more dead than terminals")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    plan = Plan(
        asked.terminals, asked.minutes * 60, asked.lost, asked.killed, asked.frozen, facts_every_s=asked.facts_every,
        seed=asked.seed,
    )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        told = trio.run(Fleet(plan, Path(folder)).run)
    for name in told.false_downs[:20]:
        say(f"false: {name}")
    for name in told.undetected[:20]:
        say(f"not seen: {name}")
    say(f"{told.connects} connects, {told.dropped} calls lost on the way")
    sys.stdout.write(told.line() + "\n")
    return 0 if told.good else 1
