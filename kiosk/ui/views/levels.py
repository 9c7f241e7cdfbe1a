"""A few steps of loudness, each taller than the last. Shown; the choices of the prompt turn it."""
from __future__ import annotations

from kiosk.prompts import Levels
from kiosk.texts import Catalogue
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Align, Sheet
from kiosk.ui.theme import GAP_MM, OUTLINE_MM, Type


def height(sheet: Sheet, content: Levels, width: float) -> float:
    return sheet.mm(70) + sheet.sizes.line(Type.BODY) + sheet.mm(GAP_MM)


def draw(sheet: Sheet, content: Levels, box: Box, texts: Catalogue, language: str) -> None:
    words, steps = box.from_bottom(sheet.sizes.line(Type.BODY), sheet.mm(3))
    sheet.write([texts.text(language, "ui.quiet")], words, Type.BODY, sheet.palette.plain, bold=True)
    sheet.write([texts.text(language, "ui.loud")], words, Type.BODY, sheet.palette.plain, bold=True, align=Align.RIGHT)
    for level, column in enumerate(steps.columns(content.count, sheet.mm(GAP_MM))):
        part = 0.34 + 0.66 * (level + 1) / content.count
        step = Box(column.x, column.y, column.width, column.height * part)
        filled = level <= content.chosen
        sheet.shape(step, sheet.palette.information.ground if filled else sheet.palette.plain.ground)
        sheet.shape(step, sheet.palette.plain.ink, line_mm=OUTLINE_MM)
        pair = sheet.palette.information if filled else sheet.palette.plain
        foot, _ = step.from_bottom(sheet.sizes.line(Type.TITLE))
        sheet.write([str(level + 1)], foot, Type.TITLE, pair, bold=True, align=Align.MIDDLE)
