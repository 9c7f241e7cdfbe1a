"""Scripts for her own card in a slot: permitted for one challenge, written down, and confirmed by what the card has."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from remote.central.citizen_cards.issuing import OwnCardFiller, keys_of
from remote.central.citizen_cards.life import DEAD, expired
from remote.central.citizen_cards.operations import no_concession
from remote.central.citizen_cards.records import BY_NUMBER, card_of_serial, set_card, state_of, view_now
from remote.central.citizen_cards.rules import citizen_rules
from remote.central.citizen_cards.script import load_script, piece
from remote.central.citizen_cards.tables import scripts
from remote.central.context import Context, Refused
from remote.central.identity.proof import evidence_fails, use_evidence
from remote.central.keys.keystore import NoSuchKey
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import Record, by_ref
from remote.central.rules.senior_card import refusal
from remote.messages import (
    BeginCardScript,
    CardScript,
    CardScriptBegun,
    CitizenCardAnswer,
    CitizenCardState,
    ConfirmCardScript,
    Refusal,
    RefusalCode,
)

Row = sa.Row[Any]
SCRIPT = sa.select(scripts).where(scripts.c.script_key == sa.bindparam("script_key"))
PIN_SIZES = range(2, 7)  # bytes


def begin_card_script(context: Context, ask: BeginCardScript) -> CardScriptBegun:
    """Raises KeysAway: nothing is decided then."""
    record = by_ref(context, ask.person_ref)
    if context.fenced():
        return CardScriptBegun(refusal=fenced_refusal())
    if context.keys is None:
        return CardScriptBegun(refusal=refusal(RefusalCode.METHOD_AWAY, "这里没有配置发卡密钥"))
    card = card_of_serial(context, ask.serial)
    why_not = _not_for_this_card(context, record, card, ask) or evidence_fails(context, record.row, ask)
    if why_not is not None or card is None:
        return CardScriptBegun(refusal=why_not)
    if (ask.script is CardScript.UNBLOCK_PIN) != (len(ask.new_pin) // 2 in PIN_SIZES):
        raise Refused("malformed", "new_pin: expected 2 to 6 bytes for unblock_pin, and none for other scripts")
    own = keys_of(citizen_rules(context.today).chip_issuer, card.serial)
    filler = OwnCardFiller(context.keys, own, bytes.fromhex(ask.new_pin))
    try:
        commands = piece(load_script(ask.script.value), filler, 0, [bytes.fromhex(ask.challenge)]).commands
    except NoSuchKey:
        return CardScriptBegun(refusal=refusal(RefusalCode.CARD_NOT_OURS, "这张卡不是本市发的市民卡"))
    use_evidence(context, record.row, ask, f"{ask.script.value} {card.number}"[:64])
    context.connection.execute(
        sa.insert(scripts),
        {
            "script_key": context.key, "number": card.number, "script": ask.script.value, "state": "permitted",
            "terminal": context.terminal, "at": context.now, "settled_at": None,
        },
    )  # fmt: skip
    context.audit("begin_card_script", card.number, ask.script.value)
    return CardScriptBegun(commands=commands)


def _not_for_this_card(context: Context, record: Record, card: Row | None, ask: BeginCardScript) -> Refusal | None:
    if card is None or card.person_id != record.row.person_id:
        return refusal(RefusalCode.NOT_HER_CARD, "这张卡不是本人的市民卡")
    state = state_of(context, card)
    if card.state in DEAD:
        return refusal(DEAD[card.state], "这张卡已停用", tail=card.number[-4:])
    if state is CitizenCardState.EXPIRED:
        return expired(card)
    if ask.script is CardScript.ACTIVATE:
        if state is CitizenCardState.ACTIVE:
            return refusal(RefusalCode.CARD_ACTIVE_ALREADY, "这张卡已经启用")
        return None if state is CitizenCardState.INACTIVE else refusal(RefusalCode.NEEDS_STAFF, "这张卡不能在这里启用")
    if state is not CitizenCardState.ACTIVE:
        return refusal(RefusalCode.CARD_NOT_ACTIVE, "这张卡还没有启用")
    return no_concession(context, record) if ask.script is CardScript.SET_CONCESSION else None


def confirm_card_script(context: Context, ask: ConfirmCardScript) -> CitizenCardAnswer:
    """Done is final; not done may still become done: the card is read again."""
    row = context.connection.execute(SCRIPT, {"script_key": ask.script_key}).first()
    if row is None:
        raise Refused("unknown_script", "script_key: expected one that begin_card_script was answered for")
    if row.state == "done" or (row.state == "not_done" and not ask.done):
        return CitizenCardAnswer(card=view_now(context, row.number))
    context.connection.execute(
        sa.update(scripts).where(scripts.c.script_key == ask.script_key).values(
            state="done" if ask.done else "not_done", settled_at=context.now)
    )  # fmt: skip
    context.audit("confirm_card_script", row.number, f"{row.script} {'done' if ask.done else 'not done'}")
    if ask.done:
        _took_effect(context, row)
    return CitizenCardAnswer(card=view_now(context, row.number))


def _took_effect(context: Context, row: Row) -> None:
    card = context.connection.execute(BY_NUMBER, {"number": row.number}).one()
    if row.script == CardScript.ACTIVATE and card.state == "inactive":
        set_card(context, row.number, state="active")
        context.tell("transit_card", row.number, "启用新卡")
    if row.script == CardScript.SET_CONCESSION:
        set_card(context, row.number, concession=True)
        context.tell("transit_concession", row.number, "开通乘车优惠")
