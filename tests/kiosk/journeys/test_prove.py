"""Who stands there: by her face, by a member of staff, or - in the demo, last - by the card alone."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import trio

from devices.camera.model import HeldUp, Wearing
from kiosk.prompts import Prompt
from kiosk.terminal import House
from remote.central.identity.tables import face_proofs, live_photos, staff_requests
from remote.messages import IdentityEvidence
from tests.faces.subjects import subject
from tests.kiosk.rig import Hall, Person, Post, Settings, in_hall

FACE, STAFF, CARD = IdentityEvidence.FACE, IdentityEvidence.STAFF, IdentityEvidence.CARD_ALONE
WHO = "senior_card_face"
HERS = "woman_a_1"


def hall_with(*evidence: IdentityEvidence, camera: bool = True, trusted: IdentityEvidence | None = None) -> Settings:
    return Settings(camera=camera, house=House(identity=trusted, evidence=evidence))


def stand(post: Post, *who: str, **scene: Any) -> None:
    post.camera.model.stand(*(subject(name) for name in who))
    post.camera.model.scene = replace(post.camera.model.scene, **scene)


def rows(hall: Hall, table: sa.Table) -> list[Any]:
    with hall.centre.engine.connect() as connection:
        return list(connection.execute(sa.select(table)).all())


def told(folder: Path, settings: Settings, story: Callable[[Hall], Awaitable[None]]) -> None:
    in_hall(folder, story, settings=settings)


def by_face(hall: Hall, key: str = WHO, **answers: Any) -> Person:
    return Person(hall.post, key, **{"face_or_staff": "by_face", "face_or_window": "by_face", **answers})


def names(prompt: Prompt) -> list[str]:
    return [choice.name for choice in prompt.choices]


# -- by her face


def test_her_face_is_enough_and_the_case_says_by_how_much(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, HERS)
        her = by_face(hall)
        await her.goes("done")
        (proof,) = rows(hall, face_proofs)
        assert proof.score > 0.7 and proof.compared_by == "terminal" and proof.reference == "centre"
        assert hall.case(WHO).identity == "face" and not hall.case(WHO).card_alone
        hall.post.agree()

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_both_ways_stand_side_by_side_and_are_asked_before_any_camera_opens(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, HERS)
        await hall.post.shows("home")
        looks = hall.post.camera.model.number
        prompt = await Person(hall.post, WHO).goes("face_or_staff")
        assert names(prompt) == ["by_face", "by_staff"]
        assert len({choice.weight for choice in prompt.choices}) == 1
        assert hall.post.camera.model.number == looks

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_the_camera_rests_as_soon_as_she_was_seen(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, HERS)
        await by_face(hall).goes("choose_delivery")
        seen = hall.post.camera.model.number
        await trio.sleep(60)
        assert hall.post.camera.model.number == seen
        eyes = hall.post.terminal.parts.eyes
        assert eyes is not None and eyes.camera._wire is None

    told(tmp_path, hall_with(FACE, STAFF), story)


@pytest.mark.parametrize(
    ("scene", "hint"),
    [
        ({"light": 0.12}, "face_dark"),
        ({"face_px": 40}, "face_closer"),
        ({"wearing": Wearing.MASK}, "face_mask"),
        ({"wearing": Wearing.SUNGLASSES}, "face_sunglasses"),
    ],
)
def test_a_hint_says_what_helps_and_then_it_works(tmp_path: Path, scene: dict[str, Any], hint: str) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, HERS, **scene)
        her = by_face(hall)
        await her.goes(hint)
        stand(hall.post, HERS, light=1.0, face_px=170, wearing=Wearing.NOTHING)
        await her.goes_on("choose_delivery")

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_somebody_beside_her_is_asked_to_step_aside_and_nobody_is_asked_to_come(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post)
        her = by_face(hall)
        await her.goes("face_nobody")
        stand(hall.post, HERS, "man_a_1")
        await her.goes_on("face_two")
        stand(hall.post, HERS)
        await her.goes_on("choose_delivery")

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_somebody_else_is_never_told_that_he_is_somebody_else_and_goes_to_staff_after_three_looks(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, "man_a_1")
        again: list[str] = []

        def once_more(him: Person) -> None:
            again.append("look")
            him.post.touch("once_more")

        him = by_face(hall, "wrong_face", face_again=once_more)
        await him.goes("face_to_staff")
        assert len(again) == 2, "three looks in all"
        assert rows(hall, face_proofs) == []
        assert hall.numbers("wrong_face") == []

    told(tmp_path, hall_with(FACE, STAFF), story)


@pytest.mark.parametrize("held_up", [HeldUp.SCREEN, HeldUp.PRINT])
def test_a_picture_held_up_is_no_face_and_no_accusation(tmp_path: Path, held_up: HeldUp) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, HERS, held_up=held_up)
        await by_face(hall, face_again="once_more").goes("face_to_staff")
        assert rows(hall, face_proofs) == []

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_where_no_staff_comes_the_window_is_the_other_way(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, "man_a_1")
        her = Person(hall.post, WHO, face_or_window="by_window", by_window="understood")
        await her.goes("by_window")
        await her.goes_on("home")
        him = by_face(hall, "wrong_face", face_again="once_more", not_proven="understood")
        await him.goes("not_proven")
        await him.goes_on("home")

    told(tmp_path, hall_with(FACE), story)


def test_she_may_change_her_mind_before_the_camera(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post)
        await by_face(hall, face_nobody=lambda her: her.post.touch("by_staff")).goes("staff_coming")

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_a_camera_that_is_unplugged_in_the_middle_is_said_and_staff_comes(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post)
        her = by_face(hall)
        await her.goes("face_nobody")
        hall.post.unplug("camera")
        assert names(await her.goes_on("camera_away")) == ["by_staff"]

    told(tmp_path, hall_with(FACE, STAFF), story)


@pytest.mark.parametrize("fault", ["black", "silent"])
def test_a_camera_that_does_not_work_is_not_offered(tmp_path: Path, fault: str) -> None:
    async def story(hall: Hall) -> None:
        hall.post.camera.faults.set(fault)
        await hall.post.restart()
        await Person(hall.post, WHO).goes("staff_only")

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_with_neither_camera_nor_staff_nor_trust_the_card_is_not_offered(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        assert "senior_card" not in names(await hall.post.shows("home"))
        assert "certify_80_plus" not in names(await hall.post.shows("home"))

    told(tmp_path, hall_with(FACE, camera=False), story)


def test_in_the_demo_a_drawn_portrait_is_not_compared_with_anything(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, HERS)
        her = Person(hall.post, "senior_card_new")
        await her.goes("done")
        assert hall.case("senior_card_new").card_alone and rows(hall, face_proofs) == []

    told(tmp_path, hall_with(FACE, STAFF, trusted=CARD), story)


def test_in_the_demo_somebody_with_a_photograph_is_looked_at_all_the_same(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, HERS)
        await by_face(hall).goes("done")
        assert not hall.case(WHO).card_alone

    told(tmp_path, hall_with(FACE, STAFF, trusted=CARD), story)


def test_nothing_of_a_face_stays_in_the_visit(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, HERS)
        her = by_face(hall)
        await her.goes("done")
        visit = hall.post.terminal.visit
        await her.goes_on("home")
        assert visit is not None and visit.person is None and hall.post.terminal.visit is None

    told(tmp_path, hall_with(FACE, STAFF), story)


# -- a member of staff


async def answered(hall: Hall, same: bool) -> None:
    """Somebody at the counter sees the request and walks over."""
    with trio.fail_after(120):
        while True:
            await trio.sleep(1)
            with hall.centre.engine.connect() as connection:
                waiting = hall.centre.counter.staff_requests(connection)
            if waiting:
                break
    await trio.sleep(30)
    hall.centre.counter.answer_staff_request(waiting[0]["request_id"], same, "王芳", "当面看过本人和身份证")


def test_a_member_of_staff_comes_and_the_card_is_made(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, WHO, face_or_staff="by_staff")
        await her.goes("staff_coming")
        await answered(hall, same=True)
        await her.goes_on("done")
        (request,) = rows(hall, staff_requests)
        assert (request.staff, request.item) == ("王芳", "senior_card") and request.used_for
        assert hall.case(WHO).identity == "staff"

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_the_waiting_says_how_long_and_ends_when_she_does_not_want_to(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, WHO, staff_only="by_staff")
        prompt = await her.goes("staff_coming")
        assert prompt.params["minutes"] == "5"
        await trio.sleep(10)
        hall.post.touch("stop_waiting")
        await her.goes_on("home")
        (request,) = rows(hall, staff_requests)
        assert request.cancelled_at is not None, "nobody walks to a terminal where nobody waits"

    told(tmp_path, hall_with(STAFF, camera=False), story)


def test_nobody_comes_within_the_time_and_that_is_said(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, WHO, staff_only="by_staff", staff_nobody="stop_here")
        await her.goes("staff_coming")
        began = trio.current_time()
        await her.goes_on("staff_nobody")
        assert 299 < trio.current_time() - began < 320
        await her.goes_on("home")

    told(tmp_path, hall_with(STAFF, camera=False), story)


def test_they_cannot_confirm_it_and_nothing_is_made(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, WHO, staff_only="by_staff", staff_unsure="understood")
        await her.goes("staff_coming")
        await answered(hall, same=False)
        await her.goes_on("staff_unsure")
        await her.goes_on("home")
        assert hall.numbers(WHO) == []

    told(tmp_path, hall_with(STAFF, camera=False), story)


def test_a_line_that_fails_while_she_waits_only_makes_it_longer(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        her = Person(hall.post, WHO, staff_only="by_staff")
        await her.goes("staff_coming")
        await trio.sleep(5)
        hall.post.network.away = True
        await answered(hall, same=True)
        await trio.sleep(20)
        hall.post.network.away = False
        await her.goes_on("choose_delivery", "out_of_service")

    told(tmp_path, hall_with(STAFF, camera=False), story)


# -- a new photo


NO_PHOTO = "no_photo"


def test_x5_without_a_photo_one_is_taken_here_shown_and_put_on_the_card(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, HERS)
        her = Person(hall.post, NO_PHOTO, photo_needed="new_photo", photo_taken="use_photo")
        await her.goes("photo_taken")
        assert {"photo_in_3", "photo_in_2", "photo_in_1"} <= set(hall.post.screen.names)
        await her.goes_on("done")
        (photo,) = rows(hall, live_photos)
        assert photo.case_id and hall.case(NO_PHOTO).photo == "live"
        hall.post.agree()

    told(tmp_path, hall_with(FACE, STAFF, trusted=CARD), story)


def test_x5_without_a_camera_it_is_refused_as_before(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        await Person(hall.post, NO_PHOTO, refusal_no_photo="understood").goes("refusal_no_photo")

    told(tmp_path, hall_with(STAFF, camera=False, trusted=CARD), story)


def test_this_photo_or_a_new_one_now(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, HERS)
        asked: list[str] = []

        def wrong_first(her: Person) -> None:
            asked.append("confirm")
            her.post.touch("photo_wrong" if len(asked) == 1 else "yes_me")

        her = by_face(hall, confirm_person=wrong_first, photo_or_new="new_photo", photo_taken="use_photo")
        prompt = await her.goes("photo_or_new")
        assert names(prompt) == ["keep_photo", "new_photo"] and len({choice.weight for choice in prompt.choices}) == 1
        await her.goes_on("done")
        assert hall.case(WHO).photo == "live"

    told(tmp_path, hall_with(FACE, STAFF), story)


def test_a_photo_may_be_taken_again_three_times(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        stand(hall.post, HERS)
        offered: list[list[str]] = []

        def again(her: Person) -> None:
            prompt = her.post.screen.prompt
            assert prompt is not None
            offered.append(names(prompt))
            her.post.touch("retake" if "retake" in names(prompt) else "use_photo")

        her = Person(hall.post, NO_PHOTO, photo_needed="new_photo", photo_taken=again)
        await her.goes("choose_delivery")
        assert offered == [["use_photo", "retake"]] * 3 + [["use_photo"]]

    told(tmp_path, hall_with(FACE, STAFF, trusted=CARD), story)
