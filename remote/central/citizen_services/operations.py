"""insurance_account, list_settlements, own_record, list_vouchers, redeem_voucher: each wants a sign-in that opens it."""

from __future__ import annotations

from datetime import timedelta

from remote.central.citizen_services.insurance import insurance_of
from remote.central.citizen_services.vouchers import redeem, vouchers_of
from remote.central.context import Context, Refused
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import Row, mask_address, mask_id_number, mask_phone
from remote.central.sign_in.answers import masked_name
from remote.central.sign_in.refs import is_sign_in, person_behind
from remote.messages import (
    InsuranceAccount,
    OwnAccount,
    OwnRecord,
    RedeemVoucher,
    Refusal,
    RefusalCode,
    Settlement,
    Settlements,
    VoucherRedeemed,
    Vouchers,
)

SETTLED_WITHIN = timedelta(days=365)


def hers(context: Context, sign_in: str) -> Row:
    """An ID card alone is no sign-in: somebody has to have shown who she is. Raises Refused."""
    if not is_sign_in(sign_in):
        raise Refused("weak_evidence", "expected a sign-in")
    return person_behind(context, sign_in)


def insurance_account(context: Context, ask: OwnAccount) -> InsuranceAccount:
    person = hers(context, ask.sign_in)
    if context.fenced():
        return InsuranceAccount(refusal=fenced_refusal())
    known = insurance_of(person, context.today)
    if known is None:
        return InsuranceAccount(refusal=nothing())
    this_year = [one for one in known.movements if one.on.year == context.today.year]
    movements = this_year if ask.in_full else [one.model_copy(update={"where": mask_place(one.where)}) for one in this_year]
    return InsuranceAccount(
        account_no=known.account_no if ask.in_full else mask_number(known.account_no),
        kind=known.kind, insured=True, balance_fen=known.balance_fen, year=context.today.year, movements=movements,
    )  # fmt: skip


def list_settlements(context: Context, ask: OwnAccount) -> Settlements:
    person = hers(context, ask.sign_in)
    if context.fenced():
        return Settlements(refusal=fenced_refusal())
    known = insurance_of(person, context.today)
    bills = [one for one in known.settlements if context.today - one.on <= SETTLED_WITHIN] if known is not None else []
    if not bills:
        return Settlements(refusal=nothing())
    return Settlements(settlements=bills if ask.in_full else [_masked(one) for one in bills])


def own_record(context: Context, ask: OwnAccount) -> OwnRecord:
    row = hers(context, ask.sign_in)
    if context.fenced():
        return OwnRecord(refusal=fenced_refusal())
    return OwnRecord(
        name=row.name if ask.in_full else masked_name(row.name),
        id_number=row.id_number if ask.in_full else mask_id_number(row.id_number),
        birth=row.birth if ask.in_full else None,
        nation=row.nation,
        phone=(row.phone or "") if ask.in_full else mask_phone(row.phone) or "",
        address=row.address if ask.in_full else mask_address(row.address),
        household=row.hukou_place,
    )


def list_vouchers(context: Context, ask: OwnAccount) -> Vouchers:
    person = hers(context, ask.sign_in)
    if context.fenced():
        return Vouchers(refusal=fenced_refusal())
    return Vouchers(vouchers=vouchers_of(context, person))


def redeem_voucher(context: Context, ask: RedeemVoucher) -> VoucherRedeemed:
    person = hers(context, ask.sign_in)
    if context.fenced():
        return VoucherRedeemed(voucher=None, refusal=fenced_refusal())
    return redeem(context, person, ask.voucher_id)


def nothing() -> Refusal:
    return Refusal(code=RefusalCode.NOTHING_ON_RECORD, reason="没有查到这项记录")


def _masked(one: Settlement) -> Settlement:
    return one.model_copy(update={"settlement_no": mask_number(one.settlement_no), "where": mask_place(one.where)})


def mask_number(number: str) -> str:
    return "*" * (len(number) - 4) + number[-4:]


def mask_place(place: str) -> str:
    """亳州市**院: which department of a hospital somebody goes to says enough."""
    return f"{place[:3]}{'*' * (len(place) - 4)}{place[-1]}" if len(place) > 4 else place
