"""What is said when the mains are gone, and when a technician closes the terminal from afar."""
from __future__ import annotations

from kiosk.commands.calls import as_closing
from kiosk.leaflet import power
from kiosk.prompts import Claim, Prompt


def power_prompts(claim: Claim) -> list[Prompt]:
    ends = [
        power.power_cut(slip=False),
        power.power_cut_card_out(slip=True, still_there=True),
        power.power_cut_card_kept(slip=True, claims=(claim,)),
    ]
    return [*ends, *(as_closing(end) for end in ends)]
