"""What stands as proof of who stands there, and what does not."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image

from remote.central.counter import CounterError
from remote.central.identity.matcher import MatcherAway
from remote.central.identity.tables import face_proofs, live_photos, staff_requests
from remote.central.settings import Settings
from remote.central.store import schema
from remote.faces import Compared, NoFaceInReference, NoFaceLive, Outcome
from remote.messages import (
    AskStaff,
    AskStaffSaid,
    CancelStaff,
    CompareFace,
    Done,
    FaceAnswer,
    FaceVerdict,
    PhotoPut,
    Problem,
    PutPhoto,
    RefusalCode,
    StaffAsked,
    StaffSaid,
    StaffState,
)
from tests.remote.hall import FACE_MODEL, GOOD_FACE, Hall

WHO = "senior_card_new"


def production(**more: Any) -> Hall:
    return Hall(settings=Settings(staff_pin="1", **more))


def refused_face(hall: Hall, face: dict[str, Any] | None, key: str = "p:submit:1") -> bool:
    answer = hall.submit(WHO, "new", key, identity="face", face=face)
    return answer.refusal is not None and answer.refusal.code is RefusalCode.IDENTITY_CHECK_MISSING


# -- a face compared at the terminal


def test_a_good_score_stands_and_is_written_down_as_a_number() -> None:
    hall = production()
    case_id = hall.case_of(WHO, identity="face", face=GOOD_FACE)
    (proof,) = hall.rows(face_proofs)
    assert (proof.score, proof.threshold, proof.model, proof.compared_by) == (0.81, 0.4, FACE_MODEL, "terminal")
    assert proof.used_for == case_id


@pytest.mark.parametrize(
    "changed",
    [
        {"score": 0.39},
        {"score": 0.39, "threshold": 0.3},
        {"score": 0.5, "threshold": 0.6},
        {"threshold": 0.2},
        {"model": "somebody's own"},
        {"signs": ["screen"]},
        {"face_ref": "made.1.500.up"},
    ],
)
def test_a_face_that_is_not_enough_by_the_centres_own_rules_is_refused(changed: dict[str, Any]) -> None:
    hall = production()
    assert refused_face(hall, GOOD_FACE | changed)
    assert hall.rows(face_proofs) == []


def test_a_score_out_of_nowhere_is_malformed() -> None:
    with pytest.raises(ValueError, match="less than or equal to 1"):
        production().submit(WHO, "new", identity="face", face=GOOD_FACE | {"score": 1.2})


def test_a_city_may_want_the_centres_own_comparison_only() -> None:
    assert refused_face(production(face_by_terminal=False), GOOD_FACE)


# -- compared at the centre


class ScriptedMatcher:
    model = FACE_MODEL

    def __init__(self, outcome: Outcome | None) -> None:
        self.outcome = outcome
        self.asked: list[bytes] = []

    def compare(self, reference: bytes, live: Sequence[bytes]) -> Outcome:
        self.asked = [reference, *live]
        if self.outcome is None:
            raise MatcherAway("no models")
        return self.outcome


def compared(hall: Hall, outcome: Outcome | None, citizen: str = WHO, terminal: str = "T1") -> FaceAnswer:
    hall.centre.service.matcher = ScriptedMatcher(outcome)
    ask = CompareFace(person_ref=hall.check(citizen).person_ref, live=[b64encode(b"live").decode()])
    answer = hall.centre.handle(terminal, "compare_face", ask)
    assert isinstance(answer, FaceAnswer)
    return answer


def test_the_centres_voucher_is_good_once_here_for_her_and_for_ten_minutes() -> None:
    hall = production(face_by_terminal=False)
    said = compared(hall, Compared(0.77, 1))
    assert said.verdict is FaceVerdict.SAME
    face = {"score": said.score, "threshold": said.threshold, "model": said.model, "face_ref": said.face_ref}
    other = hall.submit("senior_card_mail", "new", "p:submit:9", identity="face", face=face)
    assert other.refusal is not None, "somebody else's"
    assert hall.submit(WHO, "new", "p:submit:8", "T2", identity="face", face=face).refusal is not None, "another terminal's"
    hall.clock.later(minutes=11)
    assert refused_face(hall, face, "p:submit:7")
    hall.clock.later(minutes=-2)
    assert not refused_face(hall, face)
    assert hall.rows(face_proofs)[0].compared_by == "centre"
    certify = hall.submit("senior_card_mail", "new", "p:submit:6", identity="face", face=face)
    assert certify.refusal is not None


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Compared(0.12, 3), FaceVerdict.OTHER),
        (NoFaceInReference(), FaceVerdict.NO_REFERENCE),
        (NoFaceLive(), FaceVerdict.NOT_SEEN),
        (None, FaceVerdict.AWAY),
    ],
)
def test_everything_else_gives_no_voucher(outcome: Outcome | None, verdict: FaceVerdict) -> None:
    answer = compared(production(), outcome)
    assert (answer.verdict, answer.face_ref) == (verdict, None)


def test_without_a_picture_of_her_there_is_nothing_to_compare_with() -> None:
    assert compared(production(), Compared(0.9, 1), "no_photo").verdict is FaceVerdict.NO_REFERENCE


def test_what_is_no_base64_is_malformed() -> None:
    hall = production()
    ask = CompareFace(person_ref=hall.check(WHO).person_ref, live=["§"])
    assert isinstance(hall.centre.handle("T1", "compare_face", ask), Problem)


# -- a member of staff


def asked(hall: Hall, key: str = "p:ask:1", terminal: str = "T1", citizen: str = WHO) -> str:
    ask = AskStaff(person_ref=hall.check(citizen).person_ref, item="senior_card")
    answer = hall.ask("ask_staff", ask, key, terminal)
    assert isinstance(answer, StaffAsked) and answer.request_id is not None
    return answer.request_id


def said(hall: Hall, request_id: str, terminal: str = "T1") -> StaffState:
    answer = hall.centre.handle(terminal, "staff_said", AskStaffSaid(request_id=request_id))
    assert isinstance(answer, StaffSaid)
    return answer.state


def by_staff(hall: Hall, request_id: str, key: str, terminal: str = "T1", citizen: str = WHO) -> bool:
    """Does the application on a member of staff's word go through?"""
    answer = hall.submit(citizen, "new", key, terminal, identity="staff", staff_request=request_id)
    return answer.case is not None


