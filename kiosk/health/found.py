"""What one look at everything found. What did not answer is not known to work."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.supplies import Seen, StorageUnit, UnitState


class Light(StrEnum):
    """GREEN: works. AMBER: works, and somebody should come. RED: does not work. Never shown without a word and a shape."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Looked:
    """One device. `troubles`: words of the catalogue (`word.troubles.*`), also those it works with. `units`: its storage units
    as its own sensors see them."""

    device: str
    works: bool
    troubles: tuple[str, ...] = ()
    units: Mapping[str, Seen] = field(default_factory=dict)

    @property
    def light(self) -> Light:
        return Light.RED if not self.works else Light.AMBER if self.troubles else Light.GREEN


NOT_FOR_USE = frozenset({UnitState.EMPTY, UnitState.FULL, UnitState.INOPERATIVE})


def light_of(unit: StorageUnit) -> Light:
    if unit.state in NOT_FOR_USE:
        return Light.RED
    return Light.AMBER if unit.troubles or unit.state is UnitState.UNKNOWN else Light.GREEN


@dataclass(frozen=True)
class Found:
    """None and False mean "not known to work". `words`: everything that is wrong, once (`word.troubles.*`)."""

    devices: Mapping[str, Looked] = field(default_factory=dict)
    units: Mapping[str, StorageUnit] = field(default_factory=dict)
    centre: bool = False
    clock_off_s: float | None = None
    free_mb: float = 0.0
    words: tuple[str, ...] = ()

    def works(self, device: str) -> bool:
        looked = self.devices.get(device)
        return looked is not None and looked.works

    def usable(self, unit: str, *, counted: bool = False) -> bool:
        """Not known to be empty, full or out of order; `counted`: and known to be there."""
        there = self.units.get(unit)
        if there is None or there.state in NOT_FOR_USE:
            return False
        return not counted or there.state is not UnitState.UNKNOWN

    @property
    def blanks(self) -> bool:
        return self.usable("card_hopper", counted=True)
