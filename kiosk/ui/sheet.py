"""A screen before it is painted: a list of elements with boxes. Views add to it; the painter draws it; the tests measure it."""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from kiosk.prompts import Answer
from kiosk.ui.boxes import Box
from kiosk.ui.letters import Letters
from kiosk.ui.theme import CORNER_MM, OUTLINE_MM, Colour, Pair, Palette, Sizes, Type

SENTENCE = re.compile(r"(?:[^。？！?!.]|\.(?=\d))+(?:[。？！?!]|\.(?!\d))?[”」]?|\.")
MOST_BODY_LINES = 4


class Align(Enum):
    LEFT = 0.0
    MIDDLE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True)
class TextLine:
    text: str
    box: Box               # of the line: width of the room it was given, height one line
    role: Type
    bold: bool
    colour: Colour
    ground: Colour
    align: Align
    private: bool = False


@dataclass(frozen=True)
class Shape:
    """Filled (`colour`) or outlined (`line` wide) rounded rectangle; radius in px."""

    box: Box
    colour: Colour
    radius: float = 0.0
    line: float = 0.0


@dataclass(frozen=True)
class Image:
    """RGBA picture in memory, drawn over the whole box. `key` lets the painter keep the texture of pictures that are not
    personal; '' never keeps it."""

    box: Box
    size: tuple[int, int]
    rgba: bytes
    key: str = ""


@dataclass(frozen=True)
class Target:
    """One thing to touch. `act` is the answer it gives, or the name of something inside the screen (a page, a key)."""

    box: Box
    act: Answer | str
    name: str
    kind: str              # "choice" | "bar" | "key" | "page" | "level"
    primary: bool = False
    enabled: bool = True
    radius: float = 0.0


Element = TextLine | Shape | Image


@dataclass
class Live:
    """A part that is drawn anew every second: `draw` gets the seconds since the showing began."""

    draw: Callable[[float], list[Element]]


@dataclass
class Local:
    """What the citizen did on this screen that is not an answer yet."""

    page: int = 0
    typed: str = ""


@dataclass
class Sheet:
    """What one screen is made of, and the means to make it: sizes, colours, letters."""

    box: Box
    sizes: Sizes
    palette: Palette
    letters: Letters
    elements: list[Element] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    lives: list[Live] = field(default_factory=list)
    rehearsed: list[Any] | None = None                      # pictured.Drawing: noted here instead of drawn, where it is a list
    too_small: list[str] = field(default_factory=list)      # text that did not fit its room: a bug, found by the tests

    def mm(self, millimetres: float) -> float:
        return self.sizes.mm(millimetres)

    def shape(self, box: Box, colour: Colour, *, corner_mm: float = CORNER_MM, line_mm: float = 0.0) -> None:
        self.elements.append(Shape(box, colour, self.mm(corner_mm), self.mm(line_mm)))

    def panel(self, box: Box, pair: Pair, *, outline: Colour | None = None, corner_mm: float = CORNER_MM) -> None:
        """A ground, with an outline if its colour would not part it from the paper."""
        self.shape(box, pair.ground, corner_mm=corner_mm)
        if outline is not None:
            self.shape(box, outline, corner_mm=corner_mm, line_mm=OUTLINE_MM)

    def image(self, box: Box, size: tuple[int, int], rgba: bytes, key: str = "") -> None:
        self.elements.append(Image(box, size, rgba, key))

    def lines(self, text: str, width: float, role: Type, *, bold: bool = False) -> list[str]:
        return self.letters.wrap(text, width, self.sizes.em(role), bold)

    def sentences(self, paragraphs: tuple[str, ...], width: float, role: Type) -> list[str]:
        """Body text: every sentence begins a line of its own, while that does not make it long."""
        apart = [line for paragraph in paragraphs for sentence in SENTENCE.findall(paragraph)
                 for line in self.lines(sentence.strip(), width, role)]
        if len(apart) <= MOST_BODY_LINES:
            return apart
        return [line for paragraph in paragraphs for line in self.lines(paragraph, width, role)]

    def width_of(self, text: str, role: Type, *, bold: bool = False) -> float:
        return self.letters.width(text, self.sizes.em(role), bold)

    def height_of(self, lines: list[str], role: Type) -> float:
        return len(lines) * self.sizes.line(role)

    def write(self, lines: list[str], box: Box, role: Type, pair: Pair, *, bold: bool = False, align: Align = Align.LEFT,
              up: Align = Align.MIDDLE, private: bool = False) -> None:
        """Lines into a box, never shrunk. `up`: LEFT sits at the top, MIDDLE in the middle. What does not fit is recorded."""
        pitch = self.sizes.line(role)
        total = pitch * len(lines)
        top = box.top - (box.height - total) * up.value
        needed = total if len(lines) > 1 else self.sizes.em(role) * 1.1      # one line needs no leading
        if lines and needed > box.height + 1:
            self.too_small.append(f"{len(lines)} lines of {role.name} in {box.height:.0f} px: {lines[0]}")
        for index, text in enumerate(lines):
            if self.width_of(text, role, bold=bold) > box.width + 1:
                self.too_small.append(f"{role.name} wider than {box.width:.0f} px: {text}")
            line_box = Box(box.x, top - pitch * (index + 1), box.width, pitch)
            self.elements.append(TextLine(text, line_box, role, bold, pair.ink, pair.ground, align, private))

    def target(self, box: Box, act: Answer | str, name: str, kind: str, *, primary: bool = False, enabled: bool = True) -> None:
        self.targets.append(Target(box, act, name, kind, primary, enabled, self.mm(CORNER_MM)))

    def wrapped(self, text: str, box: Box, role: Type, pair: Pair, *, bold: bool = False, align: Align = Align.LEFT,
                up: Align = Align.LEFT, private: bool = False) -> float:
        """Wrap and write; returns the height used."""
        lines = self.lines(text, box.width, role, bold=bold)
        self.write(lines, box, role, pair, bold=bold, align=align, up=up, private=private)
        return self.height_of(lines, role)
