"""On licensed photographs of three people, as a camera sees them: the same person passes, another does not, and what is wrong
with a picture is said in a hint. Numbers are of these pictures; nothing is claimed for anybody else."""
from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from devices.camera.model import CameraModel, HeldUp, Wearing
from kiosk.face.seam import Hint, Sign
from kiosk.face.work import FaceWork, Scored
from remote.face_model import THRESHOLD
from remote.faces import NoFaceInReference, NoFaceLive
from tests.faces.subjects import pictures, portrait, subject

WORK = FaceWork()
PEOPLE = ("man_a_1", "man_b_1", "woman_a_1")


def before(*who: str, **scene: Any) -> CameraModel:
    model = CameraModel()
    model.stand(*(subject(name) for name in who))
    model.scene = replace(model.scene, **scene)
    return model


def scored(reference: str, live: str, **scene: Any) -> Scored:
    outcome = WORK.compare(portrait(reference), pictures(before(live, **scene), 3))
    assert isinstance(outcome, Scored)
    return outcome


# -- the same, and another


@pytest.mark.parametrize("live", ["man_a_2", "man_a_3"])
def test_another_photograph_of_the_same_man_passes(live: str) -> None:
    assert scored("man_a_1", live).score > THRESHOLD + 0.2


@pytest.mark.parametrize("name", PEOPLE)
def test_she_herself_passes_far_and_near(name: str) -> None:
    for face_px in (90, 300):
        assert scored(name, name, face_px=face_px).score > 0.7


@pytest.mark.parametrize(
    ("reference", "live"),
    [(one, other) for one in PEOPLE for other in (*PEOPLE, "man_a_2", "man_a_3") if one.split("_")[:2] != other.split("_")[:2]],
)
def test_somebody_else_is_refused(reference: str, live: str) -> None:
    assert scored(reference, live).score < THRESHOLD - 0.05


def test_a_reference_without_a_face_and_one_with_two_compare_with_nobody() -> None:
    empty = io.BytesIO()
    Image.new("RGB", (300, 420), (90, 120, 150)).save(empty, "PNG")
    live = pictures(before("man_a_1"), 3)
    for reference in (empty.getvalue(), pictures(before("man_a_1", "woman_a_1"))[0], b"no picture"):
        assert isinstance(WORK.compare(reference, live), NoFaceInReference)


def test_live_pictures_with_nobody_or_two_are_not_compared() -> None:
    for model in (before(), before("man_a_1", "woman_a_1")):
        assert isinstance(WORK.compare(portrait("man_a_1"), pictures(model, 3)), NoFaceLive)


def test_one_picture_of_a_passer_by_among_hers_does_not_decide() -> None:
    live = [*pictures(before("man_a_3"), 2), *pictures(before("woman_a_1"))]
    outcome = WORK.compare(portrait("man_a_1"), live)
    assert isinstance(outcome, Scored) and outcome.score > THRESHOLD


# -- hints


def hint(model: CameraModel, **how: bool) -> Hint | None:
    return WORK.look(pictures(model, **how)[0]).hint


@pytest.mark.parametrize("name", [*PEOPLE, "man_a_2", "man_a_3"])
def test_a_good_picture_needs_no_hint(name: str) -> None:
    assert hint(before(name)) is None


@pytest.mark.parametrize("name", PEOPLE)
def test_what_is_wrong_is_said(name: str) -> None:
    assert hint(before(name), dark=True) is Hint.DARK
    assert hint(before(name, face_px=40)) is Hint.CLOSER
    assert hint(before(name, wearing=Wearing.SUNGLASSES)) is Hint.SUNGLASSES
    assert hint(before(name, wearing=Wearing.MASK)) is Hint.MASK
    assert hint(before(name), blurred=True) in (Hint.BLURRED, Hint.LOOK_HERE)


def test_two_people_nobody_and_a_black_picture() -> None:
    assert hint(before("man_a_1", "woman_a_1")) is Hint.TWO
    assert hint(before()) is Hint.NOBODY
    assert hint(before(light=0.02)) is Hint.DARK
    assert WORK.look(b"no picture").hint is Hint.NOBODY


def test_too_bright_and_too_close() -> None:
    assert hint(before("woman_a_1", light=1.9)) is Hint.GLARE
    assert hint(before("man_a_1", face_px=400)) is Hint.BACK


def test_somebody_small_in_the_background_does_not_matter() -> None:
    model = before("man_a_1", "woman_a_1")
    with Image.open(io.BytesIO(pictures(model)[0])) as both:
        alone = both.copy()
        alone.paste(both.crop((320, 0, 640, 480)).resize((100, 150)), (0, 0))
        alone.paste((176, 182, 188), (320, 0, 640, 480))
    file = io.BytesIO()
    alone.save(file, "JPEG", quality=90)
    assert WORK.look(file.getvalue()).hint is not Hint.TWO


# -- a picture held up: passive signs, no certified liveness


@pytest.mark.parametrize("name", PEOPLE)
def test_signs_of_a_screen_and_of_a_print_held_still(name: str) -> None:
    assert scored(name, name).signs == ()
    assert Sign.SCREEN in scored(name, name, held_up=HeldUp.SCREEN).signs
    assert Sign.STILL in scored(name, name, held_up=HeldUp.PRINT).signs


def test_two_pictures_are_too_few_to_call_somebody_still() -> None:
    outcome = WORK.compare(portrait("man_a_1"), pictures(before("man_a_1", held_up=HeldUp.PRINT), 2))
    assert isinstance(outcome, Scored) and outcome.signs == ()


# -- the portrait


def test_a_portrait_has_the_databases_shape_and_is_still_she() -> None:
    png = WORK.portrait(pictures(before("woman_a_1"))[0])
    assert png is not None
    with Image.open(io.BytesIO(png)) as picture:
        assert (picture.format, picture.size) == ("PNG", (300, 420))
    outcome = WORK.compare(portrait("woman_a_1"), [png])
    assert isinstance(outcome, Scored) and outcome.score > 0.7


def test_no_portrait_is_made_of_a_bad_picture() -> None:
    for model in (before(), before("man_a_1", "woman_a_1"), before("man_a_1", wearing=Wearing.MASK)):
        assert WORK.portrait(pictures(model)[0]) is None
    assert WORK.portrait(b"no picture") is None
