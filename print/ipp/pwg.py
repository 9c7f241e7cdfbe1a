"""PWG raster (PWG 5102.4): pages as compressed pixels, for printers that read no PDF. Encoder and reader, sans-IO."""
from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from print.ipp.terms import Sides

SYNC = b"RaS2"
HEADER_BYTES = 1796
S_GRAY, S_RGB = 18, 19
"""cupsColorSpace."""
LIMIT_PIXELS = 16_384
"""Across or down one page; A4 at 1200 dpi is 14,032 long."""

LIMIT_PAGE_BYTES = 128 << 20
"""A4 in colour at 600 dpi is 104 MB; rows repeat, so that a few bytes can ask for any number."""

PixelType = Literal["sgray_8", "srgb_8"]
BackSide = Literal["normal", "flipped", "rotated", "manual-tumble"]

_RUNS = {1: re.compile(rb"(.)\1*", re.DOTALL), 3: re.compile(rb"(...)\1*", re.DOTALL)}
_LONGEST = 128
"""Pixels in one run, and in one stretch of different pixels."""


class NotPwg(ValueError):
    """These bytes are no PWG raster of a kind that is read here."""


@dataclass(frozen=True)
class Plan:
    """How the pages are to look: what the printer asked for, in dots per inch, and the sheet in points."""

    dpi: int
    type: PixelType
    sides: Sides
    back: BackSide
    media: str
    page_points: tuple[int, int]
    copies: int = 1


@dataclass(frozen=True)
class RasterPage:
    """Rows from top to bottom, `width` pixels of 1 or 3 bytes each."""

    width: int
    height: int
    bytes_per_pixel: int
    pixels: bytes


def encode(images: Iterable[Image.Image], plan: Plan, total: int) -> bytes:
    """`images`: the pages, upright, at `plan.dpi`."""
    out = bytearray(SYNC)
    for place, image in enumerate(images):
        page = _turned(image.convert("L" if plan.type == "sgray_8" else "RGB"), _transforms(plan, place))
        out += _header(page, plan, total, _transforms(plan, place))
        out += _compressed(page)
    return bytes(out)


def decode(data: bytes) -> Iterator[RasterPage]:
    """Raises NotPwg."""
    if data[:4] != SYNC:
        raise NotPwg("no sync word")
    at = 4
    while at < len(data):
        header = data[at : at + HEADER_BYTES]
        if len(header) < HEADER_BYTES:
            raise NotPwg("cut short in a header")
        width, height, bits, per_line = *_numbers(header, 372, 2), *_numbers(header, 388, 2)
        sound = bits in (8, 24) and 0 < width <= LIMIT_PIXELS and 0 < height <= LIMIT_PIXELS and per_line == width * bits // 8
        if not sound or per_line * height > LIMIT_PAGE_BYTES:
            raise NotPwg(f"a page of {width} x {height} with {bits} bits")
        pixels, at = _expanded(data, at + HEADER_BYTES, height, per_line, bits // 8)
        yield RasterPage(width, height, bits // 8, pixels)


# The header (PWG 5102.4 table 2; the layout is that of cups_page_header2_t)


def _header(page: Image.Image, plan: Plan, total: int, transforms: tuple[int, int]) -> bytes:
    header = bytearray(HEADER_BYTES)
    width, height = page.size
    depth = len(page.getbands())
    two_sided = plan.sides is not Sides.ONE
    _put_text(header, 0, "PwgRaster")
    _put(header, 272, two_sided)
    _put(header, 276, plan.dpi, plan.dpi)
    _put(header, 340, plan.copies)
    _put(header, 352, *plan.page_points)
    _put(header, 368, plan.sides is Sides.SHORT_EDGE)
    _put(header, 372, width, height)
    _put(header, 384, 8, 8 * depth, width * depth, 0, S_GRAY if depth == 1 else S_RGB)
    _put(header, 420, depth)
    _put(header, 452, total, *transforms)
    _put_text(header, 1732, plan.media)
    return bytes(header)


def _put(header: bytearray, at: int, *numbers: int) -> None:
    struct.pack_into(f">{len(numbers)}i", header, at, *numbers)


def _put_text(header: bytearray, at: int, text: str) -> None:
    content = text.encode("ascii")[:63]
    header[at : at + len(content)] = content


def _numbers(header: bytes, at: int, count: int) -> tuple[int, ...]:
    return struct.unpack_from(f">{count}I", header, at)


# The back of a sheet (pwg-raster-document-sheet-back, PWG 5102.4 5.1.2)


def _transforms(plan: Plan, place: int) -> tuple[int, int]:
    """Across and along the feed: 1 as it is, -1 reversed. Only back sides of two-sided sheets are ever turned."""
    if plan.sides is Sides.ONE or place % 2 == 0:
        return 1, 1
    tumble = plan.sides is Sides.SHORT_EDGE
    if plan.back == "flipped":
        return (-1, 1) if tumble else (1, -1)
    if (plan.back == "rotated" and not tumble) or (plan.back == "manual-tumble" and tumble):
        return -1, -1
    return 1, 1


def _turned(image: Image.Image, transforms: tuple[int, int]) -> Image.Image:
    across, along = transforms
    if across < 0:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if along < 0 else image


# The pixels


def _compressed(page: Image.Image) -> bytes:
    """Equal rows once with their number; inside a row runs of equal pixels and stretches of different ones."""
    depth = len(page.getbands())
    per_line = page.width * depth
    pixels = page.tobytes()
    rows = [pixels[at : at + per_line] for at in range(0, len(pixels), per_line)]
    out, place = bytearray(), 0
    while place < len(rows):
        row, same = rows[place], 1
        while same < 256 and place + same < len(rows) and rows[place + same] == row:
            same += 1
        out.append(same - 1)
        _put_row(out, row, depth)
        place += same
    return bytes(out)


def _put_row(out: bytearray, row: bytes, depth: int) -> None:
    different = bytearray()
    for run in _RUNS[depth].finditer(row):
        pixel, length = run.group(1), (run.end() - run.start()) // depth
        if length == 1:
            different += pixel
            continue
        _put_different(out, different, depth)
        different = bytearray()
        while length:
            now = min(length, _LONGEST)
            out.append(now - 1)
            out += pixel
            length -= now
    _put_different(out, different, depth)


def _put_different(out: bytearray, different: bytearray, depth: int) -> None:
    step = _LONGEST * depth
    for at in range(0, len(different), step):
        piece = different[at : at + step]
        count = len(piece) // depth
        out.append(257 - count if count > 1 else 0)
        out += piece


def _expanded(data: bytes, at: int, height: int, per_line: int, depth: int) -> tuple[bytes, int]:
    pixels = bytearray()
    whole = height * per_line
    try:
        while len(pixels) < whole:
            same = data[at] + 1
            row, at = _row(data, at + 1, per_line, depth)
            pixels += row * min(same, (whole - len(pixels)) // per_line)
    except IndexError:
        raise NotPwg("cut short") from None
    return bytes(pixels), at


def _row(data: bytes, at: int, per_line: int, depth: int) -> tuple[bytes, int]:
    row = bytearray()
    while len(row) < per_line:
        code = data[at]
        at += 1
        count = code + 1 if code < 128 else 257 - code
        size = depth if code < 128 else depth * count
        piece = data[at : at + size]
        if code == 128 or len(piece) < size:
            raise NotPwg("cut short in a row")
        row += piece * count if code < 128 else piece
        at += size
    if len(row) != per_line:
        raise NotPwg("a row that is too long")
    return bytes(row), at
