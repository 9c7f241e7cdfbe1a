"""Named people for scripts and demonstrations. All dates hang on the month of `today`, so that every script holds on any day.

They are pure data: the simulated ID reader lays their cards, the centre lays their records (population/lay_demo.py).
Within one month the same key always is the same person with the same ID number.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from remote.central.population.id_numbers import id_number
from remote.central.population.names import long_name
from remote.central.times import add_years
from remote.messages import PhotoSource
from remote.regions import names_by_code


@dataclass(frozen=True)
class DemoCitizen:
    """Everything that stands on her ID card, and what the centre shall know of her."""

    key: str
    name: str
    sex: str  # "男" / "女"
    nation: str
    birth: date
    address: str
    id_number: str
    id_issuer: str
    valid_from: date
    valid_to: date | None  # None = 长期
    # -- known to the centre only
    photo_seed: int
    phone: str | None = None
    photo: PhotoSource = PhotoSource.POPULATION
    hukou: str = "341602"
    hukou_place: str = "亳州市谯城区"
    village: str | None = "341602002001"
    deceased: bool = False
    card_class: str | None = None  # of a live card, None = has none
    card_months_old: int = 0
    card_days_left: int | None = None  # None = by the rules
    mail_case_days_ago: int | None = None
    kept_days_ago: int | None = None  # a card of hers lies in a terminal
    photograph: str | None = None  # of population/photographs.py: what the centre shows instead of a drawn portrait
    stands: str | None = None  # whose photograph stands before the camera when she does; None: nobody's, she is drawn
    certified_days_ago: int | None = None  # for the allowance of people of 80 and more
    citizen_card: str = ""  # state of the citizen card she has: active, inactive; "" none


def citizen_card_number(id_number: str) -> str:
    """Of the card that a demo citizen has had for years: 19 digits."""
    return f"34160000{int(hashlib.sha256(id_number.encode()).hexdigest(), 16) % 10**11:011d}"


def demo_citizens(today: date) -> dict[str, DemoCitizen]:
    """By key, in the order a demonstration would show them."""
    return {citizen.key: citizen for citizen in _all(today.replace(day=1))}


def _all(month: date) -> list[DemoCitizen]:
    return [
        _citizen("senior_card_new", "李秀英", 72, month, 2, 341602002, citizen_card="active"),
        _citizen(
            "senior_card_lost", "王德福", 75, month, 1, 341602001, card_class="2", card_months_old=30, citizen_card="active"
        ),
        _citizen("senior_card_renew", "张桂兰", 69, month, 4, 341602103, card_class="1", card_months_old=100, card_days_left=45),
        _citizen("senior_card_class", "刘建国", 70, month, 3, 341602003, card_class="1", card_months_old=60),
        _citizen("senior_card_mail", "陈玉珍", 66, month, 6, 341621103),
        _citizen("too_young", "赵红军", 60, _months_later(month, 3), 5, 341602002),
        _citizen(
            "already_has_card", "杨淑珍", 71, month, 8, 341602002, card_class="2", card_months_old=6, citizen_card="inactive"
        ),
        _citizen(
            "id_expired",
            "周永福",
            73,
            month,
            7,
            341602003,
            valid_from=date(month.year - 21, 5, 6),
            valid_to=date(month.year - 1, 5, 6),
        ),
        _citizen("no_photo", "吴凤英", 74, month, 10, 341602103, photo=PhotoSource.NONE),
        _citizen(
            "wrong_household",
            "何广林",
            69,
            month,
            9,
            341602002,
            hukou="411522",
            hukou_place="河南省信阳市光山县",
            village=None,
            address="河南省信阳市光山县弦山街道光辉路12号",
            region="411522",
        ),
        _citizen("rare_name", "马䶮", 76, month, 12, 341602104),
        _citizen("rare_name_2", "孙𬱖𠮷", 67, month, 11, 341602104),
        _citizen("long_name", long_name(), 65, month, 14, 341602002, nation="维吾尔"),
        _citizen("open_mail_case", "徐素兰", 77, month, 16, 341602105, mail_case_days_ago=3),
        _citizen("card_kept", "魏桂荣", 79, month, 22, 341602104, kept_days_ago=2),
        _citizen("deceased", "朱金山", 88, month, 13, 341602103, deceased=True),
        _citizen("feb29", "韩桂荣", 0, month, 18, 341602002, birth=_leap_birth(month)),
        _citizen("no_phone", "许翠英", 81, month, 20, 341602106, phone=None),
        _citizen("certify_80_plus", "郑国栋", 84, month, 31, 341602003, photograph="man_a_1", stands="man_a_3"),
        _citizen("wrong_face", "冯学礼", 83, month, 33, 341602103, photograph="man_b_1", stands="man_a_1"),
        _citizen("senior_card_face", "蒋丽华", 73, month, 32, 341602002, photograph="woman_a_1", stands="woman_a_1"),
        _citizen("certified_already", "沈玉兰", 86, month, 34, 341602104, certified_days_ago=1),
        _citizen("certify_at_home", "韦素云", 91, month, 36, 341621103),
        _citizen("citizen_card_new", "曹秀兰", 64, month, 40, 341602103),
        _citizen("citizen_card_lost", "彭德明", 71, month, 41, 341602002, citizen_card="active"),
    ]


def _citizen(
    key: str,
    name: str,
    age: int,
    month: date,
    order: int,
    township: int,
    *,
    birth: date | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    region: str | None = None,
    village: str | None = "",
    address: str | None = None,
    nation: str = "汉",
    phone: str | None = "",
    hukou: str | None = None,
    hukou_place: str | None = None,
    photo: PhotoSource = PhotoSource.POPULATION,
    deceased: bool = False,
    card_class: str | None = None,
    card_months_old: int = 0,
    card_days_left: int | None = None,
    mail_case_days_ago: int | None = None,
    kept_days_ago: int | None = None,
    photograph: str | None = None,
    stands: str | None = None,
    certified_days_ago: int | None = None,
    citizen_card: str = "",
) -> DemoCitizen:
    born = birth or add_years(month, -age)
    own_region = region or str(township)[:6]
    home = f"{township:09d}"
    named = names_by_code()
    own_village = next((code for code in named if len(code) == 12 and code.startswith(home)), None) if village == "" else village
    text = address or f"安徽省{named[own_village or home]}{order * 7}号"
    return DemoCitizen(
        key=key,
        name=name,
        sex="女" if order % 2 == 0 else "男",
        nation=nation,
        birth=born,
        address=text,
        id_number=id_number(own_region, born, 900 + order),
        id_issuer=f"{(hukou_place or named[own_region]).removeprefix('亳州市')}公安局",
        valid_from=valid_from or add_years(month, -6),
        valid_to=valid_to,
        photo_seed=7_000 + order,
        phone=f"1395580{order:04d}" if phone == "" else phone,
        photo=photo,
        hukou=hukou or own_region,
        hukou_place=hukou_place or named[own_region],
        village=own_village,
        deceased=deceased,
        card_class=card_class,
        card_months_old=card_months_old,
        card_days_left=card_days_left,
        mail_case_days_ago=mail_case_days_ago,
        kept_days_ago=kept_days_ago,
        photograph=photograph,
        stands=stands,
        certified_days_ago=certified_days_ago,
        citizen_card=citizen_card,
    )


def _months_later(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def _leap_birth(month: date) -> date:
    """A 29 February between 64 and 69 years ago."""
    year = month.year - 65
    return date(year - year % 4, 2, 29)
