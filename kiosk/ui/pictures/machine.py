"""THIS terminal with the slot that matters: the whole front at the left, what the hand does at that slot, large, at the right.
The lit slot has the colour of its real light."""
from __future__ import annotations

import math

from kiosk.front import ATTENTION_LIGHT, Front, Rect
from kiosk.prompts import Slot
from kiosk.ui.pictures import jam, things
from kiosk.ui.pictures.colours import Tints, ink, mixed
from kiosk.ui.pictures.hand import Hand
from kiosk.ui.pictures.pen import Ink, Pen, Point

FIELD = (172.0, 100.0)
MACHINE_FIELD = (4.0, 2.0, 62.0, 96.0)
"""Where the whole front stands: x, y, width, height."""
BUBBLE: Point = (121.0, 50.0)
RADIUS = 47.0
SHOWN_BELOW_MM = 110.0
EDGE = 1.5


def draw(pen: Pen, tints: Tints, front: Front, lit: Slot | None, action: str) -> None:
    """`action`: "go" (lay it, look here), "out" (it sticks out: take it), "back" (take it up again),
    "work" (the machine is busy there: no arrow, nothing to do)."""
    view = _View(front)
    light = _light(front, lit, tints)
    if lit is None or lit not in front.slots:
        view.left += (pen.width - 2 * view.left - front.width * view.scale) / 2
        _front(pen, tints, front, view, lit, light)
        return
    spot = view.at(front.slots[lit].rect.centre)
    _beam(pen, tints, spot, light)
    _front(pen, tints, front, view, lit, light)
    if action != "work":
        _arrow_to(pen, tints, front, view, lit, light)
    _bubble(pen, tints, lit, light, action)


class _View:
    """Millimetres of the front into the left of the field; the plain foot of the housing is left out."""

    def __init__(self, front: Front) -> None:
        lowest = min([place.rect.y for place in front.slots.values()] + [front.screen.y])
        self.bottom = max(0.0, lowest - SHOWN_BELOW_MM)
        x, y, width, height = MACHINE_FIELD
        self.scale = min(width / front.width, height / (front.height - self.bottom))
        self.left = x + (width - front.width * self.scale) / 2
        self.top = y + (height - (front.height - self.bottom) * self.scale) / 2
        self._height = front.height

    def at(self, point: Point) -> Point:
        return self.left + point[0] * self.scale, self.top + (self._height - point[1]) * self.scale

    def box(self, rect: Rect) -> tuple[float, float, float, float]:
        x, y = self.at((rect.x, rect.y + rect.height))
        return x, y, rect.width * self.scale, rect.height * self.scale


def _front(pen: Pen, tints: Tints, front: Front, view: _View, lit: Slot | None, light: Ink) -> None:
    x, y, width, height = view.box(Rect(0, view.bottom, front.width, front.height - view.bottom))
    pen.rect((x, y, width, height), tints.steel, 4, tints.ink, EDGE)
    pen.rect((x + width * 0.06, y + 1.6, width * 0.88, max(2.0, height * 0.055)), tints.green, 1.4)
    sx, sy, sw, sh = view.box(front.screen)
    pen.rect((sx - 1, sy - 1, sw + 2, sh + 2), tints.ink, 1.8)
    pen.rect((sx, sy, sw, sh), tints.glass, 1)
    pen.rect((sx + sw * 0.1, sy + sh * 0.1, sw * 0.8, sh * 0.13), tints.paper, 1)
    pen.rect((sx + sw * 0.1, sy + sh * 0.72, sw * 0.8, sh * 0.16), tints.leaf, 1)
    for slot, place in front.slots.items():
        bx, by, bw, bh = view.box(place.rect)
        if slot is lit:
            for halo, share in ((4.2, 0.35), (2.6, 0.65)):
                pen.rect((bx - halo, by - halo, bw + 2 * halo, bh + 2 * halo), mixed(light, tints.steel, share), halo + 0.6)
            pen.rect((bx - 1, by - 1, bw + 2, bh + 2), light, 1.2, tints.ink, EDGE * 0.8)
        else:
            pen.rect((bx, by, bw, bh), tints.shade, 0.8, tints.ink, EDGE * 0.4)


def _arrow_to(pen: Pen, tints: Tints, front: Front, view: _View, lit: Slot, light: Ink) -> None:
    """From the screen, where she looks, to the slot, where she has to go."""
    ux, uy = front.towards(lit)
    tip = view.at(front.slots[lit].rect.centre)
    bx, by, bw, bh = view.box(front.slots[lit].rect)
    reach = abs(ux) * bw / 2 + abs(uy) * bh / 2 + 1.6
    end = tip[0] - ux * reach, tip[1] + uy * reach
    others = [view.box(place.rect) for slot, place in front.slots.items() if slot is not lit]
    long = next((long for long in ARROWS if not any(_crosses(end, ux, uy, long, box) for box in others)), ARROWS[-1])
    pen.arrow((end[0] - ux * long, end[1] + uy * long), end, light, tints.ink, 6.0, edge=1.1)


ARROWS = (19, 16, 13, 10)
"""Lengths: the longest that does not lie over another slot."""


