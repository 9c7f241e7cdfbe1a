"""Facts in reading order: what it is in quiet small letters, what it says large. Many short ones stand in two columns, long
ones under them over the whole width."""
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
Band = list[list[Row]]
"""Columns that stand side by side."""


def height(sheet: Sheet, content: Facts, width: float, rendered: Rendered) -> float:
    bands = _bands(sheet, content, width, rendered)
    return sum(_tall_band(sheet, band) for band in bands) + (len(bands) - 1) * sheet.mm(ROW_GAP_MM) + 2 * sheet.mm(PAD_MM)


def draw(sheet: Sheet, content: Facts, box: Box, rendered: Rendered) -> None:
    panel, _ = box.from_top(min(box.height, height(sheet, content, box.width, rendered)))
    sheet.panel(panel, sheet.palette.sheet, outline=sheet.palette.hairline)
    left = panel.inset(sheet.mm(PAD_MM))
    for band in _bands(sheet, content, box.width, rendered):
        strip, left = left.from_top(_tall_band(sheet, band), sheet.mm(ROW_GAP_MM))
        for column, place in zip(band, strip.columns(len(band), sheet.mm(BETWEEN_MM)), strict=True):
            _column(sheet, column, place, _label_width(sheet, rendered, place.width))


def _column(sheet: Sheet, rows: list[Row], left: Box, label_width: float) -> None:
    quiet = Pair(sheet.palette.quiet.ink, sheet.palette.sheet.ground)
    for label, value in rows:
        row, left = left.from_top(_row_height(sheet, label, value), sheet.mm(ROW_GAP_MM))
        first, second = row.from_left(label_width, sheet.mm(BETWEEN_MM))
        sheet.write(label, first, Type.SMALL, quiet)
        sheet.write(value, second, Type.BODY, sheet.palette.sheet, bold=True, private=True)


def _bands(sheet: Sheet, content: Facts, width: float, rendered: Rendered) -> list[Band]:
    if len(content.rows) <= ONE_COLUMN:
        return [[_rows(sheet, content, rendered, range(len(content.rows)), width, 1)]]
    halves = _rows(sheet, content, rendered, range(len(content.rows)), width, 2)
    short = [at for at, (_, value) in enumerate(halves) if len(value) == 1]
    rows = [halves[at] for at in short]
    half = -(-len(rows) // 2)
    long = [at for at in range(len(halves)) if at not in short]
    under: list[Band] = [[_rows(sheet, content, rendered, long, width, 1)]] if long else []
    beside: list[Band] = [[rows[:half], rows[half:]]] if len(rows) > 1 else [[rows]] if rows else []
    return beside + under


def _rows(sheet: Sheet, content: Facts, rendered: Rendered, which: list[int] | range, width: float, columns: int) -> list[Row]:
    each = (width - 2 * sheet.mm(PAD_MM) - (columns - 1) * sheet.mm(BETWEEN_MM)) / columns
    label_width = _label_width(sheet, rendered, each)
    value_width = each - label_width - sheet.mm(BETWEEN_MM)
    return [(sheet.lines(rendered.fact_labels[content.rows[at][0]], label_width, Type.SMALL),
             sheet.lines(rendered.fact_values[at], value_width, Type.BODY, bold=True)) for at in which]


def _tall_band(sheet: Sheet, band: Band) -> float:
    return max(sum(_row_height(sheet, label, value) for label, value in rows) + (len(rows) - 1) * sheet.mm(ROW_GAP_MM)
               for rows in band)


def _row_height(sheet: Sheet, label: list[str], value: list[str]) -> float:
    return max(sheet.height_of(label, Type.SMALL), sheet.height_of(value, Type.BODY))


def _label_width(sheet: Sheet, rendered: Rendered, width: float) -> float:
    widest = max((sheet.width_of(label, Type.SMALL) for label in rendered.fact_labels.values()), default=0.0)
    return min(widest + 1, width * 0.5)
