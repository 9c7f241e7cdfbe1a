"""A terminal in a process of its own that powers one card up and tells what it saw: `python -m tests.card.look_once READER`."""
from __future__ import annotations

import argparse
import sys

import trio

from card.pcsc import PcscStation, reader_names
from card.transport import atr_of
from tests.hall.process import die_with_parent, say_ready

SEEN_WITHIN_S = 10.0


async def look(reader: str, ready: int) -> None:
    async with PcscStation(reader, seen_within_s=SEEN_WITHIN_S).power_up() as chip:
        atr = atr_of(chip)
    say_ready(ready, {"readers": reader_names(), "atr": atr.hex() if atr is not None else None})


def main(arguments: list[str]) -> None:
    die_with_parent()
    parser = argparse.ArgumentParser()
    parser.add_argument("reader")
    parser.add_argument("--ready", type=int, required=True)
    asked = parser.parse_args(arguments)
    trio.run(look, asked.reader, asked.ready)


if __name__ == "__main__":
    main(sys.argv[1:])
