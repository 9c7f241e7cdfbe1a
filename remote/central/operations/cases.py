"""The application: submitted, decided at once, withdrawn or turned from mail into an instant card before production."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.context import Context, Refused
from remote.central.identity import live_photos
from remote.central.identity.proof import evidence_fails, use_evidence
from remote.central.operations.cardlife import end_card
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import CASE, ITEM, ORDER_OF, Record, Row, by_ref, facts_of, mail_not_produced
from remote.central.rules.facts import PresentedId
from remote.central.rules.senior_card import decide, refusal
from remote.central.store.schema import addresses, cases, delivery_orders
from remote.messages import (
    Address,
    CaseAnswer,
    CaseState,
    CaseView,
    ConvertCase,
    Delivery,
    IdentityEvidence,
    LossAnswer,
    MailCase,
    PhotoSource,
    Refusal,
    RefusalCode,
    ReportLoss,
    Service,
    SubmitCase,
    WithdrawCase,
)
from remote.regions import consistent, names_by_code

CITY_COUNTIES = "3416"  # mail within the city is promised sooner

INSERT_CASE = sa.insert(cases)
INSERT_ORDER = sa.insert(delivery_orders)
SET_CASE_STATE = sa.update(cases).where(cases.c.case_id == sa.bindparam("which"))
LAST_CASE_NO = sa.select(sa.func.max(cases.c.case_no)).where(cases.c.case_no.like(sa.bindparam("prefix")))
ADDRESS = sa.select(addresses).where(
    addresses.c.address_id == sa.bindparam("address_id"), addresses.c.person_id == sa.bindparam("person_id")
)


def submit_case(context: Context, ask: SubmitCase) -> CaseAnswer:
    record = by_ref(context, ask.person_ref)
    why_not = _may_not_submit(context, record, ask)
    if why_not is not None:
        return CaseAnswer(case=None, refusal=why_not)
    address = _address(context, record, ask.address) if ask.delivery is Delivery.MAIL else None
    state = CaseState.MAIL_ORDERED if address else CaseState.APPROVED
    case_id = context.token("case")
    context.connection.execute(
        INSERT_CASE,
        {
            "case_id": case_id,
            "case_no": _next_case_no(context),
            "person_id": record.row.person_id,
            "item": ITEM,
            "service": ask.service.value,
            "delivery": ask.delivery.value,
            "state": state.value,
            "submitted_at": context.now,
            "fee_fen": context.rules.fee_fen.of(ask.service, record.losses_12_months),
            "photo": ask.photo.value,
            "identity": ask.identity.value,
            "card_alone": ask.identity is IdentityEvidence.CARD_ALONE,
            "loss_stated": ask.loss_stated,
            "claim_code": ask.claim_code,
            "terminal": context.terminal,
            "rules_version": context.rules.version,
        },
    )
    use_evidence(context, record.row, ask, case_id)
    if ask.photo is PhotoSource.LIVE and ask.photo_ref:
        live_photos.bind(context, ask.photo_ref, case_id)
    if address:
        _order_mail(context, case_id, *address)
    if ask.service is Service.LOST and context.rules.lost.old_card_dies == "at_statement" and record.live_card:
        end_card(context, record.live_card.number, "lost")
    context.audit("submit_case", case_id, f"{ask.service.value} {ask.delivery.value} {ask.identity.value}")
    _sms(context, record, "您的老年证申请已受理" + (",做好后免费寄到家。" if address else ",请在机器上取证。"))
    return CaseAnswer(case=case_view(context, case_id), refusal=None)


def _may_not_submit(context: Context, record: Record, ask: SubmitCase) -> Refusal | None:
    if context.fenced():
        return fenced_refusal()
    identity_missing = evidence_fails(context, record.row, ask)
    if identity_missing is not None:
        return identity_missing
    if ask.service is Service.LOST and not ask.loss_stated:
        raise Refused("malformed", "loss_stated: expected true for the service lost")
    if ask.delivery is Delivery.MAIL and ask.address is None:
        raise Refused("malformed", "address: expected for delivery by mail")
    live = ask.photo is PhotoSource.LIVE and live_photos.usable(context, record.row, ask.photo_ref)
    facts = facts_of(record, chip_photo_usable=ask.photo is PhotoSource.CHIP, live_photo=live)
    decision = decide(facts, PresentedId(True, record.row.id_valid_to), context.today, context.rules)
    why_not = decision.refusal or decision.offer(ask.service).refusal
    if why_not is None and ask.photo not in facts.photos:
        return refusal(RefusalCode.NO_PHOTO, "没有可用的照片,请到窗口拍照后办理")
    return why_not


def _address(context: Context, record: Record, address: Address | None) -> tuple[str, str]:
    """Text of the address and its county."""
    if address is None:
        raise Refused("malformed", "address: expected for delivery by mail")
    if address.address_id is not None:
        row = context.connection.execute(ADDRESS, {"address_id": address.address_id, "person_id": record.row.person_id}).first()
        if row is None:
            raise Refused("malformed", "address_id: expected one of this person's")
        return row.text, row.county
    county, township, village = address.county or "", address.township or "", address.village or ""
    if not consistent(county, township, village):
        raise Refused("malformed", "address: expected county, township and village codes that lie in each other")
    house = address.house or ""
    if house and not (house.isascii() and house.isdigit() and len(house) <= 6):
        raise Refused("malformed", "house: expected up to six digits")
    return names_by_code()[village] + (f"{house}号" if house else ""), county


def _order_mail(context: Context, case_id: str, text: str, county: str) -> None:
    hours = context.rules.mail.city_hours if county.startswith(CITY_COUNTIES) else context.rules.mail.elsewhere_hours
    context.connection.execute(
        INSERT_ORDER,
        {
            "order_no": "EM" + str(int(context.token("order")[:12], 16))[:11].rjust(11, "0"),
            "case_id": case_id,
            "state": "ordered",
            "address": text,
            "hours": hours,
            "number": None,
            "changed_at": context.now,
        },
    )


def _next_case_no(context: Context) -> str:
    prefix = f"LN{context.today:%Y%m%d}"
    last = context.connection.execute(LAST_CASE_NO, {"prefix": prefix + "%"}).scalar()
    return f"{prefix}{int(last[len(prefix) :]) + 1 if last else 1:06d}"


def case_view(context: Context, case_id: str) -> CaseView:
    case = context.connection.execute(CASE, {"case_id": case_id}).one()
    order = context.connection.execute(ORDER_OF, {"case_id": case_id}).first() if case.delivery == Delivery.MAIL else None
    return CaseView(
        case_id=case.case_id,
        case_no=case.case_no,
        state=CaseState(case.state),
        fee_fen=case.fee_fen,
        mail_hours=order.hours if order else None,
        mail_order=order.order_no if order else None,
    )


def withdraw_case(context: Context, ask: WithdrawCase) -> CaseAnswer:
    case = find_case(context, ask.case_id)
    if context.fenced():
        return CaseAnswer(case=None, refusal=fenced_refusal())
    if case.state == CaseState.WITHDRAWN:
        return CaseAnswer(case=case_view(context, case.case_id), refusal=None)
    why_not = _past_production(context, case)
    if why_not is not None:
        return CaseAnswer(case=None, refusal=why_not)
    _cancel_orders(context, case.case_id)
    set_case(context, case.case_id, CaseState.WITHDRAWN, closed=True)
    context.audit("withdraw_case", case.case_id)
    return CaseAnswer(case=case_view(context, case.case_id), refusal=None)


def convert_case(context: Context, ask: ConvertCase) -> CaseAnswer:
    case = find_case(context, ask.case_id)
    if context.fenced():
        return CaseAnswer(case=None, refusal=fenced_refusal())
    why_not = _past_production(context, case)
    if why_not is not None:
        return CaseAnswer(case=None, refusal=why_not)
    _cancel_orders(context, case.case_id)
    context.connection.execute(
        SET_CASE_STATE.values(state=CaseState.APPROVED.value, delivery=Delivery.INSTANT.value, claim_code=ask.claim_code),
        {"which": case.case_id},
    )
    context.audit("convert_case", case.case_id, "mail -> instant")
    return CaseAnswer(case=case_view(context, case.case_id), refusal=None)


def mail_case(context: Context, ask: MailCase) -> CaseAnswer:
    """The other way round: approved to be made at a machine, not made, and wanted by mail now."""
    record, case = by_ref(context, ask.person_ref), find_case(context, ask.case_id)
    if context.fenced():
        return CaseAnswer(case=None, refusal=fenced_refusal())
    if case.person_id != record.row.person_id:
        raise Refused("unknown_case", "case_id: expected one of this person's")
    if case.state != CaseState.APPROVED or case.delivery != Delivery.INSTANT:
        return CaseAnswer(case=None, refusal=refusal(RefusalCode.PAST_PRODUCTION, "已在制证或已办结,不能改寄"))
    text, county = _address(context, record, ask.address)
    context.connection.execute(
        SET_CASE_STATE.values(state=CaseState.MAIL_ORDERED.value, delivery=Delivery.MAIL.value), {"which": case.case_id}
    )
    _order_mail(context, case.case_id, text, county)
    context.audit("mail_case", case.case_id, "instant -> mail")
    return CaseAnswer(case=case_view(context, case.case_id), refusal=None)


def _past_production(context: Context, case: Row) -> Refusal | None:
    """None while nothing was produced and nobody is producing."""
    if case.state == CaseState.APPROVED or (case.state == CaseState.MAIL_ORDERED and mail_not_produced(context, case.case_id)):
        return None
    if case.state in (CaseState.CLOSED, CaseState.WITHDRAWN):
        return refusal(RefusalCode.CASE_CLOSED, "这次申请已经办结")
    if case.state == CaseState.PRODUCING:
        return refusal(RefusalCode.BEING_SERVED, "此刻正在制证")
    return refusal(RefusalCode.PAST_PRODUCTION, "证已经制作,不能再改")


def _cancel_orders(context: Context, case_id: str) -> None:
    context.connection.execute(
        sa.update(delivery_orders)
        .where(delivery_orders.c.case_id == case_id, delivery_orders.c.state == "ordered")
        .values(state="cancelled", changed_at=context.now)
    )


def find_case(context: Context, case_id: str) -> Row:
    case = context.connection.execute(CASE, {"case_id": case_id}).first()
    if case is None:
        raise Refused("unknown_case", "case_id: expected one that the centre has given")
    return case


def set_case(context: Context, case_id: str, state: CaseState, *, place: str | None = None, closed: bool = False) -> None:
    context.connection.execute(
        SET_CASE_STATE.values(state=state.value, place=place, closed_at=context.now if closed else None), {"which": case_id}
    )


def report_loss(context: Context, ask: ReportLoss) -> LossAnswer:
    """Effective at once: the live card is dead from now on, whatever becomes of a new one."""
    record = by_ref(context, ask.person_ref)
    if context.fenced():
        return LossAnswer(reported=False, refusal=fenced_refusal())
    if record.live_card is None:
        return LossAnswer(reported=False, refusal=refusal(RefusalCode.NO_LIVE_CARD, "没有查到有效的证"))
    end_card(context, record.live_card.number, "lost")
    context.audit("report_loss", record.live_card.number)
    _sms(context, record, f"您的老年证(尾号{record.live_card.number[-4:]})已挂失,立即失效。")
    return LossAnswer(reported=True, refusal=None)


def _sms(context: Context, record: Record, text: str) -> None:
    if record.row.phone:
        context.tell("sms", record.row.phone, text)
