"""The medical insurance, simulated: the same person always has the same account, lengthened month by month.

A city puts its own functions of the same shape here. Nothing is random at run time: everything hangs on the person's
reference and the day. Bills come out to the fen: whole = fund + account + own, and what the account pays is a movement of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from remote.central.documents.departments.life import life_of, months_back, random_for
from remote.central.operations.records import Row
from remote.messages import InsuranceMove, Movement, Settlement

A_BILL_TAKES = 3  # at most this part of what the account holds; the rest she pays herself
MONTHS = 24  # so far back the account is told
FUND_PER_CENT = {InsuranceMove.CLINIC: 55, InsuranceMove.HOSPITAL: 78, InsuranceMove.PHARMACY: 0}
HOSPITALS = ("亳州市人民医院", "亳州市中医院", "华佗国药大药房", "谯城区薛阁社区卫生服务中心", "亳州市第三人民医院")
PHARMACIES = ("华佗国药大药房", "亳州济人堂大药房")
BILLS = ((InsuranceMove.CLINIC, 0.30), (InsuranceMove.PHARMACY, 0.35), (InsuranceMove.HOSPITAL, 0.04))
"""How likely each is in a month."""


@dataclass(frozen=True)
class Insurance:
    """`movements` and `settlements` newest first."""

    account_no: str
    kind: str
    balance_fen: int
    movements: tuple[Movement, ...]
    settlements: tuple[Settlement, ...]


def insurance_of(person: Row, today: date) -> Insurance | None:
    """None for those whom the department does not know."""
    life = life_of(person, today)
    random = random_for(person, "insurance")
    if life is None or random.random() < 0.02:
        return None
    employee = life.employed
    monthly = life.wage_fen * 28 // 1000 // 100 * 100 if employee else 1_500
    balance = random.randrange(30_000, 380_000) if employee else random.randrange(2_000, 20_000)
    movements: list[Movement] = []
    settlements: list[Settlement] = []
    for back in range(MONTHS, -1, -1):
        month = months_back(today, back).replace(day=1)
        paid_in = month.replace(day=5)
        if paid_in <= today:
            balance += monthly
            movements.append(Movement(on=paid_in, kind=InsuranceMove.MONTHLY, fen=monthly))
        for kind, likely in BILLS:
            dice, size, day, where = random.random(), random.random(), random.randint(7, 28), random.random()
            on = month + timedelta(days=day - 1)
            if dice >= likely or on > today:
                continue
            bill = _bill(person, kind, on, size, where, balance)
            settlements.append(bill)
            if bill.account_fen:
                balance -= bill.account_fen
                movements.append(Movement(on=on, kind=kind, fen=-bill.account_fen, where=bill.where))
    newest = tuple(sorted(movements, key=lambda one: one.on, reverse=True))
    bills = tuple(sorted(settlements, key=lambda one: one.on, reverse=True))
    return Insurance(_number(person), "employee" if employee else "resident", balance, newest, bills)


def _bill(person: Row, kind: InsuranceMove, on: date, size: float, where: float, balance: int) -> Settlement:
    whole = int({InsuranceMove.CLINIC: 38_000, InsuranceMove.PHARMACY: 16_000, InsuranceMove.HOSPITAL: 1_400_000}[kind]
                * (0.15 + size)) // 10 * 10  # fmt: skip
    fund = whole * FUND_PER_CENT[kind] // 100
    account = min(whole - fund, max(balance, 0) // A_BILL_TAKES // 10 * 10)
    places = PHARMACIES if kind is InsuranceMove.PHARMACY else HOSPITALS[:2]
    number = hashlib.sha256(f"{person.person_ref}|{on}|{kind.value}".encode()).hexdigest()[:10]
    return Settlement(
        settlement_no=f"YB{on:%Y%m%d}{int(number, 16) % 10**6:06d}", on=on, kind=kind, where=places[int(where * len(places))],
        whole_fen=whole, fund_fen=fund, account_fen=account, own_fen=whole - fund - account,
    )  # fmt: skip


def _number(person: Row) -> str:
    return f"3416{int(hashlib.sha256(person.person_ref.encode()).hexdigest(), 16) % 10**10:010d}"
