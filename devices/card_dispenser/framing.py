"""The two ways in which Creator wraps the same command text (facts/devices.md 3.1, 3.5). Pure: bytes in, events out.

classic  F2 ADDR LenH LenL | TEXT | 03 | BCC          BCC = XOR of F2 .. 03
591H     F2      LenH LenL | TEXT | CRC (hi, lo)      CRC-16 over F2 .. TEXT, polynomial 1021, from 0000 [one source]
Len counts TEXT. Outside frames single bytes: 06 ACK, 15 NAK, 04 EOT. 03 and F2 occur inside TEXT: frames end by length.
"""
from __future__ import annotations

import functools
import operator
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

STX, ETX, ACK, NAK, EOT = 0xF2, 0x03, 0x06, 0x15, 0x04
TEXT_MIN, TEXT_MAX = 3, 1024  # a head, CM and PM; the longest package a maker's paper allows


@dataclass(frozen=True)
class Frame:
    """A frame whose length and checksum are right. `address` is 0 where the framing has none."""

    text: bytes
    address: int = 0


class Damage(Enum):
    LENGTH = "length"
    CHECKSUM = "checksum"
    CUT_SHORT = "cut short"


@dataclass(frozen=True)
class Damaged:
    """An F2 came, and no good frame after it."""

    reason: Damage


@dataclass(frozen=True)
class Control:
    """ACK, NAK or EOT outside a frame."""

    byte: int


Event = Frame | Damaged | Control


class Framing(Protocol):
    """One way of wrapping. `head` bytes tell the length of the rest."""

    @property
    def name(self) -> str: ...

    @property
    def head(self) -> int: ...

    @property
    def tail(self) -> int: ...

    def encode(self, text: bytes, address: int = 0) -> bytes: ...

    def text_length(self, head: bytes) -> int: ...

    def open(self, frame: bytes) -> Frame | None:
        """The frame of exactly its length; None where its check is wrong."""


@dataclass(frozen=True)
class ClassicFraming:
    name: str = "classic"
    head: int = 4
    tail: int = 2

    def encode(self, text: bytes, address: int = 0) -> bytes:
        covered = bytes((STX, address)) + len(text).to_bytes(2, "big") + text + bytes((ETX,))
        return covered + bytes((bcc(covered),))

    def text_length(self, head: bytes) -> int:
        return int.from_bytes(head[2:4], "big")

    def open(self, frame: bytes) -> Frame | None:
        if frame[-2] != ETX or bcc(frame[:-1]) != frame[-1]:
            return None
        return Frame(frame[4:-2], frame[1])


@dataclass(frozen=True)
class FramingOf591H:
    """The values are configuration: one public driver has them, and names its first byte only by a symbol."""

    start: int = STX
    polynomial: int = 0x1021
    initial: int = 0x0000
    name: str = "591H"
    head: int = 3
    tail: int = 2

    def encode(self, text: bytes, address: int = 0) -> bytes:
        covered = bytes((self.start,)) + len(text).to_bytes(2, "big") + text
        return covered + self._crc(covered).to_bytes(2, "big")

    def text_length(self, head: bytes) -> int:
        return int.from_bytes(head[1:3], "big")

    def open(self, frame: bytes) -> Frame | None:
        return Frame(frame[3:-2]) if self._crc(frame[:-2]) == int.from_bytes(frame[-2:], "big") else None

    def _crc(self, covered: bytes) -> int:
        return crc16(covered, self.polynomial, self.initial)


def bcc(covered: bytes) -> int:
    """XOR over all of it."""
    return functools.reduce(operator.xor, covered, 0)


def crc16(covered: bytes, polynomial: int = 0x1021, initial: int = 0) -> int:
    """Most significant bit first, no reflection, no final XOR: XMODEM where polynomial is 1021 and initial 0."""
    crc = initial
    for byte in covered:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ (polynomial if crc & 0x8000 else 0)
            crc &= 0xFFFF
    return crc


class FrameParser:
    """Finds frames and control bytes in what the line brings, in pieces of any size; starts anew after anything else."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._start = framing.encode(b"???")[0]
        self._buffer = bytearray()
        self.skipped = 0
        """Bytes thrown away so far that belonged to no good frame and were no control bytes."""

    @property
    def waiting(self) -> bool:
        """Has a frame begun without its end?"""
        return bool(self._buffer)

    def clear(self) -> None:
        self._buffer.clear()

    def abandon(self) -> Iterator[Event]:
        """The rest never comes. What lies behind the broken frame's start may still be something."""
        if self._buffer:
            yield self._damaged(Damage.CUT_SHORT)
            yield from self.feed(b"")

    def feed(self, data: bytes) -> Iterator[Event]:
        self._buffer += data
        while (event := self._next()) is not None:
            yield event

    def _next(self) -> Event | None:
        while self._buffer and self._buffer[0] != self._start:
            byte = self._buffer.pop(0)
            if byte in (ACK, NAK, EOT):
                return Control(byte)
            self.skipped += 1
        framing = self._framing
        if len(self._buffer) < framing.head:
            return None
        length = framing.text_length(bytes(self._buffer[: framing.head]))
        if not TEXT_MIN <= length <= TEXT_MAX:
            return self._damaged(Damage.LENGTH)
        whole = framing.head + length + framing.tail
        if len(self._buffer) < whole:
            return None
        frame = framing.open(bytes(self._buffer[:whole]))
        if frame is None:
            return self._damaged(Damage.CHECKSUM)
        del self._buffer[:whole]
        return frame

    def _damaged(self, reason: Damage) -> Damaged:
        # Only the start byte goes: where the length was wrong, a good frame may lie inside what it claimed.
        del self._buffer[0]
        self.skipped += 1
        return Damaged(reason)
