"""What a terminal is told of somebody who has signed in: the same as of an ID card, less what the way does not open."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remote.central.context import Context, Refused
from remote.central.operations.records import (
    has_photograph,
    live_card_view,
    mask_id_number,
    open_case_view,
    owed_to,
    photo_base64,
    record_of,
)
from remote.central.rules.senior_card import class_of
from remote.central.sign_in.levels import STRONG, rules_on
from remote.central.sign_in.refs import begin, person_of, sign_in_of, strength_of
from remote.central.times import full_years
from remote.messages import (
    AskSignedIn,
    IdentityEvidence,
    PersonAnswer,
    PhotoSource,
    Refusal,
    RefusalCode,
    SignedIn,
    SignInWay,
    WhoSignedIn,
)

Row = sa.Row[Any]


def needs_staff(row: Row) -> Refusal | None:
    """Dead, moved away, held: never says which."""
    if row.deceased or row.fraud_hold:
        return Refusal(code=RefusalCode.NEEDS_STAFF, reason="系统信息需要工作人员核对")
    return None


def signed_in(context: Context, row: Row, way: SignInWay, proof: str) -> SignedIn:
    """Begins the sign-in. A way that the rules do not take in this city opens nothing."""
    rules = rules_on(context.today)
    strength = rules.strength(way, proof)
    if not strength:
        return SignedIn(sign_in=None, refusal=Refusal(code=RefusalCode.EVIDENCE_TOO_WEAK, reason="这里不用这种方式登录"))
    ref = begin(context, row.person_id, way, proof)
    return SignedIn(sign_in=ref, way=way, strong=strength >= STRONG, opens=rules.opened(strength))


def who_signed_in(context: Context, ask: AskSignedIn) -> WhoSignedIn:
    row = sign_in_of(context, ask.sign_in)
    if row is None:
        raise Refused("sign_in_over", "expected a sign-in of this terminal that is not over")
    person, strength = person_of(context, row), strength_of(context, row)
    matters = strength >= rules_on(context.today).see_matters
    return WhoSignedIn(
        person=_person(context, person, ask.sign_in, matters=matters),
        name=person.name if strength >= STRONG else masked_name(person.name),
        id_masked=mask_id_number(person.id_number),
    )


def masked_name(name: str) -> str:
    """The family name alone, as the counter's pages have it."""
    return name[:1] + "*" * (len(name) - 1)


def _person(context: Context, row: Row, ref: str, *, matters: bool) -> PersonAnswer:
    record = record_of(context, row)
    age = full_years(row.birth, context.today, context.rules.leap_day_becomes)
    photo = PhotoSource(row.photo_source)
    return PersonAnswer(
        person_ref=ref,
        age=age,
        age_class=class_of(age, context.rules),
        photo_png=photo_base64(context, row, photo),
        photo_source=photo,
        photo_is_drawn=context.settings.mode == "demo" and not has_photograph(context, row),
        region=row.hukou_place,
        addresses=[],
        phone_masked=None,
        live_card=live_card_view(record.live_card) if matters else None,
        open_case=_looked_at(context, record.open_case) if matters else None,
        owed=owed_to(context, row.person_id) if matters else [],
        offers=[],
        refusal=None,
        identity_needed=[way for way in context.settings.identity_needed if way is not IdentityEvidence.CARD_ALONE],
        rules_version=context.rules.version,
    )  # fmt: skip


def _looked_at(context: Context, case: Row | None) -> Any:
    """To be looked at only: what would change it wants the ID card."""
    view = open_case_view(context, case)
    shut = {"can_withdraw": False, "can_convert": False, "can_produce_here": False}
    return view.model_copy(update=shut) if view is not None else None
