"""The menu of the citizen card (facts/journeys.md J18-J21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiosk.health.offers import Verdict
from kiosk.leaflet.ways_in import tile
from kiosk.prompts import Choice, Prompt, Tiles


def menu(group: str, names: Sequence[str], verdicts: Mapping[str, Verdict], groups: Sequence[str] = ()) -> Prompt:
    """`group`: citizen_card, card_pins, card_more; `groups`: further pages, each behind a tile of its own."""
    choices = [tile(name, verdicts.get(name), first=False) for name in names]
    return Prompt(
        f"{group}_menu", contents=(Tiles(alike=True),), choices=(*choices, *(Choice(one) for one in groups)), back=True
    )
