"""Digits by a large key pad, the typed number above it. The primary choice carries the digits as its value."""
from __future__ import annotations

from kiosk.prompts import Digits, Prompt
from kiosk.texts import Catalogue, Rendered
from kiosk.ui import choices
from kiosk.ui.boxes import Box
from kiosk.ui.sheet import Align, Local, Sheet
from kiosk.ui.theme import GAP_MM, OUTLINE_MM, Type

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "delete", "0")
DOT = "●"


def height(sheet: Sheet, content: Digits, prompt: Prompt, rendered: Rendered, width: float) -> float:
    gap = sheet.mm(GAP_MM)
    return _shown_height(sheet) + gap + 4 * _key_height(sheet) + 3 * gap + gap + choices.height(sheet, prompt.choices, rendered, width)


def draw(sheet: Sheet, content: Digits, prompt: Prompt, rendered: Rendered, box: Box, texts: Catalogue, local: Local) -> None:
    gap = sheet.mm(GAP_MM)
    shown, left = box.from_top(_shown_height(sheet), gap)
    _typed(sheet, content, shown, texts, rendered.language, local.typed)
    bottom, keys = left.from_bottom(choices.height(sheet, prompt.choices, rendered, box.width), gap)
    enough = content.at_least <= len(local.typed) <= content.at_most
    choices.draw(sheet, prompt.choices, rendered, bottom, enabled=enough, value=local.typed)
    cells = [cell for row in keys.rows(4, gap) for cell in row.columns(3, gap)]
    for key, cell in zip(KEYS, cells, strict=False):
        _key(sheet, key, cell, texts, rendered.language)


def type_key(content: Digits, typed: str, key: str) -> str:
    """The digits after one key."""
    if key == "delete":
        return typed[:-1]
    return typed + key if len(typed) < content.at_most else typed


def _typed(sheet: Sheet, content: Digits, box: Box, texts: Catalogue, language: str, typed: str) -> None:
    sheet.panel(box, sheet.palette.sheet)
    sheet.shape(box, sheet.palette.plain.ink, line_mm=OUTLINE_MM)
    words = DOT * len(typed) if content.hidden else typed
    if content.unit:
        unit = texts.text(language, f"unit.{content.unit}")
        words = f"{words} {unit}" if words else unit
    sheet.write([words], box.inset(sheet.mm(4), 0), Type.TITLE, sheet.palette.sheet, bold=True, align=Align.MIDDLE, private=True)


def _key(sheet: Sheet, key: str, cell: Box, texts: Catalogue, language: str) -> None:
    sheet.panel(cell, sheet.palette.sheet, outline=sheet.palette.plain.ink)
    label = texts.text(language, "ui.delete") if key == "delete" else key
    role = Type.BODY if key == "delete" else Type.TITLE
    sheet.write([label], cell, role, sheet.palette.sheet, bold=True, align=Align.MIDDLE)
    sheet.target(cell, f"key:{key}", key, "key")


def _shown_height(sheet: Sheet) -> float:
    return sheet.sizes.line(Type.TITLE) + sheet.mm(6)


def _key_height(sheet: Sheet) -> float:
    return max(sheet.sizes.other, sheet.sizes.line(Type.TITLE) + sheet.mm(2))
