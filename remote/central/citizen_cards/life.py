"""A citizen card comes to life and dies in one transaction, and whoever has to know is told with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.citizen_cards.records import card_of_serial, cards_of, live_card_of, set_card, state_of
from remote.central.citizen_cards.rules import citizen_rules
from remote.central.citizen_cards.tables import losses, moves
from remote.central.context import Context
from remote.central.operations.records import BY_PERSON_ID, CASE
from remote.central.rules.senior_card import refusal
from remote.central.store.schema import number_series
from remote.messages import CitizenCardState, LossOwner, Refusal, RefusalCode

Row = sa.Row[Any]
LAST = sa.select(number_series.c.last).where(number_series.c.prefix == sa.bindparam("prefix"))
DEAD = {"lost": RefusalCode.CARD_LOST, "replaced": RefusalCode.CARD_DEAD, "void": RefusalCode.CARD_DEAD}
WORDS = {"lost": "挂失", "replaced": "换新"}
INSURANCE_SEAM = "insurance_loss"


def next_number(context: Context) -> str:
    """The next card number, 19 digits. Sequential, never given twice, voided ones included."""
    rules = citizen_rules(context.today)
    prefix = rules.number_prefix
    last = context.connection.execute(LAST, {"prefix": prefix}).scalar()
    sequence = (last or 0) + 1
    if last is None:
        context.connection.execute(sa.insert(number_series), {"prefix": prefix, "last": sequence})
    else:
        context.connection.execute(sa.update(number_series).where(number_series.c.prefix == prefix).values(last=sequence))
    return rules.number(sequence)


def make_live(context: Context, card: Row, *, by: str) -> str | None:
    """The number becomes her one live card; the old one dies in the same instant, and what is left on it sets out. Returns the
    old number's last four."""
    rules = citizen_rules(context.today)
    old = live_card_of(context, card.person_id)
    if old is not None:
        case = context.connection.execute(CASE, {"case_id": card.case_id}).first()
        end(context, old, "lost" if case is not None and case.service == "lost" else "replaced")
    state = CitizenCardState.ACTIVE if rules.active_when_taken else CitizenCardState.INACTIVE
    set_card(context, card.number, state=state.value, insurance=True, settled_by=by)
    moving = moves.c.old_number.in_(_hers(context, card.person_id))
    context.connection.execute(
        sa.update(moves).where(moving, moves.c.state == "waiting").values(new_number=card.number, changed_at=context.now)
    )
    context.tell("insurance_account", card.number, "医保账户关联新卡")
    context.tell("transit_card", card.number, "启用新卡")
    _sms(context, card, f"您的市民卡(尾号{card.number[-4:]})已启用。" + ("旧卡同时失效。" if old is not None else ""))
    return old.number[-4:] if old is not None else None


def _hers(context: Context, person_id: int) -> list[str]:
    return [card.number for card in cards_of(context, person_id)]


def report_lost(context: Context, card: Row) -> None:
    """Her own word: at once, for good. The purse is ours to stop; the insurance office is told and answers for itself."""
    end(context, card, "lost")
    for owner in LossOwner:
        confirmed = context.now if owner is LossOwner.PURSE else None
        context.connection.execute(
            sa.insert(losses),
            {"number": card.number, "owner": owner.value, "reported_at": context.now, "confirmed_at": confirmed},
        )
    context.tell(INSURANCE_SEAM, card.number, "市民卡挂失,停用医保账户")
    context.audit("report_citizen_loss", card.number)
    _sms(context, card, f"您的市民卡(尾号{card.number[-4:]})已挂失,立即失效。")


def end(context: Context, card: Row, why: str) -> None:
    """A live card dies: lost or replaced. What is left on its purse moves after the settlement day."""
    set_card(context, card.number, state=why, ended_by=why)
    due = context.today + timedelta(days=citizen_rules(context.today).settlement_days)
    context.connection.execute(
        sa.insert(moves),
        {
            "old_number": card.number, "new_number": None, "due": due, "state": "waiting", "fen": 0, "order_id": None,
            "changed_at": context.now,
        },
    )  # fmt: skip
    context.tell("dead_card", card.number, f"市民卡{card.number}已失效({WORDS[why]})")
    context.tell("transit_card", card.number, "停用旧卡")


def void(context: Context, card: Row, why: str, *, by: str | None = None, reason: str = "") -> None:
    """A number that never became a card: stays on the books, is never given again."""
    values = {"reason": reason} if reason else {}
    set_card(context, card.number, state="void", ended_by=why, settled_by=by, **values)
    context.tell("dead_card", card.number, f"市民卡号{card.number}作废({why})")


def why_dead(context: Context, serial: str) -> Refusal | None:
    """Why nothing may be done with the purse of this card. None for a live one, and for one these books do not know: its
    MAC alone speaks for that."""
    card = card_of_serial(context, serial)
    if card is None:
        return None
    state = state_of(context, card)
    if state is CitizenCardState.ACTIVE:
        return None
    if state is CitizenCardState.EXPIRED:
        return expired(card)
    if card.state in DEAD:
        words = "这张卡已挂失" if card.state == "lost" else "这张卡已停用"
        return refusal(DEAD[card.state], words, tail=card.number[-4:])
    return refusal(RefusalCode.CARD_NOT_ACTIVE, "这张卡还没有启用")


def expired(card: Row) -> Refusal:
    return refusal(RefusalCode.CARD_EXPIRED, "这张卡已到期", tail=card.number[-4:])


def confirm_insurance(context: Context, number: str) -> None:
    """The medical insurance office has stopped the card. Safe to repeat."""
    waiting = losses.c.number == number, losses.c.owner == LossOwner.INSURANCE.value, losses.c.confirmed_at.is_(None)
    context.connection.execute(sa.update(losses).where(*waiting).values(confirmed_at=context.now))


def _sms(context: Context, card: Row, text: str) -> None:
    person = context.connection.execute(BY_PERSON_ID, {"person_id": card.person_id}).one()
    if person.phone:
        context.tell("sms", person.phone, text)
