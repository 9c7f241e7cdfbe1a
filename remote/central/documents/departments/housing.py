"""住房公积金: monthly payments, interest each 30 June, one withdrawal in some lives."""

from __future__ import annotations

from datetime import date

from print.layouts.documents.content import Head, HousingFund, Movement
from remote.central.documents.departments.life import PUBLIC, Life, life_of, months_back, months_between, random_for
from remote.central.operations.records import Row
from remote.messages import Choice

SPANS = {"year": ("近1年", 12), "two_years": ("近2年", 24), "five_years": ("近5年", 60)}
INTEREST_PER_MILLE = 15
OLDEST = date(2005, 1, 1)


def spans(person: Row, today: date) -> list[Choice]:
    return [Choice(code=code, label=label) for code, (label, _months) in SPANS.items()]


def statement(person: Row, head: Head, today: date, period: str) -> HousingFund | None:
    life, random = life_of(person, today), random_for(person, "housing")
    has_one = random.random() < 0.7 or (life is not None and life.employer in PUBLIC)
    if life is None or not life.employed or life.retired or not has_one:
        return None
    rate = random.choice((5, 8, 10, 12))
    withdrawal = months_back(today, random.randint(3, 90)) if random.random() < 0.4 else None
    everything = _movements(life, rate, withdrawal, today)
    since = months_back(today, SPANS[period][1])
    account = f"3416{random.randrange(10**9):09d}"
    balance = everything[-1].balance_fen if everything else 0
    return HousingFund(head, account, life.employer, "正常缴存", life.wage_fen, rate, since, months_back(today, 1),
                       tuple(one for one in everything if one.day >= since), balance)  # fmt: skip


def _movements(life: Life, rate: int, withdrawal: date | None, today: date) -> list[Movement]:
    first = max(life.began, OLDEST)
    rows: list[Movement] = []
    balance = 0
    for index in range(months_between(first, months_back(today, 1))):
        month = months_back(first, -index)
        years = today.year - month.year
        paid = int(life.wage_fen / 1.05**years) * rate * 2 // 10_000 * 100
        balance += paid
        rows.append(Movement(month.replace(day=18), f"汇缴{month.year}年{month.month}月", paid, 0, balance))
        if month.month == 6:
            interest = balance * INTEREST_PER_MILLE // 1000
            balance += interest
            rows.append(Movement(month.replace(day=30), "年度结息", interest, 0, balance))
        if withdrawal == month and balance > 500_000:
            taken = balance * 6 // 10 // 100 * 100
            balance -= taken
            rows.append(Movement(month.replace(day=28), "提取（购买自住住房）", 0, taken, balance))
    return sorted(rows, key=lambda one: one.day) if withdrawal is None else _in_order(rows)


def _in_order(rows: list[Movement]) -> list[Movement]:
    """By day, balances counted again: a withdrawal on the 28th comes before the interest of the 30th."""
    balance, ordered = 0, []
    for one in sorted(rows, key=lambda row: row.day):
        balance += one.in_fen - one.out_fen
        ordered.append(Movement(one.day, one.what, one.in_fen, one.out_fen, balance))
    return ordered
