"""Text of an OFD page as PDF text: by glyph number in embedded fonts, by character in the faces of the house otherwise.

A font that is named but not embedded (宋体, 楷体, 黑体, 仿宋 in most files) is replaced by print.fonts and named as
replaced; a character that no face has becomes an empty box and is named as missing.
"""
from __future__ import annotations

import itertools
import math
from typing import Any

from reportlab.pdfbase import pdfmetrics

from print import fonts
from print.fonts import NoGlyph, Style
from print.ofd import ink
from print.ofd.embedded import EmbeddedFont, UnusableFont
from print.ofd.errors import Damaged, TooBig
from print.ofd.findings import Findings
from print.ofd.geometry import Matrix
from print.ofd.layout import Placed, place, unused
from print.ofd.model import BLACK, Font, Pen, Text, TextCode
from print.ofd.package import Package

BOLD_FROM = 600
"""Weight from which the bold face stands in for a font that is not embedded."""
SLANT = math.tan(math.radians(12))
"""For Italic, which no face of the house has."""
HALF_WIDTH = frozenset(map(chr, range(0x20, 0x7F)))
MOST_MARKS = 50_000
"""In one text object. A full page of small print has 5,000 characters."""
_INVISIBLE = frozenset({*fonts.BLANKS, *map(chr, range(0x2000, 0x2010)), "\t", "\n", "\r", "\u2028", "\u2029", "\ufeff",
                        "\u202f", "\u205f"})  # fmt: skip


class Fonts:
    """The embedded fonts of one document in one PDF, opened when first used."""

    def __init__(self, package: Package, declared: dict[str, Font], canvas: Any, prefix: str) -> None:
        self._package, self._declared, self._canvas, self._prefix = package, declared, canvas, prefix
        self._opened: dict[str, EmbeddedFont | str] = {}

    def declared(self, identity: str) -> Font | None:
        return self._declared.get(identity)

    def embedded(self, identity: str) -> EmbeddedFont | str:
        """The font, or why there is none, in a few words."""
        if identity not in self._opened:
            self._opened[identity] = self._open(identity)
        return self._opened[identity]

    def write(self) -> None:
        """Put what was used into the PDF. Raises Damaged where a font turns out to be unusable."""
        for font in self._opened.values():
            if isinstance(font, EmbeddedFont) and font.used:
                try:
                    font.write(self._canvas._doc)
                except UnusableFont as error:
                    raise Damaged(font.name, f"embedded font {error}") from error

    def _open(self, identity: str) -> EmbeddedFont | str:
        font = self._declared.get(identity)
        if font is None:
            return "is not declared"
        if font.file is None:
            return "is not embedded"
        if self._package.find(font.file) is None:
            return "is embedded as a file that is not there"
        try:
            return EmbeddedFont(self._package.read(font.file), f"{self._prefix}{len(self._opened)}")
        except UnusableFont:
            return "is embedded in a form that cannot be used"


def set_text(canvas: Any, store: Fonts, item: Text, pen: Pen, alpha: float, findings: Findings) -> int:
    """Draw one text object and return how many marks it has. The canvas is in the object's space."""
    if sum(max(len(code.text), sum(len(one.glyphs) for one in code.transforms)) for code in item.codes) > MOST_MARKS:
        raise TooBig(f"{findings.where}: characters in one text")
    if item.size <= 0:
        findings.add("text without a size")
        return 0
    setter = _Setter(canvas, store, item, findings)
    marks = setter.lines()
    if not marks:
        return 0
    canvas.saveState()
    mode = (0 if not item.stroke else 2) if item.fill else (1 if item.stroke else 3)
    if item.fill:
        colour = pen.fill or BLACK
        ink.name_missing(colour, findings)
        if colour.shading is not None:
            findings.add("text coloured by a gradient", drawn=True)
        ink.set_fill(canvas, colour, alpha)
    if item.stroke:
        ink.use_line(canvas, pen, alpha, findings)
    canvas._code.append(f"BT {mode} Tr")
    canvas._code.extend(marks)
    canvas._code.append("0 Tr ET")
    canvas.restoreState()
    for matrix in setter.boxes:
        _empty_box(canvas, matrix)
    return setter.count


