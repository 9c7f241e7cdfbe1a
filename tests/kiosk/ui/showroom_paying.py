"""Samples of what is shown about money."""
from __future__ import annotations

from dataclasses import replace

from kiosk.journeys.claims import claim_of
from kiosk.leaflet import bills, paying, payments, topping_up, with_claim
from kiosk.prompts import Choice, Facts, Prompt, SlipShown, ToPay, Weight

PRICE = ToPay("10.00", "亳州市不动产登记中心", "不动产查询结果")
OPEN = ToPay(PRICE.yuan, PRICE.payee, PRICE.what, "http://pay.bozhou.example/checkout/0123456789abcdef0123456789abcdef", 272)
WAYS = [
    Choice("pay_show_qr", Weight.PRIMARY), Choice("pay_scan_code"), Choice("pay_purse"),
]  # fmt: skip
BILLS = (("W1/202608", "水费 2026年8月  ****0012  34.80元"), ("E1/202609", "电费 2026年9月  ****3375  151.62元"))
FACTS = Facts((("household", "****0012"), ("order_no", "P261122 D46E 74B5 F866")))
STATUSES = (
    "payment_refunded", "payment_refunding", "payment_done", "payment_waiting", "payment_closed", "payment_open",
)  # fmt: skip
CLAIM = claim_of("5a" * 16)


def paying_prompts(slip: bytes) -> list[Prompt]:
    shown = SlipShown(slip)
    return [
        paying.pay_amount(PRICE, WAYS),
        paying.pay_amount(PRICE, WAYS[:1], "pay_amount_changed"),
        paying.pay_waived(PRICE),
        paying.show_phone_code(PRICE),
        paying.show_phone_code(PRICE, again=True),
        paying.scanner_away(),
        paying.confirm_on_phone(replace(PRICE, seconds_left=272)),
        paying.pay_over("pay_not_taken"),
        paying.paying_by_card(PRICE),
        paying.purse_short(PRICE, "3.20"),
        paying.earlier_purchase("earlier_purchase_paid", "34.80"),
        paying.earlier_purchase("earlier_purchase_not_paid", "34.80"),
        paying.money_for_the_card("34.80"),
        topping_up.load_open("purchase_pending", CLAIM, "P-442"),
        topping_up.card_no_good("purse_away", "P-441"),
        payments.choose_payment(BILLS),
        *(payments.payment_status(name, "水费2026年8月", "34.80", "马上退回付款账户", "P261122 D46E 74B5") for name in STATUSES),
        payments.show_slip(),
        payments.type_code(),
        payments.slip_not_found(),
        payments.slip_not_found(again=False),
        payments.find_payment(),
        payments.matter_or_payments(),
        payments.payment_help("水费2026年8月", "P261122 D46E 74B5"),
        payments.payments_unknown(),
        payments.no_payments(),
        bills.whose_bills(),
        bills.whose_bills(by_number=False),
        bills.which_supplier(),
        bills.account_number(),
        bills.finding_bills(),
        bills.choose_bill(BILLS),
        bills.no_bills(),
        bills.bill_paid("34.80", shown, FACTS, more=True, receipt=True),
        bills.bill_paid("34.80", None, FACTS, more=False, receipt=False),
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
