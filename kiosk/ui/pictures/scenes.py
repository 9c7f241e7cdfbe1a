"""Scenes in a field of their own: one thought each, warm, with a dark edge that weak eyes can follow."""
from __future__ import annotations

import math
from collections.abc import Callable

from kiosk.ui.pictures import things
from kiosk.ui.pictures.colours import Tints
from kiosk.ui.pictures.hand import Hand
from kiosk.ui.pictures.pen import Pen
from kiosk.ui.pictures.portrait import draw_bust
from kiosk.ui.pictures.reasons import REASONS
from kiosk.ui.pictures.work import WORK

EDGE = 1.6
Scene = Callable[[Pen, Tints], None]


def _welcome(pen: Pen, tints: Tints) -> None:
    """An old couple, pleased."""
    pen.circle((70, 52), 46, tints.sky)
    draw_bust(pen, 99, 50, 0.86, tints, coat=tints.green, man=True)
    draw_bust(pen, 45, 54, 0.86, tints, coat=tints.blue, glasses=True)


def _tile_card(pen: Pen, tints: Tints) -> None:
    things.senior_card(pen, tints, 3, 3, 94)


def _tile_matters(pen: Pen, tints: Tints) -> None:
    """A folder with papers."""
    pen.polygon([(8, 14), (40, 14), (48, 24), (92, 24), (92, 86), (8, 86)], tints.wood, tints.ink, 2.4)
    pen.rect((20, 8, 54, 60), tints.white, 2, tints.ink, 2.2)
    for row in range(3):
        pen.stroke([(28, 22 + row * 12), (28 + (38, 28, 34)[row], 22 + row * 12)], tints.ink, 3)
    pen.polygon([(8, 42), (92, 42), (92, 88), (8, 88)], tints.wood, tints.ink, 2.4)
    pen.stroke([(36, 62), (46, 73), (66, 54)], tints.ink, 5)


def _tile_print(pen: Pen, tints: Tints) -> None:
    """A page with a seal."""
    pen.rect((16, 3, 68, 90), tints.white, 2, tints.ink, 2.4)
    pen.stroke([(34, 16), (66, 16)], tints.ink, 5)
    for row in range(4):
        pen.stroke([(26, 30 + row * 12), (26 + (48, 44, 48, 22)[row], 30 + row * 12)], tints.ink, 3)
    pen.circle((66, 74), 12, None, tints.red, 3)
    pen.circle((66, 74), 3.4, tints.red)


def _tile_certify(pen: Pen, tints: Tints) -> None:
    """She herself, and it is well."""
    pen.circle((46, 48), 44, tints.sky)
    draw_bust(pen, 46, 50, 0.72, tints, coat=tints.blue, glasses=True)
    pen.circle((80, 76), 17, tints.green, tints.ink, 2.0)
    pen.stroke([(72, 76), (78, 82), (88, 69)], tints.on_green, 5)


def _nobody(pen: Pen, tints: Tints) -> None:
    pen.rect((0, 0, 72, 100), tints.sky, 3, tints.ink, 1.4)
    pen.circle((36, 38), 17, tints.shade)
    pen.polygon(pen.curve((6, 99), (8, 54), (64, 54), (66, 99)), tints.shade)


def _person_at_desk(pen: Pen, tints: Tints) -> None:
    """The counter, with somebody behind it."""
    pen.rect((10, 6, 120, 70), tints.sky, 6)
    draw_bust(pen, 70, 38, 0.72, tints, coat=tints.green, hair=tints.ink)
    pen.rect((4, 72, 132, 8), tints.wood, 2, tints.ink, EDGE)
    pen.rect((10, 80, 120, 19), tints.leaf, 0, tints.ink, EDGE)
    pen.rect((100, 52, 26, 20), tints.white, 2, tints.ink, EDGE)
    pen.circle((113, 57.5), 2, tints.ink)
    pen.stroke([(113, 62), (113, 68)], tints.ink, 3.4)
    pen.polygon([(18, 14), (48, 14), (48, 36), (38, 36), (42, 44), (30, 36), (18, 36)], tints.white, tints.ink, EDGE)
    for at in (26, 33, 40):
        pen.circle((at, 25), 2, tints.ink)


