"""Seconds left, as one large number in a ring."""
from __future__ import annotations

import math

from kiosk.prompts import Countdown
from kiosk.texts import Catalogue
from kiosk.ui.boxes import Box
from kiosk.ui.pictured import put
from kiosk.ui.sheet import Align, Element, Live, Sheet
from kiosk.ui.theme import Type

RING_MM = 92.0


def height(sheet: Sheet, content: Countdown, width: float) -> float:
    return sheet.mm(RING_MM)


def draw(sheet: Sheet, content: Countdown, box: Box, texts: Catalogue, language: str) -> None:
    side = min(box.height, box.width, sheet.mm(RING_MM))
    ring = box.middle(side, side)
    put(sheet, "ring", ring)
    below = Box(ring.x, ring.y + ring.height * 0.16, ring.width, sheet.sizes.line(Type.SMALL))
    sheet.write([texts.text(language, "ui.left")], below, Type.SMALL, sheet.palette.plain, align=Align.MIDDLE)
    figure = Box(ring.x, ring.y + ring.height * 0.08, ring.width, ring.height)
    sheet.lives.append(Live(lambda elapsed: _figure(sheet, figure, max(0, math.ceil(content.seconds - elapsed)))))


def _figure(sheet: Sheet, box: Box, seconds: int) -> list[Element]:
    part = Sheet(sheet.box, sheet.sizes, sheet.palette, sheet.letters)
    part.write([str(seconds)], box, Type.FIGURE, sheet.palette.plain, bold=True, align=Align.MIDDLE)
    return part.elements
