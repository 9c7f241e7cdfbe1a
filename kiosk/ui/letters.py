"""Text as textures: which face draws which character, how wide it is, where lines break.

Every (face, size) pair keeps memory and a file descriptor for ever (ui.md 3.1), so sizes come from theme.Type alone.
"""
from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cache

from kivy.core.text import Label as CoreLabel

from print.font_files import BOLD_FILE, REGULAR_FILE, find

MISSING = "〓"
"""The typographer's mark for a character no face has; the journey refuses such a name before, so it is not met."""

MOST_TEXTURES = 160
MOST_WIDTHS = 4000

NO_LINE_START = set("，。、；：！？）》”’…,.;:!?)%·~—")
BREAKS = set("，。、；：！？,.;:!?")
NO_LINE_END = set("（《“‘(")


@dataclass(frozen=True)
class Face:
    file: str
    bold: bool


@cache
def face(bold: bool) -> Face:
    return Face(str(find(BOLD_FILE if bold else REGULAR_FILE)), bold)


def runs(text: str, bold: bool) -> list[tuple[Face, str]]:
    """Pieces of one face each. The main face has U+4E00..U+9FA5 and everything the catalogue uses; beyond, print.fonts
    decides glyph by glyph."""
    if all(char < "\u3400" or "\u4e00" <= char <= "\u9fa5" or "\uff00" <= char <= "\uffef" for char in text):
        return [(face(bold), text)]
    from print.fonts import NoGlyph, fallback_runs

    while True:
        try:
            return [(Face(str(path), bold), piece) for path, piece in fallback_runs(text, "bold" if bold else "regular")]
        except NoGlyph as lacking:
            text = text.replace(lacking.char, MISSING)


@dataclass(frozen=True)
class Drawn:
    """One run as a texture and how far it reaches above the base line, pixels."""

    texture: object
    ascent: float

    @property
    def width(self) -> float:
        return self.texture.size[0]

    @property
    def height(self) -> float:
        return self.texture.size[1]


class Letters:
    """Measures and draws text. `wipe` forgets every texture, and with it every name."""

    def __init__(self) -> None:
        self._textures: OrderedDict[tuple[str, str, int], Drawn] = OrderedDict()
        self._rulers: dict[tuple[str, int], CoreLabel] = {}
        self._widths: dict[tuple[str, int, bool], float] = {}

    def wipe(self) -> None:
        self._textures.clear()
        self._widths.clear()
        for ruler in self._rulers.values():
            ruler.text = ""
            ruler.texture = None

    def width(self, text: str, size: int, bold: bool = False) -> float:
        """Pixels. Every layout asks for the same words several times."""
        key = text, size, bold
        if key not in self._widths:
            if len(self._widths) >= MOST_WIDTHS:
                self._widths.clear()
            pieces = [(used.file, piece) for used, piece in runs(text, bold) if piece]
            self._widths[key] = sum(self._ruler(file, size).get_extents(piece)[0] for file, piece in pieces)
        return self._widths[key]

    def line(self, text: str, size: int, bold: bool = False) -> list[Drawn]:
        """Textures of one line, left to right."""
        return [self._drawn(used.file, piece, size) for used, piece in runs(text, bold) if piece]

    def wrap(self, text: str, width: float, size: int, bold: bool = False) -> list[str]:
        """Lines not wider than `width`: between ideographs, at spaces, never a comma at the start of a line. A single
        word wider than the line stays whole; the check of the screens finds it."""
        lines: list[str] = []
        for paragraph in text.split("\n"):
            lines += self._wrapped(paragraph, width, size, bold)
        return lines

    def _wrapped(self, paragraph: str, width: float, size: int, bold: bool) -> list[str]:
        if self.width(paragraph, size, bold) <= width:
            return [paragraph]
        words = _words(paragraph)
        widths = [self.width(word, size, bold) for word in words]
        return _balanced(words, widths, width) or words

    def _ruler(self, file: str, size: int) -> CoreLabel:
        if (file, size) not in self._rulers:
            self._rulers[file, size] = CoreLabel(text="", font_size=size, font_name=file, strip=False)
            self._rulers[file, size].resolve_font_name()
        return self._rulers[file, size]

    def _drawn(self, file: str, text: str, size: int) -> Drawn:
        key = (file, text, size)
        if key in self._textures:
            self._textures.move_to_end(key)
            return self._textures[key]
        label = CoreLabel(text=text, font_size=size, font_name=file, strip=False, color=(1, 1, 1, 1))
        label.refresh()
        drawn = Drawn(label.texture, label.get_ascent())
        self._textures[key] = drawn
        while len(self._textures) > MOST_TEXTURES:
            self._textures.popitem(last=False)
        return drawn


def _words(text: str) -> list[str]:
    """Smallest pieces that stay together."""
    words: list[str] = []
    for char in text:
        wide = char > "\u2e7f"
        glue = words and (
            char in NO_LINE_START or words[-1][-1] in NO_LINE_END
            or (not wide and not words[-1][-1].isspace() and words[-1][-1] <= "\u2e7f" and not char.isspace())
            or (char.isspace() and not words[-1][-1].isspace()))
        if glue:
            words[-1] += char
        else:
            words.append(char)
    return words


def _balanced(words: list[str], widths: list[float], width: float) -> list[str]:
    """As few lines as fit, of like length, rather broken after a comma than within a phrase: no lonely last character.
    Words wider than the line stand alone."""
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]              # lines, cost, where the last line begins
    for end in range(1, len(words) + 1):
        options = []
        used = 0.0
        for start in range(end - 1, -1, -1):
            used += widths[start]
            if used > width and start < end - 1:
                break
            lines, cost, _ = best[start]
            slack = max(0.0, width - used) / width
            comma = 0.0 if end == len(words) or words[end - 1].rstrip()[-1:] in BREAKS else 0.12
            options.append((lines + 1, cost + slack * slack + comma, start))
        best.append(min(options))
    lines, end = [], len(words)
    while end > 0:
        start = best[end][2]
        lines.append("".join(words[start:end]).strip())
        end = start
    return [line for line in reversed(lines) if line]
