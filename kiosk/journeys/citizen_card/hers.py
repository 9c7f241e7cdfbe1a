"""Who she is, and which citizen cards the centre has for her: first her ID card, then the card in the slot."""
from __future__ import annotations

from kiosk import leaflet
from kiosk.journeys.identify import identify
from kiosk.journeys.pages import heard
from kiosk.visit import Person, Refused, Visit
from remote.messages import (
    CitizenCardState,
    CitizenCardView,
    FindCitizenCards,
    FoundCitizenCards,
    Refusal,
    RefusalCode,
)

ITEM = "citizen_card"
HEARD = frozenset({RefusalCode.NOT_MATCHED, RefusalCode.ID_EXPIRED, RefusalCode.FENCED, RefusalCode.NEEDS_STAFF})
"""Of what the centre says about the ID card: the senior card's own rules are none of these journeys'."""
LIVE = (CitizenCardState.INACTIVE, CitizenCardState.ACTIVE)


async def signed_in(visit: Visit) -> tuple[Person, FoundCitizenCards]:
    """J1. Raises Left, Refused, WalkedAway."""
    person = await identify(visit, hears=HEARD)
    visit.talk.tell(leaflet.checking())
    request = FindCitizenCards(person_ref=person.said.person_ref)
    return person, await heard(visit, visit.parts.platform.find_citizen_cards(request))


def live_card(found: FoundCitizenCards) -> CitizenCardView | None:
    return next((card for card in found.cards if card.state in LIVE), None)


def active_card(found: FoundCitizenCards) -> CitizenCardView:
    """Raises Refused."""
    card = live_card(found)
    if card is None:
        raise Refused(Refusal(code=RefusalCode.NO_CITIZEN_CARD, reason="没有查到能用的市民卡"))
    if card.state is not CitizenCardState.ACTIVE:
        raise Refused(Refusal(code=RefusalCode.CARD_NOT_ACTIVE, reason="这张卡还没有启用"))
    return card


def must_be_hers(serial: str, card: CitizenCardView) -> None:
    """Raises Refused: the one in the slot is another."""
    if serial != card.serial:
        raise Refused(Refusal(code=RefusalCode.NOT_HER_CARD, reason="插的卡不是本人现在用的市民卡"))