class _Setter:
    def __init__(self, canvas: Any, store: Fonts, item: Text, findings: Findings) -> None:
        self._canvas, self._item, self._findings = canvas, item, findings
        found = store.embedded(item.font)
        self._font = found if isinstance(found, EmbeddedFont) else None
        declared = store.declared(item.font) or Font("?")
        self._declared = declared
        self._why = "" if isinstance(found, EmbeddedFont) else found
        heavy = item.weight >= BOLD_FROM or declared.bold or "bold" in declared.name.lower()
        self._style: Style = "bold" if heavy else "regular"
        self.boxes: list[Matrix] = []
        self.count = 0

    def lines(self) -> list[str]:
        out: list[str] = []
        for code in self._item.codes:
            if lost := unused(code):
                self._findings.add("glyph transform beside its text", count=lost)
            out += self._line(code)
        return out

    def _line(self, code: TextCode) -> list[str]:
        out: list[str] = []
        said = self._said_as_one(code)
        for together, group in itertools.groupby(place(code, self._advance), lambda one: one.text in said):
            placed = list(group)
            self.count += len(placed)
            marks = [mark for one in placed for mark in self._mark(one)]
            out += _as_one("".join(one.text for one in placed), marks) if together else marks
        return out

    def _said_as_one(self, code: TextCode) -> frozenset[str]:
        """Characters whose runs name their text: all of a line, or the narrow ones where a rare character stands in it
        (pdfium leaves what is beyond the BMP out of a named text)."""
        if self._font is not None or code.delta_x is None or code.delta_y is not None:
            return frozenset()
        rare = any(ord(char) > 0xFFFF for char in code.text)
        return HALF_WIDTH if rare else frozenset(code.text)

    def _advance(self, text: str, glyph: int | None) -> float:
        if self._font is not None:
            number = glyph if glyph is not None else self._font.glyph_of(text)
            if number is not None and self._font.has(number):
                return self._font.advance(number) * self._item.size * self._item.h_scale
        try:
            return fonts.width(text, self._style, 1.0) * self._item.size * self._item.h_scale
        except NoGlyph:
            return self._item.size * self._item.h_scale

    def _mark(self, placed: Placed) -> list[str]:
        if self._font is not None:
            number = placed.glyph if placed.glyph is not None else self._font.glyph_of(placed.text)
            if number is not None and self._font.has(number):
                return self._embedded(self._font, number, placed)
            if placed.glyph is not None:
                self._findings.add("glyph number that the embedded font does not have")
        return self._own_faces(placed)

    def _embedded(self, font: EmbeddedFont, number: int, placed: Placed) -> list[str]:
        blank = not placed.text.strip() or placed.text in _INVISIBLE
        if not blank and not font.leaves_ink(number):
            self._findings.add("character without an outline in its embedded font")
        matrix = self._matrix(placed, 1.0)
        return [f"/{font.name} 1 Tf {_numbers(matrix)} Tm <{font.code(number, placed.text)}> Tj"]

    def _own_faces(self, placed: Placed) -> list[str]:
        out: list[str] = []
        for char in placed.text:
            if char in _INVISIBLE:
                continue
            try:
                face = fonts.runs(char, self._style)[0][0]
            except NoGlyph:
                self._findings.add(f"character U+{ord(char):04X}: no face has it")
                self.boxes.append(self._matrix(placed, 1.0))
                continue
            self._say_replaced(char)
            out.append(self._own_face(char, face, placed))
        return out

    def _own_face(self, char: str, face: fonts.Face, placed: Placed) -> str:
        wide = fonts.width(char, self._style, 1.0) * self._item.size * self._item.h_scale
        fits = placed.room if placed.room is not None and placed.room > 0 else wide
        squeeze = max(0.5, min(1.0, fits / wide)) if wide > 0 and char in HALF_WIDTH else 1.0
        font: Any = pdfmetrics.getFont(face.name)
        doc = self._canvas._doc
        subset, codes = font.splitString(char, doc)[0]
        name = font.getSubsetInternalName(subset, doc)
        return f"{name} 1 Tf {_numbers(self._matrix(placed, squeeze))} Tm <{codes.hex()}> Tj"

    def _say_replaced(self, char: str) -> None:
        name = self._declared.name or self._declared.family or "?"
        if self._font is None:
            self._findings.add(f"font {name[:40]} {self._why}: drawn with the terminal's own", drawn=True)
        else:
            self._findings.add(f"embedded font {name[:40]} lacks U+{ord(char):04X}: drawn with the terminal's own", drawn=True)

    def _matrix(self, placed: Placed, squeeze: float) -> Matrix:
        """From ems, y upwards, to the object's space."""
        item = self._item
        slant = SLANT if self._font is None and (item.italic or self._declared.italic) else 0.0
        upright = Matrix(item.size * item.h_scale * squeeze, 0, item.size * slant, -item.size, 0, 0)
        if item.turn:
            cos, sin = math.cos(math.radians(item.turn)), math.sin(math.radians(item.turn))
            upright = upright.then(Matrix(cos, sin, -sin, cos, 0, 0))
        return upright.then(Matrix(e=placed.x, f=placed.y))


def _as_one(text: str, marks: list[str]) -> list[str]:
    """Where a face of the house is narrower than the steps of the document, programs that copy the text would see
    blanks inside words: the run says what its text is."""
    return [f"/Span <</ActualText <feff{text.encode('utf-16-be').hex()}>>> BDC", *marks, "EMC"]


def _numbers(matrix: Matrix) -> str:
    return " ".join(f"{number:.5f}".rstrip("0").rstrip(".") for number in matrix)


def _empty_box(canvas: Any, matrix: Matrix) -> None:
    """A character is missing here: seen at once, and not mistaken for a blank."""
    canvas.saveState()
    canvas.transform(*matrix)
    canvas.setLineWidth(0.04)
    canvas.setStrokeGray(0)
    canvas.rect(0.06, -0.08, 0.88, 0.92, stroke=1, fill=0)
    canvas.restoreState()
