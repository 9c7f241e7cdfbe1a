"""After a PIN script whose answer was lost: what the try counter proves, and when the new PIN itself has to be asked."""
from __future__ import annotations

from functools import partial

import pytest
import trio

from card.pin import PinPad
from card.virtual.card import VirtualCard
from kiosk.plans.on_the_card import takes_new_pin
from kiosk.plans.purse_session import purse_of
from tests.kiosk.journeys.citizen_card.world import NEW, OLD, tries_of, with_tries
from tests.kiosk.journeys.top_up_world import a_card


class Powered:
    """The chip itself, without a station."""

    def __init__(self, card: VirtualCard) -> None:
        self.card = card
        card.power_on()

    async def transmit(self, apdu: bytes) -> bytes:
        await trio.lowlevel.checkpoint()
        return self.card.handle(apdu)


async def asked(card: VirtualCard, before: int) -> bool | None:
    purse = await purse_of(Powered(card))
    return await takes_new_pin(PinPad(purse.card), NEW, before)


def card_with(pin: str, tries: int) -> VirtualCard:
    return with_tries(a_card(pin=bytes.fromhex(pin)), tries)


@pytest.mark.parametrize(("pin", "tries", "before", "said", "left"), [
    (NEW, 3, 0, True, 3), (NEW, 3, 1, True, 3), (NEW, 3, 3, True, 3),
    (OLD, 0, 0, False, 0), (OLD, 1, 1, False, 1), (OLD, 2, 2, False, 2),
    (OLD, 3, 3, False, 2),      # only here a try is spent
    (OLD, 2, 3, False, 2),      # spent already
])  # fmt: skip
def test_what_the_card_shows(pin: str, tries: int, before: int, said: bool, left: int) -> None:
    card = card_with(pin, tries)
    assert trio.run(partial(asked, card, before)) is said
    assert tries_of(card) == left
