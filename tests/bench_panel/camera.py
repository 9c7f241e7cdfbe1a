"""The strip at the bottom: who stands before the camera, what she wears, the light."""
from __future__ import annotations

from typing import Any

from kiosk.ui.boxes import Box
from tests.bench_panel.hands import MACHINES, Act, Snapshot, act
from tests.bench_panel.sheet import CARD, QUIET, Sheet
from tests.bench_panel.words import Both

MAN, WOMAN = "certify_80_plus", "senior_card_face"
"""Demo citizens with photographs: the others are drawn, and a camera sees no face in a drawing."""
DARK = 0.08


def draw_camera(sheet: Sheet, box: Box, snapshot: Snapshot) -> None:
    state = snapshot.machines.get("camera", {})
    laid = snapshot.machines.get("id_reader", {}).get("citizen", "")
    sheet.fill(box, CARD, 8)
    title, buttons = box.inset(sheet.px(12), sheet.px(4)).from_left(sheet.px(128), sheet.px(8))
    upper, lower = title.from_top(title.height * 0.56)
    sheet.text(upper, "摄像头前", 14, bold=True)
    sheet.text(lower, "before the camera", 11, colour=QUIET)
    cells = iter(buttons.columns(8, sheet.px(6)))
    for words, who, needed in _people(laid):
        on = bool(state) and state.get("who") == who and state.get("by_hand", False)
        wish = act(MACHINES, "stand", machine="camera", who=who)
        sheet.button(next(cells), words, wish, on=on, enabled=bool(state) and needed, size=13)
    for words, wish, on in _conditions(state):
        sheet.button(next(cells), words, wish, on=on, enabled=bool(state), size=13)


def _people(laid: str) -> tuple[tuple[Both, list[str], bool], ...]:
    other = WOMAN if laid == MAN else MAN
    return (
        (Both("本人", "the card's owner"), [laid], bool(laid)),
        (Both("别人", "somebody else"), [other], True),
        (Both("两个人", "two people"), [MAN, WOMAN], True),
        (Both("没人", "nobody"), [], True),
    )


def _conditions(state: Any) -> tuple[tuple[Both, Act, bool], ...]:
    masked, dark = state.get("wearing") == "mask", state.get("light", 1.0) < 0.5
    faults = state.get("faults", {})
    scene = {"machine": "camera"}
    return (
        (Both("口罩", "a mask"), act(MACHINES, "scene", **scene, wearing="nothing" if masked else "mask"), masked),
        (Both("太暗", "too dark"), act(MACHINES, "scene", **scene, light=1.0 if dark else DARK), dark),
        _fault("black", Both("遮住", "lens covered"), faults),
        _fault("silent", Both("没信号", "no signal"), faults),
    )


def _fault(name: str, words: Both, faults: Any) -> tuple[Both, Act, bool]:
    on = name in faults
    return words, act(MACHINES, "clear" if on else "fault", machine="camera", name=name), on
