"""Small signs in a field of 24 x 24: the bottom bar's, the marks beside the sentence, the stages of the work."""
from __future__ import annotations

from collections.abc import Callable

from kiosk.ui.pictures.colours import Tints, ink
from kiosk.ui.pictures.pen import Ink, Pen
from kiosk.ui.theme import Palette

Sign = Callable[[Pen, Ink], None]
THICK = 2.2


def draw(pen: Pen, palette: Palette, tints: Tints, name: str) -> None:
    """Raises KeyError for an unknown sign."""
    if name.startswith("bar_"):
        _, what, _ = name.split("_")
        pair = palette.information if name.endswith("light") else palette.bar
        BAR[what](pen, ink(pair.ink))
    elif name == "ring":
        pen.circle((12, 12), 11.4, ink(palette.sheet.ground), ink(palette.attention.ground), 1.3)
        pen.circle((12, 12), 11.6, None, ink(palette.plain.ink), 0.25)
    else:
        MARKS[name](pen, palette)


def _back(pen: Pen, colour: Ink) -> None:
    pen.stroke([(21, 12), (4.5, 12)], colour, THICK)
    pen.stroke([(11, 5), (4, 12), (11, 19)], colour, THICK)


def _home(pen: Pen, colour: Ink) -> None:
    pen.stroke([(3, 12), (12, 4), (21, 12)], colour, THICK)
    pen.stroke([(6, 11), (6, 20), (18, 20), (18, 11)], colour, THICK)


def _help(pen: Pen, colour: Ink) -> None:
    """A person who raises a hand."""
    pen.circle((10, 6.5), 3.4, colour)
    pen.polygon(pen.curve((2.5, 22), (3, 11.5), (17, 11.5), (17.5, 22)), colour)
    pen.stroke([(15.5, 16), (20.5, 11), (20.5, 4)], colour, 2.8)


def _repeat(pen: Pen, colour: Ink) -> None:
    """A loudspeaker."""
    pen.polygon([(2, 9), (6, 9), (12, 4), (12, 20), (6, 15), (2, 15)], colour)
    pen.arc((12, 12), 5, -48, 48, colour, 1.9)
    pen.arc((12, 12), 9, -48, 48, colour, 1.9)


def _size(pen: Pen, colour: Ink) -> None:
    """A magnifying glass."""
    pen.circle((10, 10), 7.4, None, colour, THICK)
    pen.stroke([(15.6, 15.6), (21.5, 21.5)], colour, 3)
    pen.stroke([(7, 10), (13, 10)], colour, 1.8)
    pen.stroke([(10, 7), (10, 13)], colour, 1.8)


def _language(pen: Pen, colour: Ink) -> None:
    """A globe."""
    pen.circle((12, 12), 9.6, None, colour, 1.8)
    pen.ellipse((7.6, 2.4, 8.8, 19.2), None, colour, 1.5)
    pen.stroke([(3, 9), (21, 9)], colour, 1.5)
    pen.stroke([(3, 15), (21, 15)], colour, 1.5)


def _seated(pen: Pen, colour: Ink) -> None:
    """A person in a wheelchair."""
    pen.circle((9, 3.8), 2.5, colour)
    pen.stroke([(9, 8), (9.6, 14), (16, 14), (18.6, 20), (21, 19.4)], colour, THICK)
    pen.stroke([(9.2, 10.4), (15, 10.4)], colour, 1.9)
    pen.arc((10, 16), 5.8, 60, 245, colour, 1.8)


def _attention(pen: Pen, palette: Palette) -> None:
    pen.circle((12, 12), 11, ink(palette.attention.ink))
    light = ink(palette.attention.ground)
    pen.stroke([(12, 5.5), (12, 17)], light, 2.8)
    pen.stroke([(7, 12.5), (12, 18), (17, 12.5)], light, 2.8)


def _refusal(pen: Pen, palette: Palette) -> None:
    """Not now, and why."""
    pen.circle((12, 12), 11, ink(palette.refusal_mark))
    light = ink(palette.refusal.ground)
    pen.circle((12, 6.8), 1.8, light)
    pen.stroke([(12, 11.4), (12, 18)], light, 3)


def _done(pen: Pen, palette: Palette) -> None:
    pen.circle((12, 12), 11, ink(palette.primary.ground))
    pen.stroke([(6.5, 12.4), (10.6, 16.6), (17.8, 8)], ink(palette.primary.ink), 2.8)


def _busy(pen: Pen, palette: Palette) -> None:
    colour, light = ink(palette.information.ink), ink(palette.information.ground)
    pen.circle((12, 12), 11, colour)
    pen.circle((12, 12), 9, light)
    pen.stroke([(12, 6.5), (12, 12), (16, 14.4)], colour, 2.2)


def _stage_waiting(pen: Pen, palette: Palette) -> None:
    pen.circle((12, 12), 9.5, None, ink(palette.quiet.ink), 1.6)


def _stage_running(pen: Pen, palette: Palette) -> None:
    pen.circle((12, 12), 11.5, ink(palette.attention.ground), ink(palette.plain.ink), 1.6)
    pen.polygon([(9, 6.5), (18, 12), (9, 17.5)], ink(palette.attention.ink))


BAR: dict[str, Sign] = {"back": _back, "home": _home, "help": _help, "repeat": _repeat, "size": _size, "language": _language,
                        "seated": _seated}
MARKS: dict[str, Callable[[Pen, Palette], None]] = {
    "mark_attention": _attention, "mark_refusal": _refusal, "mark_done": _done, "mark_busy": _busy,
    "stage_waiting": _stage_waiting, "stage_running": _stage_running, "stage_done": _done}
