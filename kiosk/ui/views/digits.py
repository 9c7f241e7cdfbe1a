"""Digits by a large key pad; the typed number stands in the middle. The primary choice carries the digits as its value."""
from __future__ import annotations

from kiosk.prompts import Digits, Prompt
from kiosk.texts import Catalogue, Rendered
from kiosk.ui import choices
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Align, Local, Sheet
from kiosk.ui.theme import GAP_MM, LEAST_GAP_MM, OUTLINE_MM, Type

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "delete", "0")
LETTERS = (*"0123456789ABCDEFGHJKMNPQRSTVWXYZ", "delete")
"""Of a pairing code: without I, L, O and U."""
DOT = "●"
ROUNDING_PX = 0.49
"""A key that is so much lower than its token is as high on the glass."""


def pad(sheet: Sheet, content: Digits, width: float) -> tuple[tuple[str, ...], int, int]:
    """Keys, rows and columns: as many letters beside each other as can be touched."""
    if not content.letters:
        return (*KEYS, *content.last), 4, 3
    between = between_keys(sheet, content)
    columns = max(5, min(9, int((width + between) // (sheet.sizes.least + between))))
    return LETTERS, -(-len(LETTERS) // columns), columns


def between_keys(sheet: Sheet, content: Digits) -> float:
    return sheet.mm(LEAST_GAP_MM if content.letters else GAP_MM)


def height(sheet: Sheet, prompt: Prompt, rendered: Rendered, width: float, most: float) -> float:
    """Keys and choices; where `most` is little the keys are as high as their token, not higher."""
    content = next(content for content in prompt.contents if isinstance(content, Digits))
    gap, (_, rows, _) = between_keys(sheet, content), pad(sheet, content, width)
    below = choices.height(sheet, prompt.choices, rendered, width)
    for key in (sheet.sizes.line(Type.TITLE) + sheet.mm(4), sheet.sizes.other, sheet.sizes.least):
        wanted = rows * (max(key, sheet.sizes.least) - ROUNDING_PX) + rows * gap + below
        if wanted <= most:
            break
    return wanted


def draw(sheet: Sheet, content: Digits, prompt: Prompt, rendered: Rendered, box: Box, texts: Catalogue, local: Local) -> None:
    between = between_keys(sheet, content)
    bottom, keys = box.from_bottom(choices.height(sheet, prompt.choices, rendered, box.width), between)
    enough = content.at_least <= len(local.typed) <= content.at_most
    choices.draw(sheet, prompt.choices, rendered, bottom, enabled=enough, value=local.typed)
    names, rows, columns = pad(sheet, content, box.width)
    cells = [cell for row in keys.rows(rows, between) for cell in row.columns(columns, between)]
    for key, cell in zip(names, cells, strict=False):
        _key(sheet, key, cell, texts, rendered.language)


def shown_height(sheet: Sheet) -> float:
    return sheet.sizes.line(Type.TITLE) + sheet.mm(6)


def draw_typed(sheet: Sheet, content: Digits, box: Box, texts: Catalogue, language: str, local: Local) -> None:
    """What was typed so far, in the middle of the screen."""
    sheet.panel(box, sheet.palette.sheet)
    sheet.shape(box, sheet.palette.plain.ink, line_mm=OUTLINE_MM)
    words = DOT * len(local.typed) if content.hidden else local.typed
    if content.unit:
        unit = texts.text(language, f"unit.{content.unit}")
        words = f"{words} {unit}" if words else unit
    role = Type.SMALL if content.letters else Type.TITLE
    sheet.write([words], box.inset(sheet.mm(4), 0), role, sheet.palette.sheet, bold=True, align=Align.MIDDLE, private=True)


def type_key(content: Digits, typed: str, key: str) -> str:
    """The digits after one key."""
    if key == "delete":
        return typed[:-1]
    if key == content.last and len(typed) != content.at_most - 1:
        return typed
    return typed + key if len(typed) < content.at_most else typed


def _key(sheet: Sheet, key: str, cell: Box, texts: Catalogue, language: str) -> None:
    sheet.panel(cell, sheet.palette.sheet, outline=sheet.palette.plain.ink)
    label = texts.text(language, "ui.delete") if key == "delete" else key
    role = Type.BODY if key == "delete" else Type.TITLE
    if key == "delete" and sheet.width_of(label, role, bold=True) > cell.width:
        label = "←"
    sheet.write([label], cell, role, sheet.palette.sheet, bold=True, align=Align.MIDDLE)
    sheet.target(cell, f"key:{key}", key, "key")
