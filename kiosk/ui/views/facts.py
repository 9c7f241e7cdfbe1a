"""Facts in reading order: what it is in quiet small letters, what it says large."""
from __future__ import annotations

from kiosk.prompts import Facts
from kiosk.texts import Rendered
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Sheet
from kiosk.ui.theme import Pair, Type

PAD_MM = 6.0


def height(sheet: Sheet, content: Facts, width: float, rendered: Rendered) -> float:
    rows = _rows(sheet, content, width - 2 * sheet.mm(PAD_MM), rendered)
    return sum(max(len(label), len(value)) for label, value in rows) * sheet.sizes.line(Type.BODY) \
        + (len(rows) - 1) * sheet.mm(3) + 2 * sheet.mm(PAD_MM)


def draw(sheet: Sheet, content: Facts, box: Box, rendered: Rendered) -> None:
    wanted = min(box.height, height(sheet, content, box.width, rendered))
    panel, _ = box.from_top(wanted)
    sheet.panel(panel, sheet.palette.sheet, outline=sheet.palette.hairline)
    left = panel.inset(sheet.mm(PAD_MM))
    quiet = Pair(sheet.palette.quiet.ink, sheet.palette.sheet.ground)
    label_width = _label_width(sheet, rendered, left.width)
    for label, value in _rows(sheet, content, left.width, rendered):
        row, left = left.from_top(max(len(label), len(value)) * sheet.sizes.line(Type.BODY), sheet.mm(3))
        first, second = row.from_left(label_width, sheet.mm(6))
        sheet.write(label, Box(first.x, row.y, first.width, row.height), Type.SMALL, quiet)
        sheet.write(value, second, Type.BODY, sheet.palette.sheet, bold=True, private=True)


def _rows(sheet: Sheet, content: Facts, width: float, rendered: Rendered) -> list[tuple[list[str], list[str]]]:
    label_width = _label_width(sheet, rendered, width)
    value_width = width - label_width - sheet.mm(6)
    return [(sheet.lines(rendered.fact_labels[key], label_width, Type.SMALL),
             sheet.lines(rendered.fact_values[key], value_width, Type.BODY, bold=True))
            for key, _ in content.rows]


def _label_width(sheet: Sheet, rendered: Rendered, width: float) -> float:
    widest = max((sheet.width_of(label, Type.SMALL) for label in rendered.fact_labels.values()), default=0.0)
    return min(widest + 1, width * 0.4)
