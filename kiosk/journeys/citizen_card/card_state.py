"""卡的情况: what the card says of itself, and what the centre knows of it. No login, no name."""
from __future__ import annotations

from dataclasses import dataclass

from card.apdu import ApduError
from card.elementary_file import FileMalformed
from card.files import IN_USE, PublicInformation
from card.pin import PinBlocked
from card.transport import CardTransport
from kiosk.citizen_slot import CitizenSlot
from kiosk.journeys.card_slot import card_read, slot_of, with_card
from kiosk.leaflet import card_scripts
from kiosk.plans.on_the_card import has_concession
from kiosk.plans.purse_session import pin_pad, purse_of
from kiosk.prompts import BALANCE_STEPS, Facts, spoken_date
from kiosk.visit import Visit
from remote.messages import CitizenCardView, FindCitizenCards
from remote.platform import PlatformAway, PlatformRefused

TAIL = 4


@dataclass(frozen=True)
class CardLooked:
    """`tries`: left for the PIN; 0 locked, None it does not tell. `concession` None: it does not tell."""

    public: PublicInformation
    tries: int | None
    concession: bool | None


async def card_state(visit: Visit) -> None:
    """Raises Left, WalkedAway."""
    visit.talk.steps = BALANCE_STEPS
    await with_card(visit, show)


async def show(visit: Visit) -> None:
    slot = slot_of(visit)

    async def looked(transport: CardTransport) -> CardLooked:
        return await look(transport, slot)

    seen = await card_read(visit, looked)
    known = await known_of(visit, seen.public.serial)
    await visit.ask(card_scripts.card_state(Facts(rows(visit, seen, known))))


async def look(transport: CardTransport, slot: CitizenSlot) -> CardLooked:
    purse = await purse_of(transport)
    public = await purse.public()
    try:
        concession: bool | None = await has_concession(purse)
    except (ApduError, FileMalformed):
        concession = None
    try:
        return CardLooked(public, await pin_pad(purse, slot).tries_left(), concession)
    except PinBlocked:
        return CardLooked(public, 0, concession)


async def known_of(visit: Visit, serial: str) -> CitizenCardView | None:
    """None: the centre does not answer, or has no such card."""
    try:
        found = await visit.parts.platform.find_citizen_cards(FindCitizenCards(serial=serial))
    except (PlatformAway, PlatformRefused):
        return None
    return next(iter(found.cards), None)


def rows(visit: Visit, seen: CardLooked, known: CitizenCardView | None) -> tuple[tuple[str, str], ...]:
    """Label and value; a word of the catalogue (`word.<label>.*`), a date, or the value itself."""
    told = [("on_card", f"****{seen.public.serial[-TAIL:]}"), ("card_is", state_word(visit, seen, known)),
            ("card_until", spoken_date(seen.public.expiry))]  # fmt: skip
    if seen.tries is not None:
        told.append(("card_tries", str(seen.tries)))
    if seen.concession is not None:
        told.append(("card_concession", "yes" if seen.concession else "no"))
    return tuple(told)


def state_word(visit: Visit, seen: CardLooked, known: CitizenCardView | None) -> str:
    """What the centre says goes before what the card says: a lost one does not know that it is."""
    if known is not None:
        return known.state.value
    if seen.public.expiry < visit.now.date():
        return "expired"
    return "active" if seen.public.application_type == IN_USE else "inactive"