def test_a_member_of_staff_looks_and_the_case_names_her() -> None:
    hall = production()
    request = asked(hall)
    assert said(hall, request) is StaffState.WAITING
    with hall.centre.engine.connect() as connection:
        (shown,) = hall.centre.counter.staff_requests(connection)
    assert (shown["place"], shown["item"], shown["owner"]) == ("T1号机", "老年证", "李**")
    assert "*" in shown["owner_id"] and shown["png"]
    assert not by_staff(hall, request, "p:submit:1"), "nobody has answered yet"
    hall.centre.counter.answer_staff_request(request, True, "王芳", "当面看过本人和身份证")
    assert said(hall, request) is StaffState.SAME
    assert by_staff(hall, request, "p:submit:2")
    (row,) = hall.rows(staff_requests)
    assert (row.staff, row.reason, row.same) == ("王芳", "当面看过本人和身份证", True) and row.used_for
    assert any(entry.who == "王芳" and entry.what == "staff_said" for entry in hall.rows(schema.audit))


def test_the_word_is_bound_to_person_terminal_and_time_and_is_good_once() -> None:
    hall = production()
    request = asked(hall)
    hall.centre.counter.answer_staff_request(request, True, "王芳", "看过")
    assert not by_staff(hall, request, "p:submit:1", citizen="senior_card_mail")
    assert not by_staff(hall, request, "p:submit:2", terminal="T2")
    assert said(hall, request, "T2") is StaffState.CANCELLED, "another terminal learns nothing"
    hall.clock.later(minutes=11)
    assert said(hall, request) is StaffState.EXPIRED
    assert not by_staff(hall, request, "p:submit:3")
    hall.clock.later(minutes=-2)
    assert by_staff(hall, request, "p:submit:4")
    assert said(hall, request) is StaffState.USED


