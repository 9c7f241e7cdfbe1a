"""Writing down loads and their ends, each once, together with the money that paid for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.loads.offers import KIND
from remote.central.loads.tables import loads, permits
from remote.central.payment.money import fulfilled, unuse
from remote.central.payment.tables import orders
from remote.central.store.schema import terminals
from remote.messages import BeginLoad, CardOffer, LoadState, LoadView

Row = sa.Row[Any]

BY_ID = sa.select(loads).where(loads.c.load_id == sa.bindparam("load_id"))
OF_ORDER = sa.select(loads).where(loads.c.order_id == sa.bindparam("order_id")).order_by(loads.c.since)
OPEN = sa.select(loads).where(loads.c.serial == sa.bindparam("serial"), loads.c.state.in_(("permitted", "in_doubt")))
PERMITS = (
    sa.select(permits).where(permits.c.load_id == sa.bindparam("load_id")).order_by(permits.c.at.desc(), permits.c.permit_key)
)
ORDER_NO = sa.select(orders.c.order_no).where(orders.c.order_id == sa.bindparam("order_id"))
PLACE = sa.select(terminals.c.place).where(terminals.c.terminal == sa.bindparam("terminal"))


def used_by(load_id: str) -> str:
    """What the order of a load is bound to."""
    return f"load:{load_id}"


def load_by_id(context: Context, load_id: str) -> Row | None:
    return context.connection.execute(BY_ID, {"load_id": load_id}).first()


def open_load_of(context: Context, serial: str) -> Row | None:
    return context.connection.execute(OPEN, {"serial": serial}).first()


def loads_of(context: Context, order_id: str) -> list[Row]:
    return list(context.connection.execute(OF_ORDER, {"order_id": order_id}).all())


def permits_of(context: Context, load_id: str) -> list[Row]:
    """Newest first."""
    return list(context.connection.execute(PERMITS, {"load_id": load_id}).all())


def insert_load(context: Context, ask: BeginLoad, load_id: str) -> None:
    place = context.connection.execute(PLACE, {"terminal": context.terminal}).scalar()
    context.connection.execute(
        sa.insert(loads),
        {
            "load_id": load_id, "order_id": ask.order_id, "issuer": ask.offer.issuer, "serial": ask.offer.serial,
            "fen": ask.fen, "state": LoadState.PERMITTED.value, "sequence": ask.offer.sequence, "balance": ask.offer.balance,
            "challenge": context.token("challenge")[:12].upper(), "since": context.now, "place": place or "",
            "credited_by": "", "settled_at": None, "settled_by": None, "settled_how": None,
        },
    )  # fmt: skip


def insert_permit(context: Context, ask: BeginLoad, load_id: str, moment: str) -> None:
    offer = ask.offer
    context.connection.execute(
        sa.insert(permits),
        {
            "permit_key": context.key, "load_id": load_id, "terminal": context.terminal,
            "terminal_number": offer.terminal_number, "balance": offer.balance, "algorithm": offer.algorithm,
            "key_version": offer.key_version, "moment": moment, "at": context.now,
        },
    )  # fmt: skip


def is_credited(context: Context, load: Row, by: str, how: str) -> None:
    """The money is on the card, and earned. `by`: the permission it was credited under, "" where there may be several."""
    given = permits_of(context, load.load_id)
    _end(context, load, LoadState.CREDITED, how, credited_by=by or (given[0].permit_key if len(given) == 1 else ""))
    if load.state == LoadState.NOT_CREDITED:
        context.incident("load_after_all", f"卡尾号{load.serial[-4:]}的充值已按未到账处理,卡却证明已到账,请核对")
        return
    fulfilled(context, used_by(load.load_id))


def is_not_credited(context: Context, load: Row) -> None:
    """Proven by the card: its permissions are void for ever, and the money is free to be loaded again or to go back."""
    _end(context, load, LoadState.NOT_CREDITED, "an offer with the challenge")
    unuse(context, used_by(load.load_id))


def doubt(context: Context, load: Row, offer: CardOffer) -> None:
    """The card says what cannot be. The money stays where it is until two people have settled it."""
    _end(context, load, LoadState.IN_DOUBT, f"number {offer.sequence}, balance {offer.balance}")
    context.incident("load_in_doubt", f"卡尾号{load.serial[-4:]}的充值对不上,需要两人核对")


def settle_doubt(context: Context, load: Row, *, credited: bool, who: str, reason: str) -> None:
    """Two people have read the card and decided. `load` is in doubt; what they say is final."""
    _end(context, load, LoadState.CREDITED if credited else LoadState.NOT_CREDITED, f"{who}: {reason}")
    (fulfilled if credited else unuse)(context, used_by(load.load_id))


def _end(context: Context, load: Row, state: LoadState, how: str, credited_by: str = "") -> None:
    context.connection.execute(
        sa.update(loads).where(loads.c.load_id == load.load_id).values(
            state=state.value, settled_at=context.now, settled_by=context.terminal, settled_how=how, credited_by=credited_by
        )
    )  # fmt: skip
    context.audit(f"load_{state.value}", load.load_id, how)


def views(context: Context, rows: Iterable[Row]) -> list[LoadView]:
    return [_view(context, row) for row in rows]


def view(context: Context, load_id: str) -> LoadView:
    """As it stands now."""
    return _view(context, context.connection.execute(BY_ID, {"load_id": load_id}).one())


def _view(context: Context, load: Row) -> LoadView:
    newest = next(iter(permits_of(context, load.load_id)), None)
    return LoadView(
        load_id=load.load_id, order_id=load.order_id,
        order_no=context.connection.execute(ORDER_NO, {"order_id": load.order_id}).scalar_one(),
        serial=load.serial, fen=load.fen, state=LoadState(load.state), kind=KIND, sequence=load.sequence,
        balance=newest.balance if newest is not None else load.balance,
        terminal_number=newest.terminal_number if newest is not None else "0" * 12,
        moment=newest.moment if newest is not None else "0" * 14, challenge=load.challenge, since=load.since,
        place=load.place, credited_by=load.credited_by,
    )  # fmt: skip
