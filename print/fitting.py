"""Making a text fit: shrink within limits, break at its joints, wrap; never cut, never smaller than allowed."""
from __future__ import annotations

from print import fonts
from print.fonts import Style

CLOSING = "，。、；：？！）》」』】〉”’%·,.;:?!)"
"""Never at the beginning of a line."""
OPENING = "（《「『【〈“‘("
"""Never at the end of a line."""


class DoesNotFit(Exception):
    """The text does not fit at the smallest size allowed: nothing is cut, the layout refuses."""


def fit(text: str, style: Style, wide_pt: float, largest: float, smallest: float) -> float:
    """The largest size in [smallest, largest] points at which one line fits. Raises DoesNotFit, NoGlyph."""
    if not text:
        return largest
    size = min(largest, wide_pt / fonts.width(text, style, 1))
    if size < smallest:
        raise DoesNotFit(f"{len(text)} characters need {size:.1f} pt, the smallest allowed is {smallest:.1f} pt")
    return size


def fit_lines(text: str, style: Style, wide_pt: float, one_line: tuple[float, float],
              two_lines: tuple[float, float]) -> tuple[float, list[str]]:  # fmt: skip
    """One line within the sizes (largest, smallest) of `one_line`, else two within `two_lines`; broken after `·` or a
    space where there is one, else at the middle. Returns (size, lines). Raises DoesNotFit, NoGlyph."""
    try:
        return fit(text, style, wide_pt, *one_line), [text]
    except DoesNotFit:
        pass
    try:
        return _two_lines(text, joints(text), style, wide_pt, two_lines)
    except DoesNotFit:
        return _two_lines(text, list(range(1, len(text))), style, wide_pt, two_lines)


def joints(text: str) -> list[int]:
    """Where a name has joints of its own: after `·`, at a space."""
    return [i + 1 for i, char in enumerate(text[:-1]) if char in "·‧•． "]


def _two_lines(text: str, places: list[int], style: Style, wide_pt: float,
               sizes: tuple[float, float]) -> tuple[float, list[str]]:  # fmt: skip
    """Broken at the most even of `places`. Raises DoesNotFit, also where there is none."""
    if not places:
        raise DoesNotFit("no place to break")
    options = [[text[:i].rstrip(" "), text[i:]] for i in places]
    even = min(options, key=lambda parts: max(fonts.width(part, style, 1) for part in parts))
    return min(fit(part, style, wide_pt, *sizes) for part in even), even


def wrap(text: str, style: Style, wide_pt: float, size: float) -> list[str]:
    """Break running text into lines: between any two ideographs, between words in Latin text, never before closing
    punctuation. Raises NoGlyph; DoesNotFit where one word is wider than the line."""
    lines: list[str] = []
    line, used = "", 0.0
    for atom in atoms(text):
        wide = fonts.width(atom, style, size)
        if line and used + fonts.width(atom.rstrip(" "), style, size) > wide_pt + 0.01:
            lines.append(line.rstrip(" "))
            line, used = "", 0.0
            atom = atom.lstrip(" ")
            wide = fonts.width(atom, style, size)
        if wide > wide_pt + 0.01 and fonts.width(atom.rstrip(" "), style, size) > wide_pt + 0.01:
            raise DoesNotFit(f"a word of {len(atom)} characters is wider than the line")
        line, used = line + atom, used + wide
    return [*lines, line.rstrip(" ")] if line or not lines else lines


def atoms(text: str) -> list[str]:
    """The pieces between which a line may be broken."""
    pieces: list[str] = []
    for char in text:
        before = pieces[-1][-1] if pieces else ""
        glue = bool(before) and (
            char in CLOSING
            or char == " "
            or before in OPENING
            or (_latin(char) and _latin(before))
            or (char.isdigit() and before in ".,:")
        )
        if glue:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _latin(char: str) -> bool:
    return char != " " and ord(char) < 0x2000 and char not in CLOSING + OPENING
