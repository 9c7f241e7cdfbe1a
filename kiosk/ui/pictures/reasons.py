"""Scenes that show a reason or an end: a photo is lacking, another machine is at it, it is done."""
from __future__ import annotations

from collections.abc import Callable

from kiosk.ui.pictures import things
from kiosk.ui.pictures.colours import Tints
from kiosk.ui.pictures.pen import Pen

EDGE = 1.6


def _camera(pen: Pen, tints: Tints) -> None:
    pen.rect((44, 12, 40, 20), tints.steel, 4, tints.ink, EDGE)
    pen.rect((8, 24, 112, 70), tints.steel, 8, tints.ink, EDGE + 0.4)
    pen.rect((8, 40, 112, 38), tints.green, 0, tints.ink, EDGE)
    pen.circle((64, 59), 28, tints.white, tints.ink, EDGE + 0.4)
    pen.circle((64, 59), 19, tints.glass, tints.ink, EDGE)
    pen.circle((57, 52), 5, tints.sky)
    pen.rect((98, 29, 14, 7), tints.amber, 2, tints.ink, EDGE)


def _other_machine(pen: Pen, tints: Tints) -> None:
    """From this machine, at rest, to the other one, where the card is being made."""
    for x, lit in ((4, False), (92, True)):
        pen.rect((x, 4, 44, 92), tints.steel, 5, tints.ink, EDGE)
        pen.rect((x + 6, 12, 32, 44), tints.glass if lit else tints.shade, 2, tints.ink, EDGE)
        pen.rect((x + 8, 66, 28, 5), tints.ink, 2)
    things.senior_card(pen, tints, 100, 70, 28)
    pen.arrow((54, 40), (86, 40), tints.amber, tints.ink, 12, 1.2)


def _tick(pen: Pen, tints: Tints) -> None:
    pen.circle((50, 50), 48, tints.sky)
    pen.circle((50, 50), 36, tints.green, tints.ink, EDGE)
    pen.stroke([(33, 51), (45, 63), (68, 37)], tints.on_green, 8)


REASONS: dict[str, tuple[Callable[[Pen, Tints], None], tuple[float, float]]] = {
    "camera": (_camera, (128, 100)), "other_machine": (_other_machine, (140, 100)), "tick": (_tick, (100, 100))}