def _hourglass(pen: Pen, tints: Tints) -> None:
    pen.circle((50, 50), 48, tints.sky)
    glass = pen.curve((28, 18), (28, 40), (46, 44), (46, 50)) + pen.curve((46, 50), (46, 56), (28, 60), (28, 82))
    mirrored = [(100 - x, y) for x, y in reversed(glass)]
    pen.polygon(glass + mirrored, tints.white, tints.ink, EDGE + 0.6)
    pen.polygon([(33, 32), (67, 32), (60, 41), (52, 47), (48, 47), (40, 41)], tints.amber)
    pen.polygon([(31, 81), (33, 70), (50, 62), (67, 70), (69, 81)], tints.amber)
    pen.stroke([(50, 46), (50, 64)], tints.amber, 2.4)
    for y in (15, 85):
        pen.rect((22, y - 4, 56, 8), tints.wood, 3, tints.ink, EDGE + 0.4)


def _envelope(pen: Pen, tints: Tints) -> None:
    """The card goes into an envelope and home."""
    things.senior_card(pen, tints, 30, 2, 80)
    pen.polygon([(14, 40), (126, 40), (126, 98), (14, 98)], tints.white, tints.ink, EDGE + 0.4)
    pen.polygon([(14, 40), (70, 76), (126, 40), (126, 98), (14, 98)], tints.wood, tints.ink, EDGE + 0.4)
    pen.stroke([(14, 98), (58, 68)], tints.ink, EDGE + 0.4)
    pen.stroke([(126, 98), (82, 68)], tints.ink, EDGE + 0.4)


def _shield(pen: Pen, tints: Tints) -> None:
    """What is yours stays with you: the ID card behind a shield."""
    things.id_card(pen, tints, 4, 8, 104)
    shield = pen.curve((86, 38), (100, 38), (110, 34), (118, 28)) + pen.curve((118, 28), (126, 34), (136, 38), (150, 38))
    shield += pen.curve((150, 38), (152, 72), (140, 91), (118, 99)) + pen.curve((118, 99), (96, 91), (84, 72), (86, 38))
    pen.polygon(shield, tints.green, tints.ink, EDGE + 0.4)
    pen.stroke([(102, 64), (114, 77), (136, 52)], tints.on_green, 7)


def _calendar(pen: Pen, tints: Tints) -> None:
    """A day that is marked: from then on."""
    pen.rect((14, 12, 92, 86), tints.white, 6, tints.ink, EDGE + 0.4)
    pen.rect((14, 12, 92, 22), tints.green, 6, tints.ink, EDGE + 0.4)
    for x in (36, 84):
        pen.stroke([(x, 5), (x, 20)], tints.ink, 5)
    for row in range(3):
        for column in range(4):
            x, y = 22 + column * 20, 41 + row * 18
            pen.rect((x, y, 15, 12), tints.sky, 2, tints.shade if tints.shade != tints.sky else tints.ink, 0.8)
    pen.rect((60, 57, 19, 16), tints.amber, 3, tints.ink, EDGE + 0.4)
    pen.stroke([(65, 65), (69, 69), (75, 61)], tints.on_amber, 2.8)


def _house(pen: Pen, tints: Tints) -> None:
    pen.circle((60, 52), 47, tints.sky)
    pen.polygon([(28, 50), (92, 50), (92, 94), (28, 94)], tints.white, tints.ink, EDGE + 0.4)
    pen.polygon([(18, 52), (60, 14), (102, 52)], tints.green, tints.ink, EDGE + 0.4)
    pen.rect((52, 64, 17, 30), tints.wood, 1, tints.ink, EDGE)
    pen.rect((34, 60, 13, 13), tints.amber, 1, tints.ink, EDGE)
    pen.rect((74, 60, 13, 13), tints.amber, 1, tints.ink, EDGE)
    pen.circle((65, 80), 1.4, tints.ink)


def _slip(pen: Pen, tints: Tints) -> None:
    pen.circle((50, 50), 48, tints.sky)
    things.slip(pen, tints, 26, 12, 48, 70)


def _question(pen: Pen, tints: Tints) -> None:
    pen.polygon([(34, 74), (30, 98), (56, 78)], tints.white, tints.ink, EDGE + 0.4)
    pen.rect((8, 6, 104, 72), tints.white, 16, tints.ink, EDGE + 0.4)
    pen.rect((36, 70, 16, 5), tints.white)
    points = [(60 + 15 * math.cos(math.radians(a)), 32 + 14 * math.sin(math.radians(a))) for a in range(190, 400, 10)]
    pen.stroke([*points, (60, 49), (60, 54)], tints.ink, 6)
    pen.circle((60, 66), 4, tints.ink)


