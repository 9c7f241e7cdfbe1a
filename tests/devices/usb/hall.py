"""The simulated reader at an emulated USB, and the program under test in a process of its own with the real libusb."""
from __future__ import annotations

import ctypes.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import trio

from devices.id_reader.bench import BenchHand
from devices.id_reader.model import ReaderModel
from devices.id_reader.simulator import IdReaderSimulator
from devices.serving import serve_control
from devices.usb_bench.descriptors import Identity, Style
from devices.usb_bench.port import UsbPort
from tests.devices.id_reader.people import OLD_LADY_CARD

PRELOAD = "libumockdev-preload.so.0"
PROJECT = Path(__file__).parents[3]
CHIP_SPEED = 10.0
PATIENCE_S = 30.0
TWIN = Identity(strings=("Simulated", "ID card reader", "0002"))


def _loads(library: str | None) -> bool:
    try:
        return library is not None and bool(ctypes.CDLL(library))
    except OSError:
        return False


_PRESENT = _loads(ctypes.util.find_library("usb-1.0")) and any(
    (folder / PRELOAD).exists() for folder in Path("/usr/lib").glob("*-linux-gnu*")
)
needs_emulation = pytest.mark.skipif(
    not _PRESENT, reason=f"needs {PRELOAD} and libusb-1.0: Debian packages libumockdev0 and libusb-1.0-0"
)


class Hand(BenchHand):
    """The bench's hand, and what only this test does to a reader and its plug."""

    def __init__(self, simulator: IdReaderSimulator, port: UsbPort, twin: UsbPort) -> None:
        super().__init__(simulator, port)  # type: ignore[arg-type]  # plugged, unplug, replug: all it uses
        self._usb, self._twin, self._machine = port, twin, simulator

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        match request["do"]:
            case "lay":
                self._machine.model.lay(OLD_LADY_CARD)
            case "twin":
                (self._twin.replug if request["plugged"] else self._twin.unplug)()
            case "deaf":
                self._usb.set_deaf(request["deaf"])
            case _:
                return super().handle(request)
        return {}


def run_program(program: str, styles: Sequence[Style], chip_speed: float = CHIP_SPEED) -> dict[Style, dict[str, str]]:
    """Run it against a plugged-in reader of each style, all at once. What it says of each situation: "" = as it should be."""
    said: dict[Style, dict[str, str]] = {}

    async def run_one(style: Style) -> None:
        said[style] = await _run(program, style, chip_speed)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            for style in styles:
                nursery.start_soon(run_one, style)

    trio.run(main)
    return said


async def _run(program: str, style: Style, chip_speed: float) -> dict[str, str]:
    with tempfile.TemporaryDirectory(prefix="usb") as folder:  # short: a socket's path has at most 107 bytes
        root, hand = Path(folder), Path(folder) / "hand"
        simulator, twin_simulator = IdReaderSimulator(ReaderModel(speed=chip_speed)), IdReaderSimulator()
        async with trio.open_nursery() as nursery:
            port, twin = UsbPort(root, style), UsbPort(root, style, TWIN, socket_number=2)
            simulator.line = port
            nursery.start_soon(port.run, simulator)
            nursery.start_soon(twin.run, twin_simulator)
            port.replug()
            await nursery.start(serve_control, hand, Hand(simulator, port, twin).handle)
            said = await run_emulated(root, program, str(hand))
            port.unplug()
            twin.unplug()
            nursery.cancel_scope.cancel()
    return said


async def run_emulated(root: Path, program: str, *arguments: str) -> dict[str, str]:
    """The program, as a module, with /sys and /dev of `root`."""
    ended = None
    with trio.move_on_after(PATIENCE_S):
        ended = await trio.run_process(
            [sys.executable, "-m", program, *arguments],
            env={**os.environ, "LD_PRELOAD": PRELOAD, "UMOCKDEV_DIR": str(root)},
            cwd=PROJECT,
            capture_stdout=True,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended is None:
        pytest.fail(f"{program} did not end in {PATIENCE_S} s")
    said = ended.stdout.decode(errors="replace")
    assert ended.returncode == 0, f"{program} ended with {ended.returncode}:\n{said}"
    return dict(json.loads(said.splitlines()[-1]))
