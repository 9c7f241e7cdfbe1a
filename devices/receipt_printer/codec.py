"""ESC/POS: items -> bytes, status bytes -> types, and the same stream read at the machine's end. No I/O.

python-escpos lays out modes, images and the cut. Its text path is never used: strings without a U+4E00-9FA5 character
would be printed as `?` (facts/devices.md 6); text is sent as `FS &` and GB18030 of at most two bytes a character.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from escpos.printer import Dummy
from PIL import Image, ImageChops

from devices.receipt_printer.items import Cut, Feed, Item, NotPrintable, Picture, Qr, Rule, Text, printable

DLE, EOT, ESC, FS, GS, LF = 0x10, 0x04, 0x1B, 0x1C, 0x1D, 0x0A
INITIALISE = b"\x1b@"
KANJI_ON = b"\x1c&"
CLEAR_BUFFERS = bytes.fromhex("10140801031401060208")  # DLE DC4 fn 8, real time: forget everything not yet printed
CLEARED = b"\x37\x25\x00"  # the machine's answer to it
QR_CORRECTION_M = 1  # of python-escpos: L 0, M 1, Q 2, H 3


def encode(items: Sequence[Item], dots_per_line: int) -> bytes:
    """Bytes of a slip. Raises NotPrintable; ValueError for a picture wider than the paper."""
    paper = Dummy()
    paper.profile.profile_data = {**paper.profile.profile_data, "media": {"width": {"pixels": dots_per_line, "mm": 80}}}
    paper._raw(INITIALISE + KANJI_ON)
    for item in items:
        _encode(paper, item, dots_per_line)
    return bytes(paper.output)


def _encode(paper: Dummy, item: Item, dots_per_line: int) -> None:
    match item:
        case Text(text, size, bold, align):
            paper.set(align=align, bold=bold, width=size, height=size, custom_size=True)
            paper._raw(encode_text(text) + bytes((LF,)))
        case Picture(image, align):
            if image.width > dots_per_line:
                raise ValueError(f"the picture is {image.width} dots wide, the paper {dots_per_line}")
            paper.set(align=align)
            _check_harmless(image)
            paper.image(image.convert("L").point([0] * 128 + [255] * 128, "1"), impl="bitImageRaster")
        case Qr(text, module):
            paper.set(align="center")
            paper.qr(text, ec=QR_CORRECTION_M, size=module, native=False)
        case Rule(dots):
            paper.image(Image.new("1", (dots_per_line, dots), 0), impl="bitImageRaster")
        case Feed(lines):
            paper.set(align="left", bold=False, width=1, height=1, custom_size=True)
            paper._raw(bytes((LF,)) * lines)
        case Cut():
            paper.cut()


def _check_harmless(image: Image.Image) -> None:
    """The machine obeys `DLE DC4` inside a picture too: such a picture would wipe its own slip."""
    if CLEAR_BUFFERS in ImageChops.invert(image.convert("L").point([0] * 128 + [255] * 128)).convert("1").tobytes():
        raise ValueError("the picture holds the command that clears the printer")


def encode_text(text: str) -> bytes:
    """ASCII and two-byte GBK, for a machine in `FS &` mode. Raises NotPrintable."""
    for char in text:
        if not printable(char):
            raise NotPrintable(char)
    return text.encode("gb18030")


def process_id_request(identity: bytes) -> bytes:
    """`GS ( H` function 48: the machine answers with `identity` (four printable bytes) when all before it is on paper.
    [Epson ESC/POS; clones answer `GS r 1` at the same moment]"""
    return b"\x1d(H\x06\x0000" + identity


def process_id_answer(identity: bytes) -> bytes:
    return b"\x37\x22" + identity + b"\x00"


PAPER_SENSOR_REQUEST = b"\x1dr\x01"
"""`GS r 1`, done in its turn: one byte, bits 0-1 near end, 2-3 out, bits 4 and 7 zero."""


def status_request(which: int) -> bytes:
    """`DLE EOT n`, real time: 1 printer, 2 cause of offline, 3 cause of error, 4 roll paper (facts/devices.md 6)."""
    return bytes((DLE, EOT, which))


def is_status(byte: int) -> bool:
    """The fixed bits of every `DLE EOT` answer: bits 1 and 4 set, 0 and 7 clear."""
    return byte & 0b1001_0011 == 0b0001_0010


@dataclass(frozen=True)
class Byte:
    """A single byte of an answer: a status, or noise."""

    value: int


@dataclass(frozen=True)
class Block:
    """A data group: header 37, to the closing NUL."""

    data: bytes


LONGEST_BLOCK = 16  # bytes; the two blocks we ask for have 3 and 7


class AnswerParser:
    """The terminal's end. A data group is told from status bytes by its header 37 (whose fixed bits no status has)."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Byte | Block]:
        self._buffer += data
        while self._buffer:
            if self._buffer[0] != 0x37:
                yield Byte(self._buffer.pop(0))
            elif (end := self._buffer.find(0)) >= 0:
                yield Block(bytes(self._buffer[: end + 1]))
                del self._buffer[: end + 1]
            elif len(self._buffer) > LONGEST_BLOCK:
                yield Byte(self._buffer.pop(0))
            else:
                return

    def forget(self) -> None:
        self._buffer.clear()


# Meaning of the bits in the four answers [ESC/POS]
OFFLINE = 0x08  # of 1
COVER_OPEN, PAPER_STOP, ERROR = 0x04, 0x20, 0x40  # of 2
CUTTER_ERROR, UNRECOVERABLE, AUTO_RECOVERABLE = 0x08, 0x20, 0x40  # of 3
NEAR_END, PAPER_OUT = 0x0C, 0x60  # of 4
FIXED_BITS = 0x12