def _tools(pen: Pen, tints: Tints) -> None:
    """A machine that rests, with a spanner before it."""
    pen.rect((34, 4, 52, 94), tints.steel, 5, tints.ink, EDGE)
    pen.rect((41, 14, 38, 44), tints.shade, 2, tints.ink, EDGE)
    for x in (53, 64):
        pen.stroke([(x, 26), (x, 44)], tints.ink, 5)
    pen.rect((42, 68, 36, 5), tints.shade, 2, tints.ink, EDGE)
    shaft = [(66, 92), (96, 58)]
    pen.stroke(shaft, tints.ink, 12)
    pen.circle((100, 52), 13, tints.ink)
    pen.stroke(shaft, tints.amber, 9)
    pen.circle((100, 52), 11.4, tints.amber)
    pen.polygon([(98, 54), (106, 34), (120, 46)], tints.paper)
    pen.stroke([(106.5, 38), (101, 52), (114, 48)], tints.ink, EDGE)


def _kept(pen: Pen, tints: Tints) -> None:
    """The card is safe behind the machine's lock."""
    pen.rect((10, 6, 100, 92), tints.steel, 8, tints.ink, EDGE + 0.4)
    pen.rect((22, 18, 76, 52), tints.glass, 5, tints.ink, EDGE)
    things.senior_card(pen, tints, 32, 26, 56)
    pen.rect((44, 74, 32, 20), tints.amber, 4, tints.ink, EDGE + 0.2)
    pen.arc((60, 74), 9, 180, 360, tints.ink, 4)
    pen.circle((60, 82), 3, tints.on_amber)
    pen.stroke([(60, 82), (60, 89)], tints.on_amber, 2.6)


def _choice_now(pen: Pen, tints: Tints) -> None:
    """The card in the hand."""
    hand = Hand(pen, tints, (92, 62), -22, 0.62)
    hand.behind()
    things.senior_card(pen, tints, 16, 14, 88)
    hand.front()


def _choice_lost(pen: Pen, tints: Tints) -> None:
    """Where the card was: an empty outline and a question."""
    x, y, wide, high, dash = 8.0, 14.0, 122.0, 76.0, 9.0
    for at in range(7):
        left = x + at * 2 * dash
        for edge in (y, y + high):
            pen.stroke([(left, edge), (min(left + dash, x + wide), edge)], tints.ink, 3)
    for at in range(4):
        top = y + at * 2 * dash + dash * 0.7
        for edge in (x, x + wide):
            pen.stroke([(edge, top), (edge, min(top + dash, y + high))], tints.ink, 3)
    points = [(69 + 14 * math.cos(math.radians(a)), 40 + 13 * math.sin(math.radians(a))) for a in range(190, 400, 10)]
    pen.stroke([*points, (69, 57), (69, 62)], tints.ink, 6.5)
    pen.circle((69, 75), 4.4, tints.ink)


def _choice_damaged(pen: Pen, tints: Tints) -> None:
    """A card with a crack through it."""
    things.senior_card(pen, tints, 3, 3, 94)
    crack = [(62, 2), (54, 18), (66, 30), (52, 44), (60, 63)]
    pen.stroke(crack, tints.ink, 6)
    pen.stroke(crack, tints.paper, 3)


def _choice_keep(pen: Pen, tints: Tints) -> None:
    things.senior_card(pen, tints, 3, 3, 94)
    pen.circle((82, 48), 15, tints.green, tints.ink, EDGE)
    pen.stroke([(75, 48), (80, 53), (89, 42)], tints.on_green, 4)


SCENES: dict[str, tuple[Scene, tuple[float, float]]] = {
    "welcome": (_welcome, (140, 100)), "tile_card": (_tile_card, (100, 65)), "tile_matters": (_tile_matters, (100, 96)),
    "tile_print": (_tile_print, (100, 96)), "tile_certify": (_tile_certify, (100, 96)),
    "nobody": (_nobody, (72, 100)), "person_at_desk": (_person_at_desk, (140, 100)), "hourglass": (_hourglass, (100, 100)),
    "envelope": (_envelope, (140, 100)), "shield": (_shield, (156, 100)), "calendar": (_calendar, (120, 100)),
    "house": (_house, (120, 100)), "slip": (_slip, (100, 100)), "question": (_question, (120, 100)),
    "tools": (_tools, (120, 100)),
    "kept": (_kept, (120, 104)), "choice_now": (_choice_now, (140, 100)), "choice_lost": (_choice_lost, (140, 100)),
    "choice_damaged": (_choice_damaged, (100, 65)), "choice_keep": (_choice_keep, (100, 65)),
    "choice_house": (_house, (120, 100)), **WORK, **REASONS}
