"""Behind the lit slot, for whoever clears a jam: the flap that opens, what is stuck between two rollers, the flap shut again."""
from __future__ import annotations

from kiosk.prompts import Slot
from kiosk.ui.pictures import things
from kiosk.ui.pictures.colours import Tints
from kiosk.ui.pictures.hand import Hand
from kiosk.ui.pictures.pen import Ink, Pen

ACTIONS = ("open", "pull", "close")
MIDDLE = (121.0, 50.0)
EDGE = 1.5
PAPER = (Slot.SLIP_EXIT, Slot.A4_EXIT)


def draw(pen: Pen, tints: Tints, light: Ink, lit: Slot, action: str) -> None:
    """In the circle around MIDDLE."""
    if action == "pull":
        _pull(pen, tints, light, lit)
    else:
        _flap(pen, tints, light, opening=action == "open")


def _flap(pen: Pen, tints: Tints, light: Ink, *, opening: bool) -> None:
    """A door hinged at the left; the arrow says which way it turns."""
    x, y = MIDDLE
    pen.rect((x - 60, y - 60, 120, 120), tints.steel, 0, tints.ink, EDGE)
    pen.rect((x - 24, y - 28, 50, 56), tints.ink, 3)
    pen.circle((x + 2, y - 11), 8, tints.shade, tints.steel, EDGE)
    pen.circle((x + 2, y + 11), 8, tints.shade, tints.steel, EDGE)
    pen.polygon([(x - 24, y - 28), (x - 4, y - 38), (x - 4, y + 38), (x - 24, y + 28)], tints.paper, tints.ink, EDGE)
    pen.circle((x - 8, y + 2), 3, light, tints.ink, EDGE)
    tail, tip = ((x + 30, y + 2), (x + 4, y + 2)) if opening else ((x + 1, y + 2), (x + 28, y + 2))
    pen.arrow(tail, tip, light, tints.ink, 9, edge=1.3)


def _pull(pen: Pen, tints: Tints, light: Ink, lit: Slot) -> None:
    """Towards oneself, slowly; the rollers stand above and below."""
    x, y = MIDDLE
    pen.rect((x - 60, y - 60, 120, 66), tints.steel, 0, tints.ink, EDGE)
    pen.rect((x - 34, y - 34, 68, 40), tints.ink, 3)
    for at in (-22, 0, 22):
        pen.circle((x + at, y - 26), 6.5, tints.shade, tints.steel, EDGE)
    hand = Hand(pen, tints, (x + 8, y + 27), -8, 0.62)
    hand.behind()
    if lit in PAPER:
        wide = 16 if lit is Slot.SLIP_EXIT else 22
        pen.polygon([(x - wide, y - 26), (x + wide, y - 26), (x + wide - 3, y - 6), (x + wide, y + 16), (x - wide, y + 16),
                     (x - wide + 4, y - 4)], tints.white, tints.ink, EDGE)
        for row in range(3):
            pen.stroke([(x - wide + 7, y - 14 + row * 9), (x + wide - 8, y - 14 + row * 9)], tints.shade, 2.4)
    else:
        things.senior_card(pen, tints, x - 18, y - 22, 36, upright=True)
    hand.front()
    pen.arrow((x - 31, y - 8), (x - 31, y + 29), light, tints.ink, 8.5, edge=1.3)
