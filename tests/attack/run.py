"""Attack the centre's public interface and its pages over HTTP. The last line says `N requests, 0 server errors, 0 unauthorised
effects` or how many; exit code 1 on any."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from remote.central.access.sessions import open_session
from remote.central.times import beijing_now
from tests.attack import described, forms, identity, odd
from tests.attack.target import Target, attacked

SHOWN = 20


def by_hand(target: Target, chance: random.Random, much: int) -> None:
    """Everything but the description: `much` operations of each kind."""
    identity.attack(target, chance, much)
    identity.attack_again(target, chance, 4 * much)
    odd.attack_bodies(target, chance, much)
    odd.attack_methods(target, chance, much)
    odd.attack_raw(target)
    for cookie in (None, target.cookie):
        with target.nothing_changes("path tricks"):
            odd.attack_paths(target, cookie)
    forms.attack(target, chance, max(1, much // 3))
    technician = open_session(target.centre.engine, "wang", "password", beijing_now())
    forms.attack_acts_of_technician(target, technician, chance, much)


def by_description(target: Target, chance: random.Random, few: int, examples: int, mode: str) -> None:
    for operation in chance.sample(described.operations(target), few):
        described.attack(target, operation, mode, examples, chance.randrange(2**32))


def last_line(target: Target) -> str:
    return f"{target.requests} requests, {len(target.server_errors)} server errors, {len(target.effects)} unauthorised effects"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run attack", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    ends, number = time.monotonic() + given.minutes * 60, given.seed
    with tempfile.TemporaryDirectory(prefix="attack-") as folder, attacked(Path(folder)) as target:
        forms.attack_sessions(target)
        everything = described.operations(target)
        while time.monotonic() < ends:
            chance = random.Random(number)
            by_hand(target, chance, 6)
            for operation in chance.sample(everything, len(everything)):
                if time.monotonic() >= ends:
                    break
                for mode in described.MODES:
                    described.attack(target, operation, mode, 12, chance.randrange(2**32))
                described.attack(target, operation, "allowed", 3, chance.randrange(2**32), is_signed=False)
            number += 1
            sys.stdout.write(f"{last_line(target)}\n")
            sys.stdout.flush()
        for told in [*target.server_errors[:SHOWN], *target.effects[:SHOWN]]:
            sys.stdout.write(f"  {told[:600]}\n")
        sys.stdout.write(f"{last_line(target)}\n")
    return 1 if target.server_errors or target.effects else 0
