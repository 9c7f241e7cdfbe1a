"""忘了密码、解锁: a new PIN without the old one, for whoever shows that the card is hers."""
from __future__ import annotations

from dataclasses import replace

from kiosk.journeys.card_slot import card_read, slot_of, with_card
from kiosk.journeys.citizen_card.endings import give_outcome
from kiosk.journeys.citizen_card.hers import ITEM, active_card, must_be_hers, signed_in
from kiosk.journeys.citizen_card.pin_words import new_pin, pin_card
from kiosk.journeys.citizen_card.scripts import written
from kiosk.journeys.prove import prove
from kiosk.leaflet import card_pins, card_scripts
from kiosk.plans.card_script import UNKNOWN
from kiosk.prompts import RESET_STEPS
from kiosk.visit import Visit
from remote.messages import CardScript


async def reset_pin(visit: Visit) -> None:
    """Raises Left, WalkedAway."""
    visit.talk.steps = RESET_STEPS
    await with_card(visit, reset)


async def reset(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    person, found = await signed_in(visit)
    hers, slot = active_card(found), slot_of(visit)
    await prove(visit, person, ITEM)
    card = await card_read(visit, pin_card(slot))
    must_be_hers(card.serial, hers)
    if card.for_ever:
        await visit.ask(card_scripts.told("pin_dead"))
        return
    slot.new_pin = await new_pin(visit, replace(card, id_number=person.card.id_number))
    try:
        ended = await written(visit, person, card.serial, CardScript.UNBLOCK_PIN)
    finally:
        slot.forget()
    if ended is None:
        return
    result, run = ended
    if result == UNKNOWN:
        await give_outcome(visit, card.serial, "pin_not_known", run)
        await visit.ask(card_pins.pin_not_known())
    else:
        slip = await give_outcome(visit, card.serial, "pin_was_reset", run)
        await visit.last_look(card_pins.ended("pin_was_reset", slip))
