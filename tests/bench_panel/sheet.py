"""What the panel shows, as data: rectangles, lines of text, pictures, and what can be touched. No Kivy here."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.ui.boxes import Box
from tests.bench_panel.hands import Act
from tests.bench_panel.words import Both

Measure = Callable[[str, int, bool], float]
"""(text, size in pixels, bold) -> width in pixels."""

INK, QUIET, FAINT = "#16233A", "#566278", "#8A94A6"
GROUND, CARD, LINE = "#E4E9F0", "#FFFFFF", "#D3DAE5"
HEADER, HEADER_QUIET = "#16233A", "#B9C4D6"
BUTTON, BUTTON_LINE = "#F3F6FA", "#C3CCDA"
GO, ATTENTION, ALARM = "#0A5A3A", "#FFC93C", "#7A1320"
LAMP_ON, LAMP_OFF, LAMP_BAD = "#2E9E6B", "#AAB4C4", "#D1434F"


@dataclass(frozen=True)
class Fill:
    box: Box
    colour: str
    radius: float = 0.0
    line: float = 0.0          # an outline of that width instead


@dataclass(frozen=True)
class Text:
    box: Box
    text: str
    size: int
    bold: bool = False
    colour: str = INK
    align: float = 0.0         # 0 left, 0.5 middle, 1 right


@dataclass(frozen=True)
class Picture:
    box: Box
    path: Path


@dataclass(frozen=True)
class Tap:
    box: Box
    radius: float
    acts: tuple[Act, ...]
    terminal: str = ""         # show this terminal instead


@dataclass
class Sheet:
    """`unit` is the pixels of one design unit; sizes in the panel's code are units."""

    box: Box
    unit: float
    measure: Measure
    elements: list[Fill | Text | Picture] = field(default_factory=list)
    taps: list[Tap] = field(default_factory=list)

    def px(self, units: float) -> float:
        return units * self.unit

    def pixels(self, size: float) -> int:
        """Of a text of that size."""
        return max(8, round(self.px(size)))

    def fill(self, box: Box, colour: str, radius: float = 0.0, line: float = 0.0) -> None:
        self.elements.append(Fill(box, colour, self.px(radius), line))

    def text(self, box: Box, text: str, size: float, *, bold: bool = False, colour: str = INK, align: float = 0.0) -> float:
        """One line in the middle of the box's height; returns its width. What does not fit ends in an ellipsis."""
        pixels = self.pixels(size)
        shown = text
        while shown and self.measure(shown, pixels, bold) > box.width:
            shown = shown[:-2] + "…" if len(shown) > 1 else ""
        self.elements.append(Text(box, shown, pixels, bold, colour, align))
        return self.measure(shown, pixels, bold)

    def both(self, box: Box, words: Both, size: float, colour: str = INK, quiet: str = QUIET, align: float = 0.0) -> None:
        """Chinese over English."""
        upper, lower = box.from_top(box.height * 0.56)
        self.text(upper, words.zh, size, bold=True, colour=colour, align=align)
        self.text(lower, words.en, size * 0.72, colour=quiet, align=align)

    def panel(self, box: Box, title: Both) -> Box:
        """A white card with a heading; returns the room inside."""
        self.fill(box, CARD, 10)
        inside = box.inset(self.px(12), self.px(10))
        head, rest = inside.from_top(self.px(20), self.px(8))
        width = self.text(head, title.zh, 15, bold=True)
        self.text(head.from_left(width + self.px(8))[1], title.en, 12, colour=QUIET)
        return rest

    def button(
        self, box: Box, words: Both, *acts: Act, on: bool = False, enabled: bool = True, strong: str = "", size: float = 14
    ) -> None:
        """`on`: what it does is in force. `strong`: the colour of a button that stands out."""
        ground = ATTENTION if on else strong or BUTTON
        if not enabled:
            ground = GROUND
        self.fill(box, ground, 7)
        if not strong and not on and enabled:
            self.fill(box, BUTTON_LINE, 7, line=1.0)
        white = bool(strong) and not on and enabled
        ink, quiet = ("#FFFFFF", "#FFFFFF") if white else (INK, QUIET) if enabled else (FAINT, FAINT)
        room = box.inset(self.px(6), self.px(3))
        room = room.middle(room.width, min(room.height, self.px(size * 2.6)))
        self.both(room, words, size, INK if on else ink, INK if on else quiet, align=0.5)
        if enabled and acts:
            self.taps.append(Tap(box, self.px(7), acts))

    def lamp(self, box: Box, colour: str) -> None:
        side = min(box.width, box.height)
        self.fill(box.middle(side, side), colour, side / self.unit / 2)
