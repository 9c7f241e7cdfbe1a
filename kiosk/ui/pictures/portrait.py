"""A drawn person, where there is no photo."""
from __future__ import annotations

import io
from collections.abc import Callable

from kiosk.ui.pictures.colours import CALM, Tints
from kiosk.ui.pictures.pen import Ink, Pen, Point


def portrait_png(width: int, height: int) -> bytes:
    """A drawn old woman on white, for demonstrations; nobody's face."""
    from PIL import Image

    pen = Pen(width, height, 100, 140)
    pen.rect((0, 0, 100, 140), CALM.sky)
    draw_bust(pen, 50, 62, 1.0, CALM, glasses=True)
    out = io.BytesIO()
    Image.frombytes("RGBA", pen.size, pen.rgba()).convert("RGB").save(out, "PNG")
    return out.getvalue()


def draw_bust(pen: Pen, x: float, y: float, scale: float, tints: Tints, *, glasses: bool = False, man: bool = False,
              coat: Ink | None = None, hair: Ink | None = None) -> None:
    """Head and shoulders; (x, y) is the middle of the face, the head about 56 units high at scale 1."""
    coat, hair, edge = coat or tints.blue, hair or tints.hair, 1.6 * scale

    def at(*points: Point) -> list[Point]:
        return [(x + px * scale, y + py * scale) for px, py in points]

    def curve(*points: Point) -> list[Point]:
        start, first, second, end = at(*points)
        return pen.curve(start, first, second, end)

    shoulders = curve((-46, 80), (-44, 42), (-22, 36), (-10, 32)) + curve((10, 32), (22, 36), (44, 42), (46, 80))
    pen.polygon(shoulders, coat, tints.ink, edge)
    pen.polygon(at((-10, 18), (10, 18), (10, 33), (0, 42), (-10, 33)), tints.skin, tints.ink, edge)
    pen.ellipse((x - 29 * scale, y - 38 * scale, 58 * scale, (44 if man else 56) * scale), hair, tints.ink, edge)
    pen.ellipse((x - 24 * scale, y - 26 * scale, 48 * scale, 56 * scale), tints.skin, tints.ink, edge)
    top = curve((-23, -6), (-20, -36), (20, -36), (23, -6))
    fringe = curve((23, -6), (14, -15), (-12, -17), (-23, -6)) if man else curve((23, -4), (14, -22), (-2, -20), (-23, -4))
    pen.polygon(top + fringe, hair, tints.ink, edge)
    _face(pen, at, scale, tints, glasses)


def _face(pen: Pen, at: Callable[..., list[Point]], scale: float, tints: Tints, glasses: bool) -> None:
    for side in (-1, 1):
        eye, brow = at((side * 9.5, 4), (side * 9.5, 0))
        pen.circle(eye, 2.1 * scale, tints.ink)
        if glasses:
            pen.circle(eye, 8 * scale, None, tints.ink, 1.4 * scale)
        else:
            pen.arc(brow, 5 * scale, 215, 325, tints.ink, 1.2 * scale)
    if glasses:
        pen.stroke(at((-2, 3), (2, 3)), tints.ink, 1.4 * scale)
    pen.arc(at((0, 12))[0], 8 * scale, 25, 155, tints.ink, 1.9 * scale)
