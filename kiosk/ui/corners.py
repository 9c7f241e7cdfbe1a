"""A white rounded square, the stuff of every smooth corner on the screen."""
from __future__ import annotations

from PIL import Image, ImageDraw

OVER = 8
MIDDLE_PX = 2


def corner_rgba(radius: int) -> tuple[tuple[int, int], bytes]:
    """(size in px, RGBA) of a square with corners of this radius and MIDDLE_PX between them, to be drawn in nine pieces."""
    side = 2 * radius + MIDDLE_PX
    mask = Image.new("L", (side * OVER, side * OVER), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, side * OVER - 1, side * OVER - 1), radius * OVER, fill=255)
    square = Image.new("RGBA", (side, side), (255, 255, 255, 255))
    square.putalpha(mask.reduce(OVER))
    return square.size, square.tobytes()
