from __future__ import annotations

import io
import re
from datetime import date

import pytest
from PIL import Image
from stdnum.cn import ric

from remote.central.demo_citizens import demo_citizens
from remote.central.population.generate import people
from remote.central.population.portraits import HEIGHT, WIDTH, draw_portrait
from remote.central.rules.ruleset import load_rules
from remote.central.times import full_years
from remote.regions import consistent, names_by_code, regions
from tests.remote.hall import Hall

TODAY = date(2027, 3, 9)
RULES = load_rules().on(TODAY)
DAYS = [date(2026, 11, 22), date(2027, 1, 1), date(2027, 2, 28), date(2028, 2, 29), date(2028, 3, 31), date(2031, 12, 31)]


def test_two_thousand_people_are_valid_and_of_every_kind() -> None:
    rows = people(7, 2000, TODAY, RULES)
    persons, cards = rows["persons"], rows["cards"]
    assert all(ric.is_valid(row["id_number"]) for row in persons)
    assert len({row["id_number"] for row in persons}) == 2000
    assert all((int(row["id_number"][16]) % 2 == 1) == (row["sex"] == "男") for row in persons)
    assert all(ric.get_birth_date(row["id_number"]) == row["birth"] for row in persons)
    assert any(row["birth"].month == 2 and row["birth"].day == 29 for row in persons)
    for something in ("deceased", "hukou_cancelled"):
        assert any(row[something] for row in persons)
    assert any(row["photo_source"] == "none" for row in persons) and any("·" in row["name"] for row in persons)
    assert any(re.search("[𬱖䶮㛃𠮷]", row["name"]) for row in persons)
    assert any(row["id_valid_to"] and row["id_valid_to"] < TODAY for row in persons)
    assert any(card["state"] == "live" and card["valid_to"] < TODAY for card in cards)
    assert any(card["state"] == "dead" for card in cards)
    born = {row["person_id"]: row["birth"] for row in persons}
    live = [card for card in cards if card["state"] == "live"]
    assert len({card["person_id"] for card in live}) == len(live)
    assert any(card["class_code"] == "1" and full_years(born[card["person_id"]], TODAY) >= 70 for card in live)
    assert rows["delivery_orders"] and rows["reservations"]
    assert all(re.fullmatch(RULES.number.regex, card["number"]) for card in cards)


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert people(7, 50, TODAY, RULES) == people(7, 50, TODAY, RULES)
    assert people(7, 50, TODAY, RULES) != people(8, 50, TODAY, RULES)


@pytest.mark.parametrize("today", DAYS)
def test_demo_citizens_keep_their_promise_on_any_day(today: date) -> None:
    who = demo_citizens(today)
    assert len({citizen.id_number for citizen in who.values()}) == len(who)
    for citizen in who.values():
        assert ric.is_valid(citizen.id_number) and (int(citizen.id_number[16]) % 2 == 1) == (citizen.sex == "男")
        assert len(citizen.name) <= 15 and len(citizen.address) <= 35 and len(citizen.id_issuer) <= 15
        assert citizen.valid_from < today
    assert full_years(who["senior_card_new"].birth, today) == 72 and who["senior_card_new"].sex == "女"
    assert full_years(who["too_young"].birth, today) == 59
    assert full_years(who["senior_card_class"].birth, today) == 70
    assert (who["feb29"].birth.month, who["feb29"].birth.day) == (2, 29)
    assert 60 <= full_years(who["feb29"].birth, today) < 70
    assert len(who["long_name"].name) == 15


@pytest.mark.parametrize("day", [1, 9, 31])
def test_what_each_demo_citizen_is_offered(day: int) -> None:
    hall = Hall()
    hall.clock.now = hall.clock.now.replace(day=day)
    hall.__post_init__()
    offered = {}
    for key in hall.citizens:
        answer = hall.check(key)
        first = next((offer for offer in answer.offers if offer.highlighted), None)
        offered[key] = (
            answer.refusal.code.value if answer.refusal else first.service.value if first else answer.offers[0].refusal.code.value
        )  # type: ignore[union-attr]
    assert offered == {
        "senior_card_new": "new",
        "senior_card_lost": "already_has_card",
        "senior_card_renew": "renew",
        "senior_card_class": "renew",
        "senior_card_mail": "new",
        "too_young": "too_young",
        "already_has_card": "already_has_card",
        "id_expired": "id_expired",
        "no_photo": "no_photo",
        "wrong_household": "wrong_household",
        "rare_name": "new",
        "rare_name_2": "new",
        "long_name": "new",
        "citizen_card_new": "new",
        "citizen_card_lost": "new",
        "certify_80_plus": "new",
        "wrong_face": "new",
        "senior_card_face": "new",
        "certified_already": "new",
        "certify_at_home": "new",
        "open_mail_case": "open_case",
        "card_kept": "card_kept",
        "deceased": "needs_staff",
        "feb29": "new",
        "no_phone": "new",
    }


def test_a_portrait_is_the_same_person_every_time() -> None:
    png = draw_portrait(1, "女", 72)
    image = Image.open(io.BytesIO(png))
    assert image.size == (WIDTH, HEIGHT) and image.getpixel((2, 2)) == (255, 255, 255)
    assert png == draw_portrait(1, "女", 72) and png != draw_portrait(2, "女", 72) and png != draw_portrait(1, "男", 72)


def test_regions_lie_in_each_other() -> None:
    assert [county.code for county in regions()] == ["341602", "341621", "341622", "341623"]
    villages = [village for county in regions() for township in county.townships for village in township.villages]
    assert len({village.code for village in villages}) == len(villages)
    for county in regions():
        for township in county.townships:
            assert len({village.name for village in township.villages}) == len(township.villages)
            assert consistent(county.code, township.code, township.villages[0].code)
    assert names_by_code()["341602002"] == "亳州市谯城区薛阁街道"
    assert not consistent("341602", "341621001", "341621001001")
