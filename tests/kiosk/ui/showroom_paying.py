"""Samples of what is shown about money."""
from __future__ import annotations

from kiosk.journeys.claims import claim_of
from kiosk.leaflet import paying, with_claim
from kiosk.prompts import Prompt, ToPay

PRICE = ToPay("10.00", "亳州市不动产登记中心", "不动产查询结果")
OPEN = ToPay(PRICE.yuan, PRICE.payee, PRICE.what, "http://pay.bozhou.example/checkout/0123456789abcdef0123456789abcdef", 272)
CLAIM = claim_of("5a" * 16)


def paying_prompts() -> list[Prompt]:
    return [
        paying.pay_amount(PRICE, scanner=True),
        paying.pay_preparing(PRICE),
        paying.pay_now(OPEN),
        paying.pay_asking(PRICE),
        paying.pay_closing(),
        paying.pay_over("pay_cancelled"),
        paying.pay_over("pay_expired"),
        paying.pay_over("pay_refunding", "1至3个工作日退回付款账户"),
        with_claim("pay_unknown", CLAIM, fault_code="P-412"),
        paying.paid_not_made("10.00", again=True),
        paying.paid_kept("10.00", CLAIM),
    ]
