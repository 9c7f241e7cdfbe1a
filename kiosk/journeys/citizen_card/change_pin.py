"""改密码: her own card's PIN, with the old one. It needs the card alone: no login, no network."""
from __future__ import annotations

from card.apdu import ApduError
from card.pin import PinBlocked, PinWrong
from card.transport import CardError
from kiosk.health.offers import NotNow
from kiosk.journeys.card_slot import card_read, same_card, slot_of, with_card
from kiosk.journeys.citizen_card.endings import give_outcome
from kiosk.journeys.citizen_card.pin_words import PinCard, new_pin, pin_card
from kiosk.journeys.citizen_card.reset_pin import reset
from kiosk.journeys.claims import claim_of
from kiosk.leaflet import card_pins, card_scripts
from kiosk.plans.card_pin import CHANGE, KIND, NEW, OLD, UNKNOWN, holds
from kiosk.plans.purse_session import Hindered, pin_pad, purse_of_card
from kiosk.prompts import PIN_STEPS, RESET_STEPS
from kiosk.transaction.heart import Run
from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import End, Mark
from kiosk.visit import Left, Visit

TRIES = 3                    # [A] of one visit, for what is worth a second try


async def change_pin(visit: Visit) -> None:
    """Raises Left, WalkedAway."""
    visit.talk.steps = PIN_STEPS
    await with_card(visit, change)


async def change(visit: Visit) -> None:
    slot = slot_of(visit)
    card = await card_read(visit, pin_card(slot))
    if card.tries == 0:
        return await locked(visit, card)
    old = await old_pin(visit, card)
    if old is None:
        return None
    slot.her_pin, slot.new_pin = old, await new_pin(visit, card, old)
    try:
        await carried_out(visit, card)
    finally:
        slot.forget()
    return None


async def old_pin(visit: Visit, card: PinCard) -> str | None:
    """The one the card takes now. None: it is locked, and she knows. Raises Left, WalkedAway."""
    left, wrong = card.tries, False
    while True:
        answer = await visit.ask(card_pins.old_pin(left, wrong=wrong))
        if not answer.value:
            raise Left
        try:
            if not await same_card(visit, card.serial, card_scripts.card_again):
                raise Left
            await presented(visit, card.serial, answer.value)
            return answer.value
        except PinWrong as error:
            left, wrong = error.tries_left, True
        except PinBlocked as blocked:
            await locked(visit, PinCard(card.serial, 0, for_ever=blocked.for_ever))
            return None
        except (Hindered, ApduError, CardError):           # pulled out: whether it counted as a try, the card tells
            again = await card_read(visit, pin_card(slot_of(visit)))
            if again.serial != card.serial:
                await visit.ask(card_scripts.card_again("other_card_in"))
                raise Left from None
            if again.tries == 0:
                await locked(visit, again)
                return None
            left = again.tries


async def presented(visit: Visit, serial: str, pin: str) -> None:
    """Raises PinWrong, PinBlocked, Hindered and what the chip raises."""
    slot = slot_of(visit)
    async with slot.power_up() as transport:
        purse, _ = await purse_of_card(transport, serial)
        await pin_pad(purse, slot).verify(pin)


async def locked(visit: Visit, card: PinCard) -> None:
    """Raises Left, Refused, WalkedAway."""
    possible = not card.for_ever and visit.can_prove and not isinstance(visit.health.offer("reset_pin"), NotNow)
    if card.for_ever:
        await visit.ask(card_scripts.told("pin_dead"))
    elif (await visit.ask(card_pins.pin_locked(can_reset=possible))).choice == "unlock_now":
        visit.talk.steps = RESET_STEPS
        await reset(visit)


async def carried_out(visit: Visit, card: PinCard) -> None:
    """As many plans as she has patience for, one after the other. Raises Left, WalkedAway."""
    for number in range(1, TRIES + 1):
        run = begun(visit, card.serial)
        visit.talk.tell(card_pins.working())
        await run.finished.wait()
        if run.end is End.UNDECIDED:
            await found_out(visit, run, card.serial)
        log = visit.heart.log_of(run.plan)
        if log.has(CHANGE, Mark.DONE) or not log.closed:
            return await told(visit, run, holds(log) if log.closed else UNKNOWN)
        why = str((log.facts(PLAN, Mark.DECIDED_BACK) or {}).get("reason", ""))
        if why == "pin_blocked":
            return await locked(visit, PinCard(card.serial, 0))
        answer = await visit.ask(card_pins.pin_not_changed(again=number < TRIES and why != "pin_wrong"))
        if answer.choice != "try_again" or not await same_card(visit, card.serial, card_scripts.card_again):
            return None
    return None


def begun(visit: Visit, serial: str) -> Run:
    plan = visit.heart.new_plan_id()
    code = claim_of(plan).code.replace("-", "")
    return visit.heart.begin(plan, KIND, {"serial": serial, "person_ref": "", "claim_code": code})


async def found_out(visit: Visit, run: Run, serial: str) -> None:
    """The answer was lost: the same card is asked, while both PINs are still known here. Raises WalkedAway."""
    for _ in range(TRIES):
        if not await same_card(visit, serial, card_scripts.card_again):
            break
        visit.talk.tell(card_pins.working("finding_pin"))
        await visit.heart.settle_open(doubts=False)
        if visit.heart.log_of(run.plan).closed:
            return
    slot_of(visit).forget()                                # nobody can ask any more: the plan ends as it is, not known
    await visit.heart.settle_open(doubts=False)


async def told(visit: Visit, run: Run, which: str) -> None:
    """Raises Left, WalkedAway."""
    if which == NEW:
        slip = await give_outcome(visit, str(run.log.opened["serial"]), "pin_changed", run)
        await visit.last_look(card_pins.ended("pin_changed", slip))
    elif which == UNKNOWN:
        await give_outcome(visit, str(run.log.opened["serial"]), "pin_not_known", run)
        await visit.ask(card_pins.pin_not_known())
    else:
        assert which == OLD
        await visit.ask(card_pins.pin_not_changed(again=False))
