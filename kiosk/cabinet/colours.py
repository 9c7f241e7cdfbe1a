"""From the colour of a slot on the screen (kiosk.toml, #RRGGBB) to the lamp's colour: nearest by hue."""
from __future__ import annotations

import colorsys
from collections.abc import Mapping

from devices.cabinet.board import Colour
from kiosk.front import Front

PALE = 0.2  # saturation under which a colour is white to the eye [A]
HUES: Mapping[Colour, float] = {
    Colour.RED: 0, Colour.YELLOW: 55, Colour.GREEN: 140, Colour.CYAN: 185, Colour.BLUE: 230, Colour.MAGENTA: 300,
}  # fmt: skip
"""Degrees on the circle of hues; lamps sold as yellow are amber to the eye."""


def lamp_colour(rgb: str) -> Colour:
    """`rgb` as #RRGGBB."""
    red, green, blue = (int(rgb[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, saturation, _ = colorsys.rgb_to_hsv(red, green, blue)
    if saturation < PALE:
        return Colour.WHITE
    return min(HUES, key=lambda colour: _apart(hue * 360, HUES[colour]))


def lamp_colours(front: Front) -> dict[str, Colour]:
    """By slot."""
    return {slot.value: lamp_colour(place.light) for slot, place in front.slots.items()}


def _apart(one: float, other: float) -> float:
    apart = abs(one - other) % 360
    return min(apart, 360 - apart)