def test_not_sure_is_no_proof() -> None:
    hall = production()
    request = asked(hall)
    hall.centre.counter.answer_staff_request(request, False, "王芳", "照片太旧,看不出来")
    assert said(hall, request) is StaffState.UNSURE
    assert not by_staff(hall, request, "p:submit:1")


def test_an_answer_needs_a_name_and_a_reason_and_a_question_that_still_stands() -> None:
    hall = production()
    request = asked(hall)
    for staff, reason in (("", "看过"), ("王芳", " ")):
        with pytest.raises(CounterError):
            hall.centre.counter.answer_staff_request(request, True, staff, reason)
    hall.clock.later(minutes=6)
    assert said(hall, request) is StaffState.EXPIRED
    with pytest.raises(CounterError):
        hall.centre.counter.answer_staff_request(request, True, "王芳", "看过")


def test_a_question_taken_back_or_followed_by_another_cannot_be_answered() -> None:
    hall = production()
    first = asked(hall)
    second = asked(hall, "p:ask:2")
    assert said(hall, first) is StaffState.CANCELLED
    assert hall.ask("cancel_staff", CancelStaff(request_id=second), "p:cancel:1", "T2") == Done(done=False)
    assert hall.ask("cancel_staff", CancelStaff(request_id=second), "p:cancel:2") == Done()
    with pytest.raises(CounterError):
        hall.centre.counter.answer_staff_request(second, True, "王芳", "看过")


# -- a picture taken at the terminal


def png(size: tuple[int, int] = (300, 420)) -> str:
    file = io.BytesIO()
    Image.new("RGB", size, (200, 180, 160)).save(file, "PNG")
    return b64encode(file.getvalue()).decode()


def put(hall: Hall, citizen: str = "no_photo", key: str = "p:photo:1", **changed: Any) -> PhotoPut | Problem:
    fields = {"person_ref": hall.check(citizen).person_ref, "png": png(), "identity": "card_alone", **changed}
    answer = hall.ask("put_photo", PutPhoto(**fields), key)
    assert isinstance(answer, PhotoPut | Problem)
    return answer


def test_without_a_stored_photo_a_new_one_makes_the_card() -> None:
    hall = Hall()
    assert hall.check("no_photo").offers[0].refusal is not None
    offered = hall.check("no_photo", can_take_photo=True)
    assert offered.offers[0].refusal is None and offered.photo_source.value == "live" and offered.photo_png is None
    taken = put(hall)
    assert isinstance(taken, PhotoPut) and taken.photo_ref is not None
    case_id = hall.case_of("no_photo", photo="live", photo_ref=taken.photo_ref)
    answer = hall.reserve(case_id)
    assert not isinstance(answer, Problem) and answer.reservation is not None
    assert answer.reservation.photo_png == png()
    assert hall.rows(live_photos)[0].case_id == case_id


def test_a_photo_counts_for_its_owner_here_now_and_once() -> None:
    hall = Hall()
    taken = put(hall)
    assert isinstance(taken, PhotoPut)
    live = {"photo": "live", "photo_ref": taken.photo_ref}
    assert hall.submit(WHO, "new", "p:submit:1", **live).case is None, "somebody else's picture"
    assert hall.submit("no_photo", "new", "p:submit:2", "T2", **live).case is None
    assert hall.submit("no_photo", "new", "p:submit:3", photo="live").case is None, "no picture was named"
    hall.clock.later(minutes=31)
    assert hall.submit("no_photo", "new", "p:submit:4", **live).case is None
    hall.clock.later(minutes=-5)
    assert hall.submit("no_photo", "new", "p:submit:5", **live).case is not None


def test_a_photo_needs_proof_of_who_is_on_it_and_the_right_shape() -> None:
    refused = put(production())
    assert isinstance(refused, PhotoPut) and refused.refusal is not None
    for wrong in (png((420, 300)), "§", b64encode(b"GIF89a").decode()):
        assert isinstance(put(Hall(), png=wrong), Problem)


def test_drawn_portraits_are_said_to_be_drawn_in_the_demo_only() -> None:
    assert Hall().check(WHO).photo_is_drawn
    assert not production().check(WHO).photo_is_drawn
