"""税务: what was paid for insurance, by year; one receipt a year."""

from __future__ import annotations

from datetime import date, datetime, time

from print.layouts.documents.content import Head, PaidItem, PaymentReceipt
from remote.central.documents.departments.life import life_of, random_for
from remote.central.documents.departments.social import RESIDENT_PENSION_FEN, medical_fen
from remote.central.operations.records import Row
from remote.central.times import BEIJING
from remote.messages import Choice

YEARS = 3
METHODS = ("微信支付", "支付宝", "银行代扣", "政务大厅刷卡")


def choices(person: Row, today: date) -> list[Choice]:
    life = life_of(person, today)
    if life is None or life.employed:
        return []
    last = _last(person, today)
    return [Choice(code=str(year), label=f"{year}年度城乡居民保险费") for year in range(last, last - YEARS, -1)]


def receipt(person: Row, head: Head, today: date, period: str) -> PaymentReceipt | None:
    life = life_of(person, today)
    if life is None or life.employed or period not in [one.code for one in choices(person, today)]:
        return None
    year = int(period)
    items = [PaidItem("城乡居民基本医疗保险", f"{year}年度", medical_fen(year, today))]
    if not life.retired:
        items.append(PaidItem("城乡居民基本养老保险", f"{year}年度", RESIDENT_PENSION_FEN))
    random = random_for(person, f"tax {year}")
    number = f"34160{year}{random.randrange(10**11):011d}"
    payee = "国家税务总局亳州市谯城区税务局"
    return PaymentReceipt(head, payee, number, _paid_at(person, year), random.choice(METHODS), tuple(items))


def _last(person: Row, today: date) -> int:
    """The last year paid by today."""
    return today.year if _paid_at(person, today.year).date() <= today else today.year - 1


def _paid_at(person: Row, year: int) -> datetime:
    """In the last months of the year before, as the campaign of each autumn asks for."""
    random = random_for(person, f"paid {year}")
    day = date(year - 1, random.randint(10, 12), random.randint(1, 28))
    return datetime.combine(day, time(random.randint(8, 20), random.randint(0, 59)), BEIJING)
