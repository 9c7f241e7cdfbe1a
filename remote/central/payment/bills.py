"""Which bills are open: of her own households, or of an account number that she brought."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.operations.records import BY_REF
from remote.central.payment.prices import nothing_to_pay
from remote.central.payment.tariffs import load_tariffs
from remote.central.payment.utilities import open_bills
from remote.central.rules.senior_card import refusal
from remote.messages import BillKind, BillView, FindBills, FoundBills, OrderLine, RefusalCode

Row = sa.Row[Any]
Households = Callable[[Context, Row], list[str]]
KINDS = {"W": BillKind.WATER, "E": BillKind.POWER}
TITLES = {"W": "水费", "E": "电费"}
SHOWN_DIGITS = 4


def synthetic_households(context: Context, person: Row) -> list[str]:
    """One account of each supplier, from the ID number: the same for everybody who asks. A city puts its own register here."""
    drawn = hashlib.sha256(f"household {person.id_number}".encode()).digest()
    numbers = [int.from_bytes(drawn[at : at + 8], "big") for at in (0, 8)]
    return [f"{kind}{number % 10**9:09d}{1 + number % 9}" for kind, number in zip(KINDS, numbers, strict=True)]


HOUSEHOLDS: Households = synthetic_households


def find_bills(context: Context, ask: FindBills) -> FoundBills:
    """An account number tells what is open and what it costs, and nobody's name."""
    by_number = load_tariffs(context.settings.tariffs).on(context.today).bills_by_number
    if ask.household:
        if not by_number:
            why_not = refusal(RefusalCode.METHOD_AWAY, "这里不按户号收费")
            return FoundBills(bills=[], by_number=False, refusal=why_not)
        households = [ask.household]
    elif ask.person_ref:
        person = context.connection.execute(BY_REF, {"person_ref": ask.person_ref}).first()
        households = HOUSEHOLDS(context, person) if person is not None else []
    else:
        return FoundBills(bills=[], by_number=by_number)
    found = [_view(ref, lines) for household in households for ref, lines in open_bills(context, household)]
    found.sort(key=lambda bill: (bill.month, bill.ref))
    return FoundBills(bills=found, by_number=by_number, refusal=None if found else nothing_to_pay())


def _view(ref: str, lines: list[OrderLine]) -> BillView:
    household, _, month = ref.partition("/")
    first = date(int(month[:4]), int(month[4:]), 1)
    return BillView(
        ref=ref, kind=KINDS[household[0]], household="****" + household[-SHOWN_DIGITS:], month=first,
        title=f"{TITLES[household[0]]} {first.year}年{first.month}月", lines=lines, fen=sum(line.fen for line in lines),
    )  # fmt: skip
