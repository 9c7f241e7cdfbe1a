"""What an earlier payment with this card came to: found out whenever the card is in a slot, at whichever terminal."""
from __future__ import annotations

from dataclasses import dataclass

from kiosk.journeys.pages import heard
from kiosk.leaflet import paying, topping_up
from kiosk.plans.purchase_fate import found_out
from kiosk.transaction.plan import Later
from kiosk.visit import Refused, Visit
from print.layouts.formats import yuan
from remote.messages import CardCredit, FindPurchases, PurchaseState, Refusal, RefusalCode


@dataclass(frozen=True)
class Earlier:
    """`settled`: something was open. `credits`: money that waits to go back onto this card."""

    settled: bool
    credits: list[CardCredit]


async def settle_earlier_purchases(visit: Visit, serial: str) -> Earlier:
    """Raises Refused where it cannot be found out now, Left, WalkedAway."""
    found = await heard(visit, visit.parts.platform.find_purchases(FindPurchases(serial=serial)))
    for earlier in found.purchases:
        visit.talk.tell(topping_up.loading("finding_load"))
        try:
            now = await found_out(visit.parts, earlier, f"{visit.heart.new_plan_id()}:find")
        except Later:
            raise Refused(Refusal(code=RefusalCode.LOAD_PENDING, reason="现在查不了这张卡上一笔付款")) from None
        if now.state is PurchaseState.IN_DOUBT:
            raise Refused(Refusal(code=RefusalCode.LOAD_PENDING, reason="这张卡上一笔付款要两人核对"))
        name = "earlier_purchase_paid" if now.state is PurchaseState.DEBITED else "earlier_purchase_not_paid"
        await visit.ask(paying.earlier_purchase(name, yuan(now.fen)))
    if not found.purchases:
        return Earlier(False, found.credits)
    again = await heard(visit, visit.parts.platform.find_purchases(FindPurchases(serial=serial)))
    return Earlier(True, again.credits)
