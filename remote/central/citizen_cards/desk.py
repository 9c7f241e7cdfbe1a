"""What people at the counter do with citizen cards; remote/central/counter.py has the people, the transaction and the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from remote.central.citizen_cards.life import void
from remote.central.citizen_cards.making import end_reservation, hand_over
from remote.central.citizen_cards.records import BY_RESERVE_KEY
from remote.central.citizen_cards.tables import citizen_cards
from remote.central.context import Context
from remote.central.operations.cases import set_case
from remote.central.payment.card_fees import free_fee
from remote.central.payment.money import back_for
from remote.central.store.schema import persons
from remote.messages import CaseState, Purpose

Row = sa.Row[Any]
COUNTER = "counter"


def card_of(context: Context, reserve_key: str) -> Row | None:
    """None: it is a senior card's reservation, or nobody's."""
    return context.connection.execute(BY_RESERVE_KEY, {"reserve_key": reserve_key}).first()


def held(connection: sa.Connection, state: str, most: int) -> list[dict[str, Any]]:
    """Citizen cards that are kept or in doubt, as the counter's pages list reservations."""
    query = (
        sa.select(citizen_cards, persons.c.name, persons.c.id_number)
        .join(persons, persons.c.person_id == citizen_cards.c.person_id)
        .where(citizen_cards.c.state == state)
        .order_by(citizen_cards.c.changed_at)
        .limit(most)
    )
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return [row | {"number": f"市民卡 {row['number']}"} for row in rows]


def settle_doubt(context: Context, card: Row, reason: str, *, given_out: bool) -> None:
    """Two people have said what became of it."""
    if given_out:
        hand_over(context, card, by=COUNTER)
    else:
        end_reservation(context, card, COUNTER, by=COUNTER, reason=reason)


def fence(context: Context, terminal: str, reason: str) -> int:
    """The terminal is shut out: its numbers are void, its people free. Returns how many."""
    query = sa.select(citizen_cards).where(citizen_cards.c.terminal == terminal, citizen_cards.c.state == "reserved")
    reserved = context.connection.execute(query).all()
    for card in reserved:
        end_reservation(context, card, "fenced", by=COUNTER, reason=reason)
    return len(reserved)


def unclaimed(connection: sa.Connection, limit: datetime) -> list[Row]:
    kept = citizen_cards.c.state == "kept", citizen_cards.c.changed_at < limit
    return list(connection.execute(sa.select(citizen_cards).where(*kept)).all())


def void_unclaimed(context: Context, card: Row) -> None:
    """Nobody fetched it: the number is void, the application closed, and what was paid goes back."""
    void(context, card, "unclaimed", by="sweep")
    free_fee(context, card.number)
    set_case(context, card.case_id, CaseState.CLOSED, closed=True)
    back_for(context, Purpose.CARD, card.case_id, "unclaimed")
    context.audit("void_unclaimed", card.number, who="sweep")
