"""What all departments agree about a person: how she earns her living, since when, for whom. Facts of Bozhou's economy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from remote.central.operations.records import Row
from remote.central.times import full_years

EMPLOYERS = (
    "亳州市谯城区古井纺织有限公司", "安徽济人药材饮片有限公司", "亳州市药都中药材市场管理有限公司", "安徽谯城面粉有限责任公司",
    "亳州市第三人民医院", "亳州市谯城区实验小学", "涡阳县宏达煤炭运销公司", "蒙城县江淮汽车配件厂", "利辛县纱网制造有限公司",
    "亳州市公共交通有限公司", "亳州市城市排水有限公司", "安徽老街酒业有限公司",
)  # fmt: skip
PUBLIC = frozenset({"亳州市第三人民医院", "亳州市谯城区实验小学"})
RETIREMENT_AGE = 60


@dataclass(frozen=True)
class Life:
    employed: bool
    """Or once was, when she is of age: else she is insured as a resident."""
    employer: str
    began: date
    """First month of contributions."""
    retired: bool
    wage_fen: int
    """Monthly, today or last."""


def life_of(person: Row, today: date) -> Life | None:
    """None for children and for those not yet earning."""
    age = full_years(person.birth, today)
    if age < 18:
        return None
    random = random_for(person, "life")
    employed = random.random() < (0.35 if age >= RETIREMENT_AGE else 0.6)
    first_age = random.randint(18, 25)
    began = date(max(person.birth.year + first_age, 1986 if employed else 2009), random.randint(1, 12), 1)
    wage = random.randrange(320_000, 780_000, 100)
    retired = age >= RETIREMENT_AGE
    return Life(employed, random.choice(EMPLOYERS) if employed else "城乡居民", min(began, today.replace(day=1)), retired, wage)


def random_for(person: Row, what: str) -> Random:
    return Random(f"{person.person_ref}|{what}")


def last_paid_month(person: Row, life: Life, today: date) -> date:
    """The last month contributions were paid for: the month before, or the one in which she reached retirement."""
    last = months_back(today, 1)
    if life.retired:
        return min(last, date(person.birth.year + RETIREMENT_AGE, person.birth.month, 1))
    return last


def months_back(day: date, count: int) -> date:
    index = day.year * 12 + day.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def months_between(first: date, last: date) -> int:
    """Both counted; 0 where `last` is before `first`."""
    return max((last.year - first.year) * 12 + last.month - first.month + 1, 0)
