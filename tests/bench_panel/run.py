"""The bench panel of a running hall."""
from __future__ import annotations

import argparse
from pathlib import Path

import trio

from tests.bench_panel.compose import DESIGN


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run panel", description=__doc__)
    parser.add_argument("--hall", type=Path, required=True, help="the hall's work folder, as ./run hall prints it")
    parser.add_argument("--size", default=f"{DESIGN[0]:.0f}x{DESIGN[1]:.0f}", metavar="WxH", help="pixels")
    parser.add_argument("--at", default="", metavar="X,Y", help="left upper corner on the desktop")
    parser.add_argument("--shot", type=Path, help="save a picture and go")
    asked = parser.parse_args(arguments)
    width, height = map(int, asked.size.split("x"))
    left, top = map(int, asked.at.split(",")) if asked.at else (None, None)

    from tests.bench_panel.window import Panel, prepare

    prepare(width, height, left, top)
    trio.run(Panel(asked.hall.resolve()).run, asked.shot)
    return 0
