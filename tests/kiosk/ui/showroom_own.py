"""Samples of signing in without the ID card, and of a citizen's own accounts."""
from __future__ import annotations

from kiosk.leaflet import own, sign_in
from kiosk.prompts import Facts, Prompt, SlipShown
from remote.messages import IdentityEvidence, SignInWay

WAYS = (SignInWay.CITIZEN_CARD, SignInWay.IDENTITY_CODE, SignInWay.SMS_CODE)
MOVES = Facts((
    ("account_no", "**********0417"), ("move_monthly", "2026-11-05  +128.00"), ("move_clinic", "2026-10-21  -86.40"),
    ("move_pharmacy", "2026-10-03  -42.50"),
))  # fmt: skip
BILLS = Facts((
    ("move_hospital", "2026-09-12  2180.60"), ("move_clinic", "2026-08-02  36.00"), ("move_pharmacy", "2026-07-30  42.50"),
))  # fmt: skip
BILLS_IN_FULL = Facts((
    ("move_hospital", "2026-09-12  2180.60  亳州市人民医院"), ("move_clinic", "2026-08-02  36.00  亳州市中医院"),
))  # fmt: skip
RECORD = Facts((
    ("record_name", "李**"), ("record_id", "341***********0021"), ("record_phone", "139****0002"),
    ("record_address", "安徽省亳州市谯城区薛阁街道****"),
))  # fmt: skip
RECORD_IN_FULL = Facts((
    ("record_name", "李秀英"), ("record_id", "341602195411010021"), ("record_birth", "1954年11月1日"),
    ("record_phone", "13955800002"),
))  # fmt: skip
VOUCHER = Facts((("voucher_worth", "50.00"), ("voucher_where", "亳州市各大超市服务台"), ("voucher_until", "2026年12月31日")))
TITLE, WHERE = "惠民消费券", "亳州市各大超市服务台"
BALANCE = {"balance": "3120.55"}


def own_prompts(slip: bytes) -> list[Prompt]:
    return [
        sign_in.other_ways(WAYS),
        sign_in.pin_or_other((IdentityEvidence.FACE, IdentityEvidence.STAFF)),
        sign_in.card_taken_out(),
        sign_in.use_citizen_or_id_card(),
        sign_in.way_over(),
        sign_in.show_identity_code(),
        sign_in.show_identity_code("not_an_identity_code"),
        sign_in.show_identity_code("identity_code_over"),
        sign_in.show_identity_code("identity_code_used"),
        sign_in.scanner_broken(),
        sign_in.type_id_number(),
        sign_in.type_id_number("id_number_wrong"),
        sign_in.type_phone_code("3"),
        sign_in.type_phone_code("2", wrong=True),
        sign_in.phone_code_over(),
        sign_in.phone_code_over("phone_code_missing"),
        own.own_menu(),
        own.own("own_insurance", MOVES, BALANCE, before=True, after=True, in_full=False),
        own.own("own_insurance", MOVES, BALANCE, before=True, after=True, in_full=True),
        own.own("own_settlements", BILLS, {}, before=False, after=True, in_full=False),
        own.own("own_settlements", BILLS_IN_FULL, {}, before=False, after=True, in_full=True),
        own.own("own_record", RECORD, {}, before=False, after=True, in_full=False),
        own.own("own_record", RECORD_IN_FULL, {}, before=False, after=True, in_full=True),
        own.own_printed(SlipShown(slip)),
        own.own_printed(None),
        own.vouchers([("a", "惠民消费券  50元"), ("b", "老年人免费体检券"), ("c", "春节慰问券  100元  12月20日起")]),
        own.no_vouchers(),
        own.voucher(TITLE, VOUCHER, good=True),
        own.voucher_sure(TITLE),
        own.voucher_redeemed(VOUCHER, WHERE, SlipShown(slip)),
        own.voucher_redeemed(Facts((("redemption_no", "DQ202611220001"),)), WHERE, None),
        own.voucher_unknown(),
    ]
