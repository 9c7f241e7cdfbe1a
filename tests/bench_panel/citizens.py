"""The left column: whose ID card to lay on the reader."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.ui.boxes import Box
from remote.central.demo_citizens import DemoCitizen, demo_citizens
from tests.bench_panel.hands import MACHINES, Snapshot, act
from tests.bench_panel.sheet import ATTENTION, CARD, GO, GROUND, INK, QUIET, Sheet, Tap
from tests.bench_panel.words import HAPPENS, Both
from tests.hall.citizens import age

MOST_ROW = 48.0
SOMEBODY = "senior_card_new"


def draw_citizens(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    room = sheet.panel(box, Both("身份证", "touch one to lay it on the reader"))
    reader = snapshot.machines.get("id_reader", {})
    laid = reader.get("citizen", "")
    foot, rows = room.from_bottom(sheet.px(36), sheet.px(5))
    lift, chip, phone = foot.columns(3, sheet.px(8))
    sheet.button(lift, Both("拿起身份证", "lift ID card"), act(MACHINES, "lift"), enabled=bool(laid), strong=GO, size=13)
    _chip_card(sheet, chip, snapshot.machines.get("citizen_card", {}), laid)
    sheet.button(phone, Both("出示付款码", "a phone's code"), act(MACHINES, "show_phone"), enabled=bool(reader), size=13)
    if "today" not in snapshot.hall:
        return
    today = date.fromisoformat(snapshot.hall["today"])
    people = demo_citizens(today)
    gap = sheet.px(1)
    height = min(sheet.px(MOST_ROW), (rows.height - gap * (len(people) - 1)) / len(people))
    for citizen in people.values():
        row, rows = rows.from_top(height, gap)
        _row(sheet, row, citizen, age(citizen, today), laid, bool(reader))


def _chip_card(sheet: Sheet, box: Box, slot: Mapping[str, Any], laid: str) -> None:
    """Her citizen card, into the slot for it and out of it; of whoever has laid her ID card, or somebody's."""
    if slot.get("citizen"):
        words = Both("拔出市民卡", f"pull it ({slot['balance'] / 100:.2f})")
        sheet.button(box, words, act(MACHINES, "pull_card"), on=True, size=13)
        return
    wish = act(MACHINES, "insert_card", citizen=laid or SOMEBODY)
    sheet.button(box, Both("插入市民卡", "insert city card"), wish, enabled=bool(slot), size=13)


def _row(sheet: Sheet, row: Box, citizen: DemoCitizen, years: int, laid: str, reader_answers: bool) -> None:
    lies = citizen.key == laid
    sheet.fill(row, ATTENTION if lies else GROUND if reader_answers else CARD, 6)
    who, happens = row.inset(sheet.px(8), sheet.px(2)).from_left(row.width * 0.33, sheet.px(6))
    aged = f"{years}岁 {citizen.sex}"
    age_width = sheet.measure(aged, sheet.pixels(11), False) + 1
    name, old = who.from_left(max(who.width - age_width - sheet.px(5), sheet.px(24)), sheet.px(5))
    sheet.text(name, citizen.name, 15, bold=True)
    sheet.text(old, aged, 11, colour=INK if lies else QUIET, align=1.0)
    words = HAPPENS.get(citizen.key, Both(citizen.key, ""))
    upper, lower = happens.from_top(happens.height * 0.54)
    unit = sheet.px(1)
    sheet.text(upper, words.zh, min(12.5, upper.height / unit * 0.92))
    sheet.text(lower, words.en, min(10.5, lower.height / unit * 0.92), colour=INK if lies else QUIET)
    if reader_answers:
        lift_first = (act(MACHINES, "lift"),) if laid else ()
        acts = lift_first if lies else (*lift_first, act(MACHINES, "lay", citizen=citizen.key))
        sheet.taps.append(Tap(row, sheet.px(6), acts))
