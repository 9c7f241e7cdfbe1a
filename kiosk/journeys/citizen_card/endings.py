"""How it ended, on paper: nobody has to be named, the card's tail is enough."""
from __future__ import annotations

from kiosk.journeys.paper import give
from kiosk.journeys.slip_head import card_head
from kiosk.prompts import SlipShown
from kiosk.transaction.heart import Run
from kiosk.visit import Visit
from print.layouts.slip_citizen_card import CardOutcome, Outcome


async def give_outcome(visit: Visit, serial: str, outcome: Outcome, run: Run) -> SlipShown | None:
    return await give(visit, CardOutcome(card_head(visit, serial), outcome), run)
