"""What a terminal may ask about citizen cards: what there is, apply for one, report one lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.citizen_cards.life import report_lost
from remote.central.citizen_cards.records import (
    BY_NUMBER,
    ITEM,
    card_held_for,
    card_of_serial,
    cards_of,
    case_view_of,
    live_card_of,
    losses_this_year,
    moves_to,
    view,
    view_now,
)
from remote.central.citizen_cards.rules import CitizenRules, citizen_rules
from remote.central.context import Context, Refused
from remote.central.identity import live_photos
from remote.central.identity.proof import evidence_fails, use_evidence
from remote.central.operations.cases import INSERT_CASE, LAST_CASE_NO, case_view
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import Record, by_ref, facts_of
from remote.central.rules.senior_card import refusal
from remote.central.times import add_years, full_years
from remote.messages import (
    ApplyCitizenCard,
    CaseAnswer,
    CaseState,
    CitizenCardAnswer,
    CitizenOffer,
    Delivery,
    FindCitizenCards,
    FoundCitizenCards,
    IdentityEvidence,
    LiveCard,
    PhotoSource,
    Refusal,
    RefusalCode,
    ReportCitizenLoss,
    Service,
)

Row = sa.Row[Any]


def find_citizen_cards(context: Context, ask: FindCitizenCards) -> FoundCitizenCards:
    if not ask.person_ref:
        card = card_of_serial(context, ask.serial) if ask.serial else None
        if card is None or card.state == "void":
            return FoundCitizenCards()
        return FoundCitizenCards(cards=[view(context, card)], moves=moves_to(context, [card.number]))
    record = by_ref(context, ask.person_ref)
    person_id = record.row.person_id
    cards = cards_of(context, person_id)
    return FoundCitizenCards(
        cards=[view(context, card) for card in cards],
        case=case_view_of(context, person_id),
        offers=offers_to(context, record),
        moves=moves_to(context, [card.number for card in cards], person_id),
        concession=no_concession(context, record),
    )


def offers_to(context: Context, record: Record) -> list[CitizenOffer]:
    rules = citizen_rules(context.today)
    live = live_card_of(context, record.row.person_id)
    old = LiveCard(tail=live.number[-4:], issued_on=live.issued_on, valid_to=live.valid_to) if live is not None else None
    return [
        CitizenOffer(
            service=service, refusal=_may_not_have(context, record, service, rules), fee_fen=rules.fee_fen[service], old_card=old
        )
        for service in Service
    ]


def _may_not_have(context: Context, record: Record, service: Service, rules: CitizenRules) -> Refusal | None:
    person = record.row
    if person.deceased or person.hukou_cancelled or person.fraud_hold:
        return refusal(RefusalCode.NEEDS_STAFF, "系统信息需要工作人员核对")
    held = card_held_for(context, person.person_id)
    if held is not None and held.state == "kept":
        return refusal(RefusalCode.CITIZEN_CARD_KEPT, "已做好的市民卡保管在机器里", place=held.place)
    if held is not None and held.state == "in_doubt":
        return refusal(RefusalCode.NEEDS_STAFF, "上一次制卡结果待柜台核实")
    if case_view_of(context, person.person_id) is not None:
        return refusal(RefusalCode.CITIZEN_CARD_ORDERED, "已经申请过市民卡")
    live = live_card_of(context, person.person_id)
    cards = cards_of(context, person.person_id)
    lost_one = live is None and any(card.ended_by == "lost" for card in cards)
    match service:
        case Service.NEW if live is not None:
            return refusal(RefusalCode.HAS_CITIZEN_CARD, "已有市民卡", tail=live.number[-4:])
        case Service.NEW if lost_one:
            return refusal(RefusalCode.HAS_CITIZEN_CARD, "挂失的卡请补办", tail=cards[0].number[-4:])
        case Service.LOST if live is None and not lost_one:
            return refusal(RefusalCode.NO_CITIZEN_CARD, "没有查到市民卡")
        case Service.LOST if losses_this_year(context, person.person_id) > rules.losses_a_year:
            return refusal(RefusalCode.TOO_MANY_LOSSES, "一年内补办次数较多,请到窗口办理")
        case Service.DAMAGED | Service.RENEW if live is None:
            return refusal(RefusalCode.NO_CITIZEN_CARD, "没有查到市民卡")
        case Service.RENEW if live is not None and live.valid_to > context.today + timedelta(days=rules.renew_days):
            start = live.valid_to - timedelta(days=rules.renew_days)
            days = {"valid_to": live.valid_to.isoformat(), "from": start.isoformat()}
            return refusal(RefusalCode.TOO_EARLY, "还没到换卡的时候", **days)
    return None


def no_concession(context: Context, record: Record) -> Refusal | None:
    """None: the senior concession can be set on her card. Of the age, and a live senior card of her own."""
    rules = citizen_rules(context.today)
    age = full_years(record.row.birth, context.today, context.rules.leap_day_becomes)
    if age >= rules.concession_age and record.live_card is not None:
        return None
    day = add_years(record.row.birth, rules.concession_age)
    words = "没有有效的老年证" if age >= rules.concession_age else "年龄未到"
    return refusal(RefusalCode.NO_CONCESSION, words, date=day.isoformat())


def apply_citizen_card(context: Context, ask: ApplyCitizenCard) -> CaseAnswer:
    record = by_ref(context, ask.person_ref)
    why_not = _may_not_apply(context, record, ask)
    if why_not is not None:
        return CaseAnswer(case=None, refusal=why_not)
    rules, case_id = citizen_rules(context.today), context.token("case")
    context.connection.execute(
        INSERT_CASE,
        {
            "case_id": case_id, "case_no": _next_case_no(context), "person_id": record.row.person_id, "item": ITEM,
            "service": ask.service.value, "delivery": Delivery.INSTANT.value, "state": CaseState.APPROVED.value,
            "submitted_at": context.now, "fee_fen": rules.fee_fen[ask.service], "photo": ask.photo.value,
            "identity": ask.identity.value, "card_alone": ask.identity is IdentityEvidence.CARD_ALONE,
            "loss_stated": ask.loss_stated, "claim_code": ask.claim_code, "terminal": context.terminal,
            "rules_version": f"citizen {rules.version}"[:32],
        },
    )  # fmt: skip
    use_evidence(context, record.row, ask, case_id)
    if ask.photo is PhotoSource.LIVE and ask.photo_ref:
        live_photos.bind(context, ask.photo_ref, case_id)
    if ask.service is Service.LOST and (live := live_card_of(context, record.row.person_id)) is not None:
        report_lost(context, live)
    context.audit("apply_citizen_card", case_id, f"{ask.service.value} {ask.identity.value}")
    return CaseAnswer(case=case_view(context, case_id), refusal=None)


def _may_not_apply(context: Context, record: Record, ask: ApplyCitizenCard) -> Refusal | None:
    if context.fenced():
        return fenced_refusal()
    identity_missing = evidence_fails(context, record.row, ask)
    if identity_missing is not None:
        return identity_missing
    if ask.service is Service.LOST and not ask.loss_stated:
        raise Refused("malformed", "loss_stated: expected true for the service lost")
    why_not = _may_not_have(context, record, ask.service, citizen_rules(context.today))
    live = ask.photo is PhotoSource.LIVE and live_photos.usable(context, record.row, ask.photo_ref)
    photos = facts_of(record, chip_photo_usable=ask.photo is PhotoSource.CHIP, live_photo=live).photos
    if why_not is None and ask.photo not in photos:
        return refusal(RefusalCode.NO_PHOTO, "没有可用的照片,请到窗口拍照后办理")
    return why_not


def _next_case_no(context: Context) -> str:
    prefix = f"SM{context.today:%Y%m%d}"
    last = context.connection.execute(LAST_CASE_NO, {"prefix": prefix + "%"}).scalar()
    return f"{prefix}{int(last[len(prefix) :]) + 1 if last else 1:06d}"


def report_citizen_loss(context: Context, ask: ReportCitizenLoss) -> CitizenCardAnswer:
    """At once, and for good. Reported twice it is one report."""
    record = by_ref(context, ask.person_ref)
    if context.fenced():
        return CitizenCardAnswer(card=None, refusal=fenced_refusal())
    card = context.connection.execute(BY_NUMBER, {"number": ask.number}).first()
    if card is None or card.person_id != record.row.person_id:
        return CitizenCardAnswer(card=None, refusal=refusal(RefusalCode.NO_CITIZEN_CARD, "没有查到这张市民卡"))
    if card.state == "lost":
        return CitizenCardAnswer(card=view(context, card))
    if card.state not in ("inactive", "active"):
        why = refusal(RefusalCode.CARD_DEAD, "这张卡已经换过", tail=card.number[-4:])
        return CitizenCardAnswer(card=view(context, card), refusal=why)
    identity_missing = evidence_fails(context, record.row, ask)
    if identity_missing is not None:
        return CitizenCardAnswer(card=None, refusal=identity_missing)
    use_evidence(context, record.row, ask, f"loss {card.number}")
    report_lost(context, card)
    return CitizenCardAnswer(card=view_now(context, card.number))
