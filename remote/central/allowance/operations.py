"""check_allowance, certify, request_home_visit."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from remote.central.allowance.rules import CertificationRules, age, old_enough_from, period_of, rules_on
from remote.central.allowance.tables import certifications, home_visits
from remote.central.context import Context
from remote.central.identity.proof import evidence_fails, use_evidence
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import Row, by_ref, mask_address
from remote.messages import (
    AllowanceAnswer,
    AllowanceState,
    AskAllowance,
    Certify,
    CertifyAnswer,
    HomeVisitAnswer,
    Refusal,
    RefusalCode,
    RequestHomeVisit,
)

ITEM = "certify_80_plus"
DONE = sa.select(certifications).where(
    certifications.c.person_id == sa.bindparam("person_id"), certifications.c.period == sa.bindparam("period")
)
OPEN_VISIT = sa.select(home_visits).where(home_visits.c.person_id == sa.bindparam("person_id"), home_visits.c.done_at.is_(None))


def check_allowance(context: Context, ask: AskAllowance) -> AllowanceAnswer:
    person = by_ref(context, ask.person_ref).row
    rules = rules_on(context.today)
    period = period_of(person.birth, context.today, rules)
    needed = list(context.settings.identity_needed)
    state, since = _state(context, person, rules)
    old_enough = state is not AllowanceState.TOO_YOUNG
    return AllowanceAnswer(
        state=state,
        since=since,
        next_from=period.next_from if old_enough else None,
        next_until=period.next_until if old_enough else None,
        identity_needed=needed,
        may_ask_home_visit=state is AllowanceState.DUE,
        rules_version=rules.version,
    )


def certify(context: Context, ask: Certify) -> CertifyAnswer:
    person = by_ref(context, ask.person_ref).row
    rules = rules_on(context.today)
    period = period_of(person.birth, context.today, rules)
    why_not = fenced_refusal() if context.fenced() else _refusal(context, person, rules, period.next_from)
    why_not = why_not or evidence_fails(context, person, ask)
    if why_not is not None:
        return CertifyAnswer(certified_on=None, refusal=why_not)
    certification_id = context.token("certification")
    context.connection.execute(
        sa.insert(certifications),
        {
            "certification_id": certification_id,
            "person_id": person.person_id,
            "period": period.key,
            "at": context.now,
            "terminal": context.terminal,
            "identity": ask.identity.value,
            "rules_version": rules.version,
        },
    )
    use_evidence(context, person, ask, certification_id)
    context.audit("certify", certification_id, f"{period.key} {ask.identity.value}")
    if person.phone:
        context.tell("sms", person.phone, f"您今年的高龄津贴认证已完成,下次{_words(period.next_from)}起。")
    return CertifyAnswer(certified_on=context.today, next_from=period.next_from, next_until=period.next_until)


def request_home_visit(context: Context, ask: RequestHomeVisit) -> HomeVisitAnswer:
    """Asked for twice is asked for once: the first request stands, and its number is given again."""
    person = by_ref(context, ask.person_ref).row
    rules = rules_on(context.today)
    if context.fenced():
        return HomeVisitAnswer(visit_no=None, refusal=fenced_refusal())
    why_not = _refusal(context, person, rules, period_of(person.birth, context.today, rules).next_from)
    if why_not is not None:
        return HomeVisitAnswer(visit_no=None, refusal=why_not)
    earlier = context.connection.execute(OPEN_VISIT, {"person_id": person.person_id}).first()
    if earlier is not None:
        left = max(0, (earlier.until - context.today).days)
        return HomeVisitAnswer(
            visit_no=earlier.visit_no, address_masked=mask_address(person.address), within_days=left, again=True
        )
    visit_no = _next_visit_no(context)
    until = context.today + timedelta(days=rules.home_visit_within_days)
    context.connection.execute(
        sa.insert(home_visits),
        {"visit_no": visit_no, "person_id": person.person_id, "at": context.now, "terminal": context.terminal, "until": until},
    )
    context.audit("request_home_visit", visit_no)
    return HomeVisitAnswer(
        visit_no=visit_no, address_masked=mask_address(person.address), within_days=rules.home_visit_within_days
    )


def _state(context: Context, person: Row, rules: CertificationRules) -> tuple[AllowanceState, date | None]:
    if age(person.birth, context.today, rules) < rules.min_age:
        return AllowanceState.TOO_YOUNG, old_enough_from(person.birth, rules)
    if _needs_staff(person, rules):
        return AllowanceState.NEEDS_STAFF, None
    period = period_of(person.birth, context.today, rules)
    done = context.connection.execute(DONE, {"person_id": person.person_id, "period": period.key}).first()
    return (AllowanceState.CERTIFIED, done.at.date()) if done is not None else (AllowanceState.DUE, None)


def _refusal(context: Context, person: Row, rules: CertificationRules, next_from: date) -> Refusal | None:
    state, since = _state(context, person, rules)
    match state:
        case AllowanceState.TOO_YOUNG:
            why = f"未满{rules.min_age}周岁,{since}起认证"
            return Refusal(code=RefusalCode.TOO_YOUNG_FOR_ALLOWANCE, params={"date": str(since)}, reason=why)
        case AllowanceState.NEEDS_STAFF:
            return Refusal(code=RefusalCode.NEEDS_STAFF, reason="系统信息需要工作人员核对")
        case AllowanceState.CERTIFIED:
            return Refusal(
                code=RefusalCode.ALREADY_CERTIFIED, params={"from": str(next_from)}, reason=f"今年已经认证过,下次{next_from}起"
            )
        case AllowanceState.DUE:
            return None


def _needs_staff(person: Row, rules: CertificationRules) -> bool:
    """Deceased, moved away, held: which of them never leaves the centre, and nothing is stopped here."""
    at_home = any(person.hukou.startswith(prefix) for prefix in rules.hukou)
    return bool(person.deceased or person.hukou_cancelled or person.fraud_hold or not at_home)


def _next_visit_no(context: Context) -> str:
    prefix = f"SM{context.today:%Y%m%d}"
    like = home_visits.c.visit_no.like(f"{prefix}%")
    last = context.connection.execute(sa.select(sa.func.max(home_visits.c.visit_no)).where(like)).scalar()
    return f"{prefix}{int(last[len(prefix) :]) + 1 if last else 1:04d}"


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

