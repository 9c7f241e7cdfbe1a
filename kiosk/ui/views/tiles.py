"""Home: what can be done on this terminal now. The first tile is the big one and shows the card itself."""
from __future__ import annotations

from kiosk.prompts import Answer, Choice, Prompt, Tiles
from kiosk.texts import Rendered
from kiosk.ui import buttons
from kiosk.ui.boxes import Box
from kiosk.ui.pictured import put
from kiosk.ui.sheet import Align, Sheet
from kiosk.ui.theme import GAP_MM, Pair, Type

PICTURES = {
    "senior_card": "tile_card", "certify_80_plus": "tile_certify",
    "print_certificate": "tile_print", "my_matters": "tile_matters",
}
"""Own pictures of known tiles; others stand with their words alone."""
FIRST_PART = {True: 0.62, False: 0.5}
"""Of the height, for the first tile: beside one row of others, and beside more."""


def draw(sheet: Sheet, prompt: Prompt, rendered: Rendered, box: Box) -> None:
    gap = sheet.mm(GAP_MM)
    if any(isinstance(content, Tiles) and content.alike for content in prompt.contents):
        _grid(sheet, prompt.choices, rendered, box, gap)
        return
    first, *others = prompt.choices
    if not others:
        _tile(sheet, first, rendered, box, big=True)
        return
    upper, lower = box.from_top(box.height * FIRST_PART[len(others) <= 2], gap)
    _tile(sheet, first, rendered, upper, big=True)
    _grid(sheet, tuple(others), rendered, lower, gap)


def _grid(sheet: Sheet, choices: tuple[Choice, ...], rendered: Rendered, box: Box, gap: float) -> None:
    """Two in a row; one that is left over has the row to itself."""
    rows = box.rows(-(-len(choices) // 2), gap)
    places = [cell for row in rows[: len(choices) // 2] for cell in row.columns(2, gap)]
    places += rows[len(choices) // 2 :]
    for choice, place in zip(choices, places, strict=False):
        _tile(sheet, choice, rendered, place, big=False)


def _tile(sheet: Sheet, choice: Choice, rendered: Rendered, box: Box, *, big: bool) -> None:
    """What is not possible now has no ground and no picture of its own: its words, the reason under them, a thin line around."""
    label, note = rendered.choice_labels[choice.name], rendered.choice_notes.get(choice.name, "")
    strong = big and choice.able
    pair = sheet.palette.primary if strong else sheet.palette.sheet if choice.able else sheet.palette.quiet
    outline = None if strong else sheet.palette.plain.ink if choice.able else sheet.palette.hairline
    sheet.panel(box, pair, outline=outline, corner_mm=6)
    picture = PICTURES.get(choice.name) if choice.able else None
    if strong and box.height > sheet.mm(90):
        _over(sheet, picture, label, note, box, pair)
    else:
        _beside(sheet, picture, label, note, box, pair)
    sheet.target(box, Answer(choice.name, choice.value), choice.name, "choice", primary=strong)


def _over(sheet: Sheet, picture: str | None, label: str, note: str, box: Box, pair: Pair) -> None:
    inner = box.inset(sheet.mm(6))
    noted = sheet.lines(note, inner.width, Type.SMALL) if note else []
    under, left = inner.from_bottom(sheet.height_of(noted, Type.SMALL), sheet.mm(2) if noted else 0)
    words, rest = left.from_bottom(sheet.sizes.line(Type.TITLE), sheet.mm(4))
    _picture(sheet, picture, rest)
    sheet.write([label], words, Type.TITLE, pair, bold=True, align=Align.MIDDLE)
    sheet.write(noted, under, Type.SMALL, pair, align=Align.MIDDLE)


def _beside(sheet: Sheet, picture: str | None, label: str, note: str, box: Box, pair: Pair) -> None:
    inner = box.inset(sheet.mm(8), sheet.mm(6))
    words, align = inner, Align.MIDDLE
    place, rest = inner.from_left(min(inner.height * 1.5, inner.width * 0.36), sheet.mm(8))
    if picture is not None and sheet.width_of(label, Type.TITLE, bold=True) <= rest.width:     # words before pictures
        words = rest
        _picture(sheet, picture, place)
        align = Align.LEFT
    role = Type.TITLE if sheet.width_of(label, Type.TITLE, bold=True) <= words.width else Type.BODY
    title = sheet.lines(label, words.width, role, bold=True)
    noted = sheet.lines(note, words.width, Type.SMALL) if note else []
    both = words.middle(words.width, sheet.height_of(title, role) + sheet.height_of(noted, Type.SMALL))
    above, below = both.from_top(sheet.height_of(title, role))
    sheet.write(title, above if noted else words, role, pair, bold=True, align=align)
    sheet.write(noted, below, Type.SMALL, pair, align=align)


def _picture(sheet: Sheet, name: str | None, box: Box) -> None:
    if name is None:
        return
    shown = box.fitting(1.5, 1.0)
    buttons.on_pad(sheet, shown)
    inner = shown.inset(sheet.mm(4))
    put(sheet, name, inner)
