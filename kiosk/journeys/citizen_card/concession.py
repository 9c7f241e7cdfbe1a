"""老年优待: the senior concession is set on her citizen card, so that the bus knows it."""
from __future__ import annotations

from kiosk.journeys.card_slot import card_in, with_card
from kiosk.journeys.citizen_card.endings import ending
from kiosk.journeys.citizen_card.hers import active_card, must_be_hers, signed_in
from kiosk.journeys.citizen_card.scripts import written
from kiosk.leaflet import card_scripts
from kiosk.prompts import ON_CARD_STEPS
from kiosk.visit import Refused, Visit
from remote.messages import CardScript


async def set_concession(visit: Visit) -> None:
    """Raises Left, WalkedAway."""
    visit.talk.steps = ON_CARD_STEPS
    await with_card(visit, concession)


async def concession(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    person, found = await signed_in(visit)
    card = active_card(found)
    if card.concession:
        await visit.ask(card_scripts.told("concession_already"))
        return
    if found.concession is not None:
        raise Refused(found.concession)
    must_be_hers((await card_in(visit)).serial, card)
    await ending(visit, card.serial, await written(visit, person, card.serial, CardScript.SET_CONCESSION), "concession_set")
