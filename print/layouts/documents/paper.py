"""A document of several A4 pages being drawn: `drawing.Sheet` with a page turn, quicker text, and an embedded file."""
from __future__ import annotations

import re
from functools import cache
from typing import Any

import zxingcpp
from reportlab.pdfbase import pdfdoc, pdfmetrics

from print import fonts
from print.drawing import ASCENT, DESCENT, QUIET_MODULES, THICKEN, Align, Box, Sheet
from print.fitting import DoesNotFit, atoms
from print.fonts import Style
from print.layouts.documents.sizes import A4

DARK = re.compile(rb"\x00+")
_WIDTHS: dict[Style, dict[str, float]] = {"regular": {}, "bold": {}}
"""Advance in thousandths of an em, of characters the main face draws: everyday ones alone. A rare one is asked for
each time, so that nothing stays here that points at a person."""


class Paper(Sheet):
    def __init__(self, title: str, author: str) -> None:
        super().__init__(*A4)
        self.canvas.setTitle(title)
        self.canvas.setAuthor(author)
        self.canvas.setCreator(author)
        self.canvas._doc.Catalog.Lang = pdfdoc.PDFString("zh-CN")
        self.pages = 1

    def next_page(self) -> None:
        self.canvas.showPage()
        self.boxes = []
        self.pages += 1

    def text(self, x: float, baseline: float, text: str, size: float, *, style: Style = "regular",
             colour: str = "#000000", align: Align = "left", spacing: float = 0) -> Box:  # fmt: skip
        """As Sheet.text, `spacing` points wider between characters. Raises NoGlyph, DoesNotFit."""
        wide = measure(text, style, size) + spacing * max(len(text) - 1, 0)
        left = x - {"left": 0.0, "centre": wide / 2, "right": wide}[align]
        box = Box(left, baseline - DESCENT * size, left + wide, baseline + ASCENT * size, text)
        if box.left < -0.01 or box.bottom < -0.01 or box.right > self.width + 0.01 or box.top > self.height + 0.01:
            raise DoesNotFit(f"{len(text)} characters at {size:.1f} pt leave the sheet")
        if text:
            self.canvas._code.append(self._operators(left, baseline, text, size, style, colour, spacing))
        self.boxes.append(box)
        return box

    def _operators(self, x: float, y: float, text: str, size: float, style: Style, colour: str, spacing: float) -> str:
        """One text object; faces and their subsets follow each other inside it, so that copied text stays in one piece."""
        red, green, blue = _rgb(colour)
        parts = [f"BT {red} {green} {blue} rg 1 0 0 1 {x:.2f} {y:.2f} Tm"]
        if spacing:
            parts.append(f"{spacing:.2f} Tc")
        for face, piece in self._faces(text, style):
            font: Any = pdfmetrics.getFont(face.name)
            if face.thicken:
                parts.append(f"2 Tr {THICKEN * size:.2f} w {red} {green} {blue} RG")
            for subset, codes in font.splitString(piece, self.canvas._doc):
                name = font.getSubsetInternalName(subset, self.canvas._doc)
                parts.append(f"{name} {size:g} Tf <{codes.hex()}> Tj")
            if face.thicken:
                parts.append("0 Tr")
        if spacing:
            parts.append("0 Tc")
        return " ".join([*parts, "ET"])

    @staticmethod
    def _faces(text: str, style: Style) -> list[tuple[fonts.Face, str]]:
        known = _WIDTHS[style]
        if all(char in known for char in text):
            return [(fonts.CHAINS[style][0], text)]
        return fonts.runs(text, style)

    def rect(self, x: float, y: float, width: float, height: float, fill: str, *, radius: float = 0) -> None:
        if radius:
            super().rect(x, y, width, height, fill, radius=radius)
        else:
            self.canvas._code.append(f"{' '.join(_rgb(fill))} rg {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def frame(self, x: float, y: float, width: float, height: float, colour: str, line: float, *, radius: float = 0) -> None:
        if radius:
            super().frame(x, y, width, height, colour, line, radius=radius)
        else:
            self.canvas._code.append(f"{' '.join(_rgb(colour))} RG {line:g} w {x:.2f} {y:.2f} {width:.2f} {height:.2f} re S")

    def qr(self, text: str, x: float, y: float, side: float, *, colour: str = "#000000") -> None:
        """As Sheet.qr, the operators written at once: reportlab formats each number by itself (13 of 30 ms)."""
        across, runs = _dark_runs(text)
        step = side / (across + 2 * QUIET_MODULES)
        self.rect(x, y, side, side, "#FFFFFF")
        parts = [f"q {' '.join(_rgb(colour))} rg {step:.5f} 0 0 {-step:.5f} {x:.3f} {y + side:.3f} cm"]
        parts += [f"{column + QUIET_MODULES} {row + QUIET_MODULES} {length} 1 re" for row, column, length in runs]
        self.canvas._code.append("\n".join([*parts, "f Q"]))

    def tilted(self, x: float, y: float, text: str, size: float, degrees: float, colour: str) -> None:
        """A line of text around a point, for what stands behind a page. No box: it may be written over."""
        self.canvas.saveState()
        self.canvas.translate(x, y)
        self.canvas.rotate(degrees)
        self.canvas._code.append(self._operators(-measure(text, "bold", size) / 2, 0, text, size, "bold", colour, 0))
        self.canvas.restoreState()

    def embed(self, name: str, data: bytes) -> None:
        """A file inside the PDF (ISO 32000-1, 7.11.4)."""
        document, pdf = self.canvas._doc, pdfdoc
        about = pdf.PDFDictionary({"Type": pdf.PDFName("EmbeddedFile"), "Subtype": pdf.PDFName("application#2Fjson"),
                                   "Params": pdf.PDFDictionary({"Size": len(data)})})  # fmt: skip
        stream = pdf.PDFStream(about, data, filters=[pdf.PDFZCompress])
        file = document.Reference(stream, f"embedded-{name}")
        spec = pdf.PDFDictionary({"Type": pdf.PDFName("Filespec"), "F": pdf.PDFString(name), "UF": pdf.PDFString(name),
                                  "EF": pdf.PDFDictionary({"F": file})})  # fmt: skip
        names = pdf.PDFDictionary({"Names": pdf.PDFArray([pdf.PDFString(name), document.Reference(spec, f"spec-{name}")])})
        document.Catalog.Names = pdf.PDFDictionary({"EmbeddedFiles": names})


def _dark_runs(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Modules across, and (row, column, length) of each run of dark ones; error correction M."""
    pixels: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=1)
    seen = memoryview(pixels)
    assert seen.shape is not None
    wide, data = seen.shape[1], bytes(seen)
    border = data.find(b"\x00") % wide  # the corner of the first finder pattern is dark
    runs = [(at // wide - border, run.start() - border, run.end() - run.start())
            for at in range(0, len(data), wide) for run in DARK.finditer(data[at : at + wide])]  # fmt: skip
    return wide - 2 * border, runs


def measure(text: str, style: Style, size: float) -> float:
    """Width in points. Raises NoGlyph."""
    known = _WIDTHS[style]
    total = 0.0
    for char in text:
        wide = known.get(char)
        if wide is None:
            wide = fonts.width(char, style, 1000)
            if fonts.runs(char, style)[0][0] is fonts.CHAINS[style][0]:
                known[char] = wide
        total += wide
    return total * size / 1000


def broken(text: str, style: Style, wide_pt: float, size: float) -> list[str]:
    """Lines no wider than `wide_pt`; a word wider than a line is broken where it must be. Nothing is cut. Raises NoGlyph."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if measure(paragraph, style, size) <= wide_pt:
            lines.append(paragraph)
            continue
        lines += _wrapped(paragraph, style, wide_pt, size)
    return lines


def _wrapped(text: str, style: Style, wide_pt: float, size: float) -> list[str]:
    """As fitting.wrap, by the widths kept here; a word wider than a line is broken."""
    lines: list[str] = []
    line, used = "", 0.0
    for atom in atoms(text):
        bare = measure(atom.rstrip(" "), style, size)
        if line and used + bare > wide_pt + 0.01:
            lines.append(line.rstrip(" "))
            line, used, atom = "", 0.0, atom.lstrip(" ")
        if bare > wide_pt + 0.01:
            *whole, atom = _anywhere(atom, style, wide_pt, size)
            lines += whole
        line, used = line + atom, used + measure(atom, style, size)
    return [*lines, line.rstrip(" ")]


def _anywhere(text: str, style: Style, wide_pt: float, size: float) -> list[str]:
    lines, line = [], ""
    for char in text:
        if line and measure(line + char, style, size) > wide_pt:
            lines.append(line)
            line = ""
        line += char
    return [*lines, line]


@cache
def _rgb(colour: str) -> tuple[str, str, str]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return f"{red:.3g}", f"{green:.3g}", f"{blue:.3g}"
