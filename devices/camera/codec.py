"""One picture on request, over any wire. Our own format: V4L2 itself is reached in a process of its own (capture_worker.py).

request  "?" + tag (1 byte)                                   give me the next picture; the tag comes back with it
packet   "FRAM" tag(1) number(4) taken_ms(8) length(4) crc32(4) JPEG     big endian; taken_ms on the camera's own clock
"""
from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

ASK = b"?"
MAGIC = b"FRAM"
HEADER = struct.Struct(">4sBIQII")
LARGEST = 4 << 20
"""Bytes of one JPEG. A 1920 x 1080 picture of a camera has about 400 kB; what claims to be larger is damage."""
_JPEG_BEGINS, _JPEG_ENDS = b"\xff\xd8", b"\xff\xd9"


@dataclass(frozen=True)
class Packet:
    tag: int
    number: int                        # counts the camera's pictures, modulo 2**32
    taken_ms: int                      # on the camera's clock: only differences mean something
    jpeg: bytes = field(repr=False)


class Damage(Enum):
    NOISE = "bytes that belong to no packet"
    LENGTH = "a length that no picture has"
    CHECKSUM = "checksum"
    NO_JPEG = "whole, and no JPEG"


@dataclass(frozen=True)
class Damaged:
    reason: Damage


def encode_request(tag: int) -> bytes:
    return ASK + bytes([tag & 0xFF])


def encode_packet(packet: Packet) -> bytes:
    head = HEADER.pack(MAGIC, packet.tag, packet.number, packet.taken_ms, len(packet.jpeg), zlib.crc32(packet.jpeg))
    return head + packet.jpeg


class RequestParser:
    """The camera's end: tags of the requests heard; other bytes are dropped."""

    def __init__(self) -> None:
        self._begun = False

    def feed(self, data: bytes) -> list[int]:
        tags = []
        for byte in data:
            if self._begun:
                tags.append(byte)
                self._begun = False
            else:
                self._begun = byte == ASK[0]
        return tags


class PacketParser:
    """The terminal's end. Finds its feet again after noise; never holds more than one largest picture."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def waiting(self) -> bool:
        """The beginning of a packet has come and its end has not."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> list[Packet | Damaged]:
        self._buffer += data
        return list(self._events())

    def _events(self) -> Iterator[Packet | Damaged]:
        while self._buffer:
            at = self._buffer.find(MAGIC)
            if at != 0:
                keep = len(self._buffer) - at if at > 0 else self._half_magic()
                if keep < len(self._buffer):
                    del self._buffer[: len(self._buffer) - keep]
                    yield Damaged(Damage.NOISE)
                if at < 0:
                    return
            if len(self._buffer) < HEADER.size:
                return
            _, tag, number, taken_ms, length, checksum = HEADER.unpack_from(self._buffer)
            if not 4 <= length <= LARGEST:
                del self._buffer[: len(MAGIC)]
                yield Damaged(Damage.LENGTH)
                continue
            if len(self._buffer) < HEADER.size + length:
                return
            jpeg = bytes(self._buffer[HEADER.size : HEADER.size + length])
            if zlib.crc32(jpeg) != checksum:
                del self._buffer[: len(MAGIC)]          # the length itself may be what is wrong: look on right behind it
                yield Damaged(Damage.CHECKSUM)
                continue
            del self._buffer[: HEADER.size + length]
            if not (jpeg.startswith(_JPEG_BEGINS) and jpeg.endswith(_JPEG_ENDS)):
                yield Damaged(Damage.NO_JPEG)
                continue
            yield Packet(tag, number, taken_ms, jpeg)

    def _half_magic(self) -> int:
        """How many bytes at the end may be the beginning of a packet."""
        return next((size for size in (3, 2, 1) if self._buffer.endswith(MAGIC[:size])), 0)
