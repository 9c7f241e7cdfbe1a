"""不动产登记: none, one or two properties, in the county she lives in."""

from __future__ import annotations

from datetime import date
from random import Random

from print.layouts.documents.content import Head, Property, PropertyResult
from remote.central.documents.departments.life import random_for
from remote.central.operations.records import Row
from remote.central.times import full_years

ESTATES = ("药都花园", "魏武苑", "汤王小区", "涡河人家", "芍花公馆", "建安名邸")
ROADS = ("希夷大道", "魏武大道", "芍花路", "养生大道", "建安路", "薛阁大道")
DISTRICT = "亳州市（谯城区、涡阳县、蒙城县、利辛县）"


def result(person: Row, head: Head, today: date, _period: str) -> PropertyResult | None:
    """Everybody of age gets an answer: that there is none is one too (无房证明)."""
    age = full_years(person.birth, today)
    if age < 18:
        return None
    random = random_for(person, "property")
    count = random.choices((0, 1, 2), (4, 5, 1) if age >= 30 else (8, 2, 0))[0]
    return PropertyResult(head, DISTRICT, tuple(_one(random, person, today) for _ in range(count)))


def _one(random: Random, person: Row, today: date) -> Property:
    earliest = max(2005, min(person.birth.year + 22, today.year - 1))
    registered = date(random.randint(earliest, today.year - 1), random.randint(1, 12), random.randint(1, 28))
    county = person.hukou_place if person.hukou_place.startswith("亳州市") else "亳州市谯城区"
    place = (f"{county}{random.choice(ROADS)}{random.randint(1, 400)}号{random.choice(ESTATES)}"
             f"{random.randint(1, 30)}幢{random.randint(1, 3)}单元{random.randint(1, 18)}0{random.randint(1, 4)}室")  # fmt: skip
    burden = "抵押（中国建设银行亳州分行）" if random.random() < 0.3 else "无"
    number = f"皖（{registered.year}）{county}不动产权第{random.randrange(10**7):07d}号"
    shared = random.choice(("单独所有", "共同共有"))
    return Property(number, place, "成套住宅", random.randrange(620_000, 1_450_000, 100), shared, registered, burden)
