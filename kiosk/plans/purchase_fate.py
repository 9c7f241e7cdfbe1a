"""What became of a purchase whose end is not known: the same card is asked, the centre judges its TAC. The same from a plan that
was cut off and at whichever terminal the card is put in next.

GET TRANSACTION PROVE comes first and nothing is begun on the card before it: a new INITIALIZE makes it forget the proof.
"""
from __future__ import annotations

from card.apdu import ApduError
from card.elementary_file import FileMalformed
from card.settling import Proofs, PurchaseBegun, PurchaseFate, look, what_became_of_purchase
from card.transport import CardError
from kiosk.citizen_slot import MACHINE
from kiosk.parts import Parts
from kiosk.plans.one_call import CENTRE
from kiosk.plans.purse_session import Hindered, purse_of_card
from kiosk.transaction.plan import Later
from remote.messages import FindPurchases, PurchaseState, PurchaseView, ReportPurchase
from remote.platform import PlatformAway, PlatformRefused

OPEN = (PurchaseState.BEGUN, PurchaseState.IN_DOUBT)
STATES = {
    PurchaseFate.DEBITED: PurchaseState.DEBITED, PurchaseFate.NOT_DEBITED: PurchaseState.NOT_DEBITED,
    PurchaseFate.UNKNOWN: PurchaseState.IN_DOUBT,
}  # fmt: skip


def begun_of(purchase: PurchaseView) -> PurchaseBegun:
    card = purchase.card
    return PurchaseBegun(
        card.serial, card.kind, card.balance, card.sequence, purchase.fen, bytes.fromhex(card.terminal_number),
        card.terminal_seq, bytes.fromhex(card.moment),
    )  # fmt: skip


async def as_the_centre_knows(parts: Parts, purchase: PurchaseView) -> PurchaseView:
    """Raises Later."""
    try:
        found = await parts.platform.find_purchases(FindPurchases(order_id=purchase.order_id))
    except (PlatformAway, PlatformRefused) as error:
        raise Later(CENTRE) from error
    return next((one for one in found.purchases if one.purchase_id == purchase.purchase_id), purchase)


async def found_out(parts: Parts, purchase: PurchaseView, key: str) -> PurchaseView:
    """As it stands once its card has spoken. `key` begins the keys of what the centre is told. Raises Later: the card is not
    here, or the centre is away."""
    purchase = await as_the_centre_knows(parts, purchase)
    if purchase.state not in OPEN:
        return purchase
    slot = parts.citizen_card
    if slot is None:
        raise Later(MACHINE)
    before = begun_of(purchase)
    try:
        async with slot.power_up() as transport:
            purse, _ = await purse_of_card(transport, before.serial)
            after, proofs = await look(purse, before)
    except (Hindered, CardError, ApduError, FileMalformed) as error:
        raise Later(MACHINE) from error
    for proof in proofs.all:
        told = await report(parts, purchase, PurchaseState.DEBITED, f"{key}:{proof.asked}", proof.tac)
        if told.state is PurchaseState.DEBITED:
            return told
    fate = what_became_of_purchase(before, after, Proofs(proofs.at, proofs.after, genuine=False))
    return await report(parts, purchase, STATES[fate], f"{key}:{fate.name}")


async def report(parts: Parts, purchase: PurchaseView, state: PurchaseState, key: str, tac: bytes = b"") -> PurchaseView:
    """Raises Later."""
    said = ReportPurchase(purchase_id=purchase.purchase_id, state=state, tac=tac.hex().upper())
    try:
        answer = await parts.platform.report_purchase(said, key=f"{key}:purchase")
    except (PlatformAway, PlatformRefused) as error:
        raise Later(CENTRE) from error
    return answer.purchase or purchase
