"""J3-J7: the senior preference card - new, lost, expired or class changed, damaged - now or by mail."""
from __future__ import annotations

import contextlib
from base64 import b64decode

from devices.id_reader.id_number import mask
from kiosk import leaflet
from kiosk.conversation import WalkedAway
from kiosk.journeys.card_fee import pay_card_fee
from kiosk.journeys.delivery import address_for, card_preview, choose_delivery
from kiosk.journeys.identify import identify
from kiosk.journeys.make_card import make_card
from kiosk.journeys.matters import open_matter
from kiosk.journeys.new_photo import new_photo
from kiosk.journeys.paper import mail_slip
from kiosk.journeys.prove import prove
from kiosk.journeys.requests import NotSent, submit, withdraw
from kiosk.leaflet import face
from kiosk.prompts import PersonShown
from kiosk.visit import Left, Person, Proof, Refused, Visit
from remote.messages import CaseView, Delivery, Offer, PhotoSource, Refusal, RefusalCode, Service, SubmitCase

ITEM = "senior_card"


async def senior_card(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    person = await identify(visit)
    wants_photo = await confirm_person(visit, person)
    if person.said.open_case is not None:
        return await open_matter(visit, person)
    service = await choose_service(visit, person)
    if service is Service.LOST:
        await loss_statement(visit, person)
    proof = await prove(visit, person, ITEM)
    await photo_for(visit, person, proof, wanted=wants_photo)
    delivery = await choose_delivery(visit, person, service)
    address = await address_for(visit, person) if delivery is Delivery.MAIL else None
    request = SubmitCase(
        person_ref=person.said.person_ref, service=service, delivery=delivery, photo=person.photo_source,
        photo_ref=person.photo_ref, loss_stated=service is Service.LOST, address=address, claim_code="", **proof.fields,
    )  # fmt: skip
    try:
        case, claim = await submit(visit, request)
    except NotSent:
        return None
    if delivery is Delivery.MAIL:
        await fee_of_mail(visit, case)
        return await mail_slip(visit, case, address)
    return await make_card(visit, case.case_id, claim)


async def fee_of_mail(visit: Visit, case: CaseView) -> None:
    """Nothing is sent by mail that is not paid for: her no ends the application. Raises Left, Refused, WalkedAway."""
    if case.fee_fen == 0:
        return
    try:
        await pay_card_fee(visit, case.case_id)
    except (Left, WalkedAway):
        with contextlib.suppress(NotSent):
            await withdraw(visit, case.case_id)
        raise


async def confirm_person(visit: Visit, person: Person) -> bool:
    """我们已经查好了: photo, name, age class, and the card as it will be. Returns whether she wants another photo on it."""
    said = person.said
    photo = b64decode(person.photo_png) if person.photo_png else None
    label = said.age_class.label if said.age_class else ""
    shown = PersonShown(
        name=person.card.name, id_masked=mask(person.card.id_number), age=said.age, age_class=label, photo_png=photo,
        card=await card_preview(visit, person),
    )  # fmt: skip
    while True:
        answer = await visit.ask(leaflet.confirm_person(shown, note=visit.trust_note))
        match answer.choice:
            case "yes_me":
                return False
            case "not_me":
                await visit.ask(leaflet.not_me())
                raise Left
            case "photo_wrong" if visit.can_take_photo and photo is not None and visit.can_prove:
                answer = await visit.ask(face.photo_or_new(photo))
                if answer.choice in ("keep_photo", "new_photo"):
                    return answer.choice == "new_photo"
            case "photo_wrong":
                if (await visit.ask(leaflet.photo_wrong())).choice != "photo_is_fine":
                    raise Left
            case _:
                raise Left


async def photo_for(visit: Visit, person: Person, proof: Proof, *, wanted: bool) -> None:
    """X5: where there is none, one is taken; where she wants another one, she gets it."""
    if person.said.photo_source is PhotoSource.LIVE:
        if (await visit.ask(face.photo_needed())).choice != "new_photo" or not await new_photo(visit, person, proof):
            raise Left
    elif wanted:
        await new_photo(visit, person, proof)


async def choose_service(visit: Visit, person: Person) -> Service:
    """What the rules allow today; the one that is due is offered by itself."""
    possible = [offer for offer in person.said.offers if offer.refusal is None]
    if not possible:
        raise Refused(first_refusal(person.said.offers))
    due = next((offer for offer in possible if offer.highlighted and offer.service is Service.RENEW), None)
    live = person.said.live_card
    if due is not None and live is not None:
        answer = await visit.talk.ask(leaflet.renew_offer(live.valid_to, reason=due.reason or "expiry"))
        if answer.choice == Service.RENEW:
            return Service.RENEW
        if answer.choice == "back":
            raise Left
        possible = [offer for offer in possible if offer is not due]    # not that; lost or damaged, perhaps
    if live is None and len(possible) == 1:
        return possible[0].service
    answer = await visit.ask(leaflet.choose_service(possible, live.tail if live else ""))
    if answer.choice in ("nothing", "back"):
        raise Left
    return Service(answer.choice)


def first_refusal(offers: list[Offer]) -> Refusal:
    refusals = [offer.refusal for offer in offers if offer.refusal is not None]
    return refusals[0] if refusals else Refusal(code=RefusalCode.NEEDS_STAFF, reason="没有可办的事项")


async def loss_statement(visit: Visit, person: Person) -> None:
    live = person.said.live_card
    answer = await visit.ask(leaflet.loss_statement(live.tail if live else ""))
    if answer.choice != "i_state":
        raise Left
