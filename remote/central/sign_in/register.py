"""Whose citizen card a number is, and whether it still counts: what the card's own file says, against the city's register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.operations.records import BY_ID_NUMBER

Row = sa.Row[Any]


@dataclass(frozen=True)
class Registered:
    """`person` None: nobody's. `lost`: reported, or replaced by another card."""

    person: Row | None
    lost: bool = False


def registered(context: Context, serial: str, id_number: str) -> Registered:
    person = context.connection.execute(BY_ID_NUMBER, {"id_number": id_number.upper()}).first()
    return Registered(person)
