"""The synthetic population around Bozhou: the same seed gives the same people. Nobody in it exists.

Roughly: two in five are 60 or older, one elder in two has a live card; some cards are lost, expiring, expired, or of the
class below 70; some people are dead, moved away, of another household, without a photo, or with an expired ID card.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from remote.central.population.histories import card_row, case_row, kept_reservation_row, order_row
from remote.central.population.id_numbers import id_number
from remote.central.population.names import name
from remote.central.rules.ruleset import Rules, RuleSet
from remote.central.store.schema import addresses, cards, cases, delivery_orders, meta, number_series, persons, reservations
from remote.central.times import BEIJING, add_years, full_years
from remote.messages import CaseState, Delivery, PhotoSource
from remote.regions import Township, regions

GENERATOR = "2"  # raise when the same seed gives other people
ELSEWHERE = (
    ("411522", "河南省信阳市光山县"),
    ("320106", "江苏省南京市鼓楼区"),
    ("310104", "上海市徐汇区"),
    ("341222", "安徽省阜阳市太和县"),
    ("341321", "安徽省宿州市砀山县"),
)
FIRST_DEMO_ORDER = 900  # order numbers of the demo citizens, never drawn here
TABLES = (persons, addresses, cases, cards, reservations, delivery_orders)
Rows = dict[str, list[dict[str, Any]]]


def populate(connection: sa.Connection, seed: int, count: int, today: date, rules: Rules) -> bool:
    """Fill an empty database; True if it was empty. A database filled before is left as it is."""
    mark = f"{GENERATOR}:{seed}:{count}"
    if connection.execute(sa.select(meta.c.value).where(meta.c.key == "population")).scalar() is not None:
        return False
    rows = people(seed, count, today, rules.on(today))
    for table in TABLES:
        if rows[table.name]:
            connection.execute(sa.insert(table), rows[table.name])
    connection.execute(sa.insert(number_series), {"prefix": rules.on(today).number.prefix, "last": len(rows["cards"])})
    connection.execute(sa.insert(meta), {"key": "population", "value": mark})
    return True


def people(seed: int, count: int, today: date, rules: RuleSet) -> Rows:
    random = Random(seed)
    townships = [township for county in regions() for township in county.townships]
    taken: set[str] = set()
    rows: Rows = {table.name: [] for table in TABLES}
    for person_id in range(1, count + 1):
        row = _person(random, person_id, today, townships, taken, seed)
        rows["persons"].append(row)
        if row["village"]:
            rows["addresses"].append(
                {
                    "address_id": row["person_ref"][:16],
                    "person_id": person_id,
                    "text": row["address"],
                    "county": row["village"][:6],
                }
            )
        if full_years(row["birth"], today) >= rules.min_age:
            _history(random, row, today, rules, rows)
    return rows


def _birth(random: Random, today: date) -> date:
    age = random.randint(60, 96) if random.random() < 0.42 else random.randint(1, 59)
    birth = add_years(today, -age) - timedelta(days=random.randrange(365))
    if random.random() < 0.01:
        leap = birth.year - birth.year % 4
        return date(leap, 2, 29) if leap % 100 else birth
    return birth


def _person(random: Random, person_id: int, today: date, townships: list[Township], taken: set[str], seed: int) -> dict[str, Any]:
    woman = random.random() < 0.51
    birth = _birth(random, today)
    age = full_years(birth, today)
    full_name, nation = name(random, woman, elder=age >= 50)
    township = random.choice(townships)
    village = random.choice(township.villages)
    region = township.code[:6]
    number = _free_number(random, region, birth, woman, taken)
    hukou, place = region, _county_place(region)
    text = f"安徽省{place}{township.name}{village.name}{random.randint(1, 260)}号"
    elsewhere = random.random() < 0.03
    if elsewhere:
        hukou, place = random.choice(ELSEWHERE)
        text = f"{place}{random.choice(['中山', '人民', '解放', '建设'])}路{random.randint(1, 400)}号"
    valid_from, id_valid_to = id_validity(random, birth, today, expired=random.random() < 0.02)
    photo = PhotoSource.POPULATION if random.random() >= 0.04 else PhotoSource.NONE
    return {
        "person_id": person_id,
        "person_ref": hashlib.sha256(f"{seed}|{number}".encode()).hexdigest()[:32],
        "id_number": number,
        "name": full_name,
        "sex": "女" if woman else "男",
        "nation": nation,
        "birth": birth,
        "address": text,
        "village": None if elsewhere else village.code,
        "hukou": hukou,
        "hukou_place": place,
        "id_issuer": f"{place.removeprefix('亳州市')}公安局" if not elsewhere else f"{place}公安局",
        "id_valid_from": valid_from,
        "id_valid_to": id_valid_to,
        "phone": f"13{random.randrange(10**9):09d}" if random.random() < 0.8 else None,
        "deceased": age >= 60 and random.random() < 0.01,
        "hukou_cancelled": random.random() < 0.004,
        "fraud_hold": random.random() < 0.001,
        "photo_source": photo.value,
        "photo_seed": random.randrange(2**31),
    }


def _county_place(region: str) -> str:
    return "亳州市" + next(county.name for county in regions() if county.code == region)


def _free_number(random: Random, region: str, birth: date, woman: bool, taken: set[str]) -> str:
    while True:
        number = id_number(region, birth, random.randrange(0, FIRST_DEMO_ORDER // 2) * 2 + (0 if woman else 1))
        if number not in taken:
            taken.add(number)
            return number


def id_validity(random: Random, birth: date, today: date, expired: bool) -> tuple[date, date | None]:
    """When the ID card was issued and until when it holds: 10, 20 years or for life from 46 on (None = 长期)."""
    if expired:
        valid_from = add_years(today, -20) - timedelta(days=random.randint(10, 300))
        return valid_from, add_years(valid_from, 20)
    valid_from = today - timedelta(days=random.randint(30, 3_500))
    age_then = full_years(birth, valid_from)
    if age_then >= 46:
        return valid_from, None
    return valid_from, add_years(valid_from, 20 if age_then >= 26 else 10)


def _history(random: Random, person: dict[str, Any], today: date, rules: RuleSet, rows: Rows) -> None:
    """What an elder has with the office: mostly a live card; now and then a lost one, a mail order, a card in a terminal."""
    dice, used = random.random(), len(rows["cards"])
    if dice < 0.5:
        rows["cards"] += _cards(random, person, today, rules, used)
    elif dice < 0.505 and person["village"]:
        ref = person["person_ref"]
        at = datetime(today.year, today.month, today.day, 9, 0, tzinfo=BEIJING) - timedelta(days=random.randint(1, 9))
        kept = random.random() < 0.3
        delivery, state = (Delivery.INSTANT, CaseState.KEPT) if kept else (Delivery.MAIL, CaseState.MAIL_ORDERED)
        if full_years(person["birth"], at.date()) < rules.min_age:
            return
        case = case_row(person["person_id"], ref, delivery, state, at, rules)
        rows["cases"].append(case)
        if kept:
            card = card_row(person["person_id"], person["birth"], at.date(), "kept", rules, used + 1)
            rows["cards"].append(card | {"case_id": case["case_id"]})
            rows["reservations"].append(kept_reservation_row(case, card["number"]))
        else:
            rows["delivery_orders"].append(order_row(case, ref, person["address"], rules))


def _cards(random: Random, person: dict[str, Any], today: date, rules: RuleSet, used: int) -> list[dict[str, Any]]:
    """A live card, now and then with a lost one before it, or only a lost one."""
    sixtieth = add_years(person["birth"], rules.min_age)
    oldest = max((today - sixtieth).days, 0)
    issued = today - timedelta(days=random.randint(0, min(oldest, 10 * 365 + 120)))
    dice = random.random()
    states = ["dead", "live"] if dice < 0.05 else ["dead"] if dice < 0.07 else ["live"]
    lost = {"ended_at": datetime(issued.year, issued.month, issued.day, 10, 0, tzinfo=BEIJING), "ended_by": "lost"}
    return [
        card_row(person["person_id"], person["birth"], issued, state, rules, used + step + 1) | (lost if state == "dead" else {})
        for step, state in enumerate(states)
    ]
