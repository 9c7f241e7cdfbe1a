"""The face of the card as it will be printed."""
from __future__ import annotations

from kiosk.prompts import CardPreview
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Sheet
from kiosk.ui.views.pixels import draw_png, shape_of

WIDEST_MM = 290.0


def height(sheet: Sheet, content: CardPreview, width: float) -> float:
    across, up = shape_of(content.png)
    return min(width, sheet.mm(WIDEST_MM)) * up / across


def draw(sheet: Sheet, content: CardPreview, box: Box) -> None:
    place = box.fitting(*shape_of(content.png))
    edge = sheet.mm(1.2)
    sheet.shape(place.inset(-edge), sheet.palette.hairline, corner_mm=5)
    draw_png(sheet, content.png, place)