def _crosses(end: Point, ux: float, uy: float, long: float, box: tuple[float, float, float, float]) -> bool:
    x, y, width, height = box
    shaft = ((end[0] - ux * step, end[1] + uy * step) for step in range(int(long) + 4))
    return any(x - 3 <= at[0] <= x + width + 3 and y - 1 <= at[1] <= y + height + 1 for at in shaft)


def _beam(pen: Pen, tints: Tints, spot: Point, light: Ink) -> None:
    """The slot and its enlargement belong together."""
    pen.polygon([spot, (BUBBLE[0] - 12, BUBBLE[1] - RADIUS + 2), (BUBBLE[0] - 12, BUBBLE[1] + RADIUS - 2)], (*light[:3], 90))


def _bubble(pen: Pen, tints: Tints, lit: Slot, light: Ink, action: str) -> None:
    pen.circle(BUBBLE, RADIUS, tints.sky, tints.ink, EDGE)
    inside = Pen(*pen.size, pen.width, pen.height)
    if action in jam.ACTIONS:
        jam.draw(inside, tints, light, lit, action)
    elif lit is Slot.ID_READER:
        _reader(inside, tints, light, action)
    else:
        _mouth(inside, tints, light, lit, action)
    pen.paste_in_circle(inside, BUBBLE, RADIUS - EDGE)
    pen.circle(BUBBLE, RADIUS, None, tints.ink, EDGE)


def _reader(pen: Pen, tints: Tints, light: Ink, action: str) -> None:
    """The lit place, the ID card above it, and the arrow that says down or up; at work, the card lies still."""
    x, y = BUBBLE
    pen.rect((x - 60, y + 6, 120, 62), tints.steel, 0, tints.ink, EDGE)
    if action == "work":
        for halo, share in ((8, 0.35), (4.5, 0.65)):
            pen.rect((x - 31 - halo, y - 16 - halo, 62 + 2 * halo, 44 + 2 * halo), mixed(light, tints.steel, share), 5 + halo)
        pen.rect((x - 31, y - 16, 62, 44), light, 4, tints.ink, EDGE)
        things.id_card(pen, tints, x - 25, y - 10, 50)
        return
    for halo, share in ((7, 0.35), (4, 0.65)):
        pen.rect((x - 25 - halo, y + 15 - halo, 50 + 2 * halo, 24 + 2 * halo), mixed(light, tints.steel, share), 5 + halo)
    pen.rect((x - 25, y + 15, 50, 24), light, 4, tints.ink, EDGE)
    hand = Hand(pen, tints, (x + 18, y - 17), -148, 0.62)
    hand.behind()
    things.id_card(pen, tints, x - 24, y - 32, 44)
    hand.front()
    tail, tip = ((x - 33, y + 25), (x - 33, y - 11)) if action == "back" else ((x - 33, y - 13), (x - 33, y + 23))
    pen.arrow(tail, tip, light, tints.ink, 8.5, edge=1.3)


PAPER = (Slot.SLIP_EXIT, Slot.A4_EXIT)


def _mouth(pen: Pen, tints: Tints, light: Ink, lit: Slot, action: str) -> None:
    """A slot in the front; what comes out of it hangs down towards the citizen."""
    x, y = BUBBLE
    pen.rect((x - 60, y - 60, 120, 56), tints.steel, 0, tints.ink, EDGE)
    for halo, share in ((6, 0.35), (3.4, 0.65)):
        pen.rect((x - 27 - halo, y - 26 - halo, 54 + 2 * halo, 12 + 2 * halo), mixed(light, tints.steel, share), 4 + halo)
    pen.rect((x - 27, y - 26, 54, 12), light, 4, tints.ink, EDGE)
    pen.rect((x - 22, y - 21.5, 44, 4), tints.ink, 1.6)
    if lit in PAPER:
        wide = 18 if lit is Slot.SLIP_EXIT else 22
        things.slip(pen, tints, x - wide, y - 20, 2 * wide, 40)
    elif action == "out":
        hand = Hand(pen, tints, (x + 8, y + 25), -8, 0.62)
        hand.behind()
        things.senior_card(pen, tints, x - 18, y - 20, 36, upright=True)
        hand.front()
    if lit in PAPER or action == "out":
        pen.rect((x - 22, y - 23.5, 44, 3.4), tints.ink, 1.4)
        if action != "work":
            pen.arrow((x - 31, y - 8), (x - 31, y + 28), light, tints.ink, 8.5, edge=1.3)
    elif action != "work":
        pen.arrow((x, y + 34), (x, y - 9), light, tints.ink, 9, edge=1.3)


def pointer(pen: Pen, tints: Tints, front: Front, lit: Slot, degrees: int) -> None:
    """The large arrow on the screen itself, towards the real slot. Degrees clockwise from down."""
    ux, uy = -math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    pen.arrow((50 - ux * 46, 50 - uy * 46), (50 + ux * 46, 50 + uy * 46), _light(front, lit, tints), tints.ink, 32, edge=2)


def _light(front: Front, lit: Slot | None, tints: Tints) -> Ink:
    place = front.slots.get(lit) if lit is not None else None
    if place is None or place.light.upper() == ATTENTION_LIGHT:
        return tints.amber
    return ink(place.light)
