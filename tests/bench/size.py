"""How much is measured: the whole, or as little as shows that every figure comes out."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`card_speed`: of the machines while a whole card is made; 1 = as in the hall.
    `bank`: pgbench's scale, 100,000 accounts each."""

    starts: int = 5
    screens: int = 60
    readings: int = 11
    card_speed: float = 1.0
    plans: int = 40
    drawings: int = 11
    recoveries: int = 5
    visits: tuple[int, int] = (20, 200)
    requests: int = 2000
    population: int = 2_000
    terminals: int = 10_000
    bank: int = 10


WHOLE = Size()
TINY = Size(starts=1, screens=4, readings=2, card_speed=60.0, plans=2, drawings=2, recoveries=1, visits=(1, 3), requests=64,
            population=200, terminals=60, bank=1)
