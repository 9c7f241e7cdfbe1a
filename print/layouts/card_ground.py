"""The ground of a card: band, fine lines and far hills in tints of the class colour, light enough for text on top."""
from __future__ import annotations

import math
from dataclasses import dataclass

from print.drawing import MM, Sheet


@dataclass(frozen=True)
class Palette:
    """Colours of an age class."""

    band: str
    """Behind white text and for emphasis; contrast to white at least 7:1."""
    tint: str
    hills: tuple[str, str, str]
    """Far to near; ink on each of them stays above 10:1."""
    line: str
    paper: str


PALETTES: dict[str, Palette] = {
    "green": Palette("#0A5A3A", "#BFD8CA", ("#F0F6F2", "#E6F0EA", "#DAE9E0"), "#E3EEE7", "#FBFDFB"),
    "blue": Palette("#0B4A8F", "#BFD2E8", ("#F0F5FA", "#E6EEF7", "#DAE6F3"), "#E3ECF6", "#FBFCFE"),     # the citizen card
    "red": Palette("#8E1B2C", "#E8C6C6", ("#FBF1EE", "#F8E7E2", "#F4DBD4"), "#F8EAE5", "#FFFDFB"),
}
GOLD = "#D8B25A"

_RIDGES = (
    (13.5, ((4.2, 0.021, 0.4), (2.4, 0.057, 1.9), (0.9, 0.16, 0.2))),
    (9.0, ((3.4, 0.026, 2.6), (1.9, 0.071, 0.3), (0.7, 0.19, 1.1))),
    (4.6, ((2.2, 0.033, 4.4), (1.1, 0.083, 2.2), (0.4, 0.21, 0.7))),
)
"""Height in mm and (amplitude mm, angular frequency per point, phase) of each ridge."""


def draw_ground(sheet: Sheet, palette: Palette, band: float) -> None:
    """Fill the sheet; the band of `band` points is at the top."""
    sheet.ground(f"card {palette.band} {band:.1f}", lambda blank: _draw(blank, palette, band))


def _draw(sheet: Sheet, palette: Palette, band: float) -> None:
    sheet.rect(0, 0, sheet.width, sheet.height, palette.paper)
    for index in range(13):
        _wave(sheet, palette, sheet.height - band - 6 - index * 5.2, index)
    for (height, waves), colour in zip(_RIDGES, palette.hills, strict=True):
        ridge = [(0.0, 0.0)]
        for step in range(0, int(sheet.width) + 3, 2):
            lift = sum(size * math.sin(speed * step + phase) for size, speed, phase in waves)
            ridge.append((float(step), (height + lift) * MM))
        sheet.polygon([*ridge, (sheet.width + 2, 0.0)], colour)
    sheet.rect(0, sheet.height - band, sheet.width, band, palette.band)
    sheet.rect(0, sheet.height - band - 1.3, sheet.width, 1.3, GOLD)


def _wave(sheet: Sheet, palette: Palette, middle: float, index: int) -> None:
    points = [(float(x), middle + 5 * math.sin(0.052 * x + index * 0.42) * math.cos(0.017 * x))
              for x in range(0, int(sheet.width) + 4, 3)]  # fmt: skip
    sheet.polyline(points, palette.line, 0.35)


def draw_silhouette(sheet: Sheet, palette: Palette, x: float, y: float, width: float, height: float) -> None:
    """Head and shoulders in the place of a photo that is not there."""
    middle, head = x + width / 2, width * 0.19
    top = y + height * 0.60
    sheet.polygon([(middle + head * math.cos(a / 24 * math.tau), top + head * 1.2 * math.sin(a / 24 * math.tau))
                   for a in range(24)], palette.tint)  # fmt: skip
    shoulder, low, high = width * 0.34, y + height * 0.20, y + height * 0.38
    arc = [(middle + shoulder * math.cos(a / 20 * math.pi), low + (high - low) * math.sin(a / 20 * math.pi)) for a in range(21)]
    sheet.polygon([(middle + shoulder, low), *arc, (middle - shoulder, low)], palette.tint)
