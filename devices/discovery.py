"""The serial port of a USB machine by its vendor and product id: /dev/ttyUSB numbers change with the order of plugging."""
from __future__ import annotations

import re
from dataclasses import dataclass

import trio
from serial.tools import list_ports

from devices.wire import SerialWire, WireGone


@dataclass(frozen=True)
class UsbId:
    """Which machine on the USB: `serial` None = there is only one of them."""

    vid: int
    pid: int
    serial: str | None = None

    @classmethod
    def parse(cls, text: str) -> UsbId:
        """`VID:PID[:SERIAL]`, VID and PID in four hex digits. Raises ValueError."""
        match = re.fullmatch(r"([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::(.+))?", text)
        if match is None:
            raise ValueError(text)
        return cls(int(match[1], 16), int(match[2], 16), match[3])

    def __str__(self) -> str:
        return f"{self.vid:04x}:{self.pid:04x}" + (f":{self.serial}" if self.serial is not None else "")


def serial_port_of(machine: UsbId) -> str:
    """The path of its port, e.g. /dev/ttyUSB0. Raises WireGone where there is none, or more than one."""
    try:
        seen = list_ports.comports()
    except (OSError, TypeError, ValueError) as error:  # pyserial trips over a port that goes while it looks
        raise WireGone(f"the serial ports could not be listed: {error}") from error
    ports = [
        port.device
        for port in seen
        if (port.vid, port.pid) == (machine.vid, machine.pid) and machine.serial in (None, port.serial_number)
    ]
    if not ports:
        raise WireGone(f"no serial port of a USB machine {machine}")
    if len(ports) > 1:
        raise WireGone(f"{len(ports)} serial ports of USB machines {machine}: {', '.join(sorted(ports))}")
    return str(ports[0])


async def open_serial_of(machine: UsbId, baud: int) -> SerialWire:
    """Looked for anew at every opening, so that a machine plugged in elsewhere is found again. Raises WireGone."""
    path = await trio.to_thread.run_sync(serial_port_of, machine)
    return await SerialWire.open(path, baud)
