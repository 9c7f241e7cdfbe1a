"""Citizen cards that demo citizens have had for years: the books know them, and the hall has them in a drawer."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from remote.central.citizen_cards.tables import citizen_cards
from remote.central.demo_citizens import DemoCitizen, citizen_card_number

ISSUED, EXPIRES = date(2024, 3, 1), date(2044, 2, 28)
OPENING_FEN = 1230  # on the purse of each


def lay_citizen_card(connection: sa.Connection, citizen: DemoCitizen, person_id: int, now: datetime) -> None:
    """Safe to repeat. Nothing for who has none."""
    if not citizen.citizen_card:
        return
    number = citizen_card_number(citizen.id_number)
    if connection.execute(sa.select(citizen_cards.c.number).where(citizen_cards.c.number == number)).first() is not None:
        return
    connection.execute(
        sa.insert(citizen_cards),
        {
            "number": number, "person_id": person_id, "case_id": None, "serial": number.zfill(20),
            "state": citizen.citizen_card, "issued_on": ISSUED, "valid_to": EXPIRES, "reserve_key": None, "terminal": "counter",
            "place": "", "reason": "", "insurance": True, "opening_fen": OPENING_FEN, "opened_at": now, "changed_at": now,
        },
    )  # fmt: skip
