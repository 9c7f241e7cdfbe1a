"""Numbers on their way into the world: reserve, personalise, release, register. The centre is the arbiter.

Reports about one reservation may come twice, late, or in any order: they only move it towards the more certain end
(reserved < in_doubt < kept < handed over).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.citizen_cards.issuing import IssueFiller
from remote.central.citizen_cards.life import make_live, next_number, void
from remote.central.citizen_cards.records import (
    BY_NUMBER,
    BY_RESERVE_KEY,
    ITEM,
    card_held_for,
    live_card_of,
    moves_to,
    set_card,
)
from remote.central.citizen_cards.rules import citizen_rules
from remote.central.citizen_cards.script import NotProven, ScriptError, load_script, piece
from remote.central.citizen_cards.tables import citizen_cards
from remote.central.context import Context, Refused
from remote.central.keys.keystore import NoSuchKey
from remote.central.operations.cardlife import settle_obligations_of_case
from remote.central.operations.cases import find_case, set_case
from remote.central.operations.keys import bar_key
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import BY_PERSON_ID, CASE, mask_id_number, photo_base64
from remote.central.payment.card_fees import fee_earned, fee_missing, free_fee, take_fee
from remote.central.rules.senior_card import refusal
from remote.central.times import add_years
from remote.messages import (
    CardCommands,
    CardEnd,
    CaseState,
    CitizenReservation,
    CitizenReserveAnswer,
    Done,
    MoveState,
    PersonaliseCitizenCard,
    PhotoSource,
    Refusal,
    RefusalCode,
    Register,
    Registered,
    Release,
    ReserveCitizenCard,
)

Row = sa.Row[Any]
CERTAINTY = {"reserved": 0, "in_doubt": 1, "kept": 2, "handed_over": 3}
REACHED = {CardEnd.TAKEN: "handed_over", CardEnd.KEPT: "kept", CardEnd.IN_DOUBT: "in_doubt"}
CASE_OF = {
    "reserved": CaseState.PRODUCING, "kept": CaseState.KEPT, "in_doubt": CaseState.IN_DOUBT, "handed_over": CaseState.CLOSED,
}  # fmt: skip


def reserve_citizen_card(context: Context, ask: ReserveCitizenCard) -> CitizenReserveAnswer:
    case = find_case(context, ask.case_id)
    if case.item != ITEM:
        raise Refused("unknown_case", "case_id: expected one of a citizen card")
    why_not = fenced_refusal() if context.fenced() else _cannot_reserve(context, case)
    if why_not is not None:
        return CitizenReserveAnswer(reservation=None, refusal=why_not)
    number = _take_number(context, case)
    set_case(context, case.case_id, CaseState.PRODUCING)
    context.audit("reserve_citizen_card", number, case.case_id)
    return CitizenReserveAnswer(reservation=_what_stands_on_it(context, case, number))


def _cannot_reserve(context: Context, case: Row) -> Refusal | None:
    held = card_held_for(context, case.person_id)
    if held is not None:
        match held.state:
            case "kept":
                return refusal(RefusalCode.CITIZEN_CARD_KEPT, "已做好的市民卡保管在机器里", place=held.place)
            case "in_doubt":
                return refusal(RefusalCode.NEEDS_STAFF, "上一次制卡结果待柜台核实")
            case _:
                return refusal(RefusalCode.BEING_SERVED, "此刻正在另一台机器上办理")
    if case.state != CaseState.APPROVED:
        return refusal(RefusalCode.CASE_CLOSED, "这次申请不在待制卡状态")
    person = context.connection.execute(BY_PERSON_ID, {"person_id": case.person_id}).one()
    if person.deceased or person.hukou_cancelled or person.fraud_hold:
        return refusal(RefusalCode.NEEDS_STAFF, "系统信息需要工作人员核对")
    return fee_missing(context, case.case_id, case.fee_fen)


def _take_number(context: Context, case: Row) -> str:
    rules, number = citizen_rules(context.today), next_number(context)
    context.connection.execute(
        sa.insert(citizen_cards),
        {
            "number": number, "person_id": case.person_id, "case_id": case.case_id, "serial": number.zfill(20),
            "state": "reserved", "issued_on": context.today, "valid_to": add_years(context.today, rules.valid_years),
            "reserve_key": context.key, "terminal": context.terminal, "place": "", "reason": "", "opened_at": context.now,
            "changed_at": context.now,
        },
    )  # fmt: skip
    take_fee(context, case.case_id, number)
    return number


def _what_stands_on_it(context: Context, case: Row, number: str) -> CitizenReservation:
    person = context.connection.execute(BY_PERSON_ID, {"person_id": case.person_id}).one()
    card = context.connection.execute(BY_NUMBER, {"number": number}).one()
    rules, old = citizen_rules(context.today), live_card_of(context, case.person_id)
    return CitizenReservation(
        number=number, name=person.name, sex=person.sex, birth=person.birth, id_masked=mask_id_number(person.id_number),
        id_number=person.id_number, issued_on=card.issued_on, valid_to=card.valid_to, issuer=rules.issuer,
        photo_png=photo_base64(context, person, PhotoSource(case.photo)), chip_issuer=rules.chip_issuer,
        chip_serial=card.serial, in_use=int(rules.active_when_taken), first_pin=rules.first_pin,
        old_tail=old.number[-4:] if old is not None else "",
        money_moves_on=_money_moves_on(context, case.person_id, old),
    )  # fmt: skip


def _money_moves_on(context: Context, person_id: int, old: Row | None) -> date | None:
    """The day from which an old card's balance can be had on the new one. None: there is no old card with anything to move."""
    if old is not None:
        return context.today + timedelta(days=citizen_rules(context.today).settlement_days)
    waiting = [move.due for move in moves_to(context, [], person_id) if move.state is MoveState.WAITING]
    return max(waiting, default=None)


