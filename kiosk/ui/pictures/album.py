"""Which function draws which picture, and in which field (width x height in units)."""
from __future__ import annotations

from kiosk.front import Front
from kiosk.prompts import Slot
from kiosk.ui.pictures import icons, machine, scenes
from kiosk.ui.pictures.colours import tints_of
from kiosk.ui.pictures.pen import Pen
from kiosk.ui.theme import Palette

ACTIONS = {"terminal": "go", "card_out": "out", "card_back": "back", "terminal_work": "work"}
"""Pictures that draw THIS terminal."""


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
        pen = Pen(width, height, 100, 100)
        machine.pointer(pen, tints, front, lit, int(name.removeprefix("pointer_")))
    elif name in scenes.SCENES:
        scene, field = scenes.SCENES[name]
        pen = Pen(width, height, *field)
        scene(pen, tints)
    else:
        pen = Pen(width, height, 24, 24)
        icons.draw(pen, palette, tints, name)
    return pen.size, pen.rgba()
