"""What is done about differences: by the centre itself where the tariff file allows it, by two people otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.payment.differences import Difference, Kind, Proposal
from remote.central.payment.money import SET_PAYMENT, bought, give_back
from remote.central.payment.tables import differences, orders, payments
from remote.central.payment.tariffs import load_tariffs
from remote.central.store.database import writing

if TYPE_CHECKING:
    from remote.central.centre import Centre

THE_RULE = "rule"            # who settled it, where nobody had to
Row = sa.Row[Any]


@dataclass
class Kept:
    open: list[Difference] = field(default_factory=list)
    settled: list[Difference] = field(default_factory=list)


def settle(centre: Centre, found: list[Difference]) -> int:
    """Do what is proposed, for the kinds that the tariff file lets go by themselves; how many were touched. Whether it
    helped, the next comparison tells."""
    touched = 0
    allowed = load_tariffs(centre.settings.tariffs).on(centre.clock().date()).settle
    for one in found:
        if one.settled or one.kind not in allowed or one.proposal not in (*ACTS, Proposal.ASK_CHANNEL):
            continue
        touched += 1
        if one.proposal is Proposal.ASK_CHANNEL:
            centre.payment.look_at(one.order_no)
            continue
        with writing(centre.engine) as connection:
            context = centre.service.context(connection, "centre", f"reconcile:{one.id}")
            ACTS[one.proposal](context, one)
    return touched


def _order(context: Context, one: Difference) -> Row | None:
    return context.connection.execute(sa.select(orders).where(orders.c.order_no == one.order_no)).first()


def _give_back(context: Context, one: Difference) -> None:
    order = _order(context, one)
    if order is not None:
        give_back(context, order, "reconciled")


def _mark_delivered(context: Context, one: Difference) -> None:
    order = _order(context, one)
    if order is not None and order.fulfilled_at is None:
        bought(context, order)


def _retry(context: Context, one: Difference) -> None:
    """Only what is still due: a refund that the channel refused for good waits for people."""
    due = sa.or_(payments.c.transaction == one.ref, payments.c.refund_no == one.ref)
    for row in context.connection.execute(sa.select(payments).where(due, payments.c.state == "refund_due")).all():
        which = {"of_channel": row.channel, "which": row.transaction}
        context.connection.execute(SET_PAYMENT.values(ask_at=context.now), which)


ACTS: dict[Proposal, Callable[[Context, Difference], None]] = {
    Proposal.GIVE_BACK: _give_back, Proposal.MARK_DELIVERED: _mark_delivered, Proposal.RETRY_REFUND: _retry,
}  # fmt: skip


def keep(centre: Centre, day: date, found: list[Difference], again: list[Difference]) -> Kept:
    """Write down what was found: a row for each difference, settled where it is not there any more. What people have settled
    stays settled."""
    kept = Kept()
    now = {one.id: one for one in again}
    with writing(centre.engine) as connection:
        context = centre.service.context(connection, "centre", f"reconcile:{day}")
        known = {row.difference_id: row for row in connection.execute(sa.select(differences)).all()}
        for one in ({one.id: one for one in again} | {one.id: one for one in found}).values():
            is_open = one.id in now and not now[one.id].settled
            row = known.get(one.id)
            if row is not None and row.settled_at is not None:
                if row.settled_by == THE_RULE and is_open:
                    _reopen(connection, one.id)
                    kept.open.append(now[one.id])
                continue
            if row is None:
                connection.execute(sa.insert(differences), _values(context, day, one))
            if is_open:
                kept.open.append(now[one.id])
            else:
                _close(context, one.id, THE_RULE, one.proposal.value)
                kept.settled.append(one)
        for row in known.values():
            if row.day == day and row.settled_at is None and row.difference_id not in now:
                _close(context, row.difference_id, THE_RULE, "in order again")
                kept.settled.append(_of_row(row))
    return kept


def _of_row(row: Row) -> Difference:
    kind, proposal = Kind(row.kind), Proposal(row.proposal)
    return Difference(kind, row.channel, row.ref, row.order_no, row.fen, row.since, row.words, proposal, settled=True)


def _values(context: Context, day: date, one: Difference) -> dict[str, Any]:
    return {
        "difference_id": one.id, "kind": one.kind.value, "channel": one.channel, "ref": one.ref, "order_no": one.order_no,
        "fen": one.fen, "day": day, "since": one.since, "words": one.words, "proposal": one.proposal.value,
        "found_at": context.now, "settled_at": None, "settled_by": None, "settled_how": None,
    }  # fmt: skip


def _close(context: Context, difference_id: str, by: str, how: str) -> None:
    which = sa.and_(differences.c.difference_id == difference_id, differences.c.settled_at.is_(None))
    values = {"settled_at": context.now, "settled_by": by, "settled_how": how}
    context.connection.execute(sa.update(differences).where(which).values(**values))
    context.audit("difference_settled", difference_id, how, who=by)


def _reopen(connection: sa.Connection, difference_id: str) -> None:
    again = sa.update(differences).where(differences.c.difference_id == difference_id)
    connection.execute(again.values(settled_at=None, settled_by=None, settled_how=None))
