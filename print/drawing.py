"""One sheet of paper or plastic: text that is whole or refused, shapes, pictures, QR codes, to a PDF.

Points, origin at the lower left corner, as in PDF. Every text's box is kept, and a text that would leave the sheet
raises DoesNotFit instead of being cut. Equal calls give equal bytes (reportlab's invariant mode, tried).
"""
from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import zxingcpp
from PIL import Image
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from print import fonts
from print.fitting import DoesNotFit
from print.fonts import Style

MM = 72 / 25.4
"""Points in a millimetre."""

ASCENT, DESCENT = 0.88, 0.12
"""Ink box of Noto Sans SC ideographs above and below the baseline, in ems."""

THICKEN = 0.05
"""Stroke laid around a rare glyph in bold text, in ems: the rare faces have no bold of their own."""

QUIET_MODULES = 4
"""Light border of a QR code (ISO/IEC 18004)."""

Align = Literal["left", "centre", "right"]

_GROUNDS: dict[str, str] = {}
"""Ready page operators of the unchanging shapes; bounded by the number of layouts."""


PICTURE_DPI = 400
"""Pictures are brought down to this before they go into a page: a third more than the card printer has."""


class UnusablePicture(Exception):
    """These bytes are no picture that can be read."""


@dataclass(frozen=True)
class Box:
    """Where a text stands, in points."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    def overlaps(self, other: Box, slack: float = 0.1) -> bool:
        apart_x = self.right <= other.left + slack or other.right <= self.left + slack
        apart_y = self.top <= other.bottom + slack or other.top <= self.bottom + slack
        return not (apart_x or apart_y)


class Sheet:
    """A page being drawn. `finish` gives the PDF; the sheet is then used up."""

    def __init__(self, width_pt: float, height_pt: float) -> None:
        fonts.main_face_loaded()
        self.width, self.height = width_pt, height_pt
        self.boxes: list[Box] = []
        self._pdf = io.BytesIO()
        make: Any = canvas.Canvas  # its stub takes initialFontName for a number
        self.canvas: Any = make(self._pdf, pagesize=(width_pt, height_pt), initialFontName=fonts.REGULAR.name,
                                invariant=1, pageCompression=1)  # fmt: skip

    def text(self, x: float, baseline: float, text: str, size: float, *, style: Style = "regular",
             colour: str = "#000000", align: Align = "left") -> Box:  # fmt: skip
        """Draw one line. Raises NoGlyph before anything of it is drawn, DoesNotFit where it would leave the sheet."""
        pieces = fonts.runs(text, style)
        wide = fonts.width(text, style, size)
        left = x - {"left": 0.0, "centre": wide / 2, "right": wide}[align]
        box = Box(left, baseline - DESCENT * size, left + wide, baseline + ASCENT * size, text)
        if box.left < -0.01 or box.bottom < -0.01 or box.right > self.width + 0.01 or box.top > self.height + 0.01:
            raise DoesNotFit(f"{len(text)} characters at {size:.1f} pt leave the sheet")
        for face, piece in pieces:
            self._run(left, baseline, face, piece, size, colour)
            left += sum(fonts.width(char, style, size) for char in piece)
        self.boxes.append(box)
        return box

    def _run(self, x: float, baseline: float, face: fonts.Face, text: str, size: float, colour: str) -> None:
        line = self.canvas.beginText(x, baseline)
        line.setFont(face.name, size)
        line.setFillColor(HexColor(colour))
        if face.thicken:
            self.canvas.setLineWidth(THICKEN * size)
            self.canvas.setStrokeColor(HexColor(colour))
            line.setTextRenderMode(2)
        line.textOut(text)
        if face.thicken:
            line.setTextRenderMode(0)
        self.canvas.drawText(line)

    def rect(self, x: float, y: float, width: float, height: float, fill: str, *, radius: float = 0) -> None:
        self.canvas.setFillColor(HexColor(fill))
        if radius:
            self.canvas.roundRect(x, y, width, height, radius, stroke=0, fill=1)
        else:
            self.canvas.rect(x, y, width, height, stroke=0, fill=1)

    def frame(self, x: float, y: float, width: float, height: float, colour: str, line: float, *, radius: float = 0) -> None:
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setLineWidth(line)
        self.canvas.roundRect(x, y, width, height, radius, stroke=1, fill=0)

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: str, width: float, *, dash: float = 0) -> None:
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setLineWidth(width)
        self.canvas.setDash([dash, dash] if dash else [])
        self.canvas.line(x0, y0, x1, y1)
        self.canvas.setDash([])

    def polygon(self, points: list[tuple[float, float]], fill: str) -> None:
        path = self.canvas.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        path.close()
        self.canvas.setFillColor(HexColor(fill))
        self.canvas.drawPath(path, stroke=0, fill=1)

    def polyline(self, points: list[tuple[float, float]], colour: str, width: float) -> None:
        path = self.canvas.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setLineWidth(width)
        self.canvas.drawPath(path, stroke=1, fill=0)

    def picture(self, data: bytes, x: float, y: float, width: float, height: float) -> None:
        """A PNG or JPEG, cropped to the shape of the place, never stretched. Raises UnusablePicture."""
        self.canvas.drawImage(ImageReader(io.BytesIO(_as_jpeg(data, width, height))), x, y, width, height)

    def qr(self, text: str, x: float, y: float, side: float, *, colour: str = "#000000") -> None:
        """A QR code with its light border inside the square; one vector path (facts/print.md 4.5)."""
        modules = qr_modules(text)
        step = side / (len(modules) + 2 * QUIET_MODULES)
        self.rect(x, y, side, side, "#FFFFFF")
        path = self.canvas.beginPath()
        for row, line in enumerate(modules):
            column = 0
            for dark, group in itertools.groupby(line):
                length = len(list(group))
                if dark:
                    path.rect(x + (column + QUIET_MODULES) * step, y + side - (row + 1 + QUIET_MODULES) * step,
                              length * step, step)  # fmt: skip
                column += length
        self.canvas.setFillColor(HexColor(colour))
        self.canvas.drawPath(path, stroke=0, fill=1)

    def ground(self, key: str, draw: Callable[[Sheet], None]) -> None:
        """Shapes that are the same on every sheet: drawn once per process under `key`, then replayed. Never texts:
        nothing personal may stay in this store."""
        if key not in _GROUNDS:
            start, boxes = len(self.canvas._code), len(self.boxes)
            draw(self)
            if len(self.boxes) != boxes:
                raise ValueError(f"the ground {key} draws text")
            _GROUNDS[key] = "\n".join(self.canvas._code[start:])
            del self.canvas._code[start:]
        self.canvas.saveState()
        self.canvas._code.append(_GROUNDS[key])
        self.canvas.restoreState()

    def finish(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self._pdf.getvalue()


def _as_jpeg(data: bytes, width_pt: float, height_pt: float) -> bytes:
    """The picture as the page needs it: no pixels beyond PICTURE_DPI, in a coding that PDF takes as it is."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            opened.load()
            image = on_white(opened)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnusablePicture(str(error)) from error
    scale = min(image.width / width_pt, image.height / height_pt)
    wide, high = scale * width_pt, scale * height_pt
    left, top = max(0.0, (image.width - wide) / 2), max(0.0, (image.height - high) / 3)
    box = (left, top, min(image.width, left + wide), min(image.height, top + high))
    scale = min(scale, PICTURE_DPI / 72)
    size = max(1, round(scale * width_pt)), max(1, round(scale * height_pt))
    image = image.resize(size, Image.Resampling.BICUBIC, box, reducing_gap=2)
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=95, subsampling=0)
    return packed.getvalue()


def on_white(image: Image.Image) -> Image.Image:
    """RGB, transparent parts white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(white, layered).convert("RGB")
    return image.convert("RGB")


def qr_modules(text: str) -> list[list[bool]]:
    """The dark modules, without border; error correction M."""
    pixels: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=1)
    lines: Any = memoryview(pixels).tolist()
    rows = [[value < 128 for value in line] for line in lines]
    dark_rows = [index for index, row in enumerate(rows) if any(row)]
    dark_columns = [index for index in range(len(rows[0])) if any(row[index] for row in rows)]
    return [row[dark_columns[0] : dark_columns[-1] + 1] for row in rows[dark_rows[0] : dark_rows[-1] + 1]]
