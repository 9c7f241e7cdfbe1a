"""What she types for her citizen card's PIN: the old one, and a new one twice. Never shown, spoken or written down."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from card.apdu import ApduError
from card.elementary_file import FileMalformed
from card.pin import PinBlocked
from card.transport import CardTransport
from kiosk.citizen_slot import CitizenSlot
from kiosk.journeys.citizen_card.simple_pins import why_simple
from kiosk.leaflet import card_pins
from kiosk.plans.purse_session import pin_pad, purse_of
from kiosk.visit import Left, Visit

NEW_TRIES = 5                # [A] at a good PIN typed twice alike; then she may think about it in peace


@dataclass(frozen=True)
class PinCard:
    """A card that is in. `tries`: left for its PIN; 0 locked, None it does not tell. `for_ever`: nothing unlocks it any more.
    `id_number`: its holder's, "" where it does not say."""

    serial: str
    tries: int | None
    for_ever: bool = False
    id_number: str = field(default="", repr=False)


def pin_card(slot: CitizenSlot) -> Callable[[CardTransport], Awaitable[PinCard]]:
    """Reads one. Costs no try."""

    async def read(transport: CardTransport) -> PinCard:
        purse = await purse_of(transport)
        serial = (await purse.public()).serial
        try:
            id_number = (await purse.holder()).id_number
        except (ApduError, FileMalformed):
            id_number = ""
        try:
            return PinCard(serial, await pin_pad(purse, slot).tries_left(), id_number=id_number)
        except PinBlocked as blocked:
            return PinCard(serial, 0, for_ever=blocked.for_ever)

    return read


async def new_pin(visit: Visit, card: PinCard, old: str = "") -> str:
    """Raises Left, WalkedAway."""
    for _ in range(NEW_TRIES):
        first = await typed(visit, "new_pin")
        if (why := why_simple(first, card.id_number, old)) is not None:
            await visit.ask(card_pins.pin_too_simple(why))
        elif await typed(visit, "new_pin_again") == first:
            return first
        else:
            await visit.ask(card_pins.pins_differ())
    raise Left


async def typed(visit: Visit, name: str) -> str:
    """Raises Left, WalkedAway."""
    answer = await visit.ask(card_pins.new_pin(name))
    if not answer.value:
        raise Left
    return answer.value
