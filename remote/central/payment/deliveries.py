"""Whether what was paid for has been delivered: asked of the books of whoever makes it, never of the order itself."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from remote.central.documents.tables import documents
from remote.central.loads.tables import loads
from remote.central.store.schema import cards, cases, reservations
from remote.messages import Purpose

Row = sa.Row[Any]

STATE_OF_COPY = sa.select(documents.c.state).where(documents.c.document_id == sa.bindparam("document_id"))
STATE_OF_CASE = sa.select(cases.c.state).where(cases.c.case_id == sa.bindparam("case_id"))
CARDS_OF_CASE = sa.select(cards.c.state, cards.c.ended_by).where(cards.c.case_id == sa.bindparam("case_id"))
HELD_FOR_CASE = sa.select(reservations.c.reserve_key).where(
    reservations.c.case_id == sa.bindparam("case_id"), reservations.c.state.in_(("open", "kept", "in_doubt"))
)
LOADS_OF_ORDER = sa.select(loads.c.state).where(loads.c.order_id == sa.bindparam("order_id"))


class Delivered(StrEnum):
    YES = "yes"
    NO = "no"                            # and nobody is making it
    IN_WORK = "in_work"                  # being made, kept for its owner, or nobody knows yet: the money stays


def delivered(connection: sa.Connection, order: Row) -> Delivered:
    if order.fulfilled_at is not None:
        return Delivered.YES
    look = LOOKS.get(Purpose(order.purpose))
    if look is not None:
        return look(connection, order)
    return Delivered.IN_WORK if order.used_by is not None else Delivered.NO


def _document(connection: sa.Connection, order: Row) -> Delivered:
    if order.used_by is None:
        return Delivered.NO
    state = connection.execute(STATE_OF_COPY, {"document_id": order.used_by.partition(":")[2]}).scalar()
    if state == "delivered":
        return Delivered.YES
    return Delivered.NO if state in ("failed", "void") else Delivered.IN_WORK


def _card(connection: sa.Connection, order: Row) -> Delivered:
    """Her card was live once: it has been in her hand, whatever became of it since."""
    case = {"case_id": order.purpose_ref}
    if any(card.state == "live" or card.ended_by in ("lost", "replaced") for card in connection.execute(CARDS_OF_CASE, case)):
        return Delivered.YES
    if order.used_by is not None or connection.execute(HELD_FOR_CASE, case).first() is not None:
        return Delivered.IN_WORK
    return Delivered.IN_WORK if connection.execute(STATE_OF_CASE, case).scalar() == "mail_ordered" else Delivered.NO


def _load(connection: sa.Connection, order: Row) -> Delivered:
    """Only the card says whether the money is on it; a load that is open waits for it."""
    states = set(connection.execute(LOADS_OF_ORDER, {"order_id": order.order_id}).scalars())
    if "credited" in states:
        return Delivered.YES
    return Delivered.IN_WORK if states - {"not_credited"} or order.used_by is not None else Delivered.NO


LOOKS: dict[Purpose, Callable[[sa.Connection, Row], Delivered]] = {
    Purpose.DOCUMENT: _document, Purpose.CARD: _card, Purpose.TOP_UP: _load,
}  # fmt: skip
"""What is not here is told by whoever delivers it, through `fulfilled`."""
