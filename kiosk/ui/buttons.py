"""One thing to touch: the whole row answers."""
from __future__ import annotations

from kiosk.prompts import Answer, Choice, Weight
from kiosk.ui.boxes import Box
from kiosk.ui.pictured import put
from kiosk.ui.sheet import Align, Sheet
from kiosk.ui.theme import OUTLINE_MM, Pair, Type

PAD_MM = 5.0


PICTURES = {
    "now": ("choice_now", 1.4), "convert_now": ("choice_now", 1.4), "mail": ("envelope", 1.4), "keep_mail": ("envelope", 1.4),
    "new": ("tile_card", 1.54), "lost": ("choice_lost", 1.4), "damaged": ("choice_damaged", 1.54), "renew": ("calendar", 1.2),
    "nothing": ("choice_keep", 1.54), "other_address": ("choice_house", 1.2), "elsewhere": ("person_at_desk", 1.4)}
"""Choices that have a picture (name, width over height), shown where their row is high enough."""
WIDEST = 1.54
PICTURE_LEAST_MM = 36.0
TALL_MM = 36.0
"""From this height on a secondary's words are as large as the primary's."""


def all_pictured(choices: tuple[Choice, ...]) -> bool:
    """Every choice but the quiet ones has a picture of its own: then they are drawn high, and say more than one picture."""
    loud = [choice for choice in choices if choice.weight is not Weight.QUIET]
    return len(loud) > 1 and all(choice.name in PICTURES for choice in loud)


def role_of(weight: Weight) -> Type:
    return Type.TITLE if weight is Weight.PRIMARY else Type.BODY


def lines_of(sheet: Sheet, label: str, width: float, weight: Weight) -> list[str]:
    return sheet.lines(label, width - 2 * sheet.mm(PAD_MM), role_of(weight), bold=True)


def height_of(sheet: Sheet, label: str, width: float, weight: Weight) -> float:
    least = sheet.sizes.primary if weight is Weight.PRIMARY else sheet.sizes.other
    lines = lines_of(sheet, label, width, weight)
    return max(least, sheet.height_of(lines, role_of(weight)) + sheet.mm(6))


def draw(sheet: Sheet, box: Box, label: str, act: Answer | str, name: str, *, weight: Weight, kind: str = "choice",
         enabled: bool = True, role: Type | None = None, picture: bool = False) -> None:
    """Ground, label and target. A primary that cannot be pressed yet is drawn as an outline, and takes no touch."""
    pair = _ground(sheet, box, weight, enabled)
    role = role or role_of(weight)
    room, align = box.inset(sheet.mm(PAD_MM), 0), Align.MIDDLE
    if picture:
        room, align = _picture(sheet, name, label, room, role)
    sheet.write(sheet.lines(label, room.width, role, bold=True), room, role, pair, bold=True, align=align)
    sheet.target(box, act, name, kind, primary=weight is Weight.PRIMARY, enabled=enabled)


def fits_large(sheet: Sheet, label: str, box: Box) -> bool:
    """The words fit on one line as large as the primary's."""
    return box.height >= sheet.mm(TALL_MM) and sheet.width_of(label, Type.TITLE, bold=True) <= box.width - 2 * sheet.mm(PAD_MM)


def _ground(sheet: Sheet, box: Box, weight: Weight, enabled: bool) -> Pair:
    palette = sheet.palette
    if weight is Weight.PRIMARY and enabled:
        sheet.shape(box, palette.primary.ground)
        return palette.primary
    pair = palette.quiet if weight is Weight.QUIET or not enabled else palette.secondary
    sheet.shape(box, pair.ground)
    sheet.shape(box, palette.hairline if pair is palette.quiet else pair.ink, line_mm=OUTLINE_MM)
    return pair


def _picture(sheet: Sheet, name: str, label: str, room: Box, role: Type) -> tuple[Box, Align]:
    """The choice's picture at the left of a high row, and the room that is left for its words."""
    picture, shape = PICTURES.get(name, ("", 1.0))
    side = min(room.height - 2 * sheet.mm(4), sheet.mm(60))
    if not picture:
        return room, Align.MIDDLE
    place, words = room.inset(0, (room.height - side) / 2).from_left(side * WIDEST, sheet.mm(8))
    words = Box(words.x, room.y, words.width, room.height)
    if sheet.width_of(label, role, bold=True) > words.width:
        return room, Align.MIDDLE
    on_pad(sheet, place)
    shown = place.inset(sheet.mm(2)).fitting(shape, 1.0)
    put(sheet, picture, shown)
    return words, Align.LEFT


def on_pad(sheet: Sheet, box: Box) -> None:
    """Paper under a picture, so that its dark edges are seen on a dark button too."""
    sheet.shape(box, sheet.palette.plain.ground)
