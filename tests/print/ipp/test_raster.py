"""PWG raster: read back by ourselves and by libcups, whose word counts for printers."""
from __future__ import annotations

import ctypes
import ctypes.util
import random
import tempfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from print.ipp import pwg
from print.ipp.document import format_for, raster_plan, rasterised, template
from print.ipp.errors import NotReady
from print.ipp.readings import Capabilities
from print.ipp.terms import A4, PDF, PWG_RASTER, Sides
from print.ipp.values import Resolution
from print.raster import page_image
from tests.print.ipp.papers import pdf
from tests.print.ipp.tickets import ticket

PLAN = pwg.Plan(75, "sgray_8", Sides.ONE, "normal", A4, (595, 842))
ABLE = Capabilities(
    formats=(PWG_RASTER,), media=(A4,), sides=tuple(map(str, Sides)), copies=9, colour_modes=("color", "monochrome"),
    scalings=("none",), creation=(), raster_resolutions=(Resolution(600, 600), Resolution(300, 300)),
    raster_types=("sgray_8", "srgb_8"), raster_back="rotated",
)  # fmt: skip


def noise(width: int, height: int, mode: str, seed: int, colours: int) -> Image.Image:
    rng = random.Random(seed)
    depth = 1 if mode == "L" else 3
    palette = [rng.randbytes(depth) for _ in range(colours)]
    rows = [b"".join(rng.choice(palette) * 1 for _ in range(width)) for _ in range(max(1, height // 2))]
    return Image.frombytes(mode, (width, height), b"".join(rng.choice(rows) for _ in range(height)))


@given(st.integers(1, 300), st.integers(1, 12), st.sampled_from(["L", "RGB"]), st.integers(0, 999), st.sampled_from([1, 2, 200]))
@settings(max_examples=60, deadline=None)
def test_pixels_come_back_as_they_were(width: int, height: int, mode: str, seed: int, colours: int) -> None:
    image = noise(width, height, mode, seed, colours)
    plan = replace(PLAN, type="sgray_8" if mode == "L" else "srgb_8")
    pages = list(pwg.decode(pwg.encode([image, image], plan, 2)))
    assert [(page.width, page.height, page.pixels) for page in pages] == [(width, height, image.tobytes())] * 2


@pytest.mark.parametrize(
    ("back", "sides", "turn"),
    [
        ("normal", Sides.LONG_EDGE, []),
        ("rotated", Sides.LONG_EDGE, [Image.Transpose.ROTATE_180]),
        ("rotated", Sides.SHORT_EDGE, []),
        ("flipped", Sides.LONG_EDGE, [Image.Transpose.FLIP_TOP_BOTTOM]),
        ("flipped", Sides.SHORT_EDGE, [Image.Transpose.FLIP_LEFT_RIGHT]),
        ("manual-tumble", Sides.SHORT_EDGE, [Image.Transpose.ROTATE_180]),
        ("manual-tumble", Sides.LONG_EDGE, []),
        ("rotated", Sides.ONE, []),
    ],
)
def test_the_back_of_a_sheet_is_turned_as_the_printer_asks(
    back: pwg.BackSide, sides: Sides, turn: list[Image.Transpose]
) -> None:
    image = noise(20, 10, "L", 1, 200)
    expected = image
    for one in turn:
        expected = expected.transpose(one)
    front, behind = pwg.decode(pwg.encode([image, image], replace(PLAN, back=back, sides=sides), 2))
    assert (front.pixels, behind.pixels) == (image.tobytes(), expected.tobytes())


@pytest.mark.parametrize(("colour", "mode"), [(True, "RGB"), (False, "L")])
def test_libcups_reads_the_pages_that_pdfium_drew(colour: bool, mode: str) -> None:
    name = ctypes.util.find_library("cups")
    if name is None:
        pytest.skip("libcups2 is not installed")
    plan = replace(raster_plan(ticket(), ABLE, colour), dpi=100)
    data = rasterised(pdf(2), plan, 2)
    pages = list(_read_by_libcups(ctypes.CDLL(name), data))
    assert len(pages) == 2
    for place, (header, pixels) in enumerate(pages):
        image = page_image(pdf(2), 100, place).convert(mode)
        width, height, media, total, dpi, kind = header
        assert (width, height) == (827, 1169)
        assert (media, total, dpi, kind) == (A4, 2, (100, 100), pwg.S_RGB if colour else pwg.S_GRAY)
        shown = Image.frombytes(mode, (width, height), pixels)
        both = (0, 0, min(width, image.width), min(height, image.height))
        assert shown.crop(both).tobytes() == image.crop(both).tobytes()


def _read_by_libcups(library: ctypes.CDLL, data: bytes) -> list[tuple[tuple[object, ...], bytes]]:
    library.cupsRasterOpen.restype = ctypes.c_void_p
    library.cupsRasterReadHeader2.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    library.cupsRasterReadPixels.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint]
    library.cupsRasterClose.argtypes = [ctypes.c_void_p]
    found = []
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        raster = library.cupsRasterOpen(file.fileno(), 0)
        header = ctypes.create_string_buffer(1796)
        while library.cupsRasterReadHeader2(raster, header):
            numbers = (ctypes.c_uint32 * 449).from_buffer(header)
            width, height, per_line = numbers[93], numbers[94], numbers[98]
            row, pixels = ctypes.create_string_buffer(per_line), b""
            for _ in range(height):
                assert library.cupsRasterReadPixels(raster, row, per_line) == per_line
                pixels += row.raw
            media = header.raw[1732:].split(b"\0")[0].decode()
            found.append(((width, height, media, numbers[113], (numbers[69], numbers[70]), numbers[100]), pixels))
            del numbers
        library.cupsRasterClose(raster)
    return found


def test_pdf_goes_as_it_is_where_the_printer_reads_it() -> None:
    assert format_for(replace(ABLE, formats=("image/urf", PWG_RASTER, PDF))) == PDF
    assert format_for(ABLE) == PWG_RASTER
    plan = raster_plan(ticket(), ABLE, colour=True)
    assert (plan.dpi, plan.type, plan.back) == (300, "srgb_8", "rotated")


@pytest.mark.parametrize(
    "able",
    [
        replace(ABLE, formats=("image/urf",)),
        replace(ABLE, formats=()),
        replace(ABLE, formats=("application/octet-stream",)),
    ],
)
def test_bytes_a_printer_cannot_read_are_never_sent(able: Capabilities) -> None:
    with pytest.raises(NotReady):
        format_for(able)


@pytest.mark.parametrize(
    "able",
    [
        replace(ABLE, media=("na_letter_8.5x11in",)),
        replace(ABLE, sides=("two-sided-long-edge",)),
        replace(ABLE, media=(), is_spooler=True),
    ],
)
def test_what_the_printer_has_not_is_refused_before_it_is_asked_for(able: Capabilities) -> None:
    with pytest.raises(NotReady):
        template(ticket(), able, colour=True)


def test_media_sides_and_colour_are_always_said() -> None:
    sent = {one.name: one.values[0].data for one in template(ticket(), ABLE, colour=True)}
    assert sent == {"media": A4, "sides": "one-sided", "copies": 1, "print-color-mode": "color", "print-scaling": "none"}
    able = replace(ABLE, creation=("job-cancel-after",), colour_modes=("monochrome",))
    sent = {one.name: one.values[0].data for one in template(ticket(), able, colour=True)}
    assert (sent["print-color-mode"], sent["job-cancel-after"]) == ("monochrome", 600)
