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


def pad(content: Digits) -> tuple[tuple[str, ...], int, int]:
    """Keys, rows and columns."""
    return (LETTERS, 4, 9) if content.letters else ((*KEYS, *content.last), 4, 3)


def height(sheet: Sheet, prompt: Prompt, rendered: Rendered, width: float, most: float) -> float:
    """Keys and choices; where `most` is little the keys are as high as their token, not higher."""
    gap = sheet.mm(GAP_MM)
    rows = next(pad(content)[1] for content in prompt.contents if isinstance(content, Digits))
    below = choices.height(sheet, prompt.choices, rendered, width)
    for key in (sheet.sizes.line(Type.TITLE) + sheet.mm(4), sheet.sizes.other, sheet.sizes.least):
        wanted = rows * max(key, sheet.sizes.least) + rows * gap + below
        if wanted <= most:
            break
    return wanted


def draw(sheet: Sheet, content: Digits, prompt: Prompt, rendered: Rendered, box: Box, texts: Catalogue, local: Local) -> None:
    gap = sheet.mm(GAP_MM)
    bottom, keys = box.from_bottom(choices.height(sheet, prompt.choices, rendered, box.width), gap)
    enough = content.at_least <= len(local.typed) <= content.at_most
    choices.draw(sheet, prompt.choices, rendered, bottom, enabled=enough, value=local.typed)
    names, rows, columns = pad(content)
    between = sheet.mm(LEAST_GAP_MM) if content.letters else gap
    cells = [cell for row in keys.rows(rows, gap) for cell in row.columns(columns, between)]
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
