"""TTCE K720 bytes (facts/devices.md 4, one author's drivers). Pure.

command   02 | addr (2 digits) | LenH LenL | ASCII | 03 | BCC       BCC = XOR of 02 .. 03
machine   06 addr (understood) or 15 addr
host      05 addr              only now the machine does it
machine   02 | addr | Len | 'S' 'F' d d d (d) | 03 | BCC            answers of RF (three digits) and AP (four)
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag

from devices.card_dispenser.framing import Damage, Damaged, bcc

STX, ETX, ENQ, ACK, NAK = 0x02, 0x03, 0x05, 0x06, 0x15
TEXT_MAX = 64  # the longest known is 6; more is no frame
_HEAD, _TAIL, _ADDRESS = 5, 2, 2
_CONTROL = (ENQ, ACK, NAK)

VERSION, STATUS, SENSORS, RESET, CAPTURE = b"GV", b"RF", b"AP", b"RS", b"CP"
STATUS_HEAD = b"SF"


def move(position: int) -> bytes:
    """FC and one digit: where the card is to go."""
    return b"FC%d" % position


class Bits(IntFlag):
    """The four digits of AP, 4 bits each."""

    SENSOR_1 = 0x0001
    SENSOR_2 = 0x0002
    SENSOR_3 = 0x0004
    EMPTY = 0x0008
    PRE_EMPTY = 0x0010
    JAM = 0x0020
    OVERLAP = 0x0040
    HOPPER_FULL = 0x0080
    RECYCLE_ERROR = 0x0100
    ISSUE_ERROR = 0x0200
    COLLECTING = 0x0400
    SENDING = 0x0800
    PREPARING = 0x1000
    PREPARE_FAILED = 0x2000
    REFUSED = 0x4000
    BIN_FULL = 0x8000


MOVING = Bits.COLLECTING | Bits.SENDING | Bits.PREPARING


@dataclass(frozen=True)
class Frame:
    text: bytes
    address: bytes


@dataclass(frozen=True)
class Control:
    """06, 15 or 05 with an address."""

    byte: int
    address: bytes


Event = Frame | Control | Damaged


def encode(text: bytes, address: bytes) -> bytes:
    covered = bytes((STX,)) + address + len(text).to_bytes(2, "big") + text + bytes((ETX,))
    return covered + bytes((bcc(covered),))


def control(byte: int, address: bytes) -> bytes:
    return bytes((byte,)) + address


def encode_bits(bits: Bits, digits: int = 4) -> bytes:
    """SF and the last `digits` digits. Whether the machine writes A..F or : ; < = > ? is uncertain; both are read."""
    return STATUS_HEAD + f"{int(bits):04X}"[-digits:].encode("ascii")


def decode_bits(text: bytes) -> Bits | None:
    """None where it is no status. The relative that this family of machines copies counts on from '9' in ASCII."""
    digits = text.removeprefix(STATUS_HEAD)
    if not text.startswith(STATUS_HEAD) or len(digits) not in (3, 4):
        return None
    value = 0
    for byte in digits:
        if 0x30 <= byte <= 0x3F:
            nibble = byte - 0x30
        elif 0x41 <= byte <= 0x46 or 0x61 <= byte <= 0x66:
            nibble = (byte & 0x0F) + 9
        else:
            return None
        value = value << 4 | nibble
    return Bits(value)


class K720Parser:
    """Finds frames and addressed control bytes in pieces of any size; starts anew after anything else."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.skipped = 0

    @property
    def waiting(self) -> bool:
        return bool(self._buffer)

    def clear(self) -> None:
        self._buffer.clear()

    def abandon(self) -> Iterator[Event]:
        """The rest never comes."""
        if self._buffer:
            del self._buffer[0]
            self.skipped += 1
            yield Damaged(Damage.CUT_SHORT)
            yield from self.feed(b"")

    def feed(self, data: bytes) -> Iterator[Event]:
        self._buffer += data
        while (event := self._next()) is not None:
            yield event

    def _next(self) -> Event | None:
        while self._buffer:
            first = self._buffer[0]
            if first == STX:
                return self._frame()
            if first in _CONTROL:
                address = bytes(self._buffer[1 : 1 + _ADDRESS])
                if not address or (address.isdigit() and len(address) < _ADDRESS):
                    return None  # the rest is on its way
                if address.isdigit():
                    del self._buffer[: 1 + _ADDRESS]
                    return Control(first, address)
            del self._buffer[0]
            self.skipped += 1
        return None

    def _frame(self) -> Event | None:
        if len(self._buffer) < _HEAD:
            return None
        length = int.from_bytes(self._buffer[3:5], "big")
        if not 1 <= length <= TEXT_MAX:
            return self._damaged(Damage.LENGTH)
        whole = bytes(self._buffer[: _HEAD + length + _TAIL])
        if len(whole) < _HEAD + length + _TAIL:
            return None
        if whole[-2] != ETX or bcc(whole[:-1]) != whole[-1]:
            return self._damaged(Damage.CHECKSUM)
        del self._buffer[: len(whole)]
        return Frame(whole[_HEAD:-_TAIL], whole[1:3])

    def _damaged(self, reason: Damage) -> Damaged:
        del self._buffer[0]  # a good frame may lie inside what it claimed
        self.skipped += 1
        return Damaged(reason)
