"""Which endpoints of a USB machine carry its bytes, and in what order: decided from its descriptors.

Two styles of the ID card reader are documented under the same VID and PID (facts/devices.md 2.1, two sources each):
one endpoint each way that carries whole frames, and two each way, the first for a frame's head (preamble and length,
7 bytes) and the second for its body. Only the descriptors tell them apart.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

HEAD_BYTES = 7  # AA AA AA 96 69 and the two length bytes: facts/devices.md 2.2
_LENGTH_AT = 5
_PREAMBLE = bytes.fromhex("AAAAAA9669")
_IN = 0x80  # bit 7 of an endpoint's address, USB 2.0 table 9-13
_TYPE_MASK = 0x03  # of bmAttributes
_BYTE_TYPES = frozenset({2, 3})  # bulk and interrupt
VENDOR_CLASS = 0xFF


class UnknownStyle(ValueError):
    """No interface of the machine has endpoints in a documented style."""


@dataclass(frozen=True)
class Endpoint:
    """bEndpointAddress and bmAttributes of an endpoint descriptor."""

    address: int
    attributes: int


@dataclass(frozen=True)
class Interface:
    """One alternate setting of an interface."""

    number: int
    alternate: int
    interface_class: int
    endpoints: tuple[Endpoint, ...]


class Pipes(Protocol):
    """Where bytes go out, and where the next ones are to be looked for."""

    def outgoing(self, data: bytes) -> list[tuple[int, bytes]]:
        """What to write, in order: (endpoint address, bytes)."""

    @property
    def incoming(self) -> int:
        """The endpoint to read next."""

    @property
    def all_incoming(self) -> tuple[int, ...]: ...

    def came(self, data: bytes) -> None:
        """What the read of `incoming` brought; empty = it was silent until its time-out."""


class WholePipes:
    """One endpoint each way."""

    def __init__(self, out: int, into: int) -> None:
        self._out = out
        self._in = into

    @property
    def incoming(self) -> int:
        return self._in

    @property
    def all_incoming(self) -> tuple[int, ...]:
        return (self._in,)

    def outgoing(self, data: bytes) -> list[tuple[int, bytes]]:
        return [(self._out, data)]

    def came(self, data: bytes) -> None:
        return


class SplitPipes:
    """Two endpoints each way: heads on the first, bodies on the second.

    Bytes come up in the order of the frame. A body shorter than its head says, or one whose head was no head, ends
    when the second endpoint falls silent; so a spoilt answer is passed up as it came and the next one begins clean.
    """

    def __init__(self, head_out: int, body_out: int, head_in: int, body_in: int) -> None:
        self._head_out, self._body_out = head_out, body_out
        self._head_in, self._body_in = head_in, body_in
        self._head = b""
        self._body_left: int | None = 0  # None: as much as comes

    @property
    def incoming(self) -> int:
        return self._head_in if self._body_left == 0 else self._body_in

    @property
    def all_incoming(self) -> tuple[int, ...]:
        return self._head_in, self._body_in

    def outgoing(self, data: bytes) -> list[tuple[int, bytes]]:
        pieces = [(self._head_out, data[:HEAD_BYTES]), (self._body_out, data[HEAD_BYTES:])]
        return [(endpoint, piece) for endpoint, piece in pieces if piece]

    def came(self, data: bytes) -> None:
        if self._body_left == 0:
            self._head_came(data)
        elif not data:
            self._body_left = 0
        elif self._body_left is not None:
            self._body_left = max(0, self._body_left - len(data))

    def _head_came(self, data: bytes) -> None:
        self._head = (self._head + data) if data else b""
        if not _PREAMBLE.startswith(self._head[: len(_PREAMBLE)]) or len(self._head) > HEAD_BYTES:
            self._head, self._body_left = b"", None
        elif len(self._head) == HEAD_BYTES:
            self._body_left = int.from_bytes(self._head[_LENGTH_AT:], "big")
            self._head = b""


def choose(interfaces: Iterable[Interface]) -> tuple[Interface, Pipes]:
    """The interface to claim and its pipes: a vendor-class one before any other. Raises UnknownStyle."""
    by_class = sorted(interfaces, key=lambda interface: interface.interface_class != VENDOR_CLASS)
    for interface in by_class:
        usable = [e.address for e in interface.endpoints if e.attributes & _TYPE_MASK in _BYTE_TYPES]
        into = sorted(address for address in usable if address & _IN)
        out = sorted(address for address in usable if not address & _IN)
        if (len(out), len(into)) == (1, 1):
            return interface, WholePipes(out[0], into[0])
        if (len(out), len(into)) == (2, 2):
            return interface, SplitPipes(out[0], out[1], into[0], into[1])
    raise UnknownStyle("no interface with one bulk endpoint each way, or two")
