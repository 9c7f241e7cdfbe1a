"""A drawn person, where there is no photo."""
from __future__ import annotations

import io

from kiosk.ui.pictures.colours import CALM, Tints
from kiosk.ui.pictures.pen import Pen


def portrait_png(width: int, height: int) -> bytes:
    """A drawn old woman on white, for demonstrations; nobody's face."""
    from PIL import Image

    pen = Pen(width, height, 100, 140)
    pen.rect((0, 0, 100, 140), CALM.sky)
    draw_bust(pen, 50, 62, 1.0, CALM, glasses=True)
    out = io.BytesIO()
    Image.frombytes("RGBA", pen.size, pen.rgba()).convert("RGB").save(out, "PNG")
    return out.getvalue()


def draw_bust(pen: Pen, x: float, y: float, scale: float, tints: Tints, *, glasses: bool = False, coat: tuple[int, int, int, int] | None = None) -> None:
    """Head and shoulders; (x, y) is the middle of the face, the head about 56 units high at scale 1."""
    def s(value: float) -> float:
        return value * scale

    coat = coat or tints.blue
    edge = s(1.6)
    shoulders = pen.curve((x - s(46), y + s(80)), (x - s(44), y + s(42)), (x - s(22), y + s(36)), (x - s(10), y + s(32)))
    shoulders += pen.curve((x + s(10), y + s(32)), (x + s(22), y + s(36)), (x + s(44), y + s(42)), (x + s(46), y + s(80)))
    pen.polygon(shoulders, coat, tints.ink, edge)
    pen.polygon([(x - s(10), y + s(20)), (x + s(10), y + s(20)), (x + s(10), y + s(34)), (x, y + s(42)), (x - s(10), y + s(34))], tints.skin, tints.ink, edge)
    pen.ellipse((x - s(29), y - s(38), s(58), s(54)), tints.hair, tints.ink, edge)
    pen.ellipse((x - s(24), y - s(26), s(48), s(56)), tints.skin, tints.ink, edge)
    fringe = pen.curve((x - s(23), y - s(4)), (x - s(20), y - s(36)), (x + s(20), y - s(36)), (x + s(23), y - s(4)))
    fringe += pen.curve((x + s(23), y - s(4)), (x + s(14), y - s(22)), (x - s(2), y - s(20)), (x - s(23), y - s(4)))
    pen.polygon(fringe, tints.hair, tints.ink, edge)
    for side in (-1, 1):
        pen.circle((x + side * s(9.5), y + s(4)), s(2.1), tints.ink)
        pen.arc((x + side * s(9.5), y + s(0)), s(5), 205, 335, tints.ink, s(1.2))
        if glasses:
            pen.circle((x + side * s(10), y + s(4)), s(8), None, tints.ink, s(1.4))
    if glasses:
        pen.stroke([(x - s(2.5), y + s(3)), (x + s(2.5), y + s(3))], tints.ink, s(1.4))
    pen.arc((x, y + s(12)), s(8), 25, 155, tints.ink, s(1.8))
