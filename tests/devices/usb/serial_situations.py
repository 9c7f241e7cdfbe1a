"""Runs in a process of its own (hall.py): serial ports found by the ids of their USB machines, through pyserial's own list."""
from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import pytest
import trio

from devices.discovery import UsbId, open_serial_of, serial_port_of
from devices.id_reader.driver import IdReader
from devices.serving import control
from devices.wire import WireGone

ADAPTER = UsbId(0x10C4, 0xEA60, "CRT0001")


async def main(hand: Path) -> None:
    do = partial(control, hand)
    reader = IdReader(partial(open_serial_of, ADAPTER, 115_200))
    number = await reader.sam_number()
    assert serial_port_of(ADAPTER) == "/dev/ttyUSB0"
    assert serial_port_of(UsbId(0x10C4, 0xEA60, "CRT0002")) == "/dev/ttyUSB1"
    with pytest.raises(WireGone, match="2 serial ports of USB machines 10c4:ea60: /dev/ttyUSB0, /dev/ttyUSB1"):
        serial_port_of(UsbId(0x10C4, 0xEA60))
    with pytest.raises(WireGone, match="no serial port of a USB machine 0400:c35a"):
        serial_port_of(UsbId(0x0400, 0xC35A))
    await do(do="move")
    with pytest.raises(WireGone):
        await reader.sam_number()
    assert serial_port_of(ADAPTER) == "/dev/ttyUSB7"
    assert await reader.sam_number() == number
    await reader.aclose()
    print(json.dumps({"all": ""}))


if __name__ == "__main__":
    trio.run(main, Path(sys.argv[1]))
