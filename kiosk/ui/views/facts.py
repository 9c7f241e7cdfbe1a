"""Facts in reading order: what it is in quiet small letters, what it says large. Many of them stand in two columns."""
from __future__ import annotations

from kiosk.prompts import Facts
from kiosk.texts import Rendered
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Sheet
from kiosk.ui.theme import Pair, Type

PAD_MM = 6.0
ROW_GAP_MM = 3.0
BETWEEN_MM = 6.0
ONE_COLUMN = 5
"""More rows than this are the technician's; they go side by side."""

Row = tuple[list[str], list[str]]


def height(sheet: Sheet, content: Facts, width: float, rendered: Rendered) -> float:
    return max(_tall(sheet, column) for column in _columns(sheet, content, width, rendered)) + 2 * sheet.mm(PAD_MM)


def draw(sheet: Sheet, content: Facts, box: Box, rendered: Rendered) -> None:
    panel, _ = box.from_top(min(box.height, height(sheet, content, box.width, rendered)))
    sheet.panel(panel, sheet.palette.sheet, outline=sheet.palette.hairline)
    columns = _columns(sheet, content, box.width, rendered)
    places = panel.inset(sheet.mm(PAD_MM)).columns(len(columns), sheet.mm(BETWEEN_MM))
    for column, left in zip(columns, places, strict=True):
        label_width = _label_width(sheet, rendered, left.width)
        for label, value in column:
            row, left = left.from_top(_row_height(sheet, label, value), sheet.mm(ROW_GAP_MM))
            _row(sheet, row, label, value, label_width)


def _row(sheet: Sheet, row: Box, label: list[str], value: list[str], label_width: float) -> None:
    quiet = Pair(sheet.palette.quiet.ink, sheet.palette.sheet.ground)
    first, second = row.from_left(label_width, sheet.mm(BETWEEN_MM))
    sheet.write(label, first, Type.SMALL, quiet)
    sheet.write(value, second, Type.BODY, sheet.palette.sheet, bold=True, private=True)


def _columns(sheet: Sheet, content: Facts, width: float, rendered: Rendered) -> list[list[Row]]:
    count = 1 if len(content.rows) <= ONE_COLUMN else 2
    each = (width - 2 * sheet.mm(PAD_MM) - (count - 1) * sheet.mm(BETWEEN_MM)) / count
    label_width = _label_width(sheet, rendered, each)
    value_width = each - label_width - sheet.mm(BETWEEN_MM)
    rows = [(sheet.lines(rendered.fact_labels[key], label_width, Type.SMALL),
             sheet.lines(rendered.fact_values[key], value_width, Type.BODY, bold=True))
            for key, _ in content.rows]
    half = -(-len(rows) // count)
    return [rows[at : at + half] for at in range(0, len(rows), half)]


def _tall(sheet: Sheet, rows: list[Row]) -> float:
    return sum(_row_height(sheet, label, value) for label, value in rows) + (len(rows) - 1) * sheet.mm(ROW_GAP_MM)


def _row_height(sheet: Sheet, label: list[str], value: list[str]) -> float:
    return max(sheet.height_of(label, Type.SMALL), sheet.height_of(value, Type.BODY))


def _label_width(sheet: Sheet, rendered: Rendered, width: float) -> float:
    widest = max((sheet.width_of(label, Type.SMALL) for label in rendered.fact_labels.values()), default=0.0)
    return min(widest + 1, width * 0.5)
