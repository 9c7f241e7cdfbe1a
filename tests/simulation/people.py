"""People of the centre's synthetic population, with their ID cards in their hands."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random

import sqlalchemy as sa

from devices.card_printer.plastic import Plastic
from devices.id_reader.cards import ResidentCard
from devices.id_reader.id_number import Sex
from devices.id_reader.model import CardImage
from devices.id_reader.nations import NATIONS
from remote.central.centre import Centre
from remote.central.store.database import reading
from remote.central.store.schema import cards, persons
from remote.central.times import full_years

OLDEST = 80
CODES = {name: code for code, name in NATIONS.items()}


@dataclass(eq=False)
class Townsperson:
    """`ref` and `person_id` are the centre's; what she holds is what her hand took."""

    person_id: int
    ref: str
    id_number: str
    name: str
    age: int
    has_card: bool
    can_apply: bool
    may_certify: bool            # of 80 and more
    id_card: CardImage = field(repr=False)
    hand: list[Plastic] = field(default_factory=list)


def townspeople(centre: Centre, today: date) -> list[Townsperson]:
    with reading(centre.engine) as connection:
        holders = set(connection.execute(sa.select(cards.c.person_id).where(cards.c.state == "live")).scalars())
        rows = connection.execute(sa.select(persons).order_by(persons.c.person_id)).all()
    return [
        Townsperson(
            r.person_id, r.person_ref, r.id_number, r.name, full_years(r.birth, today), r.person_id in holders,
            _can_apply(r, today), full_years(r.birth, today) >= OLDEST, _image(r),
        )
        for r in rows
    ]


def those_who_come(everybody: list[Townsperson], count: int, rng: Random) -> list[Townsperson]:
    """Mostly people over sixty without a card, some who hold one, some whom the rules refuse."""
    elders = [p for p in everybody if p.age >= 60 and p.can_apply]
    without, holders = [p for p in elders if not p.has_card], [p for p in elders if p.has_card]
    others = [p for p in everybody if p.age < 60 or not p.can_apply]
    oldest = [p for p in everybody if p.may_certify]
    kinds = rng.choices((without, holders, others, oldest), (0.62, 0.20, 0.08, 0.10), k=count)
    return [rng.choice(kind) for kind in kinds]


def _can_apply(row: sa.Row[tuple[object, ...]], today: date) -> bool:
    valid = row.id_valid_to is None or row.id_valid_to >= today
    odd = row.deceased or row.hukou_cancelled or row.fraud_hold
    return valid and not odd and row.hukou.startswith("34") and row.photo_source != "none"


@cache
def _image(row: sa.Row[tuple[object, ...]]) -> CardImage:
    return CardImage.of(
        ResidentCard(
            name=row.name, sex=Sex.FEMALE if row.sex == "女" else Sex.MALE, nation=CODES[row.nation], birth=row.birth,
            address=row.address[:35], id_number=row.id_number, issuer=row.id_issuer[:15], valid_from=row.id_valid_from,
            valid_to=row.id_valid_to,
        )
    )  # fmt: skip
