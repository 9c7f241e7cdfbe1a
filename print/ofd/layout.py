"""Where each character of a TextCode stands: deltas, runs, glyph numbers. Positions in the object's space, millimetres."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from print.ofd.model import Glyphs, TextCode


@dataclass(frozen=True)
class Placed:
    """One mark: its text (may be several characters for a ligature, or none for its further parts)."""

    text: str
    glyph: int | None
    """Number in the embedded font, None where the character itself is to be looked up."""
    x: float
    y: float
    room: float | None
    """Step to the next mark along the line, where the document gives one."""


def place(code: TextCode, advance: Callable[[str, int | None], float]) -> Iterator[Placed]:
    """`advance` gives the width of a mark in millimetres, for texts without any deltas. Deltas that are too few go on
    with the last one, as producers mean it (a sample has 9 for 26 characters)."""
    x, y = code.x, code.y
    at = 0
    for text, glyph, steps in _marks(code.text, code.transforms):
        dx = _step(code.delta_x, at, steps)
        dy = _step(code.delta_y, at, steps)
        yield Placed(text, glyph, x, y, dx)
        at += steps
        if dx is None and dy is None:
            dx = advance(text, glyph)
        x, y = x + (dx or 0.0), y + (dy or 0.0)


def _step(deltas: tuple[float, ...] | None, at: int, steps: int) -> float | None:
    if deltas is None:
        return None
    return sum(deltas[min(index, len(deltas) - 1)] for index in range(at, at + steps))


def _marks(text: str, transforms: tuple[Glyphs, ...]) -> Iterator[tuple[str, int | None, int]]:
    """(text, glyph number or None, deltas used up)"""
    by_position = {item.position: item for item in transforms if item.glyphs}
    at = 0
    while at < len(text):
        item = by_position.get(at)
        if item is None:
            yield text[at], None, 1
            at += 1
            continue
        codes = max(1, min(item.codes, len(text) - at))
        last = len(item.glyphs) - 1
        for index, glyph in enumerate(item.glyphs):
            piece = text[at + index : at + index + 1] if index < min(last, codes) else ""
            if index == last and last < codes:
                piece = text[at + last : at + codes]
            yield piece, glyph, max(1, len(piece))
        at += codes


def unused(code: TextCode) -> int:
    """How many transforms stand where no character is."""
    return sum(1 for item in code.transforms if not 0 <= item.position < max(1, len(code.text)))