def personalise_citizen_card(context: Context, ask: PersonaliseCitizenCard) -> CardCommands:
    """Raises KeysAway. Only for a number that this terminal holds at this moment."""
    card = _reserved(context, ask.reserve_key)
    if context.fenced():
        return CardCommands(refusal=fenced_refusal())
    if context.keys is None:
        return CardCommands(refusal=refusal(RefusalCode.METHOD_AWAY, "这里没有配置发卡密钥"))
    if card.state != "reserved" or card.terminal != context.terminal:
        return CardCommands(refusal=refusal(RefusalCode.CASE_CLOSED, "这个卡号不在制卡状态"))
    if not ask.chip:
        return CardCommands(refusal=refusal(RefusalCode.BLANK_NOT_OURS, "这张空白卡不报自己的编号"))
    person = context.connection.execute(BY_PERSON_ID, {"person_id": card.person_id}).one()
    filler = IssueFiller(context, context.keys, card, person, bytes.fromhex(ask.chip))
    try:
        answers = [bytes.fromhex(answer) for answer in ask.answers]
        step = piece(load_script("issue"), filler, ask.position, answers)
    except NotProven:
        return CardCommands(refusal=refusal(RefusalCode.BLANK_NOT_OURS, "写好的卡没有通过验证"))
    except NoSuchKey:
        return CardCommands(refusal=refusal(RefusalCode.BLANK_NOT_OURS, "没有这批空白卡的密钥"))
    except (ScriptError, ValueError) as error:
        raise Refused("malformed", f"{error}") from error
    return CardCommands(commands=step.commands, position=step.position, done=step.done)


def _reserved(context: Context, reserve_key: str) -> Row:
    card = context.connection.execute(BY_RESERVE_KEY, {"reserve_key": reserve_key}).first()
    if card is None:
        raise Refused("unknown_reservation", "reserve_key: expected one whose reserve was answered")
    return card


