"""`./run update-cuts`: an update and a bundle, the power cut at every operation on the disk: what starts then?"""
from __future__ import annotations

import argparse
import sys

from tests.updates.cuts import STORIES, cut, operations

NO_START = "does not start"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run update-cuts", description=__doc__)
    parser.add_argument("--seeds", type=int, default=12, help="ways to lose what was not synced, at each operation (default 12)")
    parser.add_argument("--story", choices=[story.name for story in STORIES], default=None)
    given = parser.parse_args(arguments)
    cuts = stuck = unverified = otherwise = 0
    for story in STORIES:
        if given.story not in (None, story.name):
            continue
        steps = operations(story)
        for at in range(1, len(steps) + 1):
            for seed in range(given.seeds):
                wrong = cut(story, at, seed)
                cuts += 1
                stuck += any(one == NO_START for one in wrong)
                unverified += any(one.startswith("unverified") for one in wrong)
                otherwise += bool(wrong)
                for one in wrong:
                    print(f"{story.name}, cut at {at} ({steps[at - 1]}), seed {seed}: {one}")
        print(f"{story.name}: {len(steps)} operations on the disk", flush=True)
    print(f"{cuts} cuts, {stuck} terminals that do not start, {unverified} unverified files run")
    return 1 if stuck or unverified or otherwise else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
