"""Which function draws which picture."""
from __future__ import annotations

from kiosk.front import Front
from kiosk.prompts import Slot
from kiosk.ui.pictures.colours import tints_of
from kiosk.ui.pictures.pen import Pen
from kiosk.ui.theme import Palette


def draw(name: str, lit: Slot | None, front: Front | None, palette: Palette, width: int, height: int) -> tuple[tuple[int, int], bytes]:
    tints = tints_of(palette)
    pen = Pen(width, height, 100, 100)
    pen.rect((2, 2, 96, 96), tints.sky, 8, tints.ink, 1.5)
    return pen.size, pen.rgba()
