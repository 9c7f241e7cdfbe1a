"""Cards and paper, as the citizen knows them."""
from __future__ import annotations

from kiosk.ui.pictures.colours import Tints
from kiosk.ui.pictures.pen import Ink, Pen

LINE = 1.4
UPRIGHT_LINES = ((0.2, 0.68, 0.6), (0.28, 0.77, 0.44), (0.2, 0.86, 0.6))
LYING_LINES = ((0.42, 0.44, 0.46), (0.42, 0.6, 0.34), (0.42, 0.76, 0.46))
"""Lines of writing on the card: left, top, length as parts of its sides."""


def id_card(pen: Pen, tints: Tints, x: float, y: float, width: float) -> None:
    """The resident ID card: lines at the left, the face at the right; 85.6 x 54. (x, y) is its upper left corner."""
    height = width * 54 / 85.6
    pen.rect((x, y, width, height), tints.white, width * 0.05, tints.ink, LINE)
    face_x, face_y = x + width * 0.78, y + height * 0.42
    pen.circle((face_x, face_y - height * 0.08), height * 0.15, tints.skin, tints.ink, LINE * 0.7)
    pen.polygon(pen.curve((face_x - width * 0.13, y + height * 0.82), (face_x - width * 0.12, y + height * 0.5),
                          (face_x + width * 0.12, y + height * 0.5), (face_x + width * 0.13, y + height * 0.82)),
                tints.blue, tints.ink, LINE * 0.7)
    for row, part in enumerate((0.42, 0.3, 0.46)):
        _bar(pen, x + width * 0.08, y + height * (0.2 + row * 0.2), width * part, tints.faint)
    _bar(pen, x + width * 0.08, y + height * 0.82, width * 0.5, tints.ink)


def senior_card(pen: Pen, tints: Tints, x: float, y: float, width: float, *, upright: bool = False) -> None:
    """The senior card: green band, photo at the left. `upright` stands on its short side, as it leaves the slot."""
    wide, high = (width, width * 85.6 / 54) if upright else (width, width * 54 / 85.6)
    radius = min(wide, high) * 0.07
    pen.rect((x, y, wide, high), tints.leaf, radius, tints.ink, LINE)
    pen.rect((x + LINE * 0.6, y + LINE * 0.6, wide - LINE * 1.2, high * (0.16 if upright else 0.24)), tints.green, radius * 0.8)
    if upright:
        px, py, pw = x + wide * 0.28, y + high * 0.26, wide * 0.44
    else:
        px, py, pw = x + wide * 0.09, y + high * 0.35, wide * 0.24
    pen.rect((px, py, pw, pw * 1.25), tints.white, 1, tints.ink, LINE * 0.6)
    pen.circle((px + pw / 2, py + pw * 0.5), pw * 0.24, tints.skin, tints.ink, LINE * 0.5)
    pen.polygon(pen.curve((px + pw * 0.12, py + pw * 1.22), (px + pw * 0.14, py + pw * 0.74), (px + pw * 0.86, py + pw * 0.74),
                          (px + pw * 0.88, py + pw * 1.22)), tints.blue, tints.ink, LINE * 0.5)
    for left, top, long in UPRIGHT_LINES if upright else LYING_LINES:
        _bar(pen, x + wide * left, y + high * top, wide * long, tints.ink, min(wide, high) * 0.055)


def slip(pen: Pen, tints: Tints, x: float, y: float, width: float, height: float) -> None:
    """A paper slip with a torn lower edge."""
    teeth = 6
    edge = [(x, y), (x + width, y), (x + width, y + height)]
    for tooth in range(teeth):
        right = x + width - width * (tooth + 0.5) / teeth
        edge += [(right, y + height + width * 0.06), (x + width - width * (tooth + 1) / teeth, y + height)]
    pen.polygon(edge, tints.white, tints.ink, LINE)
    rows = max(2, int(height / (width * 0.24)) - 1)
    for row in range(rows):
        long = 0.5 if row == 0 else (0.72, 0.6)[row % 2]
        colour = tints.ink if row == 0 else tints.faint
        _bar(pen, x + width * 0.13, y + width * 0.2 + row * width * 0.23, width * long, colour, width * 0.055)


def _bar(pen: Pen, x: float, y: float, width: float, ink: Ink, thick: float = 1.6) -> None:
    pen.stroke([(x + thick / 2, y), (x + width - thick / 2, y)], ink, thick)
