"""One page of a document, as large as there is room for, and which one of how many it is."""
from __future__ import annotations

from kiosk.prompts import PageShown
from kiosk.texts import Catalogue
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Align, Sheet
from kiosk.ui.theme import Type
from kiosk.ui.views.pixels import draw_png, shape_of

EDGE_MM = 1.0
GAP_MM = 2.0


def height(sheet: Sheet, content: PageShown, width: float) -> float:
    across, up = shape_of(content.png)
    return width * up / across + (_words_height(sheet) if content.pages > 1 else 0)


def draw(sheet: Sheet, content: PageShown, box: Box, texts: Catalogue, language: str) -> None:
    if content.pages > 1:
        words, box = box.from_bottom(sheet.sizes.line(Type.SMALL), sheet.mm(GAP_MM))
        here = {"page": str(content.page), "pages": str(content.pages)}
        sheet.write([texts.filled(language, "ui.page", here)], words, Type.SMALL, sheet.palette.quiet, align=Align.MIDDLE)
    across, up = shape_of(content.png)
    edge = sheet.mm(EDGE_MM)
    scale = min((box.width - 2 * edge) / across, (box.height - 2 * edge) / up)
    place = box.middle(across * scale, up * scale)
    sheet.shape(place.inset(-edge), sheet.palette.hairline, corner_mm=1)
    sheet.shape(place, (1, 1, 1, 1), corner_mm=0.5)
    draw_png(sheet, content.png, place)


def _words_height(sheet: Sheet) -> float:
    return sheet.sizes.line(Type.SMALL) + sheet.mm(GAP_MM)
