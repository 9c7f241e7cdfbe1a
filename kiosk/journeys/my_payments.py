"""J17: what became of the money - by her ID card, or by the code on a slip she has kept."""
from __future__ import annotations

from devices.errors import DeviceGone
from kiosk.journeys.pages import heard
from kiosk.leaflet import payments
from kiosk.prompts import Answer
from kiosk.scanned import ClaimCode, classify
from kiosk.visit import Visit
from print.layouts.formats import yuan
from remote.messages import FindOrders, OrderState, OrderView
from remote.platform import PlatformAway, PlatformRefused


async def orders_of(visit: Visit) -> list[OrderView]:
    """Hers, newest first; none where the centre cannot be asked now."""
    if visit.person is None:
        return []
    try:
        found = await visit.parts.platform.find_orders(FindOrders(person_ref=visit.person.said.person_ref))
    except (PlatformAway, PlatformRefused):
        return []
    return found.orders


def can_read_slips(visit: Visit) -> bool:
    return visit.parts.codes is not None and visit.health.found.works("scanner")


async def my_payments(visit: Visit, orders: list[OrderView]) -> None:
    """Raises Left, WalkedAway."""
    while True:
        rows = tuple((order.order_no, f"{title(order)}  {yuan(order.fen)}元") for order in orders)
        answer = await visit.ask(payments.choose_payment(rows))
        chosen = next((order for order in orders if order.order_no == answer.value), None)
        if chosen is None:
            return
        await tell(visit, chosen)


async def by_slip(visit: Visit) -> None:
    """The slip's own code, laid before the scanner; her ID card has been read. Raises Left, WalkedAway."""
    codes = visit.parts.codes
    assert codes is not None
    try:
        found = await visit.until(payments.show_slip(), codes.next_code)
    except DeviceGone:
        visit.health.look_again()
        await visit.ask(payments.slip_not_found())
        return
    if isinstance(found, Answer):
        return
    code = classify(found)
    if isinstance(code, ClaimCode):
        answer = await heard(visit, visit.parts.platform.find_orders(FindOrders(claim_code=code.code)))
        for order in answer.orders:
            await tell(visit, order)
        if answer.orders:
            return
    await visit.ask(payments.slip_not_found())


async def tell(visit: Visit, order: OrderView) -> None:
    """In words: where the money is, and what she has to do."""
    back = order.gone_back_fen or order.going_back_fen or order.fen
    await visit.ask(payments.payment_status(status(order), title(order), yuan(back), order.refund_words, order.order_no))


def status(order: OrderView) -> str:
    if order.state is OrderState.REFUNDED or order.gone_back_fen:
        return "payment_refunded"
    if order.state is OrderState.REFUNDING or order.going_back_fen:
        return "payment_refunding"
    if order.state is OrderState.PAID:
        return "payment_done" if order.fulfilled else "payment_waiting"
    return "payment_closed" if order.state is OrderState.CLOSED else "payment_open"


def title(order: OrderView) -> str:
    return "、".join(dict.fromkeys(line.what for line in order.lines))
