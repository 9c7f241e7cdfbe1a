"""How it ended, on screen and on paper: nobody has to be named, the card's tail is enough."""
from __future__ import annotations

from kiosk.journeys.citizen_card.scripts import REGISTERING
from kiosk.journeys.paper import give
from kiosk.journeys.slip_head import card_head
from kiosk.leaflet import card_scripts
from kiosk.plans.card_script import UNKNOWN
from kiosk.prompts import SlipShown
from kiosk.transaction.heart import Run
from kiosk.visit import Visit
from print.layouts.slip_citizen_card import CardOutcome, Outcome


async def give_outcome(visit: Visit, serial: str, outcome: Outcome, run: Run) -> SlipShown | None:
    return await give(visit, CardOutcome(card_head(visit, serial), outcome), run)


async def ending(visit: Visit, serial: str, ended: tuple[str, Run] | None, good: Outcome) -> None:
    """Of a script. Raises Left, WalkedAway."""
    if ended is None:
        return
    result, run = ended
    if result == UNKNOWN:
        await give_outcome(visit, serial, "card_not_known", run)
        await visit.ask(card_scripts.not_known())
    elif result == REGISTERING:
        await visit.last_look(card_scripts.ended("card_registering", await give_outcome(visit, serial, "card_registering", run)))
    else:
        await visit.last_look(card_scripts.ended(good, await give_outcome(visit, serial, good, run)))
