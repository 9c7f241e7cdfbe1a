"""What a citizen card costs: as its application says."""

from __future__ import annotations

from remote.central.citizen_cards.records import ITEM
from remote.central.citizen_cards.rules import citizen_rules
from remote.central.context import Context
from remote.central.operations.records import CASE
from remote.central.payment.prices import CARD_PRICES, Priced, nothing_to_pay
from remote.messages import OrderLine


def card_price(context: Context, case_id: str, person_id: int | None) -> Priced | None:
    case = context.connection.execute(CASE, {"case_id": case_id}).first()
    if case is None or case.item != ITEM:
        return None
    if case.person_id != person_id:
        return nothing_to_pay()
    rules = citizen_rules(context.today)
    return [OrderLine(payee=rules.payee, what=rules.what, fen=case.fee_fen)] if case.fee_fen else []


if card_price not in CARD_PRICES:
    CARD_PRICES.append(card_price)
