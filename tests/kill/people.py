"""People of the centre's population who can get a first senior card today: a fresh one for every instant."""
from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from devices.id_reader.id_number import Sex
from devices.id_reader.nations import NATIONS

ELIGIBLE = """
    SELECT person_id, name, sex, nation, birth, address, id_number, id_issuer, id_valid_from, id_valid_to FROM persons
    WHERE birth < :sixty AND hukou LIKE '3416%' AND photo_source = 'population' AND NOT deceased AND NOT hukou_cancelled
      AND NOT fraud_hold AND (id_valid_to IS NULL OR id_valid_to > :today)
      AND person_id NOT IN (SELECT person_id FROM cards) AND person_id NOT IN (SELECT person_id FROM cases)
    ORDER BY person_id
"""


@dataclass(frozen=True)
class Somebody:
    """One synthetic person. `card` is what the machines' "lay" wants of her ID card."""

    person_id: int
    name: str
    id_number: str
    birth: date
    id_valid_to: date | None
    card: dict[str, Any]


def eligible(centre_db: Path, today: date) -> list[Somebody]:
    """Everybody who has no card and no case, is 60 and of this city."""
    codes = {name: code for code, name in NATIONS.items()}
    with sqlite3.connect(f"file:{centre_db}?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        rows = db.execute(ELIGIBLE, {"sixty": today.replace(day=1, year=today.year - 60).isoformat(), "today": today.isoformat()})
        return [_somebody(row, codes) for row in rows]


def _somebody(row: sqlite3.Row, codes: dict[str, str]) -> Somebody:
    valid_to = row["id_valid_to"]
    return Somebody(
        person_id=row["person_id"],
        name=row["name"],
        id_number=row["id_number"],
        birth=date.fromisoformat(row["birth"]),
        id_valid_to=None if valid_to is None else date.fromisoformat(valid_to),
        card={
            "name": row["name"],
            "sex": int(Sex.FEMALE if row["sex"] == "女" else Sex.MALE),
            "nation": codes[row["nation"]],
            "birth": row["birth"],
            "address": row["address"],
            "id_number": row["id_number"],
            "issuer": row["id_issuer"],
            "valid_from": row["id_valid_from"],
            "valid_to": valid_to,
        },
    )
