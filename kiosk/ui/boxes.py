"""Rectangles in pixels, y up, and the cuts that lay a screen out."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def top(self) -> float:
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def inset(self, across: float, up: float | None = None) -> Box:
        up = across if up is None else up
        return Box(self.x + across, self.y + up, self.width - 2 * across, self.height - 2 * up)

    def from_top(self, height: float, gap: float = 0.0) -> tuple[Box, Box]:
        """The upper `height`, and what is left under it after `gap`."""
        return (Box(self.x, self.top - height, self.width, height),
                Box(self.x, self.y, self.width, self.height - height - gap))

    def from_bottom(self, height: float, gap: float = 0.0) -> tuple[Box, Box]:
        return (Box(self.x, self.y, self.width, height),
                Box(self.x, self.y + height + gap, self.width, self.height - height - gap))

    def from_left(self, width: float, gap: float = 0.0) -> tuple[Box, Box]:
        return (Box(self.x, self.y, width, self.height),
                Box(self.x + width + gap, self.y, self.width - width - gap, self.height))

    def columns(self, count: int, gap: float) -> list[Box]:
        width = (self.width - gap * (count - 1)) / count
        return [Box(self.x + index * (width + gap), self.y, width, self.height) for index in range(count)]

    def rows(self, count: int, gap: float) -> list[Box]:
        """From the top down."""
        height = (self.height - gap * (count - 1)) / count
        return [Box(self.x, self.top - height - index * (height + gap), self.width, height) for index in range(count)]

    def middle(self, width: float, height: float) -> Box:
        return Box(self.x + (self.width - width) / 2, self.y + (self.height - height) / 2, width, height)

    def fitting(self, width: float, height: float) -> Box:
        """The largest box of this shape inside, in the middle."""
        scale = min(self.width / width, self.height / height)
        return self.middle(width * scale, height * scale)

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.right and self.y <= y < self.top

    def inside(self, other: Box, slack: float = 0.5) -> bool:
        return (self.x >= other.x - slack and self.y >= other.y - slack
                and self.right <= other.right + slack and self.top <= other.top + slack)
