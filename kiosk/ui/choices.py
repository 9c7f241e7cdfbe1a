"""The lower half: one decision. The primary button first and full width; two small others side by side, else one a row."""
from __future__ import annotations

from kiosk.prompts import Answer, Choice, Weight
from kiosk.texts import Rendered
from kiosk.ui import buttons
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Sheet
from kiosk.ui.theme import GAP_MM, Type

Row = list[Choice]

GROWN = 1.45
ROW_MOST_MM = 46.0
BARE_GROWN = 3.0
BARE_ROW_MOST_MM = 80.0


def rows_of(sheet: Sheet, choices: tuple[Choice, ...], rendered: Rendered, width: float) -> list[Row]:
    first = [choice for choice in choices if choice.weight is Weight.PRIMARY]
    others = [choice for choice in choices if choice.weight is not Weight.PRIMARY]
    rows: list[Row] = [[choice] for choice in first]
    half = (width - sheet.mm(GAP_MM)) / 2
    short = all(len(buttons.lines_of(sheet, rendered.choice_labels[other.name], half, other.weight)) == 1 for other in others)
    if len(others) == 2 and short and not buttons.all_pictured(choices):
        return [*rows, others]
    return rows + [[choice] for choice in others]


def height(sheet: Sheet, choices: tuple[Choice, ...], rendered: Rendered, width: float) -> float:
    rows = rows_of(sheet, choices, rendered, width)
    if not rows:
        return 0.0
    return sum(_row_height(sheet, row, rendered, width) for row in rows) + sheet.mm(GAP_MM) * (len(rows) - 1)


def roomy(sheet: Sheet, choices: tuple[Choice, ...], rendered: Rendered, width: float, most: float, *, bare: bool) -> float:
    """The height to draw with where there is room: higher rows for hands that tremble; on a `bare` screen, that shows
    nothing but the choices, high enough for their pictures."""
    least = height(sheet, choices, rendered, width)
    rows = len(rows_of(sheet, choices, rendered, width))
    grown, row_most = (BARE_GROWN, BARE_ROW_MOST_MM) if bare and rows > 1 else (GROWN, ROW_MOST_MM)
    return max(least, min(most, least * grown, rows * sheet.mm(row_most) + sheet.mm(GAP_MM) * max(0, rows - 1)))


def draw(sheet: Sheet, choices: tuple[Choice, ...], rendered: Rendered, box: Box, *, enabled: bool = True,
         value: str | None = None) -> None:
    """Fill the box. `value` goes into the answers of choices that have none (typed digits)."""
    placed = _places(sheet, choices, rendered, box)
    others = [(choice, place) for choice, place in placed if choice.weight is not Weight.PRIMARY]
    large = all(buttons.fits_large(sheet, rendered.choice_labels[choice.name], place) for choice, place in others)
    pictured = buttons.all_pictured(choices) and min(place.height for _, place in placed) >= sheet.mm(buttons.PICTURE_LEAST_MM)
    for choice, place in placed:
        answer = Answer(choice.name, choice.value if choice.value is not None else value)
        usable = enabled or choice.weight is not Weight.PRIMARY
        role = Type.TITLE if large or choice.weight is Weight.PRIMARY else Type.BODY
        buttons.draw(sheet, place, rendered.choice_labels[choice.name], answer, choice.name, weight=choice.weight, enabled=usable,
                     role=role, picture=pictured)


def _places(sheet: Sheet, choices: tuple[Choice, ...], rendered: Rendered, box: Box) -> list[tuple[Choice, Box]]:
    rows = rows_of(sheet, choices, rendered, box.width)
    own = sum(_row_height(sheet, row, rendered, box.width) for row in rows)
    more = (box.height - own - sheet.mm(GAP_MM) * (len(rows) - 1)) / max(1, len(rows))
    placed, left = [], box
    for row in rows:
        strip, left = left.from_top(_row_height(sheet, row, rendered, box.width) + more, sheet.mm(GAP_MM))
        placed += list(zip(row, strip.columns(len(row), sheet.mm(GAP_MM)), strict=True))
    return placed


def _row_height(sheet: Sheet, row: Row, rendered: Rendered, width: float) -> float:
    each = (width - sheet.mm(GAP_MM) * (len(row) - 1)) / len(row)
    return max(buttons.height_of(sheet, rendered.choice_labels[choice.name], each, choice.weight) for choice in row)
