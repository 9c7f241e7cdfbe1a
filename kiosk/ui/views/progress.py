"""What the machine is doing, and the true time left. The bar stands where the work stands: it never runs to its end and waits."""
from __future__ import annotations

from kiosk.prompts import Progress, StageState
from kiosk.texts import Catalogue, Rendered
from kiosk.ui.boxes import Box
from kiosk.ui.pictured import put
from kiosk.ui.sheet import Align, Element, Live, Sheet
from kiosk.ui.theme import OUTLINE_MM, Pair, Type

NEARLY_S = 5.0
"""Under this the machine says "almost ready" instead of a number that would be wrong at once."""
MINUTES_FROM_S = 120.0
STEP_S = 5
"""The shown number goes down in fives: calm to look at, and as true as the measured distribution is."""
FULLEST = 0.97


def height(sheet: Sheet, content: Progress, width: float) -> float:
    rows = len(content.stages)
    return (sheet.sizes.line(Type.TITLE) + sheet.mm(8) + sheet.mm(10) + sheet.mm(8)
            + rows * _row(sheet) + sheet.mm(8))


def draw(sheet: Sheet, content: Progress, box: Box, rendered: Rendered, texts: Catalogue) -> None:
    head, left = box.from_top(sheet.sizes.line(Type.TITLE), sheet.mm(6))
    sheet.lives.append(Live(lambda elapsed: _remaining(sheet, content, head, texts, rendered.language, elapsed)))
    bar, left = left.from_top(sheet.mm(10), sheet.mm(8))
    sheet.shape(bar, sheet.palette.track, corner_mm=5)
    sheet.shape(bar, sheet.palette.plain.ink, corner_mm=5, line_mm=OUTLINE_MM)
    done = max(sheet.mm(10), bar.width * min(content.portion, FULLEST))
    sheet.shape(Box(bar.x, bar.y, done, bar.height), sheet.palette.primary.ground, corner_mm=5)
    pitch = min(_row(sheet), left.height / max(1, len(content.stages)))
    for key, state in content.stages:
        row, left = left.from_top(pitch)
        _stage(sheet, rendered.stage_labels[key], state, row)


def seconds_words(texts: Catalogue, language: str, remaining_s: float) -> str:
    """`About 40 seconds left`, by fives; `Almost ready` under five seconds: it never shows a nought."""
    if remaining_s < NEARLY_S:
        return texts.text(language, "ui.nearly")
    if remaining_s >= MINUTES_FROM_S:
        return texts.filled(language, "ui.remaining_minutes", {"count": str(round(remaining_s / 60))})
    return texts.filled(language, "ui.remaining", {"count": str(int(-(-remaining_s // STEP_S) * STEP_S))})


def _remaining(sheet: Sheet, content: Progress, box: Box, texts: Catalogue, language: str, elapsed: float) -> list[Element]:
    if content.remaining_s is None:
        return []
    words = seconds_words(texts, language, content.remaining_s - elapsed)
    part = Sheet(sheet.box, sheet.sizes, sheet.palette, sheet.letters)
    part.write([words], box, Type.TITLE, sheet.palette.plain, bold=True, align=Align.LEFT)
    sheet.too_small += part.too_small
    return part.elements


def _stage(sheet: Sheet, label: str, state: StageState, row: Box) -> None:
    mark, words = row.from_left(sheet.sizes.em(Type.BODY), sheet.mm(6))
    side = sheet.sizes.em(Type.BODY)
    put(sheet, f"stage_{state.value}", mark.middle(side, side))
    pair = sheet.palette.plain if state is not StageState.WAITING else Pair(sheet.palette.quiet.ink, sheet.palette.plain.ground)
    sheet.write([label], words, Type.BODY, pair, bold=state is StageState.RUNNING)


def _row(sheet: Sheet) -> float:
    return sheet.sizes.line(Type.BODY) + sheet.mm(2)
