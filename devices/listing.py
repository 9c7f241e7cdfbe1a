"""What the kernel says is plugged in: serial ports, USB machines, cameras. Nothing is opened or asked."""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trio
import usb.core
import usb.util
from serial.tools import list_ports

PRINTER_CLASS, IPP_OVER_USB = 0x07, 0x04  # USB printer class, protocol of IPP over USB


@dataclass(frozen=True)
class SerialPort:
    """`path` is the name that does not change with the order of plugging, where there is one."""

    path: str
    device: str
    what: str
    usb_id: tuple[int, int] | None


@dataclass(frozen=True)
class UsbMachine:
    usb_id: tuple[int, int]
    what: str
    is_ipp_printer: bool


@dataclass(frozen=True)
class VideoDevice:
    path: str
    what: str


class NotListed(Exception):
    """The list could not be had; the text says why."""


async def serial_ports() -> list[SerialPort]:
    """Raises NotListed."""
    return await trio.to_thread.run_sync(_serial_ports)


def _serial_ports(by_id: Path = Path("/dev/serial/by-id")) -> list[SerialPort]:
    try:
        seen = list_ports.comports()
    except (OSError, TypeError, ValueError) as error:  # pyserial trips over a port that goes while it looks
        raise NotListed(f"serial ports: {error}") from error
    steady = {str(link.resolve()): str(link) for link in sorted(by_id.glob("*"))}
    return [
        SerialPort(
            steady.get(port.device, port.device),
            port.device,
            port.description if port.description != "n/a" else "",
            (port.vid, port.pid) if port.vid is not None else None,
        )
        for port in sorted(seen)
    ]


async def usb_machines() -> list[UsbMachine]:
    """Raises NotListed, also where libusb is not installed."""
    return await trio.to_thread.run_sync(_usb_machines)


def _usb_machines() -> list[UsbMachine]:
    try:
        return [_usb_machine(device) for device in usb.core.find(find_all=True)]
    except (usb.core.NoBackendError, usb.core.USBError) as error:
        raise NotListed(f"USB: {error}") from error


def _usb_machine(device: Any) -> UsbMachine:
    interfaces = [interface for configuration in device for interface in configuration]
    ipp = any((one.bInterfaceClass, one.bInterfaceProtocol) == (PRINTER_CLASS, IPP_OVER_USB) for one in interfaces)
    classes = ", ".join(sorted({f"class {one.bInterfaceClass:02x}" for one in interfaces}))
    return UsbMachine((device.idVendor, device.idProduct), _name(device) or classes, ipp)


def _name(device: Any) -> str:
    try:
        parts = (usb.util.get_string(device, device.iManufacturer), usb.util.get_string(device, device.iProduct))
    except (usb.core.USBError, ValueError, NotImplementedError):  # no permission to open it: the kernel still lists it
        return ""
    return " ".join(part for part in parts if part)


def video_devices(root: Path = Path("/")) -> list[VideoDevice]:
    """V4L2 nodes by their steady name where there is one; one camera may have several."""
    steady = {str(link.resolve()): str(link) for link in sorted((root / "dev/v4l/by-id").glob("*"))}
    found = []
    for node in sorted((root / "dev").glob("video[0-9]*")):
        name = root / "sys/class/video4linux" / node.name / "name"
        found.append(VideoDevice(steady.get(str(node), str(node)), name.read_text().strip() if name.is_file() else ""))
    return found
