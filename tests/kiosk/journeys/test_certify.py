"""J9: certified by her face or by a member of staff, once a year; a visit at home where she cannot come."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from remote.central.allowance.tables import certifications, home_visits
from tests.kiosk.journeys.test_prove import CARD, FACE, STAFF, answered, hall_with, rows, stand, told
from tests.kiosk.rig import Hall, Person

WHO = "certify_80_plus"
ANSWERS: dict[str, Any] = {"certify_who": "here_myself", "face_or_staff": "by_face", "certified": "finish"}


def of(hall: Hall, key: str, **answers: Any) -> Person:
    return Person(hall.post, key, **(ANSWERS | answers))


def made_here(hall: Hall) -> list[Any]:
    with hall.centre.engine.connect() as connection:
        return list(connection.execute(sa.select(certifications).where(certifications.c.terminal == hall.post.name)).all())


async def goes(person: Person, *until: str) -> Any:
    return await person.goes(*until, service="certify_80_plus")


def test_certified_by_the_face_and_the_next_date_is_large_on_screen_and_paper(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, "man_a_3")
        him = of(hall, WHO)
        prompt = await goes(him, "certified")
        (row,) = made_here(hall)
        assert row.identity == "face" and row.period == "2026"
        assert prompt.params["from"] == "2027年1月30日", "a month before the birthday, next year"
        assert "2027年1月30日" in hall.post.slips_out[0] and him.citizen.id_number not in hall.post.slips_out[0]
        await him.goes_on("home")

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_certified_by_a_member_of_staff(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        him = of(hall, WHO, face_or_staff="by_staff")
        await goes(him, "staff_coming")
        await answered(hall, same=True)
        await him.goes_on("certified")
        assert made_here(hall)[0].identity == "staff"

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_another_face_certifies_nobody(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, "man_a_1")
        him = of(hall, "wrong_face", face_again="once_more")
        await goes(him, "face_to_staff")
        assert made_here(hall) == []

    told(tmp_path, hall_with(FACE, STAFF), story)


@pytest.mark.parametrize(
    ("key", "prompt"),
    [
        ("certified_already", "refusal_already_certified"),
        ("rare_name", "refusal_too_young_for_allowance"),
        ("senior_card_renew", "refusal_too_young_for_allowance"),
        ("too_young", "refusal_too_young_for_allowance"),
        ("deceased", "refusal_needs_staff"),
        ("wrong_household", "refusal_too_young_for_allowance"),
        ("id_expired", "refusal_id_expired"),
    ],
)
def test_why_not_today_and_when(tmp_path: Path, key: str, prompt: str) -> None:
    async def story(hall: Hall) -> None:
        person = of(hall, key, **{prompt: "understood"})
        shown = await goes(person, prompt)
        assert "死" not in str(shown.params)
        await person.goes_on("home")
        assert made_here(hall) == []

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_whoever_cannot_come_is_visited_and_needs_only_her_card_to_be_laid(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        relative = of(hall, "certify_at_home", certify_who="cannot_come", home_visit_offer="ask_visit", home_visit_asked="finish")
        prompt = await goes(relative, "home_visit_asked")
        (visit,) = rows(hall, home_visits)
        assert prompt.params["number"] == visit.visit_no
        slip = hall.post.slips_out[0]
        assert visit.visit_no in slip and "****" in slip and relative.citizen.address not in slip
        await relative.goes_on("home")
        assert made_here(hall) == []

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_a_visit_that_was_asked_for_stands_when_it_is_asked_for_again(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        for _ in range(2):
            relative = of(
                hall, "certify_at_home", certify_who="cannot_come", home_visit_offer="ask_visit", home_visit_asked="finish"
            )
            await goes(relative, "home_visit_asked")
            await relative.goes_on("home")
        assert len(rows(hall, home_visits)) == 1

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_an_answer_that_was_lost_is_found_out_and_never_certified_twice(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, "man_a_3")
        hall.post.network.fates["certify"] = "lost_back"
        him = of(hall, WHO)
        await goes(him, "certified")
        hall.post.network.fates.clear()
        await him.goes_on("home")
        assert len(made_here(hall)) == 1
        again = of(hall, WHO, refusal_already_certified="understood")
        await goes(again, "refusal_already_certified")

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_without_paper_the_date_is_told_to_be_remembered(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        hall.post.unplug("slips")
        person = of(hall, "certify_at_home", slip_no_paper="remembered")
        await goes(person, "slip_no_paper")
        await person.goes_on("certified")
        await person.goes_on("home")

    told(tmp_path, hall_with(STAFF, camera=False, trusted=CARD), story)
