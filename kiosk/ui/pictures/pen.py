"""A small vector pen: shapes in millimetre-like units, drawn four times too large and scaled down, so that every edge is
smooth on a terminal without a graphics card. No picture comes from a file."""
from __future__ import annotations

import math
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw

Point = tuple[float, float]
Ink = tuple[int, int, int, int]

OVER = 3
OVER_LARGE = 2
LARGE_PX = 250_000
"""Supersampling along each axis; less for large pictures, which must be drawn while somebody waits (x86, 2 cores: 25 ms
instead of 70 ms at 1000 x 580)."""


class Pen:
    """Draws in a field `width` x `height` units, origin upper left, y down, that is scaled into the picture's pixels."""

    def __init__(self, width_px: int, height_px: int, width: float, height: float) -> None:
        self.size = width_px, height_px
        self.width, self.height = width, height
        self._over = OVER_LARGE if width_px * height_px > LARGE_PX else OVER
        self._scale = min(width_px / width, height_px / height) * self._over
        self._dx = (width_px * self._over - width * self._scale) / 2
        self._dy = (height_px * self._over - height * self._scale) / 2
        self._image = Image.new("RGBA", (width_px * self._over, height_px * self._over), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image)

    @property
    def extra(self) -> tuple[float, float]:
        """Units of free room left and right, above and below the field."""
        return self._dx / self._scale, self._dy / self._scale

    def rgba(self) -> bytes:
        # Transparent pixels must carry their neighbours' colour, or edges come out dark: scale premultiplied.
        return self._image.convert("RGBa").reduce(self._over).convert("RGBA").tobytes()

    def polygon(self, points: Sequence[Point], fill: Ink | None, line: Ink | None = None, width: float = 0.0) -> None:
        if fill is not None:
            self._draw.polygon([self._at(point) for point in points], fill=fill)
        if line is not None:
            self.stroke([*points, points[0]], line, width)

    def stroke(self, points: Sequence[Point], ink: Ink, width: float) -> None:
        """A line with round ends and joins."""
        placed = [self._at(point) for point in points]
        thick = max(1.0, width * self._scale)
        self._draw.line(placed, fill=ink, width=round(thick), joint="curve")
        for x, y in placed:
            self._draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=ink)

    def circle(self, centre: Point, radius: float, fill: Ink | None, line: Ink | None = None, width: float = 0.0) -> None:
        self.ellipse((centre[0] - radius, centre[1] - radius, 2 * radius, 2 * radius), fill, line, width)

    def ellipse(self, box: tuple[float, float, float, float], fill: Ink | None, line: Ink | None = None,
                width: float = 0.0) -> None:
        """box: x, y, width, height."""
        corners = (*self._at(box[:2]), *self._at((box[0] + box[2], box[1] + box[3])))
        self._draw.ellipse(corners, fill=fill, outline=line, width=max(1, round(width * self._scale)) if line else 0)

    def rect(self, box: tuple[float, float, float, float], fill: Ink | None, radius: float = 0.0, line: Ink | None = None,
             width: float = 0.0) -> None:
        """box: x, y, width, height."""
        corners = (*self._at(box[:2]), *self._at((box[0] + box[2], box[1] + box[3])))
        self._draw.rounded_rectangle(corners, radius * self._scale, fill=fill, outline=line,
                                     width=max(1, round(width * self._scale)) if line else 0)

    def arc(self, centre: Point, radius: float, start: float, end: float, ink: Ink, width: float) -> None:
        """Degrees, clockwise from three o'clock, round ends."""
        steps = max(4, int(abs(end - start) / 4))
        self.stroke([(centre[0] + radius * math.cos(math.radians(start + (end - start) * step / steps)),
                      centre[1] + radius * math.sin(math.radians(start + (end - start) * step / steps)))
                     for step in range(steps + 1)], ink, width)

    def curve(self, start: Point, first: Point, second: Point, end: Point, steps: int = 24) -> list[Point]:
        """Points of a cubic Bezier."""
        points = []
        for step in range(steps + 1):
            t = step / steps
            a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3
            points.append((a * start[0] + b * first[0] + c * second[0] + d * end[0],
                           a * start[1] + b * first[1] + c * second[1] + d * end[1]))
        return points

    def arrow(self, tail: Point, tip: Point, fill: Ink, line: Ink, width: float, edge: float = 0.0) -> None:
        """A thick arrow with a dark edge, so that it stands out on any ground."""
        length = math.hypot(tip[0] - tail[0], tip[1] - tail[1]) or 1.0
        ux, uy = (tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length
        px, py = -uy, ux
        head = min(width * 1.5, length * 0.6)
        neck = tip[0] - ux * head, tip[1] - uy * head
        half, wing = width / 2, width * 1.15
        outline = [(tail[0] + px * half, tail[1] + py * half), (neck[0] + px * half, neck[1] + py * half),
                   (neck[0] + px * wing, neck[1] + py * wing), tip,
                   (neck[0] - px * wing, neck[1] - py * wing), (neck[0] - px * half, neck[1] - py * half),
                   (tail[0] - px * half, tail[1] - py * half)]
        if edge:
            self.stroke([*outline, outline[0]], line, edge * 2)
        self.polygon(outline, fill)

    def paste_in_circle(self, other: Pen, centre: Point, radius: float) -> None:
        """What `other`, a pen of the same field, drew inside this circle."""
        x, y = self._at(centre)
        reach = radius * self._scale
        corner = max(0, math.floor(x - reach)), max(0, math.floor(y - reach))
        cut = other._image.crop((*corner, math.ceil(x + reach) + 1, math.ceil(y + reach) + 1))
        mask = Image.new("L", cut.size, 0)
        left, top = x - reach - corner[0], y - reach - corner[1]
        ImageDraw.Draw(mask).ellipse((left, top, left + 2 * reach, top + 2 * reach), fill=255)
        self._image.paste(cut, corner, ImageChops.multiply(mask, cut.getchannel("A")))

    def _at(self, point: Sequence[float]) -> Point:
        return self._dx + point[0] * self._scale, self._dy + point[1] * self._scale
