"""The pictures, by name. Drawn once for a size and kept: none of them shows anything personal."""
from __future__ import annotations

from functools import lru_cache

from kiosk.front import Front
from kiosk.prompts import Slot
from kiosk.ui.theme import Palette

MOST_KEPT = 96
"""1.5 MB each for the large ones at 1080 x 1920, some kB for the signs."""


def picture_rgba(name: str, lit: Slot | None, front: Front | None, palette: Palette, width: float,
                 height: float) -> tuple[tuple[int, int], bytes]:
    """(size in px, RGBA rows from the top). Raises KeyError for a picture nobody drew."""
    return _drawn(name, lit, _Kept(front), palette, max(8, round(width)), max(8, round(height)))


def field_of(name: str) -> tuple[float, float]:
    """Width and height of the picture's own shape, in its units."""
    from kiosk.ui.pictures import album

    return album.field_of(name)


class _Kept:
    """The front as a cache key: there is one in a process."""

    def __init__(self, front: Front | None) -> None:
        self.front = front

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.front is self.front

    def __hash__(self) -> int:
        return id(self.front)


@lru_cache(maxsize=MOST_KEPT)
def _drawn(name: str, lit: Slot | None, kept: _Kept, palette: Palette, width: int, height: int) -> tuple[tuple[int, int], bytes]:
    from kiosk.ui.pictures import album

    return album.draw(name, lit, kept.front, palette, width, height)
