"""From a prompt to a sheet: regions exactly as look.md has them, the same in every screen.

Portrait: told, seen, touched from top to bottom; the controls end just above the bar and never reach into the upper half
(seated: out of the lowest 45 %). Landscape: told over both halves, seen in the left one, touched in the right.
"""
from __future__ import annotations

from dataclasses import dataclass

from kiosk.front import Front, Screen
from kiosk.prompts import Digits, Look, Picker, Picture, Prompt, Tiles
from kiosk.texts import Catalogue, Rendered
from kiosk.ui import bar, buttons, choices, pointer, seen, told
from kiosk.ui.boxes import Box
from kiosk.ui.letters import Letters
from kiosk.ui.pictured import Drawing
from kiosk.ui.sheet import Local, Sheet
from kiosk.ui.theme import CALM, GAP_MM, HIGH_CONTRAST, MARGIN_MM, SEATED_PART, Palette, Sizes, Type
from kiosk.ui.views import digits, picker, tiles

TOUCHED_PART = 0.5
"""Portrait, standing: the lower half is touched."""

POINTER_PART = 0.2


@dataclass(frozen=True)
class Frame:
    """What does not change while the terminal runs."""

    screen: Screen
    front: Front
    texts: Catalogue
    letters: Letters
    palette: Palette = CALM


def rehearse(frame: Frame, prompt: Prompt, look: Look) -> list[Drawing]:
    """The pictures a prompt will need, without drawing them."""
    drawings: list[Drawing] = []
    compose(frame, prompt, frame.texts.render(prompt, look.language), look, Local(), drawings)
    return drawings


def compose(
    frame: Frame, prompt: Prompt, rendered: Rendered, look: Look, local: Local, rehearsed: list[Drawing] | None = None,
) -> Sheet:
    screen = frame.screen
    sheet = Sheet(Box(0, 0, screen.width_px, screen.height_px), Sizes(screen.px_per_mm, look.elder),
                  HIGH_CONTRAST if look.high_contrast else frame.palette, frame.letters, rehearsed=rehearsed)
    bar_box, above = sheet.box.from_bottom(bar.height(sheet, frame.texts, look))
    foot = _foot(sheet, rendered, above)
    if screen.portrait:
        _portrait(frame, sheet, prompt, rendered, look, local, foot)
    else:
        _landscape(frame, sheet, prompt, rendered, look, local, foot)
    bar.draw(sheet, prompt, frame.texts, look, bar_box)
    return sheet


def _portrait(frame: Frame, sheet: Sheet, prompt: Prompt, rendered: Rendered, look: Look, local: Local, area: Box) -> None:
    margin = sheet.mm(MARGIN_MM)
    told_box, rest = area.from_top(told.height(sheet, rendered, area.width))
    told.draw(sheet, prompt, rendered, told_box, frame.texts)
    width = area.width - 2 * margin
    part = SEATED_PART if look.seated else TOUCHED_PART
    most = sheet.box.height * part - area.y - margin * 0.5
    wanted = _touched_height(sheet, prompt, rendered, width, most)
    blocks = seen.blocks(sheet, prompt, rendered, width, frame.texts, local)
    if prompt.choices and wanted:
        over = seen.height(sheet, blocks) - (rest.top - area.y - margin * 0.5 - wanted - 2 * sheet.mm(GAP_MM))
        wanted = min(wanted, max(wanted - max(0.0, over), _touched_height(sheet, prompt, rendered, width, 0)))
    if wanted > most + 1:
        sheet.too_small.append(f"controls of {wanted:.0f} px in {most:.0f}")
    touched = Box(area.x + margin, area.y + margin * 0.5, width, wanted)
    _touched(frame, sheet, prompt, rendered, local, touched)
    under = touched.top + sheet.mm(GAP_MM) if wanted else area.y
    if not wanted and pointer.wanted(prompt, frame.front):
        strip = Box(area.x + margin, area.y + margin * 0.5, width, sheet.box.height * POINTER_PART)
        pointer.draw(sheet, prompt, frame.front, strip)
        under = strip.top
    middle = Box(area.x + margin, under, width, rest.top - under - sheet.mm(GAP_MM))
    seen.draw(sheet, prompt, blocks, middle, frame.front)


def _landscape(frame: Frame, sheet: Sheet, prompt: Prompt, rendered: Rendered, look: Look, local: Local, area: Box) -> None:
    margin = sheet.mm(MARGIN_MM)
    told_box, rest = area.from_top(told.height(sheet, rendered, area.width))
    told.draw(sheet, prompt, rendered, told_box, frame.texts)
    left, right = rest.columns(2, 0)
    room = Box(right.x + margin * 0.5, right.y + margin * 0.5, right.width - 1.5 * margin, right.height - margin)
    wanted = _touched_height(sheet, prompt, rendered, room.width, room.height)
    pointing = not wanted and pointer.wanted(prompt, frame.front)
    middle = (left if wanted or pointing else rest).inset(margin, sheet.mm(GAP_MM))
    blocks = seen.blocks(sheet, prompt, rendered, middle.width, frame.texts, local)
    if seen.height(sheet, blocks) > middle.height and prompt.choices:
        wanted = _touched_height(sheet, prompt, rendered, room.width, 0)
    if wanted > room.height + 1:
        sheet.too_small.append(f"controls of {wanted:.0f} px in {room.height:.0f}")
    if pointing:
        pointer.draw(sheet, prompt, frame.front, room)
    bottom, above = room.from_bottom(wanted, sheet.mm(GAP_MM))
    aside = seen.draw(sheet, prompt, blocks, middle, frame.front, aside=above if wanted else None)
    low = aside or look.seated or wanted > room.height * 0.8
    _touched(frame, sheet, prompt, rendered, local, bottom if low else room.middle(room.width, wanted))


def _touched_height(sheet: Sheet, prompt: Prompt, rendered: Rendered, width: float, most: float) -> float:
    """What the controls would like, up to `most`; never less than their tokens ask for."""
    for content in prompt.contents:
        match content:
            case Tiles():
                return most
            case Picker():
                return picker.height(sheet, prompt, most)
            case Digits():
                return digits.height(sheet, prompt, rendered, width, most)
    bare = buttons.all_pictured(prompt.choices) or (prompt.picture is Picture.NONE and not prompt.contents)
    return choices.roomy(sheet, prompt.choices, rendered, width, most, bare=bare)


def _touched(frame: Frame, sheet: Sheet, prompt: Prompt, rendered: Rendered, local: Local, box: Box) -> None:
    for content in prompt.contents:
        match content:
            case Tiles():
                return tiles.draw(sheet, prompt, rendered, box)
            case Picker():
                return picker.draw(sheet, prompt, rendered, box, frame.texts, local)
            case Digits():
                return digits.draw(sheet, content, prompt, rendered, box, frame.texts, local)
    return choices.draw(sheet, prompt.choices, rendered, box)


def _foot(sheet: Sheet, rendered: Rendered, area: Box) -> Box:
    """Small at the bottom: the permanent note, and the number a technician asks for. Returns what is left above."""
    words = "   ".join(text for text in (rendered.note, rendered.fault) if text)
    if not words:
        return area
    lines = sheet.lines(words, area.width - 2 * sheet.mm(MARGIN_MM), Type.SMALL)
    strip, rest = area.from_bottom(sheet.height_of(lines, Type.SMALL) + sheet.mm(3))
    sheet.write(lines, strip.inset(sheet.mm(MARGIN_MM), 0), Type.SMALL, sheet.palette.quiet)
    return rest
