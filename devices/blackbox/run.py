"""`./run replay FILE`: every call of a black box made again, on the drivers of this machine, in virtual time. Moves nothing.

The last line is `N calls, S as then, D otherwise, L left out`. Exit codes: 0 all as then · 1 some otherwise · 2 no black box."""
from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

import trio
import trio.testing

from devices.blackbox.file import Box, NoBlackBox, read
from devices.blackbox.replay import NotReplayable, Replayed, replay

WIDEST = 100


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./run replay", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )  # fmt: skip
    parser.add_argument("file", type=Path)
    parser.add_argument("--device", help="only this machine: id_reader, card_printer, receipt_printer, scanner")
    parser.add_argument("--only-otherwise", action="store_true", help="show only the calls that end otherwise today")
    asked = parser.parse_args(arguments)
    try:
        box = read(asked.file)
    except (NoBlackBox, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{box.head.get('terminal')}, exported {box.head.get('exported')}\n")
    done = [one for device in _devices(box, asked.device) for one in _replayed(box, device)]
    for one in sorted(done, key=lambda one: one.call.at):
        if not asked.only_otherwise or not (one.same or one.left_out):
            sys.stdout.write(told(one))
    same, left_out = sum(one.same for one in done), sum(bool(one.left_out) for one in done)
    otherwise = len(done) - same - left_out
    sys.stdout.write(f"{len(done)} calls, {same} as then, {otherwise} otherwise, {left_out} left out\n")
    return 1 if otherwise else 0


def _devices(box: Box, only: str | None) -> list[str]:
    return sorted({entry.device for entry in box.traffic if only in (None, entry.device)})


def _replayed(box: Box, device: str) -> list[Replayed]:
    entries = [entry for entry in box.traffic if entry.device == device]
    name = str(box.head.get("machines", {}).get(device, ""))
    try:
        return trio.run(partial(replay, device, name, entries), clock=trio.testing.MockClock(autojump_threshold=0))
    except NotReplayable as error:
        sys.stdout.write(f"{error}\n")
        return []


def told(one: Replayed) -> str:
    call = one.call
    mark = "left out " if one.left_out else "as then  " if one.same else "OTHERWISE"
    line = f"{call.at:12.3f}  {mark}  {call.device}.{call.name}({', '.join(call.arguments)})  {call.answer[:WIDEST]}\n"
    if one.left_out:
        line += f"{'':14}{one.left_out}\n"
    elif not one.same:
        line += f"{'':14}today: {one.now[:WIDEST]}\n"
    return line
