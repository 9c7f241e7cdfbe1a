"""挂失: her citizen card is stopped at once, with her ID card alone. Who stops what says so for itself."""
from __future__ import annotations

from datetime import datetime

from kiosk.journeys.citizen_card.hers import ITEM, live_card, signed_in
from kiosk.journeys.paper import give, head
from kiosk.journeys.prove import prove
from kiosk.journeys.requests import NotSent, once
from kiosk.leaflet import card_scripts
from kiosk.prompts import LOSS_STEPS, Facts
from kiosk.transaction.claim import claim_code
from kiosk.visit import Left, Person, Refused, Visit
from print.layouts.slip_citizen_card import CardLost, Stopped
from remote.messages import (
    CitizenCardAnswer,
    CitizenCardState,
    CitizenCardView,
    FoundCitizenCards,
    Refusal,
    RefusalCode,
    ReportCitizenLoss,
)


async def report_card_loss(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    visit.talk.steps = LOSS_STEPS
    person, found = await signed_in(visit)
    card = live_card(found)
    if card is None:
        return await told(visit, person, lost_before(found), "card_lost_before")
    proof = await prove(visit, person, ITEM)
    if (await visit.ask(card_scripts.loss_confirm(card.tail))).choice != "card_loss_yes":
        raise Left
    plan = visit.heart.new_plan_id()
    request = ReportCitizenLoss(
        person_ref=person.said.person_ref, number=card.number, claim_code=claim_code(plan), **proof.fields
    )
    try:
        answer = CitizenCardAnswer.model_validate(await once(visit, plan, "report_citizen_loss", request))
    except NotSent:
        return None
    return await told(visit, person, answer.card or card, "card_lost_now")


def lost_before(found: FoundCitizenCards) -> CitizenCardView:
    """The newest one she reported. Raises Refused where she has none."""
    lost = next((card for card in found.cards if card.state is CitizenCardState.LOST), None)
    if lost is None:
        raise Refused(Refusal(code=RefusalCode.NO_CITIZEN_CARD, reason="没有查到可以挂失的市民卡"))
    return lost


async def told(visit: Visit, person: Person, card: CitizenCardView, name: str) -> None:
    """What is stopped since when, and what is not confirmed yet. Raises Left, WalkedAway."""
    rows = Facts(tuple((f"lost_{one.owner.value}", when(one.confirmed_at)) for one in card.losses))
    stopped = tuple(Stopped(one.owner.value, one.confirmed_at) for one in card.losses)
    slip = None
    if card.losses:
        slip = await give(visit, CardLost(head(visit, person), card.tail, card.losses[0].reported_at, stopped))
    await visit.ask(card_scripts.lost(name, card.tail, rows, slip=slip is not None))


def when(confirmed: datetime | None) -> str:
    return f"{confirmed:%Y-%m-%d %H:%M}" if confirmed is not None else "waiting"
