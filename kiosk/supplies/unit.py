"""One storage unit, in the words of XFS4IoT (facts/devices.md 12): initial, count, retained, threshold, and how it stands."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class UnitKind(StrEnum):
    CARD_HOPPER = "card_hopper"
    CARD_STACKER = "card_stacker"          # pre-printed cards of a dispenser
    REJECT_BIN = "reject_bin"              # spoiled cards
    CAPTURE_BIN = "capture_bin"            # cards kept for their owners
    RIBBON = "ribbon"
    SLIP_PAPER = "slip_paper"
    A4_TRAY = "a4_tray"
    TONER = "toner"


class UnitState(StrEnum):
    """UNKNOWN: neither machine nor books can say. INOPERATIVE: there, and not usable (jammed, not locked in)."""

    OK = "ok"
    LOW = "low"
    EMPTY = "empty"
    FULL = "full"
    INOPERATIVE = "inoperative"
    UNKNOWN = "unknown"


FEEDS_CARDS = frozenset({UnitKind.CARD_HOPPER, UnitKind.CARD_STACKER})
"""Every single one is accounted for (design.md, invariant 2)."""
BINS = frozenset({UnitKind.REJECT_BIN, UnitKind.CAPTURE_BIN})


@dataclass(frozen=True)
class UnitSpec:
    """What is known of a unit before anybody looks. `threshold`: this many or fewer is LOW (bins: this many or more is FULL),
    in cards, ribbon sets, sheets or percent of toner; None where only the machine can say."""

    id: str
    kind: UnitKind
    device: str
    threshold: int | None = None


UNITS: Mapping[str, UnitSpec] = {
    spec.id: spec
    for spec in (
        UnitSpec("card_hopper", UnitKind.CARD_HOPPER, "card_printer", 10),      # [A] half an hour's work is left
        UnitSpec("ribbon", UnitKind.RIBBON, "card_printer", 10),                # [A] sets of panels, one a card side
        UnitSpec("reject_bin", UnitKind.REJECT_BIN, "card_printer"),
        UnitSpec("capture_bin", UnitKind.CAPTURE_BIN, "card_printer"),
        UnitSpec("slip_paper", UnitKind.SLIP_PAPER, "receipt_printer"),
        UnitSpec("a4_tray", UnitKind.A4_TRAY, "a4_printer", 30),                # [A] sheets
        UnitSpec("toner", UnitKind.TONER, "a4_printer", 10),                    # [A] percent
        UnitSpec("card_stacker", UnitKind.CARD_STACKER, "card_dispenser", 10),  # [A]
        UnitSpec("dispenser_bin", UnitKind.REJECT_BIN, "card_dispenser"),
    )
}


@dataclass(frozen=True)
class Seen:
    """What the machine itself says of a unit now."""

    state: UnitState = UnitState.UNKNOWN
    count: int | None = None


@dataclass(frozen=True)
class Booked:
    """What the journal says. `initial`: how much came in at the last exchange. `retained`: of what was fed from here, how much
    lies in bins. `slack`: cards on their way or in doubt, by which books and sensors may differ. `differed`: counted minus
    booked at the last exchange; not 0 is a loss (or a find) that somebody has to explain."""

    initial: int | None = None
    count: int | None = None
    retained: int | None = None
    slack: int = 0
    differed: int = 0


@dataclass(frozen=True)
class StorageUnit:
    """`contradiction`: a word of the catalogue (`word.troubles.*`) where books and machine cannot both be right; empty else."""

    id: str
    kind: UnitKind
    device: str
    initial: int | None
    count: int | None
    retained: int | None
    threshold: int | None
    state: UnitState
    contradiction: str = ""

    @property
    def troubles(self) -> tuple[str, ...]:
        """Words for technicians (`word.troubles.<word>`)."""
        worth = self.state in (UnitState.LOW, UnitState.EMPTY, UnitState.FULL, UnitState.INOPERATIVE)
        return (*((f"{self.id}_{self.state}",) if worth else ()), *((self.contradiction,) if self.contradiction else ()))
