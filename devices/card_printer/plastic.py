"""The cards themselves, and the places where they lie for good. Nothing here knows how they are moved."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from devices.card_printer.panels import CardImage, Panel, render

FRONT, BACK = "front", "back"


@dataclass(frozen=True)
class Blank:
    """A card as it lies in the hopper. `chip` is whatever answers in a reader: a virtual card, or None."""

    serial: str
    chip: object | None = None


@dataclass(eq=False)
class Plastic:
    """One physical card: its identity never changes, what was printed on it stays on it."""

    blank: Blank
    printed: dict[str, dict[str, Panel]] = field(default_factory=dict)

    @property
    def serial(self) -> str:
        return self.blank.serial

    @property
    def chip(self) -> object | None:
        return self.blank.chip

    def burn(self, side: str, panel: Panel) -> None:
        """The head prints one panel on one side."""
        self.printed.setdefault(side, {})[panel.name] = panel

    def face(self, side: str) -> CardImage | None:
        """What is on that side, half-printed faces included; None = nothing."""
        panels: Mapping[str, Panel] | None = self.printed.get(side)
        return None if panels is None else render(panels)

    def save(self, front: Path | str, back: Path | str | None = None) -> None:
        """Write the printed sides as PNG, landscape, 300 dpi. A side without print is not written."""
        for side, path in ((FRONT, front), (BACK, back)):
            face = self.face(side)
            if face is not None and path is not None:
                face.rgb.save(path, "PNG", dpi=(300, 300))


@dataclass
class Bin:
    """Holds `capacity` cards; technicians empty it, and then somebody else answers for the cards."""

    capacity: int
    cards: list[Plastic] = field(default_factory=list)
    emptied: list[Plastic] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return len(self.cards) >= self.capacity

    @property
    def ever(self) -> list[Plastic]:
        return self.emptied + self.cards

    def empty(self) -> None:
        self.emptied += self.cards
        self.cards = []


@dataclass(frozen=True)
class Census:
    """Where every card ever loaded is now. `loaded` is the sum of the rest, always."""

    loaded: int
    hopper: int
    path: int
    exit: int
    captured: int
    rejected: int
    taken: int

    @property
    def conserved(self) -> bool:
        return self.loaded == self.hopper + self.path + self.exit + self.captured + self.rejected + self.taken
