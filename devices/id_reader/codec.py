"""SAM_V frames (facts/devices.md 2.2-2.5; two public sources, checksums recomputed). Pure: bytes in, frames out.

request   AA AA AA 96 69 | Len (2, big-endian) | CMD PARA     | data | CHK
response  AA AA AA 96 69 | Len (2, big-endian) | SW1 SW2 SW3  | data | CHK
Len counts everything after it; CHK is the XOR of everything between the preamble and itself.
"""
from __future__ import annotations

import functools
import operator
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum

PREAMBLE = bytes.fromhex("AAAAAA9669")
_HEAD_BYTES = len(PREAMBLE) + 2
_LEN_MIN = 3  # CMD PARA CHK of a request without data
LEN_MAX = 0x0FFF  # the longest known frame (text, photo, fingerprints) has Len 09 0A; more is no frame
_VENDOR_TIME_OUT = bytes.fromhex("0005050505")  # one vendor's "timed out": its Len counts two bytes that never come


class Command(Enum):
    """CMD and PARA. The value is what goes over the wire."""

    RESET_SAM = bytes.fromhex("10FF")
    SAM_STATUS = bytes.fromhex("11FF")
    SAM_NUMBER = bytes.fromhex("12FF")
    FIND_CARD = bytes.fromhex("2001")
    SELECT_CARD = bytes.fromhex("2002")
    READ = bytes.fromhex("3001")
    READ_WITH_FINGERPRINT = bytes.fromhex("3010")
    READ_APPENDED_ADDRESS = bytes.fromhex("3003")
    SET_BAUD_115200 = bytes.fromhex("6000")
    SET_BAUD_57600 = bytes.fromhex("6001")
    SET_BAUD_38400 = bytes.fromhex("6002")
    SET_BAUD_19200 = bytes.fromhex("6003")
    SET_BAUD_9600 = bytes.fromhex("6004")
    SET_MAX_RF_BYTES = bytes.fromhex("61FF")


class Status(IntEnum):
    """SW3, as far as it is published (facts/devices.md 2.5). SW1 and SW2 come from the card's own chip."""

    CHECKSUM_ERROR = 0x10
    LENGTH_ERROR = 0x11
    COMMAND_ERROR = 0x21
    UNRECOGNISED_ERROR = 0x24
    CARD_DID_NOT_PROVE_ITSELF = 0x31
    SAM_DID_NOT_PROVE_ITSELF = 0x32
    VERIFY_FAILED = 0x33
    WRONG_CARD_TYPE = 0x40
    READ_FAILED = 0x41
    RANDOM_FAILED = 0x47
    SAM_SELF_TEST_FAILED = 0x60
    SAM_NOT_AUTHORISED = 0x66
    FIND_FAILED = 0x80
    SELECT_FAILED = 0x81
    OK = 0x90
    NOT_ON_CARD = 0x91
    FOUND = 0x9F


@dataclass(frozen=True)
class Frame:
    """A frame whose length and checksum are right; `body` is what lies between Len and CHK."""

    body: bytes


@dataclass(frozen=True)
class Damaged:
    """A preamble came, and no good frame after it."""

    reason: Damage


class Damage(Enum):
    CHECKSUM = "checksum"
    LENGTH = "length"
    VENDOR_TIME_OUT = "the reader's own time-out"


@dataclass(frozen=True)
class Request:
    command: bytes
    """CMD and PARA, two bytes."""
    data: bytes = b""


@dataclass(frozen=True)
class Response:
    sw1: int
    sw2: int
    sw3: int
    data: bytes = b""

    @property
    def code(self) -> str:
        """The three status bytes in hex, for reports."""
        return bytes((self.sw1, self.sw2, self.sw3)).hex().upper()


def checksum(covered: bytes) -> int:
    """XOR over Len, status or command, and data."""
    return functools.reduce(operator.xor, covered, 0)


def encode(body: bytes) -> bytes:
    """The frame around CMD PARA data or SW1 SW2 SW3 data."""
    covered = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + covered + bytes((checksum(covered),))


def encode_request(command: Command, data: bytes = b"") -> bytes:
    return encode(command.value + data)


def encode_response(sw3: int, data: bytes = b"", sw1: int = 0, sw2: int = 0) -> bytes:
    return encode(bytes((sw1, sw2, sw3)) + data)


def as_request(frame: Frame) -> Request:
    """What the machine was asked (every frame is at least CMD and PARA)."""
    return Request(frame.body[:2], frame.body[2:])


def as_response(frame: Frame) -> Response | None:
    """What the reader answered; None where the frame is too short for an answer, as an echoed request is."""
    if len(frame.body) < 3:
        return None
    return Response(frame.body[0], frame.body[1], frame.body[2], frame.body[3:])


class FrameParser:
    """Finds frames in what the line brings, in pieces of any size, and starts anew after anything that is no frame."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.skipped = 0
        """Bytes thrown away so far because they belonged to no good frame."""

    @property
    def waiting(self) -> bool:
        """Has a preamble, or the beginning of one, come without the rest of its frame?"""
        return bool(self._buffer)

    def clear(self) -> None:
        """Forget what came so far."""
        self._buffer.clear()

    def feed(self, data: bytes) -> Iterator[Frame | Damaged]:
        """Take bytes, give the frames and damaged frames they complete."""
        self._buffer += data
        while (event := self._next()) is not None:
            yield event

    def _next(self) -> Frame | Damaged | None:
        self._skip_to_preamble()
        after = self._buffer[len(PREAMBLE) : len(PREAMBLE) + len(_VENDOR_TIME_OUT)]
        if len(after) < 2:
            return None
        length = int.from_bytes(after[:2], "big")
        if not _LEN_MIN <= length <= LEN_MAX:
            return self._damaged(Damage.LENGTH)
        if _VENDOR_TIME_OUT.startswith(after):
            return self._damaged(Damage.VENDOR_TIME_OUT) if len(after) == len(_VENDOR_TIME_OUT) else None
        if len(self._buffer) < _HEAD_BYTES + length:
            return None
        covered = bytes(self._buffer[len(PREAMBLE) : _HEAD_BYTES + length - 1])
        if self._buffer[_HEAD_BYTES + length - 1] != checksum(covered):
            return self._damaged(Damage.CHECKSUM)
        del self._buffer[: _HEAD_BYTES + length]
        return Frame(covered[2:])

    def _skip_to_preamble(self) -> None:
        at = self._buffer.find(PREAMBLE)
        if at < 0:  # keep what may be the beginning of a preamble
            at = len(self._buffer)
            for count in range(min(len(PREAMBLE) - 1, len(self._buffer)), 0, -1):
                if self._buffer.endswith(PREAMBLE[:count]):
                    at -= count
                    break
        self.skipped += at
        del self._buffer[:at]

    def _damaged(self, reason: Damage) -> Damaged:
        # Only the preamble goes: where the length was wrong, a good frame may lie inside what it claimed.
        del self._buffer[: len(PREAMBLE)]
        self.skipped += len(PREAMBLE)
        return Damaged(reason)
