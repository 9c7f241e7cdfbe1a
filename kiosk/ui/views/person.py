"""Who the machine thinks stands there: photo, name, masked number, age; the card as it will look is a part of its own."""
from __future__ import annotations

from kiosk.prompts import PersonShown
from kiosk.texts import Catalogue
from kiosk.ui.boxes import Box
from kiosk.ui.pictured import put
from kiosk.ui.sheet import Sheet
from kiosk.ui.theme import Type
from kiosk.ui.views.pixels import draw_png, shape_of

PHOTO_MM = 62.0
"""Width of the photo in the standard shape 300 x 420."""
PAD_MM = 6.0


def height(sheet: Sheet, content: PersonShown) -> float:
    """The photo where the card does not show it, and the words."""
    words = sheet.sizes.line(Type.TITLE) + 2 * sheet.sizes.line(Type.BODY) + 2 * sheet.mm(PAD_MM)
    if content.card is not None:
        return words
    return max(words, sheet.mm(PHOTO_MM * 1.4 * (0.85 if not sheet.sizes.elder else 1.0)) + 2 * sheet.mm(PAD_MM))


def draw(sheet: Sheet, content: PersonShown, box: Box, texts: Catalogue, language: str) -> None:
    sheet.panel(box, sheet.palette.sheet, outline=sheet.palette.hairline)
    inner = box.inset(sheet.mm(PAD_MM))
    photo, words = inner.from_left(inner.height / 1.4, sheet.mm(PAD_MM))
    if content.photo_png is not None:
        draw_png(sheet, content.photo_png, photo.fitting(*shape_of(content.photo_png)))
    else:
        put(sheet, "nobody", photo)
    _words(sheet, content, words, texts, language)


def _words(sheet: Sheet, content: PersonShown, box: Box, texts: Catalogue, language: str) -> None:
    age = texts.filled(language, "ui.age", {"count": str(content.age)})
    role = Type.BODY
    lines = [(Type.TITLE, True, line) for line in sheet.lines(content.name, box.width, Type.TITLE, bold=True)]
    lines += [(role, False, line) for line in sheet.lines(f"{age}  {content.age_class}".strip(), box.width, role)]
    number = Type.BODY if sheet.width_of(content.id_masked, Type.BODY) <= box.width else Type.SMALL
    lines += [(number, False, line) for line in _number_lines(sheet, content.id_masked, box.width, number)]
    total = sum(sheet.sizes.line(role) for role, _, _ in lines)
    left = Box(box.x, box.y, box.width, (box.height + total) / 2)
    for role, bold, line in lines:
        row, left = left.from_top(sheet.sizes.line(role))
        sheet.write([line], row, role, sheet.palette.sheet, bold=bold, private=True)


def _number_lines(sheet: Sheet, number: str, width: float, role: Type) -> list[str]:
    if sheet.width_of(number, role) <= width:
        return [number]
    half = (len(number) + 1) // 2
    return [number[:half], number[half:]]
