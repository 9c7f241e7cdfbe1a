"""The slip the citizen has in the hand, as it was printed."""
from __future__ import annotations

from kiosk.prompts import SlipShown
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Sheet
from kiosk.ui.views.pixels import draw_png, shape_of

WIDEST_MM = 200.0
EDGE_MM = 5.0


def height(sheet: Sheet, content: SlipShown, width: float) -> float:
    across, up = shape_of(content.png)
    return min(width, sheet.mm(WIDEST_MM)) * up / across + 2 * sheet.mm(EDGE_MM)


def draw(sheet: Sheet, content: SlipShown, box: Box) -> None:
    edge = sheet.mm(EDGE_MM)
    across, up = shape_of(content.png)
    room = box.inset(edge)
    scale = min(min(room.width, sheet.mm(WIDEST_MM)) / across, room.height / up)
    place = box.middle(across * scale, up * scale)
    sheet.shape(place.inset(-edge), sheet.palette.hairline, corner_mm=2)
    sheet.shape(place.inset(-edge + sheet.mm(0.6)), (1, 1, 1, 1), corner_mm=2)
    draw_png(sheet, content.png, place)
