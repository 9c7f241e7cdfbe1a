"""The part of /sys and /dev that libusb and libudev look at, for one USB machine on bus 1 (facts/devices.md 10.2.2),
and the news of it (10.2.8)."""
from __future__ import annotations

import contextlib
import shutil
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from devices.usb_bench.descriptors import Identity, Style, configuration_descriptor

_MAJOR, _BUS = 189, 1
_HASH_USB, _HASH_USB_DEVICE = 0x0577C5E5, 0x27F8F50C  # MurmurHash2, seed 0, of "usb" and "usb_device"
_UEVENT_MAGIC = 0xFEEDCAFE
_UEVENT_HEAD_BYTES = 40


@dataclass(frozen=True)
class FakeTree:
    """Number `devnum` on the bus; a kernel gives a new number at every plugging. `socket_number`: which hole it is in."""

    root: Path
    socket_number: int
    devnum: int
    identity: Identity
    style: Style

    @property
    def _name(self) -> str:
        return f"{_BUS}-{self.socket_number}"

    @property
    def _devpath(self) -> str:
        return f"devices/pci0000:00/usb{_BUS}/{self._name}"

    @property
    def node(self) -> str:
        return f"bus/usb/{_BUS:03}/{self.devnum:03}"

    @property
    def _number(self) -> str:
        return f"{_MAJOR}:{self.devnum - 1}"

    def _uevent(self) -> list[str]:
        return [
            f"MAJOR={_MAJOR}",
            f"MINOR={self.devnum - 1}",
            f"DEVNAME={self.node}",
            "DEVTYPE=usb_device",
            f"PRODUCT={self.identity.vid:x}/{self.identity.pid:x}/100",
            f"BUSNUM={_BUS:03}",
            f"DEVNUM={self.devnum:03}",
        ]

    def listen(self) -> socket.socket:
        """The socket for opened nodes; make it before `build`."""
        place = self.root / "ioctl/dev" / self.node
        place.parent.mkdir(parents=True, exist_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.setblocking(False)
        listening.bind(str(place))
        listening.listen(8)
        return listening

    def build(self) -> None:
        place = self.root / "sys" / self._devpath
        place.mkdir(parents=True)
        attributes = {
            "busnum": f"{_BUS}",
            "devnum": f"{self.devnum}",
            "speed": "12",
            "bConfigurationValue": "1",
            "bNumConfigurations": "1",
            "idVendor": f"{self.identity.vid:04x}",
            "idProduct": f"{self.identity.pid:04x}",
            "dev": self._number,
            "uevent": "\n".join(self._uevent()),
        }
        for name, value in attributes.items():
            (place / name).write_text(value + "\n", "ascii")
        descriptors = self.identity.device_descriptor() + configuration_descriptor(self.style)
        (place / "descriptors").write_bytes(descriptors)
        (place / "subsystem").symlink_to("../../../../bus/usb")
        node = self.root / "dev" / self.node
        node.parent.mkdir(parents=True, exist_ok=True)
        node.touch()
        for link, target in self._links().items():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(target)

    def _links(self) -> dict[Path, str]:
        return {
            self.root / "sys/bus/usb/devices" / self._name: f"../../../{self._devpath}",
            self.root / "sys/dev/char" / self._number: f"../../{self._devpath}",
            self.root / "dev/.node" / self.node.replace("/", "_"): self._number,
        }

    def remove(self) -> None:
        for link in self._links():
            link.unlink()
        (self.root / "dev" / self.node).unlink()
        (self.root / "ioctl/dev" / self.node).unlink()
        shutil.rmtree(self.root / "sys" / self._devpath)

    def announce(self, action: str, sequence: int) -> None:
        """Tell every program that watches udev: "add" after `build`, "remove" before `remove`."""
        lines = [f"ACTION={action}", f"DEVPATH=/{self._devpath}", "SUBSYSTEM=usb", f"SEQNUM={sequence}", *self._uevent()]
        properties = b"".join(line.encode() + b"\0" for line in lines)
        head = (
            b"libudev\0"
            + struct.pack(">I", _UEVENT_MAGIC)
            + struct.pack("=III", _UEVENT_HEAD_BYTES, _UEVENT_HEAD_BYTES, len(properties))
            + struct.pack(">II", _HASH_USB, _HASH_USB_DEVICE)
            + bytes(8)
        )
        for place in self.root.glob("event[0-9]*"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as telling, contextlib.suppress(ConnectionRefusedError):
                telling.setblocking(False)
                telling.sendto(head + properties, str(place))  # refused: its program has ended
