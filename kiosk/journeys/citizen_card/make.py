"""J20: a citizen card of her own, made on the spot: the first one, or another one for one lost, damaged or out of date."""
from __future__ import annotations

import io
from base64 import b64decode
from math import ceil
from typing import Literal

from devices.id_reader.id_number import Sex, mask
from devices.id_reader.records import ResidentCard
from kiosk import leaflet
from kiosk.health.needs import CARD_DISPENSED
from kiosk.journeys.claims import claim_from, claim_of
from kiosk.journeys.identify import identify
from kiosk.journeys.make_card import make_card
from kiosk.journeys.new_photo import new_photo
from kiosk.journeys.prove import prove
from kiosk.journeys.requests import NotSent, once, withdraw_if_sure
from kiosk.leaflet import citizen_card_made as words
from kiosk.leaflet import face
from kiosk.plans.citizen_number import KIND
from kiosk.plans.dispensed_card import KIND as DISPENSED
from kiosk.prompts import CITIZEN_CARD_STEPS, CardPreview, Claim, PersonShown
from kiosk.transaction.claim import claim_code
from kiosk.visit import Left, Person, Proof, Refused, Visit
from print.fitting import DoesNotFit
from print.fonts import NoGlyph
from print.layouts import citizen_card_face
from print.layouts.formats import yuan
from print.raster import card_image
from remote.messages import (
    ApplyCitizenCard,
    CaseState,
    CaseView,
    CitizenCase,
    CitizenOffer,
    FindCitizenCards,
    FoundCitizenCards,
    PhotoSource,
    Refusal,
    RefusalCode,
    Service,
)
from remote.platform import PlatformAway, PlatformRefused

ITEM = "citizen_card"
OFFER = "citizen_card_new"
STANDS = frozenset({RefusalCode.NOT_MATCHED, RefusalCode.ID_EXPIRED, RefusalCode.NEEDS_STAFF, RefusalCode.FENCED})
"""Of what check_person says: the rest are the senior card's rules."""
NUMBER_NOT_YET = "制卡时生成"


