"""J17: what became of the money - by her ID card, or by the code on a slip she has kept."""
from __future__ import annotations

from devices.errors import DeviceGone
from kiosk.journeys.identify import identify
from kiosk.journeys.pages import heard
from kiosk.leaflet import payments
from kiosk.prompts import Answer
from kiosk.scanned import ClaimCode, classify
from kiosk.visit import Left, Visit
from print.layouts.formats import yuan
from remote.messages import FindOrders, OrderState, OrderView
from remote.platform import PlatformAway, PlatformRefused

CODES_A_VISIT = 3            # [A] whoever guesses codes gets no further


async def find_payment(visit: Visit) -> None:
    """From the bills: with her ID card, or with a slip and no name. Raises Left, Refused, WalkedAway."""
    answer = await visit.ask(payments.find_payment())
    if answer.choice == "back":
        raise Left
    if answer.choice == "by_id_card":
        await identify(visit)
        orders = await known_orders(visit)
        if orders:
            return await my_payments(visit, orders)
        if orders is None:
            return await unknown_now(visit)
        if (await visit.ask(payments.no_payments())).choice != "by_slip":
            return None
    return await by_slip(visit)


async def unknown_now(visit: Visit) -> None:
    await visit.ask(payments.payments_unknown())


async def known_orders(visit: Visit) -> list[OrderView] | None:
    """Hers, newest first; None where the centre cannot be asked now."""
    if visit.person is None:
        return []
    try:
        found = await visit.parts.platform.find_orders(FindOrders(person_ref=visit.person.said.person_ref))
    except (PlatformAway, PlatformRefused):
        return None
    return found.orders


def can_read_slips(visit: Visit) -> bool:
    return visit.parts.codes is not None and visit.health.found.works("scanner")


async def my_payments(visit: Visit, orders: list[OrderView]) -> None:
    """Raises Left, WalkedAway."""
    if len(orders) == 1:
        return await tell(visit, orders[0])
    while True:
        rows = tuple((order.order_no, f"{title(order)}  {yuan(order.fen)}元") for order in orders)
        answer = await visit.ask(payments.choose_payment(rows))
        chosen = next((order for order in orders if order.order_no == answer.value), None)
        if chosen is None:
            return None
        await tell(visit, chosen)


async def by_slip(visit: Visit) -> None:
    """The code on the slip, laid before the scanner or typed. Nothing is settled by it, and it tells nobody's name. Raises Left,
    WalkedAway."""
    for number in range(1, CODES_A_VISIT + 1):
        code = await slip_code(visit)
        orders = await heard(visit, visit.parts.platform.find_orders(FindOrders(claim_code=code))) if code else None
        if orders is not None and orders.orders:
            return await my_payments(visit, orders.orders)
        if (await visit.ask(payments.slip_not_found(again=number < CODES_A_VISIT))).choice != "code_again":
            return None
    return None


async def slip_code(visit: Visit) -> str:
    """"": what the scanner read is no slip. Raises Left, WalkedAway."""
    if can_read_slips(visit):
        codes = visit.parts.codes
        assert codes is not None
        try:
            found = await visit.until(payments.show_slip(), codes.next_code)
        except DeviceGone:
            visit.health.look_again()
            found = Answer("type_code")
        if not isinstance(found, Answer):
            code = classify(found)
            return code.code if isinstance(code, ClaimCode) else ""
        if found.choice != "type_code":
            raise Left
    typed = await visit.ask(payments.type_code())
    if typed.choice == "back" or not typed.value:
        raise Left
    return typed.value


async def tell(visit: Visit, order: OrderView) -> None:
    """In words: where the money is, and what she has to do. Where she says that it is not so, somebody comes."""
    back = order.gone_back_fen or order.going_back_fen or order.fen
    shown = payments.payment_status(status(order), title(order), yuan(back), order.refund_words, order.order_no)
    if (await visit.ask(shown)).choice == "not_right":
        visit.talk.call_staff(shown.name)
        await visit.ask(payments.payment_help(title(order), order.order_no))


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
