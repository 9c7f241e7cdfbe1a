"""What is to be paid: to whom, for what, how much in the largest letters there are, and the code for her phone."""
from __future__ import annotations

from kiosk.prompts import ToPay
from kiosk.texts import Catalogue
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Sheet
from kiosk.ui.theme import Pair, Type
from kiosk.ui.views.claim import qr

PAD_MM = 7.0
GAP_MM = 3.0
QR_MM = 110.0
"""Read by a shaking hand from half a metre."""
QR_PART = 0.72


def height(sheet: Sheet, content: ToPay, width: float, texts: Catalogue, language: str) -> float:
    words = sum(sheet.height_of(lines, kind) for lines, kind, _ in _words(sheet, content, width, texts, language))
    code = _side(sheet, width) + sheet.mm(GAP_MM) if content.qr else 0.0
    return words + 2 * sheet.mm(GAP_MM) + code + 2 * sheet.mm(PAD_MM)


def draw(sheet: Sheet, content: ToPay, box: Box, texts: Catalogue, language: str) -> None:
    panel, _ = box.from_top(min(box.height, height(sheet, content, box.width, texts, language)))
    sheet.panel(panel, sheet.palette.sheet, outline=sheet.palette.hairline)
    left = panel.inset(sheet.mm(PAD_MM))
    for lines, kind, soft in _words(sheet, content, box.width, texts, language):
        place, left = left.from_top(sheet.height_of(lines, kind), sheet.mm(GAP_MM))
        pair = Pair(sheet.palette.quiet.ink, sheet.palette.sheet.ground) if soft else sheet.palette.sheet
        sheet.write(lines, place, kind, pair, bold=not soft)
    if content.qr:
        side = min(_side(sheet, box.width), left.height, left.width)
        qr(sheet, content.qr, left.middle(side, side))


def _words(
    sheet: Sheet, content: ToPay, width: float, texts: Catalogue, language: str
) -> list[tuple[list[str], Type, bool]]:
    inner = width - 2 * sheet.mm(PAD_MM)
    amount = texts.filled(language, "ui.yuan", {"yuan": content.yuan})
    to_whom = texts.filled(language, "ui.pay_to", {"payee": content.payee, "what": content.what})
    left = content.seconds_left
    time = [texts.filled(language, "ui.pay_time", {"time": f"{left // 60}:{left % 60:02d}"})] if left is not None else []
    upright = sheet.box.height > sheet.box.width        # a wide screen has no room for the largest letters above a code
    words = [([amount], Type.FIGURE if upright else Type.TITLE, False), (sheet.lines(to_whom, inner, Type.BODY), Type.BODY, True)]
    return words + ([(time, Type.BODY, False)] if time else [])


def _side(sheet: Sheet, width: float) -> float:
    return min(sheet.mm(QR_MM), width * QR_PART)
