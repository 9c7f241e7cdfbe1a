"""What of a page is not, or not exactly, as its producer meant it. Named and counted; callers show it."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unsupported:
    """`drawn` is False where something is missing on the picture, True where it is there in another form (a font that
    is not embedded, a gradient of another shape)."""

    what: str
    where: str
    count: int
    drawn: bool = False


class Findings:
    """Collects while pages are drawn; `where` is the page being drawn."""

    def __init__(self) -> None:
        self.where = ""
        self._counts: dict[tuple[str, str, bool], int] = {}

    def add(self, what: str, *, drawn: bool = False, count: int = 1) -> None:
        key = (what, self.where, drawn)
        self._counts[key] = self._counts.get(key, 0) + count

    def all(self) -> tuple[Unsupported, ...]:
        return tuple(Unsupported(what, where, count, drawn) for (what, where, drawn), count in self._counts.items())
