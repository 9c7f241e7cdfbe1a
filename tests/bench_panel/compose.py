"""The whole panel from one snapshot."""
from __future__ import annotations

from kiosk.ui.boxes import Box
from tests.bench_panel.accidents import draw_accidents
from tests.bench_panel.cabinet import draw_cabinet
from tests.bench_panel.camera import draw_camera
from tests.bench_panel.citizens import draw_citizens
from tests.bench_panel.hands import Snapshot
from tests.bench_panel.printer import draw_card_printer, draw_slip_printer
from tests.bench_panel.sheet import (
    ALARM,
    GROUND,
    HEADER,
    HEADER_QUIET,
    LAMP_BAD,
    LAMP_OFF,
    LAMP_ON,
    QUIET,
    Measure,
    Sheet,
    Tap,
)
from tests.bench_panel.words import Both

DESIGN = 1_160.0, 860.0  # units: the size at which one unit is one pixel
COLUMNS = 0.345, 0.375  # left and middle; the right one has the rest


def compose(snapshot: Snapshot, width: float, height: float, measure: Measure) -> Sheet:
    sheet = Sheet(Box(0, 0, width, height), min(width / DESIGN[0], height / DESIGN[1]), measure)
    sheet.fill(sheet.box, GROUND)
    header, rest = sheet.box.from_top(sheet.px(50))
    _header(sheet, header, snapshot)
    foot, body = rest.inset(sheet.px(14), sheet.px(8)).from_bottom(sheet.px(20), sheet.px(6))
    _said(sheet, foot, snapshot)
    gap = sheet.px(12)
    body = Box(body.x, body.y, body.width, body.height - sheet.px(4))
    camera, body = body.from_bottom(sheet.px(44), sheet.px(8))
    draw_camera(sheet, camera, snapshot)
    left, others = body.from_left((body.width - 2 * gap) * COLUMNS[0], gap)
    middle, right = others.from_left((body.width - 2 * gap) * COLUMNS[1], gap)
    draw_citizens(sheet, left, snapshot)
    slips, cards = middle.from_bottom((middle.height - gap) * 0.42, gap)
    draw_card_printer(sheet, cards, snapshot)
    draw_slip_printer(sheet, slips, snapshot)
    cabinet, accidents = right.from_bottom((right.height - gap) * 0.27, gap)
    draw_accidents(sheet, accidents, snapshot)
    draw_cabinet(sheet, cabinet, snapshot)
    return sheet


def _header(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    sheet.fill(box, HEADER)
    line = box.inset(sheet.px(18), 0)
    width = sheet.text(line, "台架", 22, bold=True, colour="#FFFFFF")
    line = line.from_left(width + sheet.px(8))[1]
    width = sheet.text(line, "bench panel", 14, colour=HEADER_QUIET)
    line = line.from_left(width + sheet.px(28))[1]
    for terminal in snapshot.terminals if len(snapshot.terminals) > 1 else ():
        tab, line = line.from_left(sheet.px(84), sheet.px(8))
        tab = tab.inset(0, sheet.px(10))
        chosen = terminal == snapshot.terminal
        sheet.fill(tab, "#FFFFFF" if chosen else "#2B3B57", 6)
        sheet.text(tab, terminal, 14, bold=chosen, colour=HEADER if chosen else HEADER_QUIET, align=0.5)
        if not chosen:
            sheet.taps.append(Tap(tab, sheet.px(6), (), terminal))
    for name, words in ((snapshot.kiosk, Both("终端", "kiosk")), ("centre", Both("中心", "centre"))):
        line = _process(sheet, line, words, snapshot, name)
    bent = snapshot.hall.get("bent_minutes", 0)
    if bent:
        days, minutes = divmod(bent, 1_440)
        sheet.text(line, f"中心时钟 +{days}天{minutes}分", 13, colour="#FFC93C", align=1.0)


def _process(sheet: Sheet, line: Box, words: Both, snapshot: Snapshot, name: str) -> Box:
    """One lamp at the right end of the line; returns the line without it."""
    child = snapshot.child(name)
    lamp = LAMP_OFF if child is None else LAMP_ON if child["running"] else LAMP_BAD
    if child is None:
        how = "没有 none"
    elif child["running"]:
        how = f"{child['pid']}"
    else:
        code = child["exit_code"]
        how = "没启动 not started" if code is None else f"没了 {'signal' if code < 0 else 'exit'} {abs(code)}"
    text = f"{words.zh} {words.en}  {how}"
    width = sheet.measure(text, sheet.pixels(13), False) + sheet.px(4)
    room = Box(line.right - width, line.y, width, line.height)
    sheet.text(room, text, 13, colour="#FFFFFF", align=1.0)
    sheet.lamp(Box(room.x - sheet.px(18), line.y, sheet.px(12), line.height), lamp)
    return Box(line.x, line.y, line.width - width - sheet.px(40), line.height)


def _said(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    if not snapshot.hall:
        sheet.text(box, "大厅没有回答 the hall does not answer", 13, colour=ALARM)
    elif snapshot.said:
        said = f"没做成 refused: {snapshot.said}" if snapshot.refused else snapshot.said
        sheet.text(box, said, 12.5, colour=ALARM if snapshot.refused else QUIET)
    else:
        sheet.text(box, str(snapshot.hall.get("centre_url", "")) + "/counter", 12.5, colour=QUIET)
