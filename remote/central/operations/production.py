"""Numbers on their way into the world: reserve, release, register. The centre is the arbiter.

A reservation takes the person. Reports about one reservation may come twice, late, or in any order: what a terminal says
only ever moves it towards the more certain end (open < in_doubt < kept < registered), so every order ends the same.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remote.central.context import Context, Refused
from remote.central.operations.cardlife import CARD, END_CARD, LIVE_CARD_OF, make_live, next_number, void_number
from remote.central.operations.cases import find_case, set_case
from remote.central.operations.keys import bar_key
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import BY_PERSON_ID, CASE, Row, mask_id_number, photo_base64
from remote.central.payment.card_fees import fee_missing, take_fee
from remote.central.rules.senior_card import class_of, refusal, valid_to
from remote.central.store.schema import cards, reservations
from remote.central.times import full_years
from remote.messages import (
    CardEnd,
    CaseState,
    Delivery,
    Done,
    PhotoSource,
    Refusal,
    RefusalCode,
    Register,
    Registered,
    Release,
    Reservation,
    Reserve,
    ReserveAnswer,
)

CERTAINTY = {"open": 0, "in_doubt": 1, "kept": 2, "registered": 3}
STATE_OF_END = {CardEnd.TAKEN: "registered", CardEnd.KEPT: "kept", CardEnd.IN_DOUBT: "in_doubt"}
CASE_OF_STATE = {
    "open": CaseState.PRODUCING,
    "registered": CaseState.CLOSED,
    "kept": CaseState.KEPT,
    "in_doubt": CaseState.IN_DOUBT,
    "released": CaseState.APPROVED,
    "fenced": CaseState.APPROVED,
    "void": CaseState.CLOSED,
}

RESERVATION = sa.select(reservations).where(reservations.c.reserve_key == sa.bindparam("reserve_key"))
HOLDING = sa.select(reservations).where(
    reservations.c.person_id == sa.bindparam("person_id"), reservations.c.state.in_(("open", "kept", "in_doubt"))
)
SET_RESERVATION = sa.update(reservations).where(reservations.c.reserve_key == sa.bindparam("which"))


def reserve(context: Context, ask: Reserve) -> ReserveAnswer:
    case = find_case(context, ask.case_id)
    why_not = fenced_refusal() if context.fenced() else _cannot_reserve(context, case)
    if why_not is not None:
        return ReserveAnswer(reservation=None, refusal=why_not)
    number = take_number(context, case, context.terminal)
    set_case(context, case.case_id, CaseState.PRODUCING)
    context.audit("reserve", number, case.case_id)
    return ReserveAnswer(reservation=_face_of_card(context, case, number), refusal=None)


def _cannot_reserve(context: Context, case: Row) -> Refusal | None:
    holding = context.connection.execute(HOLDING, {"person_id": case.person_id}).first()
    if holding is not None:
        match holding.state:
            case "kept":
                return refusal(RefusalCode.CARD_KEPT, "已做好的证保管在机器里", place=holding.place)
            case "in_doubt":
                return refusal(RefusalCode.NEEDS_STAFF, "上一次制证结果待柜台核实")
            case _:
                return refusal(RefusalCode.BEING_SERVED, "此刻正在另一台机器上办理")
    if case.state != CaseState.APPROVED or case.delivery != Delivery.INSTANT:
        return refusal(RefusalCode.CASE_CLOSED, "这次申请不在待制证状态")
    person = context.connection.execute(BY_PERSON_ID, {"person_id": case.person_id}).one()
    if person.deceased or person.hukou_cancelled or person.fraud_hold:
        return refusal(RefusalCode.NEEDS_STAFF, "系统信息需要工作人员核对")
    return fee_missing(context, case.case_id, case.fee_fen)


def take_number(context: Context, case: Row, terminal: str) -> str:
    """A new number for the case's person, and the reservation that holds her."""
    person = context.connection.execute(BY_PERSON_ID, {"person_id": case.person_id}).one()
    age = full_years(person.birth, context.today, context.rules.leap_day_becomes)
    own_class = class_of(age, context.rules)
    if own_class is None:
        raise Refused("malformed", f"age_classes: expected one that holds the age {age}")
    number, chip_serial = next_number(context)
    context.connection.execute(
        sa.insert(cards),
        {
            "number": number,
            "person_id": case.person_id,
            "case_id": case.case_id,
            "state": "reserved",
            "class_code": own_class.code,
            "chip_serial": chip_serial,
            "issued_on": context.today,
            "valid_to": valid_to(context.today, context.rules),
            "blank_serial": "",
        },
    )
    context.connection.execute(
        sa.insert(reservations),
        {
            "reserve_key": context.key,
            "person_id": case.person_id,
            "case_id": case.case_id,
            "number": number,
            "terminal": terminal,
            "state": "open",
            "place": "",
            "reason": "",
            "opened_at": context.now,
            "changed_at": context.now,
        },
    )
    take_fee(context, case.case_id, number)
    return number


