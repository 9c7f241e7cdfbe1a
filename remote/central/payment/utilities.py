"""Bills of water and power: asked by the number of the household, paid for one month, told to whoever sent them.

The embedded suppliers are synthetic: the amounts come from the number itself, so that everybody sees the same bill. A city puts
its own `Supplier` in their place. A bill is delivered when its payment has been told, and that is queued with the payment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.payment.tables import orders
from remote.messages import OrderLine, Purpose

HOUSEHOLD = re.compile(r"^([WE])(\d{10})$")                    # W water, E power [A]
BILL = re.compile(r"^([WE]\d{10})/(\d{6})$")                   # household and month: what an order is for
MONTHS = 3                                                     # how far back a bill may still be open
PAID = sa.select(orders.c.purpose_ref).where(orders.c.purpose == Purpose.BILL.value, orders.c.state == "paid")
SEAM = "utility"


class Supplier(Protocol):
    """One kind of bill. Questions must be quick: they are asked inside a transaction."""

    def lines(self, household: str, month: date) -> list[OrderLine]:
        """What that month costs; empty = nothing, or no such household."""


@dataclass(frozen=True)
class Synthetic:
    """`parts`: payee, what, fen a unit. Households whose number ends with 0 are unknown."""

    unit: str
    least: int
    most: int
    parts: tuple[tuple[str, str, int], ...]

    def lines(self, household: str, month: date) -> list[OrderLine]:
        if household.endswith("0"):
            return []
        drawn = int.from_bytes(hashlib.sha256(f"{household} {month:%Y%m}".encode()).digest()[:4], "big")
        used = self.least + drawn % (self.most - self.least + 1)
        return [
            OrderLine(payee=payee, what=f"{what}{month:%Y年%-m月}({used}{self.unit})", fen=used * fen)
            for payee, what, fen in self.parts
        ]


SUPPLIERS: Mapping[str, Supplier] = {
    "W": Synthetic("吨", 4, 30, (("亳州市供水有限公司", "水费", 195), ("亳州市财政局", "污水处理费", 95))),
    "E": Synthetic("度", 60, 400, (("国网安徽省电力有限公司亳州供电公司", "电费", 57),)),
}


def open_bill(context: Context, ref: str) -> tuple[str, list[OrderLine]]:
    """(what to order, its lines) of a household's oldest open bill, or of the one bill that is named. No line: nothing open."""
    named, household = BILL.match(ref), HOUSEHOLD.match(ref)
    if named is not None:
        months = [month for month in _months(context.today) if f"{month:%Y%m}" == named[2]]
    else:
        months = _months(context.today) if household is not None else []
    number = named[1] if named is not None else ref
    return next(_open(context, number, months), (ref, []))


def open_bills(context: Context, household: str) -> list[tuple[str, list[OrderLine]]]:
    """(what to order, its lines) of every open bill of a household, oldest first."""
    return list(_open(context, household, _months(context.today))) if HOUSEHOLD.match(household) else []


def _open(context: Context, household: str, months: list[date]) -> Iterator[tuple[str, list[OrderLine]]]:
    for month in months:
        this = f"{household}/{month:%Y%m}"
        if context.connection.execute(PAID.where(orders.c.purpose_ref == this)).first() is not None:
            continue
        if lines := SUPPLIERS[household[0]].lines(household, month):
            yield this, lines


def tell_supplier(context: Context, bill: str, order_no: str, fen: int) -> None:
    """Queued with the payment itself: told if and only if that is kept."""
    context.tell(SEAM, bill, f"{order_no} {fen}")


def _months(today: date) -> list[date]:
    """First days of the months whose bills may be open, oldest first; this month has none yet."""
    found, first = [], today.replace(day=1)
    for _ in range(MONTHS):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found[::-1]
