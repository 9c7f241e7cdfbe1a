"""The fee of a card, asked for before anything is made: of a senior card by its rules (nothing, by law), of a citizen card by the
tariff."""
from __future__ import annotations

from kiosk.journeys.claims import claim_of
from kiosk.journeys.paying import Paid, money_back, pay
from kiosk.leaflet import paying
from kiosk.visit import Visit
from print.layouts.formats import yuan
from remote.messages import Purpose


async def pay_card_fee(visit: Visit, ref: str) -> Paid | None:
    """`ref`: the application the card is made for. None: it costs nothing, or is paid for already. Raises Left (she did not pay,
    and knows what became of it), Refused, WalkedAway."""
    return await pay(visit, Purpose.CARD, ref)


async def card_not_made(visit: Visit, paid: Paid | None) -> None:
    """Paid for and not made: the money back now, or left for another try (it goes back by itself when nobody makes it)."""
    if paid is None:
        return
    answer = await visit.ask(paying.paid_not_made(yuan(paid.fen), again=False))
    if answer.choice != "refund_now" or not await money_back(visit, paid):
        await visit.ask(paying.paid_kept(yuan(paid.fen), claim_of(paid.plan)))
