"""人社和医保: who is insured how, and every payment."""

from __future__ import annotations

from datetime import date

from print.layouts.documents.content import Head, Insurance, Payment, PaymentList, SocialInsurance
from remote.central.documents.departments.life import Life, last_paid_month, life_of, months_back, months_between
from remote.central.operations.records import Row
from remote.messages import Choice

PENSION_OWN, PENSION_EMPLOYER = 8, 16  # per cent of the base, since 2019
RESIDENT_PENSION_FEN, RESIDENT_MEDICAL_FEN = 200_000, 40_000  # a year
SPANS = {"year": ("近1年", 12), "five_years": ("近5年", 60), "ten_years": ("近10年", 120)}


def participation(person: Row, head: Head, today: date, _period: str) -> SocialInsurance | None:
    life = life_of(person, today)
    if life is None:
        return None
    until = last_paid_month(person, life, today)
    if until < life.began:
        return None
    if life.employed:
        return SocialInsurance(head, _employee(life, until), _pension(life, "企业职工基本养老金"))
    years = until.year - life.began.year + 1
    state = "待遇领取" if life.retired else "参保缴费"
    this_january = date(today.year, 1, 1)
    medical_since = max(date(2010, 1, 1), date(person.birth.year, 1, 1))
    medical_months = months_between(medical_since, this_january) + 11
    insured = (
        Insurance("城乡居民基本养老保险", state, life.began, until, years * 12, "城乡居民"),
        Insurance("城乡居民基本医疗保险", "参保缴费", medical_since, date(today.year, 12, 1), medical_months, "城乡居民"),
    )
    return SocialInsurance(head, insured, _pension(life, "城乡居民基本养老金"))


def _employee(life: Life, until: date) -> tuple[Insurance, ...]:
    pension, ended, medical = ("待遇领取", "终止缴费", "退休享受待遇") if life.retired else ("参保缴费",) * 3
    rows = (("企业职工基本养老保险", date(1986, 1, 1), pension), ("失业保险", date(1999, 7, 1), ended),
            ("工伤保险", date(2004, 1, 1), ended), ("职工基本医疗保险", date(2001, 3, 1), medical))  # fmt: skip
    began = [(kind, max(life.began, introduced), state) for kind, introduced, state in rows]
    return tuple(Insurance(kind, state, since, until, months_between(since, until), life.employer)
                 for kind, since, state in began if since <= until)  # fmt: skip


def _pension(life: Life, what: str) -> str:
    return f"该参保人员已按月领取{what}。" if life.retired else ""


def spans(person: Row, today: date) -> list[Choice]:
    return [Choice(code=code, label=label) for code, (label, _months) in SPANS.items()]


def payments(person: Row, head: Head, today: date, period: str) -> PaymentList | None:
    life = life_of(person, today)
    if life is None:
        return None
    months = SPANS[period][1]
    since, until = months_back(today, months), months_back(today, 1)
    paid = _monthly(person, life, since, until, today) if life.employed else _yearly(person, life, since, today)
    return PaymentList(head, since, until, tuple(paid))


def _monthly(person: Row, life: Life, since: date, until: date, today: date) -> list[Payment]:
    first, last = max(since, life.began), min(until, last_paid_month(person, life, today))
    rows = []
    for index in range(months_between(first, last)):
        month = months_back(first, -index)
        base = _base(life, month, today)
        own, employer = base * PENSION_OWN // 100, base * PENSION_EMPLOYER // 100
        rows.append(Payment(month, "企业职工基本养老保险", life.employer, base, own, employer, "已到账"))
    return rows


def _base(life: Life, month: date, today: date) -> int:
    """Set anew each July, about five per cent more a year; whole yuan."""
    years = (today.year - month.year) + (today.month >= 7) - (month.month >= 7)
    return max(int(life.wage_fen / 1.05**years) // 100 * 100, 60_000)


def _yearly(person: Row, life: Life, since: date, today: date) -> list[Payment]:
    last_pension_year = min(today.year, last_paid_month(person, life, today).year)
    pension = [
        Payment(date(year, 3, 1), "城乡居民基本养老保险", "城乡居民", 0, RESIDENT_PENSION_FEN, 0, "已到账")
        for year in range(max(since.year, life.began.year), last_pension_year + 1)
        if since <= date(year, 3, 1) <= today
    ]
    medical = [
        Payment(date(year, 1, 1), "城乡居民基本医疗保险", "城乡居民", 0, medical_fen(year, today), 0, "已到账")
        for year in range(max(since.year, 2010), today.year + 1)
        if since <= date(year, 1, 1) <= today
    ]
    return pension + medical


def medical_fen(year: int, today: date) -> int:
    """20 yuan less for each year further back, as it rose."""
    return max(RESIDENT_MEDICAL_FEN - (today.year - year) * 2_000, 6_000)
