"""The machine on the desk: a field that powers one card, a security module, and a card that answers once per placement."""
from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from devices.id_reader import records
from devices.id_reader.answers import Content, SamNumber
from devices.id_reader.cards import IdCard

FIND_S = 0.02  # assumed
CHIP_READ_S = 0.8  # facts/devices.md 2.9: 0.5 to 1 s, uncertain


class SamState(Enum):
    READY = "ready"
    NOT_AUTHORISED = "not authorised"
    SELF_TEST_FAILED = "self-test failed"


@dataclass(frozen=True)
class CardImage:
    """A card that can be laid on the reader: what its chip gives away."""

    content: Content
    appended_address: str | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls, card: IdCard, *, photo: bytes = b"", fingerprints: bytes = b"", appended_address: str | None = None
    ) -> CardImage:
        """`photo` is a WLT block or `photo.simulated_photo(...)`; empty = the chip gives none."""
        return cls(Content(records.encode(card), photo, fingerprints), appended_address)


@dataclass(eq=False)
class Placement:
    """One card, from being laid down to being lifted."""

    card: CardImage
    found: bool = False
    selected: bool = False


class ReaderModel:
    """`speed` divides the times of the chip: 1 = as in the hall."""

    def __init__(self, *, find_s: float = FIND_S, chip_read_s: float = CHIP_READ_S, speed: float = 1.0) -> None:
        self.find_s = find_s
        self.chip_read_s = chip_read_s
        self.speed = speed
        self.sam = SamState.READY
        self.sam_number = SamNumber(5, 3, 20150101, 1234567, 7654321)
        self._placement: Placement | None = None

    @property
    def card_lies_there(self) -> bool:
        return self._placement is not None

    def lay(self, card: CardImage) -> None:
        """Raises ValueError where a card lies there already."""
        if self._placement is not None:
            raise ValueError("a card lies there already")
        self._placement = Placement(card)

    def lift(self) -> None:
        """Take the card away; nothing happens where none lies there."""
        self._placement = None

    def find(self) -> bool:
        """A card answers once per placement (facts/devices.md 2.4)."""
        if self._placement is None or self._placement.found:
            return False
        self._placement.found = True
        return True

    def select(self) -> bool:
        if self._placement is None or not self._placement.found or self._placement.selected:
            return False
        self._placement.selected = True
        return True

    def selected(self) -> Placement | None:
        """The card that is ready to be read, if any."""
        placement = self._placement
        return placement if placement is not None and placement.selected else None

    def lies_there(self, placement: Placement) -> bool:
        """Does that very card, not lifted in between, still lie there?"""
        return self._placement is placement

    def lose_power(self) -> None:
        """The field collapses: a card that lies there starts anew with the next power, as if just laid down."""
        if self._placement is not None:
            self._placement = Placement(self._placement.card)
