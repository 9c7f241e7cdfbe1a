"""Which function draws which picture, and in which field (width x height in units)."""
from __future__ import annotations

from kiosk.front import Front
from kiosk.prompts import Slot
from kiosk.ui.pictures import icons, machine, scenes
from kiosk.ui.pictures.colours import tints_of
from kiosk.ui.pictures.pen import Pen
from kiosk.ui.theme import Palette

ACTIONS = {"terminal": "go", "card_out": "out", "card_back": "back", "terminal_work": "work",
           "jam_open": "open", "jam_pull": "pull", "jam_close": "close"}
"""Pictures that draw THIS terminal."""


SQUARE = (100.0, 100.0)
SIGN = (24.0, 24.0)


def field_of(name: str) -> tuple[float, float]:
    """Width and height of its own shape; what is no scene is a sign."""
    if name in ACTIONS:
        return machine.FIELD
    if name.startswith("pointer_"):
        return SQUARE
    if name in scenes.SCENES:
        return scenes.SCENES[name][1]
    return SIGN


def draw(name: str, lit: Slot | None, front: Front | None, palette: Palette, width: int,
         height: int) -> tuple[tuple[int, int], bytes]:
    """Raises KeyError for a name nobody draws."""
    tints = tints_of(palette)
    if name in ACTIONS:
        if front is None:
            raise KeyError(f"{name} needs the front of the terminal")
        pen = Pen(width, height, *machine.FIELD)
        machine.draw(pen, tints, front, lit, ACTIONS[name])
    elif name.startswith("pointer_"):
        if front is None or lit is None:
            raise KeyError(f"{name} needs a slot of the terminal")
        pen = Pen(width, height, *SQUARE)
        machine.pointer(pen, tints, front, lit, int(name.removeprefix("pointer_")))
    elif name in scenes.SCENES:
        scene, field = scenes.SCENES[name]
        pen = Pen(width, height, *field)
        scene(pen, tints)
    else:
        pen = Pen(width, height, *SIGN)
        icons.draw(pen, palette, tints, name)
    return pen.size, pen.rgba()
