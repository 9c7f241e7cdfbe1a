"""The right column: what happens to machines, programs, networks and clocks."""
from __future__ import annotations

from kiosk.ui.boxes import Box
from tests.bench_panel.hands import HALL, MACHINES, NETWORK, Snapshot, act
from tests.bench_panel.sheet import ALARM, GO, QUIET, Sheet
from tests.bench_panel.words import Both

PLUGS = (("id_reader", Both("读卡器", "ID reader")), ("card_printer", Both("证卡机", "card printer")),
         ("receipt_printer", Both("凭条机", "slip printer")))  # fmt: skip
ROW = 58.0
SPEEDS = (1, 4, 20)
DELAY_S = 6.0


def draw_accidents(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    room = sheet.panel(box, Both("意外", "accidents"))
    groups = (_power, _plugs, _network, _centre, _speed)
    sizes = (2, 1, 2, 2, 1)
    heading, gap, row_gap = sheet.px(18), sheet.px(12), sheet.px(7)
    fixed = len(groups) * heading + (len(groups) - 1) * gap + (sum(sizes) - len(groups)) * row_gap
    row = min(sheet.px(ROW), (room.height - fixed) / sum(sizes))
    for group, rows in zip(groups, sizes, strict=True):
        part, room = room.from_top(heading + rows * row + (rows - 1) * row_gap, gap)
        group(sheet, part, snapshot)


def _rows(sheet: Sheet, box: Box, title: Both, count: int) -> list[Box]:
    head, rest = box.from_top(sheet.px(18))
    width = sheet.text(head, title.zh, 12.5, bold=True, colour=QUIET)
    sheet.text(head.from_left(width + sheet.px(6))[1], title.en, 11, colour=QUIET)
    return rest.rows(count, sheet.px(7))


def _power(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    first, second = _rows(sheet, box, Both("电源和程序", "mains and program"), 2)
    there, terminal = bool(snapshot.machines), snapshot.terminal
    if snapshot.powered or not there:
        sheet.button(first, Both("停电", "power cut: terminal and machines"), act(HALL, "power_cut", terminal=terminal),
                     enabled=there, strong=ALARM)  # fmt: skip
    else:
        sheet.button(first, Both("来电", "power is back"), act(HALL, "power_back", terminal=terminal), strong=GO)
    kill, start = second.columns(2, sheet.px(8))
    kiosk = snapshot.child(snapshot.kiosk)
    runs = kiosk is not None and kiosk["running"]
    sheet.button(kill, Both("杀掉程序", "kill -9 the kiosk"), act(HALL, "kill", name=snapshot.kiosk), enabled=runs)
    sheet.button(start, Both("启动程序", "start the kiosk"), act(HALL, "start", name=snapshot.kiosk),
                 enabled=kiosk is not None and not runs)  # fmt: skip


def _plugs(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    (row,) = _rows(sheet, box, Both("拔线", "pull a plug, put it back"), 1)
    plugged = snapshot.machines.get("plugged", {})
    for (machine, words), cell in zip(PLUGS, row.columns(3, sheet.px(8)), strict=True):
        inside = plugged.get(machine, False)
        do = "unplug" if inside else "replug"
        pulled = bool(plugged) and not inside
        sheet.button(cell, words, act(MACHINES, do, machine=machine), on=pulled, enabled=bool(plugged), size=13)


def _network(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    first, second = _rows(sheet, box, Both("网络", "network between terminal and centre"), 2)
    state = snapshot.network
    there, cut, faults = bool(state), bool(state.get("cut")), state.get("faults", {})
    cable, slow = first.columns(2, sheet.px(8))
    sheet.button(cable, Both("断网", "cut"), act(NETWORK, "restore" if cut else "cut"), on=cut, enabled=there)
    delayed = state.get("delay_s", 0) > 0
    slower = act(NETWORK, "delay", seconds=0 if delayed else DELAY_S)
    sheet.button(slow, Both("很慢", f"{2 * DELAY_S:.0f} s slow"), slower, on=delayed, enabled=there)
    one_time = (("lose_request", Both("丢请求", "lose 1 request")), ("lose_answer", Both("丢回答", "lose 1 answer")),
                ("double", Both("发两遍", "1 doubled")))  # fmt: skip
    for (name, words), cell in zip(one_time, second.columns(3, sheet.px(8)), strict=True):
        on = name in faults
        wish = act(NETWORK, "clear", name=name) if on else act(NETWORK, "fault", name=name)
        sheet.button(cell, words, wish, on=on, enabled=there, size=13)


def _centre(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    first, second = _rows(sheet, box, Both("中心平台", "central platform and its clock"), 2)
    centre = snapshot.child("centre")
    runs = centre is not None and centre["running"]
    do = "kill" if runs else "start"
    words = Both("杀掉中心", "kill the centre") if runs else Both("启动中心", "start the centre")
    sheet.button(first, words, act(HALL, do, name="centre"), on=centre is not None and not runs, enabled=centre is not None)
    bent = snapshot.hall.get("bent_minutes", 0)
    steps = ((Both("+10分钟", "minutes"), bent + 10), (Both("+1天", "a day"), bent + 1_440), (Both("现在", "real time"), 0))
    for (step, minutes), cell in zip(steps, second.columns(3, sheet.px(8)), strict=True):
        sheet.button(cell, step, act(HALL, "bend", minutes=minutes), enabled=runs and minutes != bent, size=13)


def _speed(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    (row,) = _rows(sheet, box, Both("机器快慢", "how fast the machines are"), 1)
    now = snapshot.machines.get("speed", 0)
    for times, cell in zip(SPEEDS, row.columns(len(SPEEDS), sheet.px(8)), strict=True):
        words = Both(f"{times}×", "as real" if times == 1 else "faster")
        sheet.button(cell, words, act(MACHINES, "speed", times=times), on=now == times, enabled=bool(snapshot.machines), size=13)
