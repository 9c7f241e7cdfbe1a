"""What the machine is doing inside, stage by stage: the same card, from blank to finished."""
from __future__ import annotations

from collections.abc import Callable

from kiosk.ui.pictures import things
from kiosk.ui.pictures.colours import Tints
from kiosk.ui.pictures.pen import Pen

EDGE = 1.8


def _blank(pen: Pen, tints: Tints, x: float, y: float, width: float) -> None:
    pen.rect((x, y, width, width * 54 / 85.6), tints.white, width * 0.05, tints.ink, EDGE)


def _feed(pen: Pen, tints: Tints) -> None:
    """One card leaves the stack."""
    pen.rect((6, 4, 56, 92), tints.steel, 5, tints.ink, EDGE)
    for level in range(5):
        _blank(pen, tints, 14, 12 + level * 8, 40)
    pen.rect((56, 66, 16, 22), tints.ink, 2)
    _blank(pen, tints, 50, 64, 42)
    pen.arrow((98, 77), (134, 77), tints.amber, tints.ink, 13, edge=1.6)


def _write(pen: Pen, tints: Tints) -> None:
    """The chip is written."""
    _blank(pen, tints, 16, 22, 108)
    pen.rect((34, 40, 34, 30), tints.amber, 5, tints.ink, EDGE)
    for x in (45.5, 57):
        pen.stroke([(x, 41), (x, 69)], tints.ink, 1.6)
    for y in (50, 60):
        pen.stroke([(35, y), (67, y)], tints.ink, 1.6)
    for radius in (14, 24, 34):
        pen.arc((76, 55), radius, -42, 42, tints.ink, 3.6)


def _print(pen: Pen, tints: Tints) -> None:
    """The card comes out of the print head with its face on."""
    things.senior_card(pen, tints, 20, 30, 100)
    pen.rect((8, 4, 124, 40), tints.steel, 5, tints.ink, EDGE)
    pen.rect((18, 14, 104, 10), tints.glass, 3, tints.ink, EDGE)
    pen.rect((14, 38, 112, 8), tints.ink, 3)
    pen.arrow((128, 56), (128, 94), tints.amber, tints.ink, 10, edge=1.6)


def _verify(pen: Pen, tints: Tints) -> None:
    """It is looked over."""
    things.senior_card(pen, tints, 8, 8, 104)
    pen.stroke([(104, 74), (130, 95)], tints.ink, 13)
    pen.stroke([(106, 76), (129, 94)], tints.wood, 8)
    pen.circle((88, 58), 25, None, tints.ink, 6)


def _present(pen: Pen, tints: Tints) -> None:
    """It is on its way out."""
    things.senior_card(pen, tints, 48, 6, 44, upright=True)
    pen.rect((6, 2, 128, 40), tints.steel, 5, tints.ink, EDGE)
    pen.rect((38, 28, 64, 15), tints.amber, 4, tints.ink, EDGE)
    pen.rect((43, 33, 54, 5), tints.ink, 2)
    pen.arrow((116, 52), (116, 90), tints.amber, tints.ink, 10, edge=1.6)


WORK: dict[str, tuple[Callable[[Pen, Tints], None], tuple[float, float]]] = {
    "work_feed": (_feed, (140, 100)), "work_write": (_write, (140, 100)), "work_print": (_print, (140, 100)),
    "work_verify": (_verify, (140, 100)), "work_present": (_present, (140, 100))}