async def citizen_card_new(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    visit.talk.steps = CITIZEN_CARD_STEPS
    person = await identify(visit, hears=STANDS)
    found = await cards_of(visit, person)
    if found.case is not None:
        return await open_citizen_case(visit, person, found.case)
    offer = await choose(visit, found)
    await confirm(visit, person, offer)
    if offer.service is Service.LOST and offer.old_card is not None:
        await loss_statement(visit, offer)
    proof = await prove(visit, person, ITEM)
    if not dispenses(visit):
        await photo_for(visit, person, proof)
    if not made_here(visit):
        await visit.ask(words.not_here_now())
        raise Left
    await start(visit, person, offer)
    try:
        case, claim = await applied(visit, person, offer.service, proof)
    except NotSent:
        return None
    return await make_card(visit, case.case_id, claim, kind_of(visit))


def dispenses(visit: Visit) -> bool:
    """Her card was printed beforehand: neither name nor photo is on it."""
    return visit.parts.dispensing is not None


def kind_of(visit: Visit) -> str:
    return DISPENSED if dispenses(visit) else KIND


def made_here(visit: Visit) -> bool:
    """The machine that makes citizen cards here can do so now."""
    if dispenses(visit):
        return visit.health.can_make_cards(CARD_DISPENSED)
    return visit.health.can_make_cards() and visit.parts.chip is not None


async def cards_of(visit: Visit, person: Person) -> FoundCitizenCards:
    """Raises Left where the centre cannot be asked."""
    try:
        return await visit.parts.platform.find_citizen_cards(FindCitizenCards(person_ref=person.said.person_ref))
    except (PlatformAway, PlatformRefused):
        await visit.ask(leaflet.submit_failed())
        raise Left from None


async def choose(visit: Visit, found: FoundCitizenCards) -> CitizenOffer:
    """A first card is not asked about; of one that is there, what the matter is. Raises Refused, Left."""
    possible = [offer for offer in found.offers if offer.refusal is None]
    if not possible:
        refusals = [offer.refusal for offer in found.offers if offer.refusal is not None]
        raise Refused(refusals[0] if refusals else Refusal(code=RefusalCode.NEEDS_STAFF, reason="没有可办的事项"))
    old = possible[0].old_card
    if old is None:
        return possible[0]
    answer = await visit.ask(words.has_card(old.tail, [offer.service.value for offer in possible]))
    chosen = next((offer for offer in possible if answer.choice == f"citizen_{offer.service.value}"), None)
    if chosen is None:
        raise Left
    return chosen


async def confirm(visit: Visit, person: Person, offer: CitizenOffer) -> None:
    photo = b64decode(person.photo_png) if person.photo_png else None
    shown = PersonShown(
        name=person.card.name, id_masked=mask(person.card.id_number), age=person.said.age, age_class="", photo_png=photo,
        card=await card_preview(visit, person),
    )  # fmt: skip
    answer = await visit.ask(words.confirm(shown, fee=fee_of(offer), note=visit.trust_note))
    if answer.choice == "not_me":
        await visit.ask(leaflet.not_me())
    if answer.choice != "yes_me":
        raise Left


async def loss_statement(visit: Visit, offer: CitizenOffer) -> None:
    answer = await visit.ask(words.loss_statement(offer.old_card.tail if offer.old_card else "", fee_of(offer)))
    if answer.choice != "report_yes":
        raise Left


async def photo_for(visit: Visit, person: Person, proof: Proof) -> None:
    """X5: where there is none, one is taken."""
    if person.said.photo_source is not PhotoSource.LIVE:
        return
    if (await visit.ask(face.photo_needed())).choice != "new_photo" or not await new_photo(visit, person, proof):
        raise Left


async def start(visit: Visit, person: Person, offer: CitizenOffer) -> None:
    minutes = ceil(visit.durations.whole(frozenset({"print"}) if dispenses(visit) else frozenset()) / 60)
    card = await card_preview(visit, person)
    answer = await visit.ask(words.start(card, fee=fee_of(offer), minutes=minutes, printed=not dispenses(visit)))
    if answer.choice != "make_citizen_card":
        raise Left


def fee_of(offer: CitizenOffer) -> str:
    return yuan(offer.fee_fen) if offer.fee_fen else ""


async def applied(visit: Visit, person: Person, service: Service, proof: Proof) -> tuple[CaseView, Claim]:
    """Raises Refused, NotSent."""
    plan = visit.heart.new_plan_id()
    request = ApplyCitizenCard(
        person_ref=person.said.person_ref, service=service, photo=person.photo_source, photo_ref=person.photo_ref,
        loss_stated=service is Service.LOST, claim_code=claim_code(plan), **proof.fields,
    )  # fmt: skip
    facts = await once(visit, plan, "apply_citizen_card", request)
    return CaseView.model_validate(facts["case"]), claim_of(plan)


# -- what is open -----------------------------------------------------------------------------------------------------

async def ordered_citizen_card(visit: Visit, person: Person) -> CitizenCase | None:
    """For 我办的事. None: none is open, or nobody can say now; then the rest of her matters is shown all the same."""
    try:
        said = await visit.parts.platform.find_citizen_cards(FindCitizenCards(person_ref=person.said.person_ref))
    except (PlatformAway, PlatformRefused):
        return None
    return said.case


async def open_citizen_case(visit: Visit, person: Person, case: CitizenCase) -> None:
    """Raises Left, Refused, WalkedAway."""
    visit.talk.steps = CITIZEN_CARD_STEPS
    match case.state:
        case CaseState.APPROVED:
            await unfinished(visit, person, case)
        case CaseState.KEPT:
            await visit.ask(words.elsewhere("citizen_kept_elsewhere", case.place))
        case CaseState.IN_DOUBT:
            await visit.ask(words.elsewhere("citizen_in_doubt_elsewhere", case.place))
        case _:
            await visit.ask(words.elsewhere("citizen_produced_elsewhere", case.place))


async def unfinished(visit: Visit, person: Person, case: CitizenCase) -> None:
    """Applied for and not made: any terminal makes it, with the ID card alone."""
    await prove(visit, person, ITEM)
    here = made_here(visit)
    answer = await visit.ask(words.unfinished(case.submitted_on, here=here, can_withdraw=case.can_withdraw))
    match answer.choice:
        case "produce_here":
            await make_card(visit, case.case_id, claim_from(case.claim_code), kind_of(visit))
        case "withdraw":
            await withdraw_if_sure(visit, case.case_id)
        case _:
            raise Left


# -- the card as it will be -------------------------------------------------------------------------------------------

async def card_preview(visit: Visit, person: Person) -> CardPreview | None:
    """None where nothing of hers is printed on it, or her name cannot be drawn."""
    if dispenses(visit):
        return None
    png = await visit.parts.offload(preview, visit, person)
    return CardPreview(png) if png else None


def preview(visit: Visit, person: Person) -> bytes | None:
    """The front as PNG. None where her name cannot be drawn."""
    if not isinstance(person.card, ResidentCard):
        return None
    sex: Literal["男", "女"] = "女" if person.card.sex is Sex.FEMALE else "男"
    today = visit.now.date()
    drawn = citizen_card_face.CitizenCardFace(
        name=person.card.name, sex=sex, number=NUMBER_NOT_YET, issued_on=today, valid_to=None, issuer="",
        photo=b64decode(person.photo_png) if person.photo_png else None, photo_is_drawn=visit.parts.photo_is_drawn,
    )  # fmt: skip
    try:
        image = card_image(citizen_card_face.front(drawn))
    except (NoGlyph, DoesNotFit):
        return None
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
