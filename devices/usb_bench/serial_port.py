"""A USB serial adapter as far as pyserial's port list looks at one (facts/devices.md 10.4): its place below /sys, and a node
that leads to a pty. The preloaded library insists on a socket for the node; every call on it is left to the pty."""
from __future__ import annotations

from pathlib import Path

import trio

_MESSAGE_BYTES = 24
_DO_IT_YOURSELF = (3).to_bytes(8, "little") + (2**64 - 100).to_bytes(8, "little") + bytes(8)  # facts/devices.md 10.2.4


async def serve_nodes(root: Path, name: str, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
    """The socket for /dev/<name>, until cancelled; longer than any program that opens the node."""
    place = root / "ioctl/dev" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    listening = trio.socket.socket(trio.socket.AF_UNIX, trio.socket.SOCK_STREAM)
    await listening.bind(str(place))
    listening.listen(8)
    task_status.started()
    await trio.serve_listeners(_leave_alone, [trio.SocketListener(listening)])


async def _leave_alone(stream: trio.SocketStream) -> None:
    heard = 0
    async for data in stream:
        heard += len(data)
        while heard >= _MESSAGE_BYTES:
            heard -= _MESSAGE_BYTES
            await stream.send_all(_DO_IT_YOURSELF)


def plug_in_adapter(root: Path, pty_path: Path, *, name: str, socket_number: int, vid: int, pid: int, serial: str) -> None:
    """Put /dev/<name>, e.g. ttyUSB0, and what /sys says of it below `root`."""
    bus_name = f"1-{socket_number}"
    device = root / "sys/devices/pci0000:00/usb1" / bus_name
    interface = device / f"{bus_name}:1.0"
    port = interface / name
    (port / "tty" / name).mkdir(parents=True)
    attributes = {
        "bNumInterfaces": "1",  # pyserial's list fails with TypeError without it
        "idVendor": f"{vid:04x}",
        "idProduct": f"{pid:04x}",
        "serial": serial,
        "manufacturer": "Simulated",
        "product": "Serial adapter",
    }
    for attribute, value in attributes.items():
        (device / attribute).write_text(value + "\n", "ascii")
    for folder in ("sys/bus/usb-serial", "sys/class/tty", "dev"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (port / "subsystem").symlink_to("../../../../../../bus/usb-serial")
    (port / "tty" / name / "device").symlink_to(f"../../../{name}")
    (root / "sys/class/tty" / name).symlink_to(f"../../devices/pci0000:00/usb1/{bus_name}/{bus_name}:1.0/{name}/tty/{name}")
    (root / "dev" / name).symlink_to(pty_path)


def unplug_adapter(root: Path, *, name: str) -> None:
    """The port is no longer there; its pty goes with whoever serves it."""
    (root / "dev" / name).unlink()
    (root / "sys/class/tty" / name).unlink()
