"""Home: what can be done on this terminal now. The first tile is the big one and shows the card itself."""
from __future__ import annotations

from kiosk.prompts import Answer, Choice, Prompt
from kiosk.texts import Rendered
from kiosk.ui import buttons
from kiosk.ui.boxes import Box
from kiosk.ui.pictured import put
from kiosk.ui.sheet import Align, Sheet
from kiosk.ui.theme import GAP_MM, Pair, Type

PICTURES = {"senior_card": "tile_card", "my_matters": "tile_matters"}
"""Own pictures of known tiles; others stand with their words alone."""
FIRST_PART = 0.62


def draw(sheet: Sheet, prompt: Prompt, rendered: Rendered, box: Box) -> None:
    gap = sheet.mm(GAP_MM)
    first, *others = prompt.choices
    if not others:
        _tile(sheet, first, rendered.choice_labels[first.name], box, big=True)
        return
    upper, lower = box.from_top(box.height * FIRST_PART, gap)
    _tile(sheet, first, rendered.choice_labels[first.name], upper, big=True)
    columns = 1 if len(others) == 1 else 2
    places = [cell for row in lower.rows(-(-len(others) // columns), gap) for cell in row.columns(columns, gap)]
    for choice, place in zip(others, places, strict=False):
        _tile(sheet, choice, rendered.choice_labels[choice.name], place, big=False)


def _tile(sheet: Sheet, choice: Choice, label: str, box: Box, *, big: bool) -> None:
    pair = sheet.palette.primary if big else sheet.palette.sheet
    sheet.panel(box, pair, outline=None if big else sheet.palette.plain.ink, corner_mm=6)
    picture = PICTURES.get(choice.name)
    if big and box.height > sheet.mm(90):
        _over(sheet, picture, label, box, pair)
    else:
        _beside(sheet, picture, label, box, pair)
    sheet.target(box, Answer(choice.name, choice.value), choice.name, "choice", primary=big)


def _over(sheet: Sheet, picture: str | None, label: str, box: Box, pair: Pair) -> None:
    words, rest = box.inset(sheet.mm(6)).from_bottom(sheet.sizes.line(Type.TITLE), sheet.mm(4))
    _picture(sheet, picture, rest)
    sheet.write([label], words, Type.TITLE, pair, bold=True, align=Align.MIDDLE)


def _beside(sheet: Sheet, picture: str | None, label: str, box: Box, pair: Pair) -> None:
    inner = box.inset(sheet.mm(8), sheet.mm(6))
    if picture is None:
        words = sheet.lines(label, inner.width, Type.TITLE, bold=True)
        sheet.write(words, inner, Type.TITLE, pair, bold=True, align=Align.MIDDLE)
        return
    place, words = inner.from_left(min(inner.height * 1.5, inner.width * 0.36), sheet.mm(8))
    _picture(sheet, picture, place)
    sheet.write(sheet.lines(label, words.width, Type.TITLE, bold=True), words, Type.TITLE, pair, bold=True)


def _picture(sheet: Sheet, name: str | None, box: Box) -> None:
    if name is None:
        return
    shown = box.fitting(1.5, 1.0)
    buttons.on_pad(sheet, shown)
    inner = shown.inset(sheet.mm(4))
    put(sheet, name, inner)
