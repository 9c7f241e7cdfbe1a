"""What an order costs: asked of the matter itself, never of the terminal."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from remote.central.citizen_cards.life import why_dead
from remote.central.context import Context
from remote.central.payment.tables import orders
from remote.central.payment.tariffs import load_tariffs
from remote.central.payment.utilities import open_bill
from remote.central.rules.senior_card import refusal
from remote.central.store.schema import cases
from remote.messages import OrderLine, Purpose, Refusal, RefusalCode

Priced = list[OrderLine] | Refusal
"""No line: nothing to pay."""

CASE = sa.select(cases).where(cases.c.case_id == sa.bindparam("case_id"))


def price_of(context: Context, purpose: Purpose, purpose_ref: str, person_id: int | None) -> Priced:
    """The lines to pay, or why nothing can be paid here."""
    asked = PRICES.get(purpose)
    if asked is None:
        return nothing_to_pay()
    return asked(context, purpose_ref, person_id)


def nothing_to_pay() -> Refusal:
    return refusal(RefusalCode.NOTHING_TO_PAY, "没有查到要缴的费用")


def _document(context: Context, kind: str, person_id: int | None) -> Priced:
    if person_id is None:
        return nothing_to_pay()
    fee = load_tariffs(context.settings.tariffs).on(context.today).documents.get(kind)
    return [OrderLine(payee=fee.payee, what=fee.what, fen=fee.fen)] if fee is not None and fee.fen else []


CardPrice = Callable[[Context, str, int | None], Priced | None]
CARD_PRICES: list[CardPrice] = []
"""Prices of cards that are no senior cards, by the reference of their application and the person. None: not one of mine."""


def _card(context: Context, case_id: str, person_id: int | None) -> Priced:
    """No line where it has been paid already."""
    case = context.connection.execute(CASE, {"case_id": case_id}).first()
    if case is None or case.item != "senior_card":
        others = (found for price in CARD_PRICES if (found := price(context, case_id, person_id)) is not None)
        return _unless_paid(context, case_id, next(others, nothing_to_pay()))
    if case.person_id != person_id:
        return nothing_to_pay()
    fee = load_tariffs(context.settings.tariffs).on(context.today).cards
    lines = [OrderLine(payee=fee.payee, what=fee.what, fen=case.fee_fen)] if case.fee_fen else []
    return _unless_paid(context, case_id, lines)


def _unless_paid(context: Context, ref: str, priced: Priced) -> Priced:
    paid = sa.select(orders.c.order_id).where(
        orders.c.purpose == Purpose.CARD.value, orders.c.purpose_ref == ref, orders.c.state == "paid"
    )
    return [] if isinstance(priced, list) and context.connection.execute(paid).first() is not None else priced


def top_up_ref(serial: str, fen: int) -> str:
    """What a top-up's order is for: one card, one amount."""
    return f"{serial}/{fen}"


def _top_up(context: Context, ref: str, person_id: int | None) -> Priced:
    """Nobody has to say who she is: the card alone does."""
    serial, _, fen = ref.partition("/")
    tariff = load_tariffs(context.settings.tariffs).on(context.today).top_up
    well_formed = serial.isdecimal() and len(serial) == 20 and fen.isdecimal() and ref == top_up_ref(serial, int(fen))
    if tariff is None or not well_formed:
        return nothing_to_pay()
    if (dead := why_dead(context, serial)) is not None:
        return dead
    if not tariff.least_fen <= int(fen) <= tariff.most_fen:
        return refusal(
            RefusalCode.AMOUNT_NOT_ALLOWED, "充值金额不在允许的范围内",
            least=str(tariff.least_fen // 100), most=str(tariff.most_fen // 100),
        )  # fmt: skip
    return [OrderLine(payee=tariff.payee, what=f"市民卡充值(卡号尾号{serial[-4:]})", fen=int(fen))]


def _bill(context: Context, ref: str, person_id: int | None) -> Priced:
    """Anybody may pay anybody's bill."""
    _, lines = open_bill(context, ref)
    return lines or nothing_to_pay()


def order_ref(context: Context, purpose: Purpose, purpose_ref: str) -> str:
    """What an order must name, for what was asked for: a household stands for its oldest open bill."""
    return open_bill(context, purpose_ref)[0] if purpose is Purpose.BILL else purpose_ref


PRICES: dict[Purpose, Callable[[Context, str, int | None], Priced]] = {
    Purpose.DOCUMENT: _document, Purpose.CARD: _card, Purpose.TOP_UP: _top_up,
    Purpose.BILL: _bill,
}  # fmt: skip
