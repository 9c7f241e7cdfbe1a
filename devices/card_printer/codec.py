"""The escape language of a CR80 card printer: bytes <-> commands, answers and packed dots. No I/O.

Source: Evolis Programming Guide A5013 Rev E (facts/devices.md 5.2). `ESC name;p1;p2 CR`; answers end with a NUL.
The bitmap of a panel is carried inside its command and read by count, because 0D occurs in it.
"""
from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

ESC, CR, NUL = 0x1B, 0x0D, 0x00

DOTS_PER_LINE = 648  # 300 dpi across the card, facts/devices.md 5.2
LINES = 1016  # 300 dpi along the card
DOTS = DOTS_PER_LINE * LINES
BITS_OF_LEVELS = {2: 1, 32: 5, 64: 6, 128: 7}  # grey levels of a dot -> bits in the bitmap, packed without gaps
PANELS = ("y", "m", "c", "k", "o")

LONGEST_COMMAND = 64  # bytes of command text; the longest the guide shows is under 40
LONGEST_ANSWER = 512  # bytes before the NUL


def panel_size(levels: int) -> int:
    """Bytes of one panel: 82 296 at 2 levels (the guide's own table, 84 624, does not fit its formula)."""
    return DOTS * BITS_OF_LEVELS[levels] // 8


@dataclass(frozen=True)
class Command:
    """One command: `Command("Rco", ("p",))`. `data` is the bitmap of a `Db`, its parameters are panel and levels."""

    name: str
    parameters: tuple[str, ...] = ()
    data: bytes = b""

    def encode(self) -> bytes:
        head = ";".join((self.name, *self.parameters)).encode("ascii")
        if self.data:
            head += b";" + self.data
        return bytes((ESC,)) + head + bytes((CR,))


@dataclass(frozen=True)
class Malformed:
    """Bytes between ESC and CR that are no command. The printer reports it only in ACK/NACK mode (NACK 1)."""

    text: bytes


class CommandParser:
    """The printer's end: feed bytes in any pieces, get commands. NULs before ESC are skipped (drivers send 64 of them
    after `Se`), and the ESC may be left out directly after a CR."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._wanted = 0  # bitmap bytes and the CR still to come; 0 = reading command text
        self._head: tuple[str, ...] = ()

    @property
    def in_command(self) -> bool:
        """Whether a command has begun and not ended."""
        return bool(self._buffer or self._wanted)

    def abandon(self) -> None:
        """Forget a command that never ended."""
        self.__init__()  # type: ignore[misc]

    def feed(self, data: bytes) -> Iterator[Command | Malformed]:
        self._buffer += data
        while True:
            event = self._bitmap() if self._wanted else self._text()
            if event is None:
                return
            if event is not _AGAIN:
                yield event

    def _bitmap(self) -> Command | Malformed | None:
        if len(self._buffer) < self._wanted:
            return None
        body, ending = bytes(self._buffer[: self._wanted - 1]), self._buffer[self._wanted - 1]
        del self._buffer[: self._wanted]
        self._wanted = 0
        if ending != CR:
            return Malformed(";".join(self._head).encode())
        return Command(self._head[0], self._head[1:], body)

    def _text(self) -> Command | Malformed | None:
        start = next((i for i, byte in enumerate(self._buffer) if byte not in (NUL, CR)), len(self._buffer))
        del self._buffer[:start]
        body = self._buffer[1:] if self._buffer[:1] == bytes((ESC,)) else self._buffer
        skipped = len(self._buffer) - len(body)
        window = bytes(body[: LONGEST_COMMAND + 1])
        restart, end = window.find(ESC), window.find(CR)
        if restart >= 0 and not 0 <= end < restart and (not window.startswith(b"Db;") or window.count(b";") < 3):
            del self._buffer[: skipped + restart]
            return Malformed(window[:restart])
        if window.startswith(b"Db;") and window.count(b";") >= 3:
            return self._begin_bitmap(window, skipped)
        if end >= 0:
            del self._buffer[: skipped + end + 1]
            return _command(window[:end])
        if len(window) > LONGEST_COMMAND:
            self._buffer.clear()
            return Malformed(window)
        return None

    def _begin_bitmap(self, window: bytes, skipped: int) -> Command | Malformed:
        head = window.split(b";", 3)[:3]
        panel, levels = (part.decode("ascii", "replace") for part in head[1:])
        length = skipped + sum(len(part) + 1 for part in head)
        del self._buffer[:length]
        if panel not in PANELS or not levels.isascii() or not levels.isdigit() or int(levels) not in BITS_OF_LEVELS:
            self._buffer.clear()  # the count is unknown: nothing that follows can be read
            return Malformed(b";".join(head))
        self._head = ("Db", panel, levels)
        self._wanted = panel_size(int(levels)) + 1
        return _AGAIN


_AGAIN = Malformed(b"")


def _command(text: bytes) -> Command | Malformed:
    name, *parameters = text.split(b";")
    if not name.isalpha() or not text.isascii():
        return Malformed(text)
    return Command(name.decode(), tuple(p.decode() for p in parameters))


class AnswerParser:
    """The terminal's end: answers are text up to a NUL. Empty answers (padding NULs) are skipped."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._buffer += data
        while (end := self._buffer.find(NUL)) >= 0:
            answer = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            if answer:
                yield answer
        if len(self._buffer) > LONGEST_ANSWER:
            yield bytes(self._buffer)
            self._buffer.clear()


def pack(dots: bytes, levels: int) -> bytes:
    """One byte a dot (0 .. levels-1, a multiple of eight of them) -> packed bits, most significant first."""
    bits, lanes = BITS_OF_LEVELS[levels], len(dots) // 8
    planes = [0] * bits
    for lane in range(8):
        column = dots[lane::8]
        for byte, shift in _places(bits, lane):
            planes[byte] |= int.from_bytes(column.translate(_shifted(shift)), "big")
    packed = bytearray(lanes * bits)
    for byte, plane in enumerate(planes):
        packed[byte::bits] = plane.to_bytes(lanes, "big")
    return bytes(packed)


def unpack(packed: bytes, levels: int) -> bytes:
    """Packed bits -> one byte a dot."""
    bits = BITS_OF_LEVELS[levels]
    lanes = len(packed) // bits
    dots, keep = bytearray(lanes * 8), bytes(value & (levels - 1) for value in range(256))
    for lane in range(8):
        column = 0
        for byte, shift in _places(bits, lane):
            column |= int.from_bytes(packed[byte::bits].translate(_shifted(-shift)), "big")
        dots[lane::8] = column.to_bytes(lanes, "big").translate(keep)
    return bytes(dots)


def _places(bits: int, lane: int) -> Iterator[tuple[int, int]]:
    """Where dot `lane` of a group of eight lies: (byte of the group, left shift; negative = right shift)."""
    first, last = lane * bits, (lane + 1) * bits - 1
    for byte in range(first // 8, last // 8 + 1):
        yield byte, byte * 8 + 7 - last


@functools.cache
def _shifted(shift: int) -> bytes:
    return bytes((v << shift if shift >= 0 else v >> -shift) & 0xFF for v in range(256))
