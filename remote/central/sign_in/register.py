"""Whose citizen card a number is, and whether it still counts: the city's register says it, and the card's own file agrees."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remote.central.citizen_cards.records import card_of_serial, state_of
from remote.central.context import Context
from remote.central.sign_in.refs import HERS
from remote.messages import CitizenCardState, Refusal, RefusalCode

Row = sa.Row[Any]
DEAD = {
    CitizenCardState.LOST: (RefusalCode.CARD_LOST, "这张卡已挂失"),
    CitizenCardState.REPLACED: (RefusalCode.CARD_DEAD, "这张卡已经换过"),
    CitizenCardState.EXPIRED: (RefusalCode.CARD_EXPIRED, "这张卡已到期"),
    CitizenCardState.INACTIVE: (RefusalCode.CARD_NOT_ACTIVE, "这张卡还没有启用"),
}


def holder_of(context: Context, serial: str, id_number: str) -> Row | Refusal:
    """The person whose active card this is, or why nobody is let in with it."""
    card = card_of_serial(context, serial)
    if card is None:
        return Refusal(code=RefusalCode.CARD_NOT_OURS, reason="没有查到这张卡")
    state = state_of(context, card)
    if state is not CitizenCardState.ACTIVE:
        code, reason = DEAD.get(state, (RefusalCode.CARD_NOT_ACTIVE, "这张卡不能登录"))
        context.audit("dead_card_shown", serial[-4:], state.value)
        return Refusal(code=code, params={"tail": card.number[-4:]}, reason=reason)
    person = context.connection.execute(HERS, {"person_id": card.person_id}).one()
    if person.id_number != id_number.upper():
        context.audit("card_of_another", serial[-4:])
        return Refusal(code=RefusalCode.CARD_NOT_OURS, reason="卡里的姓名和登记不一致")
    return person
