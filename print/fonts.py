"""Which font draws which character, decided glyph by glyph before anything is drawn.

reportlab and Kivy draw a missing glyph as a blank and tell nobody (facts/print.md 4.1), so every text goes through
`runs`: each character gets the first face of the chain that really has strokes for it, or the text is refused with
NoGlyph before a blank card moves. Rare-character faces exist in one weight; the bold chain marks them `thicken`.
"""
from __future__ import annotations

import unicodedata
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc, pdfmetrics, ttfonts

from print.font_files import BOLD_FILE, RARE_FILES, REGULAR_FILE, find

Style = Literal["regular", "bold"]


class NoGlyph(Exception):
    """No font on this terminal draws this character right; the citizen is served at the counter instead."""

    def __init__(self, char: str) -> None:
        super().__init__(f"no glyph for U+{ord(char):04X}")
        self.char = char


@dataclass(frozen=True)
class Face:
    """One font file under the name reportlab knows it by."""

    name: str
    file: str
    han_only: bool = False
    """Fall-back faces serve ideographs alone: their Latin, symbols and private-use characters are not ours."""
    thicken: bool = False
    """Drawn with an outline stroke, to stand beside real bold type."""

    @property
    def path(self) -> Path:
        """Raises FontsMissing."""
        return find(self.file)


REGULAR = Face("Sans", REGULAR_FILE)
BOLD = Face("SansBold", BOLD_FILE)
_RARE = tuple(file.removesuffix(".ttf") for file in RARE_FILES)
CHAINS: dict[Style, tuple[Face, ...]] = {
    "regular": (REGULAR, *(Face(name, f"{name}.ttf", han_only=True) for name in _RARE)),
    "bold": (BOLD, *(Face(name, f"{name}.ttf", han_only=True, thicken=True) for name in _RARE)),
}

