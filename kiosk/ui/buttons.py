"""One thing to touch: the whole row answers."""
from __future__ import annotations

from kiosk.prompts import Answer, Weight
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Align, Sheet
from kiosk.ui.theme import OUTLINE_MM, Pair, Type

PAD_MM = 5.0


def role_of(weight: Weight) -> Type:
    return Type.TITLE if weight is Weight.PRIMARY else Type.BODY


def lines_of(sheet: Sheet, label: str, width: float, weight: Weight) -> list[str]:
    return sheet.lines(label, width - 2 * sheet.mm(PAD_MM), role_of(weight), bold=True)


def height_of(sheet: Sheet, label: str, width: float, weight: Weight) -> float:
    least = sheet.sizes.primary if weight is Weight.PRIMARY else sheet.sizes.other
    lines = lines_of(sheet, label, width, weight)
    return max(least, sheet.height_of(lines, role_of(weight)) + sheet.mm(6))


def draw(sheet: Sheet, box: Box, label: str, act: Answer | str, name: str, *, weight: Weight, kind: str = "choice",
         enabled: bool = True) -> None:
    """Ground, label and target. A primary that cannot be pressed yet is drawn as an outline, and takes no touch."""
    primary = weight is Weight.PRIMARY
    if primary and enabled:
        pair, ground = sheet.palette.primary, sheet.palette.primary.ground
        sheet.shape(box, ground)
    else:
        pair = sheet.palette.secondary if weight is Weight.SECONDARY else sheet.palette.quiet
        sheet.shape(box, pair.ground)
        line = sheet.palette.hairline if weight is Weight.QUIET or not enabled else pair.ink
        sheet.shape(box, line, line_mm=OUTLINE_MM)
        if not enabled:
            pair = Pair(sheet.palette.quiet.ink, pair.ground)
    room = box.inset(sheet.mm(PAD_MM), 0)
    sheet.write(lines_of(sheet, label, box.width, weight), room, role_of(weight), pair, bold=True, align=Align.MIDDLE)
    sheet.target(box, act, name, kind, primary=primary, enabled=enabled)
