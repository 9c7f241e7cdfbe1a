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


def pages(choices: tuple[Choice, ...]) -> int:
    return 1 if len(choices) <= WITHOUT_PAGES else -(-len(choices) // ROWS)


def on_page(choices: tuple[Choice, ...], page: int) -> tuple[Choice, ...]:
    if pages(choices) == 1:
        return choices
    return choices[page * ROWS : (page + 1) * ROWS]


def height(sheet: Sheet, prompt: Prompt, most: float) -> float:
    """Rows and page buttons; where `most` is little the rows are as high as their token, not higher."""
    rows = _rows(prompt)
    wanted = rows * sheet.sizes.other + (rows - 1) * sheet.mm(GAP_MM)
    return wanted if wanted <= most else rows * sheet.sizes.least + (rows - 1) * sheet.mm(LEAST_GAP_MM)


def _rows(prompt: Prompt) -> int:
    return ROWS + 1 if pages(prompt.choices) > 1 else len(prompt.choices)


def draw(sheet: Sheet, prompt: Prompt, rendered: Rendered, box: Box, texts: Catalogue, local: Local) -> None:
    left = box
    tight = box.height < _rows(prompt) * sheet.sizes.other + (_rows(prompt) - 1) * sheet.mm(GAP_MM) - 1
    gap = sheet.mm(LEAST_GAP_MM if tight else GAP_MM)
    row_height = (box.height + gap) / _rows(prompt) - gap
    for choice in on_page(prompt.choices, local.page):
        row, left = left.from_top(row_height, gap)
        label = rendered.choice_labels[choice.name]
        buttons.draw(sheet, row, label, Answer(choice.name, choice.value), choice.name, weight=Weight.SECONDARY)
    if pages(prompt.choices) > 1:
        strip, _ = box.from_bottom(row_height)
        before, after = strip.columns(2, gap)
        _page(sheet, before, texts.text(rendered.language, "ui.page_before"), "page:before", local.page > 0)
        _page(sheet, after, texts.text(rendered.language, "ui.page_after"), "page:after", local.page + 1 < pages(prompt.choices))


def draw_path(sheet: Sheet, content: Picker, box: Box) -> None:
    sheet.wrapped(" › ".join(content.chosen), box, Type.BODY, sheet.palette.plain, bold=True, private=True)


def path_height(sheet: Sheet, content: Picker, width: float) -> float:
    if not content.chosen:
        return 0.0
    return sheet.height_of(sheet.lines(" › ".join(content.chosen), width, Type.BODY, bold=True), Type.BODY)


def _page(sheet: Sheet, box: Box, label: str, act: str, enabled: bool) -> None:
    """A page that is not there leaves its place empty: the other button does not move."""
    if enabled:
        buttons.draw(sheet, box, label, act, act, weight=Weight.QUIET, kind="page")