def release_citizen_card(context: Context, ask: Release) -> Done:
    """done False: it had already gone further and stays as it is."""
    card = context.connection.execute(BY_RESERVE_KEY, {"reserve_key": ask.reserve_key}).first()
    if card is None:
        bar_key(context, ask.reserve_key, "reserve_citizen_card")
        context.audit("release_citizen_card", ask.reserve_key, "never arrived: barred")
        return Done(done=True)
    if card.state == "void":
        return Done(done=True)
    if card.state != "reserved":
        return Done(done=False)
    end_reservation(context, card, "released")
    return Done(done=True)


def end_reservation(context: Context, card: Row, why: str, *, by: str | None = None, reason: str = "") -> None:
    """The number is void, its fee free again, the application open for another try."""
    void(context, card, why, by=by, reason=reason)
    free_fee(context, card.number)
    if card.case_id is not None:
        set_case(context, card.case_id, CaseState.APPROVED)
    context.audit(f"{why}_citizen_card", card.number, reason)


def register_citizen_card(context: Context, ask: Register) -> Registered:
    card = _reserved(context, ask.reserve_key)
    reached, before = REACHED[ask.end], stage_of(card)
    contradicts = card.settled_by == "counter" and before == "handed_over" and reached == "kept"
    if before is None or context.fenced() or contradicts:
        return _too_late(context, card, ask)
    old_tail = None
    if CERTAINTY[reached] > CERTAINTY[before]:
        old_tail = _advance(context, card, ask, reached)
    now = context.connection.execute(BY_NUMBER, {"number": card.number}).one()
    return Registered(number=card.number, state=CASE_OF[stage_of(now) or "handed_over"], old_tail=old_tail)


def stage_of(card: Row) -> str | None:
    """None: void. A card that was handed over stays so, whatever became of it since."""
    if card.state == "void":
        return None
    return card.state if card.state in CERTAINTY else "handed_over"


def _advance(context: Context, card: Row, ask: Register, reached: str) -> str | None:
    if card.state == "in_doubt":
        context.incident("doubt_ended_by_machine", f"机器后来查明:{ask.end.value}。{ask.reason}", card.number)
    context.audit("register_citizen_card", card.number, ask.end.value)
    if reached == "handed_over":
        return hand_over(context, card, by="terminal")
    set_card(context, card.number, state=reached, place=ask.place, reason=ask.reason, settled_by="terminal")
    set_case(context, card.case_id, CASE_OF[reached], place=ask.place or None)
    if reached == "in_doubt":
        context.incident("card_in_doubt", f"市民卡 {ask.place} {ask.reason}".strip(), card.number)
    else:
        person = context.connection.execute(BY_PERSON_ID, {"person_id": card.person_id}).one()
        if person.phone:
            context.tell("sms", person.phone, f"您的市民卡保管在{ask.place or context.terminal},请带身份证领取。")
    return None


def hand_over(context: Context, card: Row, *, by: str) -> str | None:
    """It is in her hand. Returns the last four of the card that died with it."""
    old_tail = make_live(context, card, by=by)
    set_case(context, card.case_id, CaseState.CLOSED, closed=True)
    fee_earned(context, card.number, card.case_id)
    settle_obligations_of_case(context, card.case_id, f"registered {card.number[-4:]} at {context.terminal}")
    return old_tail


def _too_late(context: Context, card: Row, ask: Register) -> Registered:
    words = f"终端报告市民卡 {ask.end.value},但该号状态为 {card.state},{ask.reason}".rstrip(",")
    incident = context.incident("late_report", words, card.number)
    context.audit("register_citizen_card", card.number, f"incident {incident}: {ask.end.value} while {card.state}")
    case = context.connection.execute(CASE, {"case_id": card.case_id}).one()
    return Registered(number=card.number, state=CaseState(case.state), old_tail=None, incident=incident)
