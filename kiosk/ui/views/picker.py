"""One list to pick from: at most five rows a page, so that nobody has to scroll."""
from __future__ import annotations

from kiosk.prompts import Answer, Choice, Picker, Prompt, Weight
from kiosk.texts import Catalogue, Rendered
from kiosk.ui import buttons
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Local, Sheet
from kiosk.ui.theme import GAP_MM, LEAST_GAP_MM, Type

ROWS = 5
"""With the two page buttons this makes seven things to touch, the most a screen may have."""
WITHOUT_PAGES = 6
ROW_MOST_MM = 36.0
"""Rows are as high as this where there is room, and their names as large as a title where they fit."""


def pages(choices: tuple[Choice, ...]) -> int:
    return 1 if len(choices) <= WITHOUT_PAGES else -(-len(choices) // ROWS)


def on_page(choices: tuple[Choice, ...], page: int) -> tuple[Choice, ...]:
    if pages(choices) == 1:
        return choices
    return choices[page * ROWS : (page + 1) * ROWS]


def height(sheet: Sheet, prompt: Prompt, most: float) -> float:
    """Rows and page buttons; where `most` is little the rows are as high as their token, not higher."""
    rows = _rows(prompt)
    gaps = (rows - 1) * sheet.mm(GAP_MM)
    wanted = rows * sheet.sizes.other + gaps
    if wanted <= most:
        return min(most, max(wanted, rows * sheet.mm(ROW_MOST_MM) + gaps))
    return rows * sheet.sizes.least + (rows - 1) * sheet.mm(LEAST_GAP_MM)


def _rows(prompt: Prompt) -> int:
    return ROWS + 1 if pages(prompt.choices) > 1 else len(prompt.choices)


def draw(sheet: Sheet, prompt: Prompt, rendered: Rendered, box: Box, texts: Catalogue, local: Local) -> None:
    left = box
    tight = box.height < _rows(prompt) * sheet.sizes.other + (_rows(prompt) - 1) * sheet.mm(GAP_MM) - 1
    gap = sheet.mm(LEAST_GAP_MM if tight else GAP_MM)
    row_height = (box.height + gap) / _rows(prompt) - gap
    labels = [rendered.choice_labels[choice.name] for choice in on_page(prompt.choices, local.page)]
    role = Type.TITLE if all(_fits_large(sheet, label, box.width, row_height) for label in labels) else Type.BODY
    for choice in on_page(prompt.choices, local.page):
        row, left = left.from_top(row_height, gap)
        label = rendered.choice_labels[choice.name]
        buttons.draw(sheet, row, label, Answer(choice.name, choice.value), choice.name, weight=Weight.SECONDARY, role=role)
    if pages(prompt.choices) > 1:
        strip, _ = box.from_bottom(row_height)
        before, after = strip.columns(2, gap)
        _page(sheet, before, texts.text(rendered.language, "ui.page_before"), "page:before", local.page > 0)
        _page(sheet, after, texts.text(rendered.language, "ui.page_after"), "page:after", local.page + 1 < pages(prompt.choices))


def path(sheet: Sheet, content: Picker, prompt: Prompt, width: float, texts: Catalogue, language: str, local: Local) -> list[str]:
    """What was chosen so far, and which page this is."""
    chosen = " › ".join(content.chosen)
    lines = sheet.lines(texts.filled(language, "ui.chosen", {"path": chosen}), width, Type.BODY, bold=True) if chosen else []
    if pages(prompt.choices) > 1:
        here = {"page": str(local.page + 1), "pages": str(pages(prompt.choices))}
        lines += sheet.lines(texts.filled(language, "ui.page", here), width, Type.BODY, bold=True)
    return lines


def draw_path(sheet: Sheet, lines: list[str], box: Box) -> None:
    sheet.write(lines, box, Type.BODY, sheet.palette.plain, bold=True, private=True)


def _page(sheet: Sheet, box: Box, label: str, act: str, enabled: bool) -> None:
    """A page that is not there leaves its place empty: the other button does not move."""
    if enabled:
        buttons.draw(sheet, box, label, act, act, weight=Weight.QUIET, kind="page")


def _fits_large(sheet: Sheet, label: str, width: float, height: float) -> bool:
    words = sheet.width_of(label, Type.TITLE, bold=True) + 2 * sheet.mm(buttons.PAD_MM)
    return words <= width and sheet.sizes.line(Type.TITLE) <= height
