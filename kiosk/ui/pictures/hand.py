"""A hand that holds something between thumb and fingers. Drawn pointing up with the pinch at the origin, then turned."""
from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from kiosk.ui.pictures.colours import Tints
from kiosk.ui.pictures.pen import Ink, Pen, Point

FINGERS = (((-3, -13), (-5, 26), 10.0), ((7, -14), (5, 26), 10.5), ((17, -9), (14, 28), 10.0), ((26, -1), (22, 30), 8.5))
EDGE = 1.5


class Hand:
    """`behind` is drawn before the thing it holds, `front` after."""

    def __init__(self, pen: Pen, tints: Tints, at: Point, degrees: float, scale: float) -> None:
        self._pen, self._tints, self._at, self._scale = pen, tints, at, scale
        self._cos, self._sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def behind(self) -> None:
        for tip, root, width in FINGERS:
            self._finger(tip, root, width)
        self._back_of_hand()

    def front(self) -> None:
        thumb = self._pen.curve((-22, 40), (-26, 22), (-18, 8), (-7, -1), steps=10)
        self._path(thumb, self._tints.ink, 11.0 + 2 * EDGE)
        self._path(thumb, self._tints.skin, 11.0)
        self._path([(-20, 44), (-16, 50)], self._tints.skin, 12.0)

    def _back_of_hand(self) -> None:
        palm = [(-10, 20), (27, 24), (29, 44), (24, 66), (-12, 66), (-24, 48), (-22, 34)]
        self._shape(palm, self._tints.skin)
        sleeve = [(-17, 60), (29, 60), (38, 110), (-28, 110)]
        self._shape(sleeve, self._tints.blue)
        self._shape([(-19, 57), (31, 57), (32, 67), (-20, 67)], self._tints.white)

    def _finger(self, tip: Point, root: Point, width: float) -> None:
        self._path([tip, root], self._tints.ink, width + 2 * EDGE)
        self._path([tip, root], self._tints.skin, width)

    def _shape(self, points: Sequence[Point], fill: Ink) -> None:
        placed = [self._place(point) for point in points]
        self._pen.polygon(placed, fill, self._tints.ink, EDGE * self._scale)

    def _path(self, points: Sequence[Point], ink: Ink, width: float) -> None:
        self._pen.stroke([self._place(point) for point in points], ink, width * self._scale)

    def _place(self, point: Point) -> Point:
        x, y = point[0] * self._scale, point[1] * self._scale
        return self._at[0] + x * self._cos - y * self._sin, self._at[1] + x * self._sin + y * self._cos


Scene = Callable[[Pen, Tints, float, float], None]
