"""The bottom bar, always in the same place: 返回 · 找人帮忙 · 再说一遍 · 字大/字小 · English · 坐着用. Where back means
nothing its place is Home, if nothing can be lost, or stays empty."""
from __future__ import annotations

from kiosk.prompts import BAR, Answer, Look, Prompt
from kiosk.texts import Catalogue
from kiosk.ui.boxes import Box
from kiosk.ui.pictured import put
from kiosk.ui.sheet import Align, Sheet
from kiosk.ui.theme import Type

PAD_MM = 1.0
BAR_MARGIN_MM = 6.0
BAR_GAP_MM = 5.0
ICON_MM = {False: 9.0, True: 11.0}
EDGE_MM = 4.0


def labels(texts: Catalogue, look: Look) -> dict[str, str]:
    keys = {"size": "smaller" if look.elder else "larger", "seated": "standing" if look.seated else "seated"}
    return {name: texts.text(look.language, f"bar.{keys.get(name, name)}") for name in (*BAR, "home")}


def height(sheet: Sheet, texts: Catalogue, look: Look) -> float:
    return _cell_height(sheet, texts, look) + 2 * sheet.mm(EDGE_MM)


def draw(sheet: Sheet, prompt: Prompt, texts: Catalogue, look: Look, box: Box) -> None:
    sheet.shape(box, sheet.palette.bar_ground, corner_mm=0)
    if sheet.palette.name == "high_contrast":
        sheet.shape(Box(box.x, box.top - 2, box.width, 2), sheet.palette.hairline, corner_mm=0)
    words = labels(texts, look)
    inner = box.inset(sheet.mm(BAR_MARGIN_MM), sheet.mm(EDGE_MM))
    for name, cell in zip(BAR, inner.columns(len(BAR), sheet.mm(BAR_GAP_MM)), strict=True):
        shown = name
        if name == "back" and not prompt.back:
            if not prompt.home:
                continue
            shown = "home"
        _cell(sheet, shown, words[shown], cell, _beside(box, sheet))


def _cell(sheet: Sheet, name: str, label: str, cell: Box, beside: bool) -> None:
    pair = sheet.palette.information if name == "help" else sheet.palette.bar
    sheet.panel(cell, pair, outline=sheet.palette.hairline if sheet.palette.name == "high_contrast" else None)
    side = sheet.mm(ICON_MM[sheet.sizes.elder])
    inner = cell.inset(sheet.mm(PAD_MM))
    key = f"bar_{name}_{'light' if name == 'help' else 'dark'}"
    lines = _lines(sheet, label, inner.width - (side + sheet.mm(3) if beside else 0))
    if beside:
        wide = max(sheet.width_of(line, Type.SMALL, bold=True) for line in lines)
        start = inner.x + (inner.width - wide - side - sheet.mm(3)) / 2
        put(sheet, key, Box(start, inner.y + (inner.height - side) / 2, side, side))
        words = Box(start + side + sheet.mm(3), inner.y, inner.right - start - side - sheet.mm(3), inner.height)
        sheet.write(lines, words, Type.SMALL, pair, bold=True)
    else:
        icon, words = inner.from_top(side)
        put(sheet, key, icon.middle(side, side))
        sheet.write(lines, words, Type.SMALL, pair, bold=True, align=Align.MIDDLE)
    sheet.target(cell, Answer(name), name, "bar")


def _beside(box: Box, sheet: Sheet) -> bool:
    """Landscape: the icon stands beside its word, for the screen is not high."""
    return sheet.box.width > sheet.box.height


def _lines(sheet: Sheet, label: str, width: float) -> list[str]:
    lines = sheet.lines(label, width, Type.SMALL, bold=True)
    if len(lines) == 2 and " " not in label:
        half = (len(label) + 1) // 2
        return [label[:half], label[half:]]
    return lines


def _cell_height(sheet: Sheet, texts: Catalogue, look: Look) -> float:
    """The same on every screen of a look, whichever cells it shows."""
    columns = (sheet.box.width - 2 * sheet.mm(BAR_MARGIN_MM) - (len(BAR) - 1) * sheet.mm(BAR_GAP_MM)) / len(BAR)
    side = sheet.mm(ICON_MM[sheet.sizes.elder])
    landscape = _beside(sheet.box, sheet)
    room = columns - 2 * sheet.mm(PAD_MM) - (side + sheet.mm(3) if landscape else 0)
    most = max(len(_lines(sheet, label, room)) for label in labels(texts, look).values())
    words = most * sheet.sizes.line(Type.SMALL)
    inner = max(words, side) if landscape else words + side
    return max(sheet.sizes.mm(22.0 if sheet.sizes.elder else 15.0), inner + 2 * sheet.mm(PAD_MM) + sheet.mm(1))
