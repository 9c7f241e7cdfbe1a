"""Looking someone up: the centre compares the ID card with the population, decides, and says what can be done now."""

from __future__ import annotations

from remote.central.context import Context
from remote.central.operations.records import (
    BY_ID_NUMBER,
    birth_agrees,
    facts_of,
    has_photograph,
    known_addresses,
    live_card_view,
    mask_phone,
    open_case_view,
    owed_to,
    photo_base64,
    record_of,
)
from remote.central.rules.facts import PresentedId
from remote.central.rules.senior_card import class_of, decide, not_matched, valid_to
from remote.central.times import full_years
from remote.messages import AskClock, CheckPerson, Clock, Offer, PersonAnswer, PhotoSource, Refusal, RefusalCode, Service


def clock(context: Context, _ask: AskClock) -> Clock:
    return Clock(now=context.now, rules_version=context.rules.version)


def check_person(context: Context, ask: CheckPerson) -> PersonAnswer:
    row = context.connection.execute(BY_ID_NUMBER, {"id_number": ask.id_number.upper()}).first()
    if row is None or row.name != ask.name or row.birth != ask.birth:
        return _unknown(context, ask, not_matched())
    record = record_of(context, row)
    presented = PresentedId(birth_agrees(row, ask.name, ask.birth, ask.id_valid_to), ask.id_valid_to)
    decision = decide(facts_of(record, ask.chip_photo_usable, ask.can_take_photo), presented, context.today, context.rules)
    if decision.refusal is not None and decision.refusal.code is RefusalCode.NOT_MATCHED:
        return _unknown(context, ask, decision.refusal)
    return PersonAnswer(
        person_ref=row.person_ref,
        age=decision.age,
        age_class=class_of(decision.age, context.rules),
        photo_png=photo_base64(context, row, decision.photo),
        photo_source=decision.photo,
        photo_is_drawn=context.settings.mode == "demo" and not has_photograph(context, row),
        region=row.hukou_place,
        addresses=known_addresses(context, row.person_id),
        phone_masked=mask_phone(row.phone),
        live_card=live_card_view(record.live_card),
        open_case=open_case_view(context, record.open_case),
        owed=owed_to(context, row.person_id),
        offers=list(decision.offers),
        refusal=_fence(context) or decision.refusal,
        identity_needed=list(context.settings.identity_needed),
        rules_version=context.rules.version,
        valid_to_if_issued=valid_to(context.today, context.rules),
    )


def _unknown(context: Context, ask: CheckPerson, why: Refusal) -> PersonAnswer:
    """Nothing of the database goes out to a card that does not agree with it."""
    age = full_years(ask.birth, context.today, context.rules.leap_day_becomes)
    return PersonAnswer(
        person_ref="",
        age=max(age, 0),
        age_class=None,
        photo_png=None,
        photo_source=PhotoSource.NONE,
        region="",
        addresses=[],
        phone_masked=None,
        live_card=None,
        open_case=None,
        owed=[],
        offers=[Offer(service=service, refusal=why) for service in Service],
        refusal=why,
        identity_needed=list(context.settings.identity_needed),
        rules_version=context.rules.version,
    )


def _fence(context: Context) -> Refusal | None:
    return fenced_refusal() if context.fenced() else None


def fenced_refusal() -> Refusal:
    return Refusal(code=RefusalCode.FENCED, reason="柜台已停用这台机器")
