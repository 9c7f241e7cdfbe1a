"""The front of THIS terminal as the citizen sees it: where the screen and the slots are, in millimetres.

Origin is the lower left corner of the housing's front, x to the right, y up. Read from the tables `[screen]` and
`[front]` of kiosk.toml; pictures draw it, and touch sizes are turned from millimetres into pixels with it.
"""
from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.prompts import Slot

MM_PER_INCH = 25.4

ATTENTION_LIGHT = "#FFC93C"
"""Colour of a slot's real light where kiosk.toml names none (look.md, tokens)."""


class FrontWrong(Exception):
    """kiosk.toml describes a front that cannot be: says what."""


@dataclass(frozen=True)
class Rect:
    """x, y of the lower left corner, width and height; millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def inside(self, other: Rect) -> bool:
        return (self.x >= other.x and self.y >= other.y
                and self.x + self.width <= other.x + other.width and self.y + self.height <= other.y + other.height)


@dataclass(frozen=True)
class Screen:
    """The display panel: pixels it has, and its diagonal in inches, from which millimetres follow."""

    width_px: int = 1080
    height_px: int = 1920
    diagonal_in: float = 27.0

    @property
    def px_per_mm(self) -> float:
        return math.hypot(self.width_px, self.height_px) / (self.diagonal_in * MM_PER_INCH)

    @property
    def width_mm(self) -> float:
        return self.width_px / self.px_per_mm

    @property
    def height_mm(self) -> float:
        return self.height_px / self.px_per_mm

    @property
    def portrait(self) -> bool:
        return self.height_px > self.width_px

    def fitted(self, most_width_px: int, most_height_px: int) -> Screen:
        """The same screen with fewer pixels, so that a window of it fits a desktop; never larger. Millimetres stay."""
        scale = min(1.0, most_width_px / self.width_px, most_height_px / self.height_px)
        return Screen(round(self.width_px * scale), round(self.height_px * scale), self.diagonal_in)


@dataclass(frozen=True)
class SlotPlace:
    rect: Rect
    light: str = ATTENTION_LIGHT


@dataclass(frozen=True)
class Front:
    width: float
    height: float
    screen: Rect
    slots: Mapping[Slot, SlotPlace] = field(default_factory=dict)

    def __post_init__(self) -> None:
        housing = Rect(0, 0, self.width, self.height)
        if not self.screen.inside(housing):
            raise FrontWrong("[front] the screen is outside the housing")
        for slot, place in self.slots.items():
            if not place.rect.inside(housing):
                raise FrontWrong(f"[front.slots.{slot}] is outside the housing")
            if not re.fullmatch(r"#[0-9A-Fa-f]{6}", place.light):
                raise FrontWrong(f"[front.slots.{slot}] light is not #RRGGBB")

    def towards(self, slot: Slot) -> tuple[float, float]:
        """Unit vector from the middle of the screen to the slot: where a real arrow has to point. (0, -1) if unknown."""
        place = self.slots.get(slot)
        if place is None:
            return 0.0, -1.0
        (from_x, from_y), (to_x, to_y) = self.screen.centre, place.rect.centre
        length = math.hypot(to_x - from_x, to_y - from_y) or 1.0
        return (to_x - from_x) / length, (to_y - from_y) / length


def reference_front(screen: Screen) -> Front:
    """The reference housing, for a kiosk.toml without `[front]`: screen above, ID reader and slots under it."""
    side, below, head = 80.0, 850.0, 120.0
    width = screen.width_mm + 2 * side
    return Front(width, below + screen.height_mm + head, Rect(side, below, screen.width_mm, screen.height_mm), {
        Slot.ID_READER: SlotPlace(Rect(width - side - 120, below - 170, 120, 90)),
        Slot.CARD_EXIT: SlotPlace(Rect(side + 118, below - 120, 86, 14)),
        Slot.SLIP_EXIT: SlotPlace(Rect(side + 4, below - 120, 90, 14)),
        Slot.A4_EXIT: SlotPlace(Rect(side + 30, below - 280, 230, 18)),
        Slot.CITIZEN_CARD: SlotPlace(Rect(side + 4, below - 180, 70, 14)),
        Slot.SCANNER: SlotPlace(Rect(side + 200, below - 60, 60, 36)),
    })


def screen_from(table: Mapping[str, Any]) -> Screen:
    """`[screen]` of kiosk.toml: width_px, height_px, diagonal_in. Missing keys keep the reference screen's value."""
    allowed = {"width_px", "height_px", "diagonal_in"}
    screen = Screen(**{key: value for key, value in table.items() if key in allowed})
    if screen.width_px < 200 or screen.height_px < 200 or not 5 <= screen.diagonal_in <= 110:
        raise FrontWrong("[screen] is not a screen: look at width_px, height_px, diagonal_in")
    return screen


def front_from(table: Mapping[str, Any], screen: Screen) -> Front:
    """`[front]` of kiosk.toml (docs in the file). An empty table gives the reference front. Raises FrontWrong."""
    if not table:
        return reference_front(screen)
    _only(table, "[front]", "width_mm", "height_mm", "screen", "slots")
    _only(table.get("screen", {}), "[front] screen", "x_mm", "y_mm")
    for name, place in table.get("slots", {}).items():
        _only(place, f"[front.slots.{name}]", "x_mm", "y_mm", "width_mm", "height_mm", "light")
    try:
        slots = {Slot(name): SlotPlace(_rect(place), str(place.get("light", ATTENTION_LIGHT)))
                 for name, place in table.get("slots", {}).items()}
        lower_left = table["screen"]
        shown = Rect(float(lower_left["x_mm"]), float(lower_left["y_mm"]), screen.width_mm, screen.height_mm)
        return Front(float(table["width_mm"]), float(table["height_mm"]), shown, slots)
    except (KeyError, ValueError) as wrong:
        raise FrontWrong(f"[front] {wrong}") from wrong


def _only(table: Mapping[str, Any], where: str, *keys: str) -> None:
    """A misspelt key must not pass for one that was left out."""
    for key in table:
        if key not in keys:
            raise FrontWrong(f"{where} {key}: is not a setting; expected {', '.join(keys)}")


def load_front(path: Path) -> tuple[Screen, Front]:
    """Both tables of a kiosk.toml."""
    data = tomllib.loads(path.read_text("utf-8"))
    screen = screen_from(data.get("screen", {}))
    return screen, front_from(data.get("front", {}), screen)


def _rect(table: Mapping[str, Any]) -> Rect:
    return Rect(float(table["x_mm"]), float(table["y_mm"]), float(table["width_mm"]), float(table["height_mm"]))
