"""The look of the demonstration's seal: red and round, with 演示 where a real one has its star, smaller than any real one.

Outlines, not text: nothing of it gets into the copied text of a page. In production the look comes with the department's
own seal, not from here.
"""
from __future__ import annotations

import math
from functools import cache
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from print.drawing import Sheet
from print.fonts import font_path
from print.layouts.documents.frame import SEAL_SIDE
from print.layouts.documents.sizes import RED


class _OutlinePen(BasePen):  # type: ignore[misc]
    """Glyph outlines into a reportlab path, turned and scaled on the way."""

    def __init__(self, glyphs: Any, path: list[str], x: float, y: float, scale: float, turn: float) -> None:
        super().__init__(glyphs)
        self._path, self._x, self._y = path, x, y
        self._across, self._up = scale * math.cos(turn), scale * math.sin(turn)

    def _write(self, operator: str, *points: tuple[float, float]) -> None:
        for x, y in points:
            self._path.append(f"{self._x + x * self._across - y * self._up:.2f} {self._y + x * self._up + y * self._across:.2f}")
        self._path.append(operator)

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self._write("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self._write("l", pt)

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:
        self._write("c", pt1, pt2, pt3)

    def _closePath(self) -> None:
        self._write("h")


@cache
def demo_seal(around: str = "亳州市政务服务演示用章", centre: str = "演示", below: str = "没有法律效力") -> bytes:
    """Page operators within SEAL_SIDE points square, no resources needed, transparent but for the red. Raises FontsMissing."""
    sheet = Sheet(SEAL_SIDE, SEAL_SIDE)
    start = len(sheet.canvas._code)
    middle = SEAL_SIDE / 2
    canvas = sheet.canvas
    canvas.setStrokeColor(RED)
    canvas.setFillColor(RED)
    for radius, line in ((middle - 2, 2.6), (middle - 5.2, 0.6)):
        canvas.setLineWidth(line)
        canvas.circle(middle, middle, radius, stroke=1, fill=0)
    font = TTFont(font_path("bold"), lazy=True)
    path: list[str] = []
    _around(font, path, around, middle, SEAL_SIDE * 0.118, middle - 9.5)
    _across(font, path, centre, middle, middle - SEAL_SIDE * 0.07, SEAL_SIDE * 0.22)
    _across(font, path, below, middle, middle - SEAL_SIDE * 0.27, SEAL_SIDE * 0.07)
    canvas._code += [*path, "f"]  # by the winding rule: strokes of a face made from a variable one overlap
    font.close()
    return "\n".join(sheet.canvas._code[start:]).encode("ascii")


def _around(font: Any, path: list[str], text: str, middle: float, size: float, outer: float) -> None:
    """Along the upper part of the circle, feet inwards."""
    step = math.radians(236) / max(len(text) - 1, 1)
    for index, char in enumerate(text):
        angle = math.radians(90 + 118) - index * step
        foot = outer - size * 0.86
        x, y = middle + foot * math.cos(angle), middle + foot * math.sin(angle)
        turn = angle - math.pi / 2
        half = _wide(font, char, size) / 2
        _glyph(font, path, char, x - half * math.cos(turn), y - half * math.sin(turn), size, turn)


def _across(font: Any, path: list[str], text: str, middle: float, y: float, size: float) -> None:
    x = middle - sum(_wide(font, char, size) for char in text) / 2
    for char in text:
        _glyph(font, path, char, x, y, size, 0)
        x += _wide(font, char, size)


def _glyph(font: Any, path: list[str], char: str, x: float, y: float, size: float, turn: float) -> None:
    glyphs = font.getGlyphSet()
    glyphs[font.getBestCmap()[ord(char)]].draw(_OutlinePen(glyphs, path, x, y, size / font["head"].unitsPerEm, turn))


def _wide(font: Any, char: str, size: float) -> float:
    advance: int = font["hmtx"][font.getBestCmap()[ord(char)]][0]
    return advance * size / float(font["head"].unitsPerEm)
