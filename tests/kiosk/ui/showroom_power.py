"""What is said when the mains are gone."""
from __future__ import annotations

from kiosk.leaflet import power
from kiosk.prompts import Claim, Prompt


def power_prompts(claim: Claim) -> list[Prompt]:
    return [
        power.power_cut(slip=False),
        power.power_cut_card_out(slip=True, still_there=True),
        power.power_cut_card_kept(slip=True, claims=(claim,)),
    ]
