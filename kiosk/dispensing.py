"""The dispenser as plans use it: the machine, where in it a card's chip is written, and by what."""
from __future__ import annotations

from dataclasses import dataclass

from card.transport import ChipStation
from devices.card_dispenser.seam import CardDispenser
from devices.card_dispenser.words import Station


@dataclass(frozen=True)
class Dispensing:
    """`chip` powers the card that stands at `at`: the machine's own station, or a reader above it."""

    machine: CardDispenser
    chip: ChipStation
    at: Station
