"""Slip lines for the printer's own font: where it may lack a character, how large, and where to break.

The head is 576 dots wide; the font's cell is 12 x 24 dots, an ideograph takes two (facts/devices.md, ESC/POS).
"""
from __future__ import annotations

from typing import Literal

from print.fitting import atoms
from print.layouts.slip import SlipLine

CELLS_ACROSS = 48
"""Half-width cells at single size."""
Scale = Literal[1, 2, 3]
"""Magnification of the 24-dot font: 2 gives 48 dots = 17 pt, the smallest that old eyes get (facts/inclusion.md 3)."""


def needs_picture(line: SlipLine) -> bool:
    """True where the printer's own font may lack a character: outside two-byte GBK. Use `slip_paper.line_picture`."""
    try:
        (line.label + line.text).encode("gbk")
    except UnicodeEncodeError:
        return True
    return False


def device_scale(line: SlipLine) -> Scale:
    """Magnification both ways: 3 for titles and for a big line that fits, 2 for text; 1 where there is none."""
    match line.kind:
        case "title":
            return 3
        case "big":
            return 3 if cells(line.text) * 3 <= CELLS_ACROSS else 2
        case "text" | "pair" | "small":
            return 2
        case "qr" | "rule":
            return 1


def device_rows(line: SlipLine) -> list[str]:
    """The rows of text of a line at its `device_scale`; none for qr and rule."""
    across = CELLS_ACROSS // device_scale(line)
    if line.kind in ("qr", "rule"):
        return []
    if line.kind == "pair":
        joined = f"{line.label} {line.text}"
        return [joined] if cells(joined) <= across else [line.label, *_broken(line.text, across)]
    return _broken(line.text, across)


def cells(text: str) -> int:
    """Half-width cells of a text."""
    return sum(1 if ord(char) < 0x80 else 2 for char in text)


def _broken(text: str, across: int) -> list[str]:
    rows = [""]
    for atom in atoms(text):
        if rows[-1] and cells((rows[-1] + atom).rstrip(" ")) > across:
            rows.append("")
        rows[-1] = (rows[-1] + atom).lstrip(" ")
    return [row.rstrip(" ") for row in rows]
