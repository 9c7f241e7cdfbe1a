"""What is left on a dead card moves to the one that took its place, after the settlement day.

By then purchases that were made before it was stopped have arrived. What is left becomes an order that is paid for, and the next
terminal that has the new card in its slot loads it like any other: begun, credited by the card, proven. A load of the dead card
whose end nobody knows counts as credited: whether the card has it or not, the money is hers, and nobody can spend it there any
more. One that is in doubt is settled by two people first.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from remote.central.citizen_cards.life import INSURANCE_SEAM, confirm_insurance
from remote.central.citizen_cards.records import BY_NUMBER, live_card_of
from remote.central.citizen_cards.rules import citizen_rules
from remote.central.citizen_cards.tables import losses, moves
from remote.central.context import Context
from remote.central.loads.books import is_credited, open_load_of
from remote.central.loads.tables import loads
from remote.central.payment.owed import owe
from remote.central.payment.prices import top_up_ref
from remote.central.payment.purse_tables import purchases
from remote.central.payment.tables import orders
from remote.central.purse_books.tables import sightings
from remote.central.store.database import reading, writing
from remote.central.store.schema import notices
from remote.messages import CitizenCardState, OrderLine, OrderState, PayMethod, Purpose

if TYPE_CHECKING:
    from remote.central.centre import Centre

Row = sa.Row[Any]
WAITS = sa.select(moves).where(moves.c.state.in_(("waiting", "ready"))).order_by(moves.c.old_number)
ORDER = sa.select(orders).where(orders.c.order_id == sa.bindparam("order_id"))
SET_MOVE = sa.update(moves).where(moves.c.old_number == sa.bindparam("which"))
TOLD = (
    sa.select(losses.c.number)
    .join(notices, sa.and_(notices.c.seam == INSURANCE_SEAM, notices.c.addressee == losses.c.number))
    .where(losses.c.owner == "insurance", losses.c.confirmed_at.is_(None), notices.c.told_at.is_not(None))
)


def card_chores(centre: Centre) -> None:
    """Every so often: balances that are due, and what other owners have confirmed. Raises what the database raises."""
    with reading(centre.engine) as connection:
        waiting = connection.execute(WAITS).all()
        told = connection.execute(TOLD).scalars().all()
    if not waiting and not told:
        return
    with writing(centre.engine) as connection:
        context = centre.service.context(connection, "centre", "card chores")
        for number in told:
            confirm_insurance(context, number)
        for move in waiting:
            go_on(replace(context, key=f"move:{move.old_number}:{context.now.isoformat()}"), move)


def go_on(context: Context, move: Row) -> None:
    """One step further where it can be. Safe to repeat."""
    if move.state == "ready":
        _follow(context, move)
    elif move.due <= context.today:
        _start(context, move)


def _follow(context: Context, move: Row) -> None:
    order = context.connection.execute(ORDER, {"order_id": move.order_id}).one()
    new = context.connection.execute(BY_NUMBER, {"number": move.new_number}).one()
    if order.fulfilled_at is not None:
        _set(context, move, state="done")
    elif order.state != OrderState.PAID:                       # it went nowhere: another one is made
        _set(context, move, state="waiting", order_id=None)
    elif new.state != "active" and order.used_by is None:      # the new card died before it came: on to the next one
        context.connection.execute(
            sa.update(orders).where(orders.c.order_id == order.order_id, orders.c.used_by.is_(None)).values(
                state=OrderState.REFUNDED.value, reason="moves to another card")
        )  # fmt: skip
        _set(context, move, state="waiting", order_id=None)


def _start(context: Context, move: Row) -> None:
    old = context.connection.execute(BY_NUMBER, {"number": move.old_number}).one()
    new = live_card_of(context, old.person_id)
    if new is None or new.state != CitizenCardState.ACTIVE:
        return
    load = open_load_of(context, old.serial)
    if load is not None and load.state == "in_doubt":
        return
    if load is not None:
        is_credited(context, load, "", "the card is dead: the money moves with its balance")
    fen = settled_balance(context, old)
    if fen <= 0:
        _set(context, move, state="nothing", new_number=new.number)
        return
    order_id = _paid_order(context, old, new, fen)
    _set(context, move, state="ready", new_number=new.number, fen=fen, order_id=order_id)
    context.audit("balance_moves", old.number, f"{fen} fen to {new.number}")


def settled_balance(context: Context, card: Row) -> int:
    """Fen: as the card itself last said under its MAC, with what it was credited since and without what it has paid since. What
    was paid at shops and on buses of others comes with the clearing house's file, which this centre does not have yet."""
    seen = sa.select(sightings).where(sightings.c.serial == card.serial)
    last = context.connection.execute(seen.order_by(sightings.c.at.desc(), sightings.c.sequence.desc())).first()
    base, since, sequence = (last.balance, last.at, last.sequence) if last is not None else (card.opening_fen, card.opened_at, -1)
    credited = sa.select(sa.func.coalesce(sa.func.sum(loads.c.fen), 0)).where(
        loads.c.serial == card.serial, loads.c.state == "credited", loads.c.sequence >= sequence
    )
    spent = sa.select(sa.func.coalesce(sa.func.sum(purchases.c.fen), 0)).where(
        purchases.c.serial == card.serial, purchases.c.state == "debited", purchases.c.since > since
    )
    more = int(context.connection.execute(credited).scalar_one())
    less = int(context.connection.execute(spent).scalar_one())
    return int(base) + more - less


def _paid_order(context: Context, old: Row, new: Row, fen: int) -> str:
    order_id = hashlib.sha256(f"{context.settings.seed}|{context.key}".encode()).hexdigest()[:32]
    payee = citizen_rules(context.today).payee
    line = OrderLine(payee=payee, what=f"旧卡(尾号{old.number[-4:]})余额转入", fen=fen)
    context.connection.execute(
        sa.insert(orders),
        {
            "order_id": order_id, "order_no": f"M{context.now:%y%m%d}{order_id[:12].upper()}", "order_key": context.key,
            "person_id": new.person_id, "purpose": Purpose.TOP_UP.value, "purpose_ref": top_up_ref(new.serial, fen),
            "lines": json.dumps([line.model_dump()], ensure_ascii=False), "fen": fen, "method": PayMethod.WAIVED.value,
            "channel": "", "phone_code": "", "state": OrderState.PAID.value, "qr": None, "claim_code": order_id[:8].upper(),
            "terminal": context.terminal, "created_at": context.now, "expires_at": context.now, "ask_at": None,
            "paid_at": context.now, "closed_at": None, "used_by": None, "fulfilled_at": None, "reason": "",
        },
    )  # fmt: skip
    owe(context, context.connection.execute(ORDER, {"order_id": order_id}).one())
    return order_id


def _set(context: Context, move: Row, **values: object) -> None:
    context.connection.execute(SET_MOVE.values(changed_at=context.now, **values), {"which": move.old_number})
