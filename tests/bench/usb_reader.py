"""Runs under the emulated USB (tests/devices/usb/hall.py): `python -m tests.bench.usb_reader HAND`. Says in one line of JSON how
long each reading took, in seconds, and how many bytes came."""
from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import trio

from devices.id_reader.driver import IdReader
from devices.serving import control
from devices.usb_wire import UsbWire
from devices.wire import Wire
from tests.bench.id_card import CountingWire

READINGS = 9


async def readings(hand: Path) -> dict[str, str]:
    wire = CountingWire(await UsbWire.open(0x0400, 0xC35A))

    async def opened() -> Wire:
        return wire

    reader, took = IdReader(opened), []
    await reader.sam_status()
    before = wire.received
    for _ in range(READINGS):
        await control(hand, do="lay")
        began = trio.current_time()
        await reader.read()
        took.append(trio.current_time() - began)
        await control(hand, do="lift")
    await wire.aclose()
    return {"took_s": json.dumps(took), "bytes": str((wire.received - before) // READINGS)}


if __name__ == "__main__":
    print(json.dumps(trio.run(partial(readings, Path(sys.argv[1])))))
