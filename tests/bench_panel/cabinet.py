"""The cabinet around the machines: the slot lights as they burn, doors, housing, who stands in front, and the mains."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.ui.boxes import Box
from tests.bench_panel.hands import MACHINES, Act, Snapshot, act
from tests.bench_panel.sheet import LAMP_OFF, QUIET, Sheet
from tests.bench_panel.words import Both

CABINET, UPS = "cabinet", "ups"
SLOTS = (("id_reader", Both("身份证", "ID card")), ("card_exit", Both("出证", "card")), ("slip_exit", Both("纸条", "slip")),
         ("a4_exit", Both("A4", "paper")))  # fmt: skip
DOORS = (("front", Both("前门", "front door")), ("hopper", Both("卡匣门", "hopper door")), ("rear", Both("后门", "rear door")))
LIT = {
    "red": "#E5393B", "green": "#1FA463", "yellow": "#FFB300", "blue": "#2962FF", "cyan": "#00B8D4", "magenta": "#C51162",
    "white": "#FFFFFF",
}  # fmt: skip
"""A burning lamp by its colour (devices.cabinet.board.Colour)."""


def draw_cabinet(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    room = sheet.panel(box, Both("机柜", "cabinet and mains"))
    lights, rest = room.from_top(sheet.px(30), sheet.px(8))
    doors, others = rest.rows(2, sheet.px(7))
    board, ups = snapshot.machines.get(CABINET, {}), snapshot.machines.get(UPS, {})
    _lights(sheet, lights, board)
    _doors(sheet, doors, board)
    _others(sheet, others, board, ups)


def _lights(sheet: Sheet, box: Box, board: Mapping[str, Any]) -> None:
    lit = board.get("lit", {})
    for (slot, words), cell in zip(SLOTS, box.columns(len(SLOTS), sheet.px(6)), strict=True):
        lamp, label = cell.from_left(sheet.px(16), sheet.px(5))
        sheet.lamp(lamp, LIT.get(lit.get(slot) or "", LAMP_OFF))
        sheet.text(label, words.zh, 12.5, colour=QUIET)


def _doors(sheet: Sheet, box: Box, board: Mapping[str, Any]) -> None:
    there, doors = bool(board), board.get("doors", {})
    for (name, words), cell in zip(DOORS, box.columns(len(DOORS), sheet.px(8)), strict=True):
        is_open = doors.get(name) == "open"
        wish = act(MACHINES, "close_door" if is_open else "open_door", machine=CABINET, door=name)
        sheet.button(cell, words, wish, on=is_open, enabled=there, size=13)


def _others(sheet: Sheet, box: Box, board: Mapping[str, Any], ups: Mapping[str, Any]) -> None:
    tampered, somebody, mains = bool(board.get("tampered")), bool(board.get("somebody")), bool(ups.get("mains", True))
    cells: tuple[tuple[Both, Act, bool, bool], ...] = (
        (Both("动外壳", "tamper"), act(MACHINES, "untamper" if tampered else "tamper", machine=CABINET), tampered, bool(board)),
        (Both("有人站着", "in front"), act(MACHINES, "leave" if somebody else "come", machine=CABINET), somebody, bool(board)),
        (Both("市电断了" if not mains else "断市电", f"UPS {ups.get('charge', 0):.0f} %"),
         act(MACHINES, "mains", machine=UPS, on=not mains), not mains, bool(ups)),
    )  # fmt: skip
    for (words, wish, on, there), cell in zip(cells, box.columns(len(cells), sheet.px(8)), strict=True):
        sheet.button(cell, words, wish, on=on, enabled=there, size=13)
