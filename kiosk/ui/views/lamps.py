"""Rows with a light: a sign whose shape says the same as its colour, the part, and how it stands in words."""
from __future__ import annotations

from kiosk.prompts import Lamps
from kiosk.texts import Rendered
from kiosk.ui.boxes import Box
from kiosk.ui.pictured import put
from kiosk.ui.sheet import Align, Sheet
from kiosk.ui.theme import Pair, Type

PAD_MM = 6.0
ROW_GAP_MM = 4.0
SIGN_MM = 12.0
LABEL_PART = 0.34


def height(sheet: Sheet, content: Lamps, width: float, rendered: Rendered) -> float:
    rows = [max(sheet.mm(SIGN_MM), sheet.height_of(label, Type.SMALL), sheet.height_of(words, Type.SMALL))
            for label, words in _rows(sheet, width, rendered)]
    return sum(rows) + sheet.mm(ROW_GAP_MM) * max(0, len(rows) - 1) + 2 * sheet.mm(PAD_MM)


def draw(sheet: Sheet, content: Lamps, box: Box, rendered: Rendered) -> None:
    panel, _ = box.from_top(min(box.height, height(sheet, content, box.width, rendered)))
    sheet.panel(panel, sheet.palette.sheet, outline=sheet.palette.hairline)
    left, quiet = panel.inset(sheet.mm(PAD_MM)), Pair(sheet.palette.quiet.ink, sheet.palette.sheet.ground)
    for lamp, (label, words) in zip(content.rows, _rows(sheet, box.width, rendered), strict=True):
        tall = max(sheet.mm(SIGN_MM), sheet.height_of(label, Type.SMALL), sheet.height_of(words, Type.SMALL))
        row, left = left.from_top(tall, sheet.mm(ROW_GAP_MM))
        sign, rest = row.from_left(sheet.mm(SIGN_MM), sheet.mm(4))
        _sign(sheet, lamp.light, sign.middle(sign.width, sheet.mm(SIGN_MM)))
        first, second = rest.from_left(_label_width(sheet, box.width), sheet.mm(4))
        sheet.write(label, first, Type.SMALL, quiet)
        sheet.write(words, second, Type.SMALL, sheet.palette.sheet, bold=True)


def _sign(sheet: Sheet, light: str, box: Box) -> None:
    """Green: a round tick. Amber: "!" on a yellow field with round corners. Red: a cross on a square."""
    palette = sheet.palette
    if light == "green":
        put(sheet, "mark_done", box)
        return
    pair = palette.attention if light == "amber" else Pair(palette.plain.ground, palette.refusal_mark)
    sheet.shape(box, pair.ground, corner_mm=4 if light == "amber" else 0)
    sheet.write(["!" if light == "amber" else "×"], box, Type.SMALL, pair, bold=True, align=Align.MIDDLE)


def _label_width(sheet: Sheet, width: float) -> float:
    return (width - 2 * sheet.mm(PAD_MM) - sheet.mm(SIGN_MM)) * LABEL_PART


def _rows(sheet: Sheet, width: float, rendered: Rendered) -> list[tuple[list[str], list[str]]]:
    label_width = _label_width(sheet, width)
    words_width = width - 2 * sheet.mm(PAD_MM) - sheet.mm(SIGN_MM) - label_width - 2 * sheet.mm(4)
    return [(sheet.lines(label, label_width, Type.SMALL), sheet.lines(words, words_width, Type.SMALL, bold=True))
            for label, words in rendered.lamps]
