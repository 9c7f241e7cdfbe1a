"""The middle column: the card printer as it is inside, and the slip printer's paper."""
from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk.ui.boxes import Box
from tests.bench_panel.hands import MACHINES, Act, Snapshot, act
from tests.bench_panel.sheet import (
    ALARM,
    ATTENTION,
    BUTTON_LINE,
    CARD,
    FAINT,
    GO,
    GROUND,
    INK,
    LAMP_BAD,
    LAMP_OFF,
    LAMP_ON,
    LINE,
    QUIET,
    Picture,
    Sheet,
)
from tests.bench_panel.words import PLACES, Both

PRINTER, SLIPS = "card_printer", "receipt_printer"
CARD_SHAPE = 85.6, 54.0  # mm, ID-1
MOST_DRAWN = 12
PATH = (("at_contact", Both("芯片", "chip")), ("at_head", Both("打印", "print")), ("printed_inside", Both("印好", "printed")))


def draw_card_printer(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    room = sheet.panel(box, Both("证卡打印机", "card printer"))
    state = snapshot.machines.get(PRINTER)
    if not state:
        sheet.text(room, "没有回答 no answer", 16, colour=QUIET, align=0.5)
        return
    _lamp(sheet, box, state)
    hands, inside = room.from_bottom(sheet.px(100), sheet.px(10))
    _hands(sheet, hands, state, snapshot)
    bins, machine = inside.from_bottom(sheet.px(40), sheet.px(10))
    _bins(sheet, bins, state)
    hopper, machine = machine.from_left(sheet.px(66), sheet.px(12))
    _hopper(sheet, hopper, state)
    path, out = machine.from_left((machine.width - sheet.px(12)) * 0.37, sheet.px(12))
    _path(sheet, path, state)
    _exit(sheet, out, state, snapshot.card)


def _lamp(sheet: Sheet, box: Box, state: Mapping[str, Any]) -> None:
    line = Box(box.x, box.top - sheet.px(30), box.width - sheet.px(12), sheet.px(20))
    jammed = state["place"] == "jammed" or state["error"]
    words = "没电 no power" if not state["powered"] else f"停了 {state['error'] or 'jam'}" if jammed else \
        "在动 moving" if state["moving"] else "等着 waiting"  # fmt: skip
    lamp = LAMP_OFF if not state["powered"] else LAMP_BAD if jammed else LAMP_ON
    width = sheet.text(line, words, 12, colour=QUIET, align=1.0)
    sheet.lamp(Box(line.right - width - sheet.px(20), line.y, sheet.px(12), line.height).inset(0, sheet.px(4)), lamp)


def _hopper(sheet: Sheet, box: Box, state: Mapping[str, Any]) -> None:
    label, pile = box.from_bottom(sheet.px(34), sheet.px(4))
    count = state["hopper"]
    sheet.fill(pile, GROUND, 6)
    row, gap = sheet.px(7), sheet.px(2)
    most = min(MOST_DRAWN, int((pile.height - sheet.px(30)) / (row + gap)))
    for index in range(min(count, most)):
        lowest = Box(pile.x, pile.y + sheet.px(6) + index * (row + gap), pile.width, row).inset(sheet.px(9), 0)
        sheet.fill(lowest, CARD, 2)
        sheet.fill(lowest, BUTTON_LINE, 2, line=1.0)
    top = pile.from_top(sheet.px(26))[0]
    sheet.text(top, str(count), 19, bold=True, colour=ALARM if not state["sensed"]["hopper"] else INK, align=0.5)
    sheet.both(label, Both("空白卡", "blanks"), 13, align=0.5)


def _path(sheet: Sheet, box: Box, state: Mapping[str, Any]) -> None:
    where, serials = state["place"], state["path"]
    label, track = box.from_bottom(sheet.px(34), sheet.px(4))
    words = PLACES.get(where, Both(where, where))
    said = Both(f"里面:{words.zh}", f"inside: {words.en}") if serials else Both("里面没有卡", "no card inside")
    sheet.both(label, said, 13, ALARM if where == "jammed" else INK, align=0.5)
    sheet.fill(track, GROUND, 6)
    for (place, name), room in zip(PATH, track.inset(sheet.px(6)).rows(len(PATH), sheet.px(5)), strict=True):
        here = where == place
        sheet.fill(room, ATTENTION if here else CARD, 5)
        words_room, card_room = room.inset(sheet.px(7), sheet.px(5)).from_left(sheet.px(42))
        sheet.both(words_room.middle(words_room.width, min(words_room.height, sheet.px(34))), name, 13)
        if here:
            _blank(sheet, card_room.inset(0, sheet.px(4)), serials[0])
    if serials and where in ("jammed", "in_transport"):
        sheet.fill(track.inset(sheet.px(2)), ALARM if where == "jammed" else ATTENTION, 5, line=sheet.px(3))


def _blank(sheet: Sheet, room: Box, serial: str) -> None:
    card = room.fitting(*CARD_SHAPE)
    sheet.fill(card, CARD, 3)
    sheet.fill(card, INK, 3, line=1.0)
    sheet.text(card, serial, 9, align=0.5)


def _exit(sheet: Sheet, box: Box, state: Mapping[str, Any], face: Path | None) -> None:
    label, room = box.from_bottom(sheet.px(34), sheet.px(4))
    there = state["exit"]
    sheet.fill(room, ATTENTION if there else GROUND, 6)
    card = room.inset(sheet.px(8)).fitting(*CARD_SHAPE)
    if face is not None:
        sheet.fill(card, CARD, 4)
        sheet.elements.append(Picture(card, face))
        sheet.fill(card, LINE, 4, line=1.0)
    else:
        sheet.text(room, "还没出过卡 none yet", 12, colour=FAINT, align=0.5)
    taken = state["taken"][-1:] or [""]
    words = Both(f"出口:{there}", "at the exit, waiting for a hand") if there else \
        Both("出口空着", f"exit empty{f', {taken[0]} was taken' if taken[0] else ''}")  # fmt: skip
    sheet.both(label, words, 13, align=0.5)


def _bins(sheet: Sheet, box: Box, state: Mapping[str, Any]) -> None:
    census = state["census"]
    cells = (
        (Both("收着", "kept"), ", ".join(state["captured"]) or "0"),
        (Both("废卡", "rejected"), ", ".join(state["rejected"]) or "0"),
        (Both("取走", "taken"), str(census["taken"])),
        (Both("色带", "ribbon"), "断 torn" if state["ribbon_torn"] else f"{state['ribbon_sets']}"),
    )
    for (words, value), cell in zip(cells, box.columns(len(cells), sheet.px(8)), strict=True):
        sheet.fill(cell, GROUND, 6)
        upper, lower = cell.inset(sheet.px(8), sheet.px(3)).from_top(cell.height * 0.42)
        sheet.text(upper, f"{words.zh} {words.en}", 11, colour=QUIET, align=0.5)
        sheet.text(lower, value, 14, bold=True, align=0.5)


def _hands(sheet: Sheet, box: Box, state: Mapping[str, Any], snapshot: Snapshot) -> None:
    faults = state["faults"]
    upper, lower = box.rows(2, sheet.px(8))
    take, *others = upper.columns(3, sheet.px(8))
    sheet.button(take, Both("取走卡", "take the card"), act(MACHINES, "take_card"), enabled=bool(state["exit"]), strong=GO)
    _fault(sheet, others[0], Both("下一张卡住", "jam the next move"), "path_jam", faults, 1)
    stuck = bool(state["path"]) and not state["moving"]
    sheet.button(others[1], Both("清除卡住", "clear the jam"), _own("clear_jam"), enabled=stuck)
    empty, refill, blind, bins = lower.columns(4, sheet.px(8))
    _fault(sheet, empty, Both("料盒空了", "hopper empty"), "hopper_empty", faults)
    sheet.button(refill, Both("加卡 50", "refill"), _own("clear_fault", name="hopper_empty"), _own("refill", blanks=50))
    _fault(sheet, blind, Both("出口失灵", "blind exit"), "exit_sensor_blind", faults)
    sheet.button(bins, Both("清空回收", "empty bins"), _own("empty_bins"))


def _own(do: str, machine: str = PRINTER, **more: Any) -> Act:
    return act(MACHINES, do, machine=machine, **more)


def _fault(
    sheet: Sheet, box: Box, words: Both, name: str, faults: Mapping[str, Any], count: int | None = None, machine: str = PRINTER
) -> None:
    """A button that turns a fault on, and off again."""
    on = name in faults
    wish = _own("clear_fault", machine, name=name) if on else _own("fault", machine, name=name, count=count)
    sheet.button(box, words, wish, on=on)


def draw_slip_printer(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    room = sheet.panel(box, Both("凭条打印机", "slip printer"))
    state = snapshot.machines.get(SLIPS)
    if not state:
        sheet.text(room, "没有回答 no answer", 16, colour=QUIET, align=0.5)
        return
    paper, hands = room.from_left(room.width * 0.5, sheet.px(12))
    sheet.fill(paper, GROUND, 6)
    if snapshot.slip is not None:
        sheet.elements.append(Picture(paper.inset(sheet.px(6)), snapshot.slip))
    else:
        sheet.text(paper, "还没有凭条 no slip yet", 12, colour=FAINT, align=0.5)
    facts, hands = hands.from_top(sheet.px(56), sheet.px(8))
    first, second, third = facts.rows(3, 0)
    untaken = state["untaken"]
    sheet.text(first, f"没取走 {untaken} untaken", 12.5, bold=untaken > 0)
    sheet.text(second, f"出过 {state['slips']} printed", 12.5, colour=QUIET)
    words = "没纸 no paper" if not state["paper_present"] else f"纸 {state['paper_mm'] / 1000:.1f} m paper"
    sheet.text(third, words, 12.5, colour=QUIET if state["paper_present"] else ALARM)
    take, out, near, knife = hands.rows(4, sheet.px(8))
    sheet.button(take, Both("取走凭条", "take the slip"), act(MACHINES, "take_slip"), enabled=bool(untaken), strong=GO)
    _fault(sheet, out, Both("没纸了", "paper out"), "paper_out", state["faults"], machine=SLIPS)
    _fault(sheet, near, Both("打到一半没纸", "paper ends in mid-slip"), "runs_out_in_mid_slip", state["faults"], 1, SLIPS)
    renewed = (_own("load_paper", SLIPS), _own("clear_cutter", SLIPS), *(
        _own("clear_fault", SLIPS, name=name) for name in ("paper_out", "runs_out_in_mid_slip")))  # fmt: skip
    sheet.button(knife, Both("换新纸", "load a new roll"), *renewed)
