"""Now or by mail, and where to."""
from __future__ import annotations

from kiosk import leaflet
from kiosk.health.needs import CARD_NOW
from kiosk.health.offers import NotNow, Offered
from kiosk.preview import preview
from kiosk.prompts import CardPreview
from kiosk.visit import Left, Person, Visit
from remote.messages import Address, Delivery, Service
from remote.regions import regions


async def card_preview(visit: Visit, person: Person) -> CardPreview | None:
    png = await visit.parts.offload(preview, person, visit.now.date(), visit.parts.photo_is_drawn)
    return CardPreview(png) if png else None


async def choose_delivery(visit: Visit, person: Person, service: Service) -> Delivery:
    """Only what works now: no card in this machine, no 现在取卡."""
    offered = next(offer.deliveries for offer in person.said.offers if offer.service is service)
    here = visit.health.offer(CARD_NOW)
    possible = [d for d in offered if d is not Delivery.INSTANT or isinstance(here, Offered)]
    if not possible:
        await visit.ask(leaflet.not_here_now())
        raise Left
    card = await card_preview(visit, person)
    why = here.reason if isinstance(here, NotNow) else ""
    prompt = leaflet.choose_delivery(possible, card, takes_s=visit.durations.whole(), why=why, nearest=visit.nearest)
    answer = await visit.ask(prompt)
    match answer.choice:
        case "now":
            return Delivery.INSTANT
        case "mail":
            return Delivery.MAIL
    raise Left


async def address_for(visit: Visit, person: Person) -> Address:
    """A known address, masked; or county, township and village picked and the house number by digits."""
    while True:
        answer = await visit.ask(leaflet.choose_address(person.said.addresses))
        if answer.choice == "back":
            raise Left
        if answer.choice != "other_address":
            known = next(a for a in person.said.addresses if a.address_id == answer.choice)
            chosen, words = Address(address_id=known.address_id), known.masked
        else:
            picked = await pick_address(visit)
            if picked is None:
                continue
            chosen, words = picked
        if (await visit.ask(leaflet.confirm_address(words))).choice == "mail_there":
            return chosen


async def pick_address(visit: Visit) -> tuple[Address, str] | None:
    """None: she went back to the known addresses."""
    counties = regions()
    answer = await visit.ask(leaflet.pick_place("county", [(c.code, c.name) for c in counties], []))
    county = next((c for c in counties if c.code == answer.choice), None)
    if county is None:
        return None
    answer = await visit.ask(leaflet.pick_place("township", [(t.code, t.name) for t in county.townships], [county.name]))
    township = next((t for t in county.townships if t.code == answer.choice), None)
    if township is None:
        return None
    path = [county.name, township.name]
    answer = await visit.ask(leaflet.pick_place("village", [(v.code, v.name) for v in township.villages], path))
    village = next((v for v in township.villages if v.code == answer.choice), None)
    if village is None:
        return None
    path.append(village.name)
    house = await visit.ask(leaflet.house_number(path))
    if not house.value:
        return None
    address = Address(county=county.code, township=township.code, village=village.code, house=house.value)
    return address, f"{''.join(path)}{house.value}号"
