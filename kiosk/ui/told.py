"""The upper part: the row of steps, and one sentence. Its ground says whose turn it is."""
from __future__ import annotations

from kiosk.prompts import Prompt, Tone
from kiosk.texts import Catalogue, Rendered
from kiosk.ui.boxes import Box
from kiosk.ui.pictured import put
from kiosk.ui.sheet import Align, Sheet
from kiosk.ui.theme import MARGIN_MM, Pair, Type

MARK_MM = 30.0
MARKS = {Tone.ATTENTION: "mark_attention", Tone.REFUSAL: "mark_refusal", Tone.DONE: "mark_done", Tone.BUSY: "mark_busy"}
MOST_LINES = {False: 2, True: 3}


def pair_of(sheet: Sheet, tone: Tone) -> Pair:
    palette = sheet.palette
    return {Tone.PLAIN: palette.plain, Tone.ATTENTION: palette.attention, Tone.REFUSAL: palette.refusal,
            Tone.DONE: palette.done, Tone.BUSY: palette.information}[tone]


def title_lines(sheet: Sheet, rendered: Rendered, width: float) -> list[str]:
    """The catalogue's own line breaks; a landscape screen joins them, for it is wide and not high."""
    if sheet.box.width > sheet.box.height:
        joined = "".join(f"{_gap(line)}{line}" if at else line for at, line in enumerate(rendered.title_lines))
        if sheet.width_of(joined, Type.TITLE, bold=True) <= width - sheet.mm(MARK_MM):
            return [joined]
    return [line for wanted in rendered.title_lines for line in sheet.lines(wanted, width, Type.TITLE, bold=True)]


def _gap(line: str) -> str:
    """A sentence that goes on (in Latin script it does not begin with a capital) needs no more than a space."""
    return " " if line[0].islower() and line[0].isascii() or line[0].isdigit() and line.isascii() else "\u2002"


def height(sheet: Sheet, rendered: Rendered, width: float) -> float:
    lines = title_lines(sheet, rendered, width - 2 * sheet.mm(MARGIN_MM))
    return sheet.mm(8) + _steps_height(sheet) + sheet.mm(5) + sheet.height_of(lines, Type.TITLE) + sheet.mm(7)


def draw(sheet: Sheet, prompt: Prompt, rendered: Rendered, box: Box, texts: Catalogue) -> None:
    pair = pair_of(sheet, prompt.tone)
    if prompt.tone is not Tone.PLAIN:
        sheet.shape(box, pair.ground, corner_mm=0)
    inner = Box(box.x + sheet.mm(MARGIN_MM), box.y + sheet.mm(7), box.width - 2 * sheet.mm(MARGIN_MM), box.height - sheet.mm(15))
    steps, words = inner.from_top(_steps_height(sheet), sheet.mm(5))
    _steps(sheet, prompt, steps, texts, rendered.language, pair)
    lines = title_lines(sheet, rendered, words.width)
    if len(lines) > MOST_LINES[sheet.sizes.elder]:
        sheet.too_small.append(f"title of {len(lines)} lines: {lines}")
    sheet.write(lines, words, Type.TITLE, pair, bold=True, up=Align.LEFT)
    _mark(sheet, prompt.tone, lines, words)


def _mark(sheet: Sheet, tone: Tone, lines: list[str], box: Box) -> None:
    """A shape that says the same as the colour, where the sentence leaves room for it."""
    name = MARKS.get(tone)
    side = min(sheet.mm(MARK_MM), box.height)
    widest = max(sheet.width_of(line, Type.TITLE, bold=True) for line in lines)
    if name is None or box.width - widest < side + sheet.mm(4):
        return
    put(sheet, name, Box(box.right - side, box.y + (box.height - side) / 2, side, side))


def _steps(sheet: Sheet, prompt: Prompt, box: Box, texts: Catalogue, language: str, pair: Pair) -> None:
    """放身份证 › 核对 › 做证 › 取证; the step she is in stands in a pill of its own."""
    if prompt.step not in prompt.steps:
        sheet.write([texts.text(language, "ui.machine")], box, Type.SMALL, pair)
        return
    x, pad = box.x, sheet.mm(3.5)
    for each in prompt.steps:
        word = texts.text(language, f"step.{each.value}")
        here = each is prompt.step
        width = sheet.width_of(word, Type.SMALL, bold=here) + 2 * pad
        place = Box(x, box.y, width, box.height)
        inside = Pair(pair.ground, pair.ink) if here else pair
        if here:
            sheet.shape(place, pair.ink, corner_mm=3)
        sheet.write([word], place.inset(pad, 0), Type.SMALL, inside, bold=here, align=Align.MIDDLE)
        x += width + sheet.mm(3)


def _steps_height(sheet: Sheet) -> float:
    return sheet.sizes.line(Type.SMALL)
