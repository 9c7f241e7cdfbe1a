"""激活: a new card of hers is switched on. ID card, then the card itself."""
from __future__ import annotations

from kiosk.journeys.card_slot import card_in, with_card
from kiosk.journeys.citizen_card.endings import ending
from kiosk.journeys.citizen_card.hers import live_card, must_be_hers, signed_in
from kiosk.journeys.citizen_card.scripts import written
from kiosk.prompts import ON_CARD_STEPS
from kiosk.visit import Refused, Visit
from remote.messages import CardScript, CitizenCardState, Refusal, RefusalCode


async def activate_card(visit: Visit) -> None:
    """Raises Left, WalkedAway."""
    visit.talk.steps = ON_CARD_STEPS
    await with_card(visit, activate)


async def activate(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    person, found = await signed_in(visit)
    card = live_card(found)
    if card is None:
        raise Refused(Refusal(code=RefusalCode.NO_CITIZEN_CARD, reason="没有查到要激活的市民卡"))
    if card.state is CitizenCardState.ACTIVE:
        raise Refused(Refusal(code=RefusalCode.CARD_ACTIVE_ALREADY, reason="这张卡已经激活"))
    must_be_hers((await card_in(visit)).serial, card)
    await ending(visit, card.serial, await written(visit, person, card.serial, CardScript.ACTIVATE), "card_activated")