def _face_of_card(context: Context, case: Row, number: str) -> Reservation:
    person = context.connection.execute(BY_PERSON_ID, {"person_id": case.person_id}).one()
    card = context.connection.execute(CARD, {"number": number}).one()
    own_class = class_of(full_years(person.birth, context.today, context.rules.leap_day_becomes), context.rules)
    assert own_class is not None
    return Reservation(
        number=number,
        name=person.name,
        sex=person.sex,
        birth=person.birth,
        id_masked=mask_id_number(person.id_number),
        id_number=person.id_number,
        age_class=own_class,
        issued_on=card.issued_on,
        valid_to=card.valid_to,
        issuer=context.rules.issuer,
        photo_png=photo_base64(context, person, PhotoSource(case.photo)),
        chip_issuer=context.settings.chip_issuer,
        chip_serial=card.chip_serial,
    )


def release(context: Context, ask: Release) -> Done:
    """done False: the reservation had already gone further (registered, kept, in doubt) and stays as it is.

    Spoiled blanks are noted here; what counts on the books is the terminal's stock events."""
    row = context.connection.execute(RESERVATION, {"reserve_key": ask.reserve_key}).first()
    if row is None:
        bar_key(context, ask.reserve_key, "reserve")
        context.audit("release", ask.reserve_key, "never arrived: barred")
        return Done(done=True)
    if row.state in ("released", "fenced", "void"):
        return Done(done=True)
    if row.state != "open":
        return Done(done=False)
    void_number(context, row.number, "released")
    move(context, row, "released")
    context.audit("release", row.number, f"{ask.blanks_spoiled} blanks spoiled" if ask.blanks_spoiled else "")
    return Done(done=True)


def register(context: Context, ask: Register) -> Registered:
    row = context.connection.execute(RESERVATION, {"reserve_key": ask.reserve_key}).first()
    if row is None:
        raise Refused("unknown_reservation", "reserve_key: expected one whose reserve was answered")
    reached = STATE_OF_END[ask.end]
    if row.state in ("fenced", "released", "void") or context.fenced() or _contradicts(row, reached):
        return _too_late(context, row, ask)
    old_tail = None
    if CERTAINTY[reached] > CERTAINTY[row.state]:
        old_tail = _advance(context, row, ask, reached)
    now = context.connection.execute(RESERVATION, {"reserve_key": ask.reserve_key}).one()
    return Registered(number=row.number, state=CASE_OF_STATE[now.state], old_tail=old_tail)


def _contradicts(row: Row, reached: str) -> bool:
    """The counter has given the card out or voided it; a terminal that still says taken or kept is told so."""
    return bool(row.settled_by == "counter" and row.state == "registered" and reached == "kept")


def _advance(context: Context, row: Row, ask: Register, reached: str) -> str | None:
    if row.state == "in_doubt":
        context.incident("doubt_ended_by_machine", f"机器后来查明:{ask.end.value}。{ask.reason}", row.number)
    old_tail = None
    if reached == "registered":
        old_tail = make_live(context, row.number, ask.blank_serial)
    else:
        context.connection.execute(END_CARD.values(state=reached, blank_serial=ask.blank_serial), {"which": row.number})
        if reached == "in_doubt":
            context.incident("card_in_doubt", f"{ask.place} {ask.reason}".strip(), row.number)
        elif (phone := context.connection.execute(BY_PERSON_ID, {"person_id": row.person_id}).one().phone) is not None:
            context.tell("sms", phone, f"您的老年证保管在{ask.place or context.terminal},请带身份证领取。")
    move(context, row, reached, place=ask.place, reason=ask.reason, by="terminal")
    context.audit("register", row.number, ask.end.value)
    return old_tail


def _too_late(context: Context, row: Row, ask: Register) -> Registered:
    incident = context.incident(
        "late_report", f"终端报告 {ask.end.value},但该号状态为 {row.state},{ask.reason}".rstrip(","), row.number
    )
    context.audit("register", row.number, f"incident {incident}: {ask.end.value} while {row.state}")
    case = context.connection.execute(CASE, {"case_id": row.case_id}).one()
    return Registered(number=row.number, state=CaseState(case.state), old_tail=None, incident=incident)


def move(context: Context, row: Row, state: str, *, place: str = "", reason: str = "", by: str | None = None) -> None:
    """The reservation and its case move together."""
    values: dict[str, Any] = {"state": state, "changed_at": context.now, "settled_by": by}
    if place:
        values["place"] = place
    if reason:
        values["reason"] = reason
    context.connection.execute(SET_RESERVATION.values(**values), {"which": row.reserve_key})
    case_state = CASE_OF_STATE[state]
    set_case(context, row.case_id, case_state, place=place or row.place or None, closed=case_state is CaseState.CLOSED)


def has_live_card(context: Context, person_id: int) -> bool:
    return context.connection.execute(LIVE_CARD_OF, {"person_id": person_id}).first() is not None
