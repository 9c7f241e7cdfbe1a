"""The house's faces cut down to some characters, for documents that carry their fonts with them (OFD)."""
from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from fontTools.ttLib import TTFont
from reportlab.pdfbase import pdfmetrics

from print import fonts
from print.fonts import NoGlyph, Style

__all__ = ["Cut", "NoGlyph", "Piece", "cut", "pieces"]


@dataclass(frozen=True)
class Piece:
    """Characters of one face. `advances`: width of each in ems."""

    face: str
    text: str
    advances: tuple[float, ...]


@dataclass(frozen=True)
class Cut:
    """A TrueType file without names, and the number of each character's glyph in it. It has no map from characters:
    whoever uses it names glyphs by number, as the fonts in real e-certificates are used (facts/print.md 6.5)."""

    data: bytes
    glyphs: dict[str, int]


def pieces(text: str, style: Style = "regular") -> list[Piece]:
    """Raises NoGlyph, FontsMissing."""
    return [
        Piece(face.name, part, tuple(fonts.width(char, style, 1.0) for char in part)) for face, part in fonts.runs(text, style)
    ]


def cut(face: str, characters: str) -> Cut:
    """A face that `pieces` has named, with these characters alone. Equal calls give equal bytes. A few milliseconds:
    fontTools' own subsetter needs 0.6 s for a face of 30,000 glyphs."""
    wanted = list(dict.fromkeys(characters))
    font: Any = pdfmetrics.getFont(face)
    data: bytes = font.face.makeSubset([ord(char) for char in wanted])
    with TTFont(io.BytesIO(data)) as made:
        by_code = made["cmap"].tables[0].cmap  # reportlab maps positions in the list, not characters
        numbers = {char: made.getGlyphID(by_code[at]) for at, char in enumerate(wanted)}
        del made["cmap"]
        made.recalcTimestamp = False
        out = io.BytesIO()
        made.save(out)
    return Cut(out.getvalue(), numbers)