HAN = ((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x31C0, 0x31EF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
       (0x20000, 0x2FA1F), (0x30000, 0x3FFFD))  # fmt: skip
"""Ideographs, radicals and strokes (Unicode blocks)."""

BLANKS = frozenset(" \u00a0\u3000")
"""The only characters that may leave no mark."""

UNDRAWABLE = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Mn", "Me", "Mc"})
"""Unicode categories never drawn: without shaping, controls vanish, joiners and marks land in the wrong place, and a
private-use character means something else in every font. Unassigned (Cn) is asked of the fonts for ideographs only:
their newest blocks are younger than this Python's tables."""


def runs(text: str, style: Style = "regular") -> list[tuple[Face, str]]:
    """Split into (face, text) pieces whose texts joined are `text`. Raises NoGlyph, FontsMissing."""
    pieces: list[tuple[Face, str]] = []
    for char in text:
        face = _face_for(char, style)
        if pieces and pieces[-1][0] == face:
            pieces[-1] = (face, pieces[-1][1] + char)
        else:
            pieces.append((face, char))
    return pieces


def missing(text: str) -> list[str]:
    """The characters of `text` that no face draws, each once, in order."""
    return [char for char in dict.fromkeys(text) if not (_drawn_by(char, "regular") and _drawn_by(char, "bold"))]


def covers(text: str) -> bool:
    """True where the whole text can be drawn in both styles."""
    return not missing(text)


def width(text: str, style: Style, size_pt: float) -> float:
    """Advance width in points. Raises NoGlyph."""
    return sum(_width_1000(face, char) for face, piece in runs(text, style) for char in piece) * size_pt / 1000


def font_path(style: Style = "regular") -> Path:
    """The file of the main face, for whoever draws without reportlab (the screen)."""
    return CHAINS[style][0].path


def fallback_runs(text: str, style: Style = "regular") -> list[tuple[Path, str]]:
    """Like `runs`, with font files instead of faces. Raises NoGlyph."""
    return [(face.path, piece) for face, piece in runs(text, style)]


def main_face_loaded() -> None:
    """Make the regular face known to reportlab, which a page needs before its first text. Raises FontsMissing."""
    _loaded(REGULAR.name, REGULAR.file)


def warm() -> None:
    """Load every face now (about 0.5 s) so that the first citizen does not wait. Raises FontsMissing."""
    for chain in CHAINS.values():
        for face in chain:
            _loaded(face.name, face.file)


def _face_for(char: str, style: Style) -> Face:
    face = _drawn_by(char, style)
    if face is None:
        raise NoGlyph(char)
    return face


def _drawn_by(char: str, style: Style) -> Face | None:
    han = any(first <= ord(char) <= last for first, last in HAN)
    if not han and unicodedata.category(char) in UNDRAWABLE:
        return None
    return next((face for face in CHAINS[style] if (han or not face.han_only) and _has_strokes(face, char)), None)


def _has_strokes(face: Face, char: str) -> bool:
    metrics = _loaded(face.name, face.file).face
    glyph = metrics.charToGlyph.get(ord(char), 0)
    if glyph == 0:
        return False
    offsets = metrics.glyphPos
    return char in BLANKS or offsets[glyph + 1] > offsets[glyph]


def _width_1000(face: Face, char: str) -> float:
    metrics = _loaded(face.name, face.file).face
    return float(metrics.charWidths.get(ord(char), metrics.defaultWidth))


@cache
def _loaded(name: str, file: str) -> Any:
    """The reportlab font, registered on first use. Keyed by font, never by text: no name stays in a cache."""
    _tune_reportlab()
    font = ttfonts.TTFont(name, str(find(file)), asciiReadable=0)
    _lighten(font.face)
    pdfmetrics.registerFont(font)
    return font


class _InPlace:
    """A table that is sliced where it lies: reportlab copies all outlines of a font (17 MB) for each subset it makes."""

    def __init__(self, data: bytes, start: int) -> None:
        self._data, self._start = data, start

    def __getitem__(self, part: slice) -> bytes:
        return self._data[self._start + part.start : self._start + part.stop]


NOT_IN_A_PDF = frozenset({"name", "OS/2"})
"""Tables a PDF does not need of a TrueType font (ISO 32000-1, 9.9, table 126); makeSubset does without what it does not find."""


def _lighten(face: Any) -> None:
    """What costs time with every document: the copy of all outlines, tables nobody reads, widths formatted one by one
    (measured with three faces: 40 -> 28 ms before the rest of the tuning)."""
    plain, outlines = face.get_table, _InPlace(face._ttf_data, face.get_table_pos("glyf")[0])

    def table(tag: str) -> Any:
        if tag in NOT_IN_A_PDF:
            raise KeyError(tag)
        return outlines if tag == "glyf" else plain(tag)

    face.get_table = table
    face.getCharWidth = lambda char: f"{face.charWidths.get(char, face.defaultWidth):g}"


class _QuickFlate:
    """reportlab's Flate filter at zlib's level 1: half the time, 4 % more bytes (measured on a subset of 34 kB)."""

    pdfname = "FlateDecode"

    @staticmethod
    def encode(data: bytes | str) -> bytes:
        return zlib.compress(data.encode() if isinstance(data, str) else data, 1)


@cache
def _tune_reportlab() -> None:
    """Once per process: no ASCII85 (40 % of the time, 15 % of the bytes, facts/print.md 4.5) and a right ToUnicode."""
    rl_config.useA85 = 0
    setattr(pdfdoc, "PDFZCompress", _QuickFlate())  # noqa: B010  its stub allows no other class
    ttfonts.makeToUnicodeCMap = to_unicode_cmap


def to_unicode_cmap(fontname: str, subset: list[int]) -> str:
    """The ToUnicode CMap of a subset. reportlab's own writes code points beyond the BMP as five hex digits, where
    UTF-16BE is required: the paper is right and the copied text wrong (facts/print.md 4.4)."""
    rows = [f"<{code:02X}> <{chr(char).encode('utf-16-be').hex().upper()}>" for code, char in enumerate(subset)]
    lines = ["/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap", "/CIDSystemInfo",
             f"<< /Registry ({fontname})", f"/Ordering ({fontname})", "/Supplement 0", ">> def",
             f"/CMapName /{fontname} def", "/CMapType 2 def",
             "1 begincodespacerange", "<00> <FF>", "endcodespacerange"]  # fmt: skip
    for start in range(0, len(rows), 100):  # the format allows 100 entries a block
        block = rows[start : start + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    return "\n".join([*lines, "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"])
