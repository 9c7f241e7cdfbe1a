"""Descriptors of the ID card reader in both documented styles (facts/devices.md 2.1, 10.2.2; USB 2.0 chapter 9)."""
from __future__ import annotations

import struct
from dataclasses import dataclass

PACKET_BYTES = 64  # full speed bulk
_HEAD_BYTES = 7
_DEVICE, _CONFIGURATION, _INTERFACE, _ENDPOINT, _STRING = 1, 2, 4, 5, 3
_BULK = 2
_VENDOR_CLASS = 0xFF


@dataclass(frozen=True)
class Style:
    """Endpoint addresses, heads before bodies where there are two each way."""

    out: tuple[int, ...]
    into: tuple[int, ...]

    def transfers(self, data: bytes) -> list[tuple[int, bytes]]:
        """How the machine hands one answer to the bus: (IN endpoint, one transfer)."""
        if len(self.into) == 1:
            return [(self.into[0], data)]
        pieces = zip(self.into, (data[:_HEAD_BYTES], data[_HEAD_BYTES:]), strict=True)
        return [(endpoint, piece) for endpoint, piece in pieces if piece]


SPLIT = Style((0x02, 0x06), (0x81, 0x85))
WHOLE = Style((0x02,), (0x81,))


@dataclass(frozen=True)
class Identity:
    """`strings` are manufacturer, product and serial number: indices 1, 2 and 3."""

    vid: int = 0x0400
    pid: int = 0xC35A
    strings: tuple[str, str, str] = ("Simulated", "ID card reader", "0001")

    def device_descriptor(self) -> bytes:
        return struct.pack("<BBHBBBBHHHBBBB", 18, _DEVICE, 0x0200, 0, 0, 0, 64, self.vid, self.pid, 0x0100, 1, 2, 3, 1)

    def string_descriptor(self, index: int) -> bytes | None:
        if index == 0:
            return struct.pack("<BBH", 4, _STRING, 0x0409)
        if index > len(self.strings):
            return None
        text = self.strings[index - 1].encode("utf-16-le")
        return bytes((len(text) + 2, _STRING)) + text


def configuration_descriptor(style: Style) -> bytes:
    """One vendor-class interface with the style's bulk endpoints."""
    addresses = sorted(style.out + style.into)
    interface = struct.pack("<9B", 9, _INTERFACE, 0, 0, len(addresses), _VENDOR_CLASS, 0, 0, 0)
    ends = b"".join(struct.pack("<BBBBHB", 7, _ENDPOINT, address, _BULK, PACKET_BYTES, 0) for address in addresses)
    total = 9 + len(interface) + len(ends)
    return struct.pack("<BBHBBBBB", 9, _CONFIGURATION, total, 1, 1, 0, 0x80, 50) + interface + ends
