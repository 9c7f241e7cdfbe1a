"""A look at the dispenser: its stacker and its bin are units of their own; a card where none may be is the machine's trouble."""
from __future__ import annotations

from devices.card_dispenser.seam import CardDispenser
from devices.card_dispenser.words import DeviceState, Media, PathMedia, Replenishment, StorageUnit
from devices.errors import DeviceError
from kiosk.health.found import Looked
from kiosk.supplies import Seen, UnitState

NAME = "card_dispenser"
STATES = {
    Replenishment.OK: UnitState.OK, Replenishment.LOW: UnitState.LOW, Replenishment.EMPTY: UnitState.EMPTY,
    Replenishment.FULL: UnitState.OK, Replenishment.UNKNOWN: UnitState.UNKNOWN,
}  # fmt: skip
"""Of the stacker, where FULL is good news."""


async def look(machine: CardDispenser) -> Looked:
    try:
        status = await machine.status()
    except DeviceError:
        return Looked(NAME, works=False, troubles=("card_dispenser_away",))
    unclear = status.path is PathMedia.UNKNOWN or status.gate is Media.UNKNOWN
    troubles = {
        "card_dispenser_unclear": unclear,
        "card_dispenser_card_inside": status.path.inside,
        "card_dispenser_card_at_gate": status.gate is Media.PRESENT,
        "card_dispenser_stopped": status.device is DeviceState.HARDWARE_ERROR and not unclear and not status.path.inside,
    }
    found = tuple(word for word, is_so in troubles.items() if is_so)
    units = {"card_stacker": Seen(STATES[status.hopper.replenishment]), "dispenser_bin": _bin(status.bin)}
    return Looked(NAME, works=not found, troubles=found, units=units)


def _bin(unit: StorageUnit) -> Seen:
    """The machine's own count goes on when the bin is emptied: the books alone say how many lie in it."""
    if unit.replenishment is Replenishment.UNKNOWN:
        return Seen()
    return Seen(UnitState.FULL if unit.replenishment is Replenishment.FULL else UnitState.OK)
