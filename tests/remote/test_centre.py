"""What the centre answers, seen from a terminal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from remote.central.centre import Centre
from remote.central.counter import CounterError
from remote.central.settings import Settings
from remote.central.store import schema
from remote.messages import (
    AskClock,
    Bar,
    Barred,
    CaseAnswer,
    CaseState,
    Clock,
    ConvertCase,
    Event,
    EventKind,
    IdentityEvidence,
    LossAnswer,
    ObligationAnswer,
    PhotoSource,
    Problem,
    RefusalCode,
    Release,
    Report,
    Reported,
    ReportLoss,
    Reserve,
    ReserveAnswer,
    SettleObligation,
    WithdrawCase,
)
from tests.remote.hall import GOOD_FACE, NOON, Hall


def event(event_id: str, what: EventKind, /, **body: Any) -> Event:
    return Event(event_id=event_id, kind=what, at=datetime(2027, 3, 9, tzinfo=UTC), body=body)


def test_the_clock_is_beijings() -> None:
    answer = Hall().centre.handle("T1", "clock", AskClock())
    assert isinstance(answer, Clock) and answer.now == NOON and answer.now.utcoffset().total_seconds() == 8 * 3600  # type: ignore[union-attr]


def test_first_card_from_reading_the_id_card_to_a_live_card() -> None:
    hall = Hall()
    number = hall.reserved("senior_card_new")
    assert hall.card_states()[number] == "reserved"
    registered = hall.register("taken")
    assert (registered.number, registered.state, registered.old_tail) == (number, CaseState.CLOSED, None)
    assert hall.live_cards("senior_card_new") == [number]
    seams = {row.seam for row in hall.rows(schema.notices)}
    assert {"sms", "e_credential", "transit_concession"} <= seams


def test_the_old_card_dies_only_when_the_new_one_is_registered() -> None:
    hall = Hall()
    [old] = hall.live_cards("senior_card_lost")
    number = hall.reserved("senior_card_lost", "lost")
    assert hall.live_cards("senior_card_lost") == [old]
    assert hall.register("taken").old_tail == old[-4:]
    assert hall.live_cards("senior_card_lost") == [number]
    assert hall.rows(schema.cards, number=old)[0].ended_by == "lost"
    assert [row.addressee for row in hall.rows(schema.notices, seam="dead_card")] == [old]


def test_a_face_on_the_card_and_everything_the_chip_needs() -> None:
    hall = Hall()
    answer = hall.reserve(hall.case_of("senior_card_new"))
    assert isinstance(answer, ReserveAnswer) and answer.reservation is not None
    card = answer.reservation
    assert card.id_number == hall.citizen("senior_card_new").id_number and card.id_masked.count("*") == 11
    assert card.age_class.code == "2" and card.valid_to == date(2037, 3, 8) and card.photo_png
    assert len(card.chip_serial) == 20 and card.chip_serial.isdigit() and len(bytes.fromhex(card.chip_issuer)) == 8


def test_nothing_of_the_database_goes_to_a_card_that_does_not_agree() -> None:
    hall = Hall()
    for changed in (
        {"name": "李秀云"},
        {"birth": date(1954, 1, 1)},
        {"id_valid_to": date(2040, 1, 1)},
        {"id_number": "341602195501019999"},
    ):
        answer = hall.check("senior_card_new", **changed)
        assert answer.refusal is not None and answer.refusal.code is RefusalCode.NOT_MATCHED
        assert (answer.person_ref, answer.photo_png, answer.addresses, answer.phone_masked) == ("", None, [], None)


def test_addresses_and_phone_are_masked() -> None:
    answer = Hall().check("senior_card_new")
    assert answer.addresses[0].masked == "安徽省亳州市谯城区薛阁街道****"
    assert answer.phone_masked == "139****0002"


def test_identity_evidence_is_asked_for_in_production() -> None:
    hall = Hall(settings=Settings(staff_pin="1"))
    assert hall.check("senior_card_new").identity_needed == [IdentityEvidence.FACE, IdentityEvidence.STAFF]
    answer = hall.submit("senior_card_new", "new")
    assert answer.refusal is not None and answer.refusal.code is RefusalCode.IDENTITY_CHECK_MISSING
    assert hall.submit("senior_card_new", "new", "p:submit:2", identity="face").refusal is not None, "a face without a score"
    assert hall.submit("senior_card_new", "new", "p:submit:3", identity="face", face=GOOD_FACE).case is not None
    assert hall.rows(schema.cases)[-1].card_alone is False


def test_demo_cases_on_the_card_alone_are_marked() -> None:
    hall = Hall()
    case_id = hall.case_of("senior_card_new")
    assert hall.rows(schema.cases, case_id=case_id)[0].card_alone is True


def test_chip_photo_serves_where_the_database_has_none() -> None:
    hall = Hall()
    assert hall.check("no_photo").photo_source is PhotoSource.NONE
    assert hall.check("no_photo", chip_photo_usable=True).photo_source is PhotoSource.CHIP
    assert hall.submit("no_photo", "new", photo="population").refusal.code is RefusalCode.NO_PHOTO  # type: ignore[union-attr]
    answer = hall.reserve(hall.case_of("no_photo", key="p:submit:2", photo="chip"))
    assert isinstance(answer, ReserveAnswer) and answer.reservation is not None and answer.reservation.photo_png is None


# -- keys


def test_the_same_key_gets_the_first_answer_and_another_body_is_refused() -> None:
    hall = Hall()
    case_id = hall.case_of("senior_card_new")
    first = hall.reserve(case_id)
    assert hall.reserve(case_id) == first
    assert hall.ask("reserve", Reserve(case_id="other"), "p:reserve:1") == Problem(
        error="key_reused", detail="the same key came with another body, operation or terminal"
    )
    assert isinstance(hall.reserve(case_id, terminal="T2"), Problem)
    assert len(hall.reservations()) == 1


def test_a_reserve_that_arrives_after_its_release_never_takes_effect() -> None:
    hall = Hall()
    case_id = hall.case_of("senior_card_new")
    hall.release()
    late = hall.reserve(case_id)
    assert isinstance(late, Problem) and late.error == "barred"
    assert hall.reservations() == []
    assert isinstance(hall.reserve(case_id, "p:reserve:2"), ReserveAnswer)


def test_barring_tells_what_happened_or_forbids_it() -> None:
    hall = Hall()
    case_id = hall.case_of("senior_card_new")
    barred = hall.ask("bar", Bar(key="p:reserve:1"), "p:bar:1")
    assert barred == Barred(happened=False)
    assert isinstance(hall.reserve(case_id), Problem)
    happened = hall.ask("bar", Bar(key="p:submit:1"), "p:bar:2")
    assert isinstance(happened, Barred) and happened.happened and happened.operation == "submit_case"
    assert CaseAnswer.model_validate(happened.answer).case.case_id == case_id  # type: ignore[union-attr]


def test_a_change_without_a_key_is_refused() -> None:
    answer = Hall().centre.handle("T1", "reserve", Reserve(case_id="x"))
    assert isinstance(answer, Problem) and answer.error == "key_missing"


def test_a_malformed_request_leaves_its_key_free() -> None:
    hall = Hall()
    person = hall.check("senior_card_new")
    assert person.offers
    answer = hall.ask("reserve", Reserve(case_id="nowhere"), "p:reserve:1")
    assert isinstance(answer, Problem) and answer.error == "unknown_case"
    assert hall.ask("bar", Bar(key="p:reserve:1"), "p:bar:1") == Barred(happened=False)


# -- reservations


def test_a_reservation_takes_the_person() -> None:
    hall = Hall()
    case_id = hall.case_of("senior_card_new")
    hall.reserve(case_id)
    other = hall.reserve(case_id, "q:reserve:1", "T2")
    assert isinstance(other, ReserveAnswer) and other.refusal is not None and other.refusal.code is RefusalCode.BEING_SERVED
    assert hall.check("senior_card_new", "T2").offers[0].refusal.code is RefusalCode.BEING_SERVED  # type: ignore[union-attr]


def test_released_numbers_stay_on_the_books_and_are_not_given_again() -> None:
    hall = Hall()
    before = len(hall.rows(schema.cards))
    first = hall.reserved("senior_card_new")
    hall.release()
    hall.release(key="p:release:2")
    again = hall.reserve(hall.rows(schema.cases, state="approved")[0].case_id, "p:reserve:2", "T2")
    assert isinstance(again, ReserveAnswer) and again.reservation is not None and again.reservation.number > first
    assert hall.card_states()[first] == "void" and len(hall.rows(schema.cards)) == before + 2


def test_release_never_undoes_a_registered_card() -> None:
    hall = Hall()
    number = hall.reserved("senior_card_new")
    hall.register("taken")
    answer = hall.release()
    assert answer.done is False  # type: ignore[attr-defined]
    assert hall.live_cards("senior_card_new") == [number]


@pytest.mark.parametrize("order", [("in_doubt", "kept", "taken"), ("taken", "kept", "in_doubt"), ("kept", "taken", "in_doubt")])
def test_reports_of_one_card_in_any_order_end_alike(order: tuple[str, ...]) -> None:
    hall = Hall()
    number = hall.reserved("senior_card_lost", "lost")
    for step, end in enumerate(order):
        hall.register(end, f"p:register:{step}")
    assert hall.live_cards("senior_card_lost") == [number]
    assert hall.rows(schema.cases, state="closed")


def test_a_kept_card_holds_the_person_and_leaves_the_old_card_alive() -> None:
    hall = Hall()
    [old] = hall.live_cards("senior_card_lost")
    hall.reserved("senior_card_lost", "lost")
    assert hall.register("kept").state is CaseState.KEPT
    assert hall.live_cards("senior_card_lost") == [old]
    seen = hall.check("senior_card_lost", "T2")
    assert seen.open_case is not None and seen.open_case.place == "T1号机" and not seen.open_case.can_withdraw
    assert {offer.refusal.code for offer in seen.offers if offer.refusal} == {RefusalCode.CARD_KEPT}


# -- cases


def test_a_mail_case_is_withdrawn_or_converted_until_it_is_produced() -> None:
    hall = Hall()
    case = hall.check("open_mail_case").open_case
    assert case is not None and case.can_convert and case.can_withdraw and not case.can_produce_here
    converted = hall.ask("convert_case", ConvertCase(case_id=case.case_id, claim_code="ABCD2345"), "p:convert:1")
    assert isinstance(converted, CaseAnswer) and converted.case is not None and converted.case.state is CaseState.APPROVED
    assert [row.state for row in hall.rows(schema.delivery_orders)] == ["cancelled"]
    after = hall.check("open_mail_case").open_case
    assert after is not None and after.can_produce_here and not after.can_convert
    assert hall.reserve(case.case_id).reservation is not None  # type: ignore[union-attr]
    refused = hall.ask("withdraw_case", WithdrawCase(case_id=case.case_id), "p:withdraw:1")
    assert refused.refusal.code is RefusalCode.BEING_SERVED  # type: ignore[attr-defined]


def test_withdrawing_twice_is_one_withdrawal_and_she_may_apply_anew() -> None:
    hall = Hall()
    case_id = hall.case_of("senior_card_new")
    for step in (1, 2):
        answer = hall.ask("withdraw_case", WithdrawCase(case_id=case_id), f"p:withdraw:{step}")
        assert answer.case.state is CaseState.WITHDRAWN  # type: ignore[attr-defined]
    assert hall.submit("senior_card_new", "new", "q:submit:1").case is not None


def test_a_produced_mail_order_cannot_be_converted_and_ends_with_a_live_card() -> None:
    hall = Hall()
    case = hall.check("open_mail_case").open_case
    assert case is not None
    order = hall.rows(schema.delivery_orders)[0].order_no
    number = hall.centre.counter.produce_order(order, "王敏")
    late = hall.ask("convert_case", ConvertCase(case_id=case.case_id, claim_code="ABCD2345"), "p:convert:1")
    assert late.refusal.code is RefusalCode.PAST_PRODUCTION  # type: ignore[attr-defined]
    assert hall.live_cards("open_mail_case") == []
    hall.centre.counter.mail_order(order, "王敏")
    assert hall.live_cards("open_mail_case") == [number]
    hall.centre.counter.deliver_order(order, "王敏")
    assert hall.rows(schema.cases, case_id=case.case_id)[0].state == "closed"
    with pytest.raises(CounterError):
        hall.centre.counter.produce_order(order, "王敏")


def test_mail_goes_to_a_picked_village_or_a_known_address() -> None:
    hall = Hall()
    picked = {"county": "341602", "township": "341602001", "village": "341602001001", "house": "12"}
    answer = hall.submit("senior_card_mail", "new", delivery="mail", address=picked)
    assert answer.case is not None and answer.case.mail_hours == 24 and answer.case.mail_order is not None
    assert hall.rows(schema.delivery_orders)[-1].address.endswith("社区12号")
    for wrong in ({**picked, "village": "341621001001"}, {**picked, "house": "十二"}, {"address_id": "somebody-else"}):
        with pytest.raises(AssertionError, match="malformed"):
            hall.submit("rare_name", "new", "q:submit:1", delivery="mail", address=wrong)


def test_a_second_case_while_one_is_open_is_refused() -> None:
    hall = Hall()
    hall.case_of("senior_card_new")
    answer = hall.submit("senior_card_new", "new", "q:submit:1", "T2")
    assert answer.refusal is not None and answer.refusal.code is RefusalCode.OPEN_CASE


def test_reported_loss_kills_the_card_at_once_and_the_third_goes_to_the_window() -> None:
    hall = Hall()
    for turn in range(3):
        person = hall.check("senior_card_lost")
        answer = hall.ask("report_loss", ReportLoss(person_ref=person.person_ref), f"l{turn}")
        assert isinstance(answer, LossAnswer) and answer.reported
        assert hall.live_cards("senior_card_lost") == []
        submitted = hall.submit("senior_card_lost", "lost", f"p{turn}:submit")
        if turn == 2:
            assert submitted.refusal is not None and submitted.refusal.code is RefusalCode.TOO_MANY_LOSSES
            break
        assert submitted.case is not None
        hall.reserve(submitted.case.case_id, f"p{turn}:reserve")
        hall.register("taken", f"p{turn}:register", f"p{turn}:reserve")
        hall.clock.later(days=20)


# -- obligations and news


def opened(hall: Hall, citizen: str, **more: Any) -> Event:
    body = {
        "obligation_id": "o1",
        "kind": "refund",
        "person_ref": hall.check(citizen).person_ref,
        "place": "T1号机",
        "claim_code": "7K3M9QZT",
    }
    return event("e1", EventKind.OBLIGATION_OPENED, **(body | more))


def report(hall: Hall, *events: Event, terminal: str = "T1", key: str = "r1") -> Reported:
    answer = hall.ask("report", Report(events=list(events)), key, terminal)
    assert isinstance(answer, Reported), answer
    return answer


def settle(hall: Hall, citizen: str, terminal: str, key: str, code: str | None = None) -> ObligationAnswer:
    ref = hall.check(citizen).person_ref
    body = SettleObligation(obligation_id="o1", person_ref=ref, identity=IdentityEvidence.FACE, claim_code=code)
    answer = hall.ask("settle_obligation", body, key, terminal)
    assert isinstance(answer, ObligationAnswer)
    return answer


def test_an_obligation_is_found_by_the_id_card_and_settled_once() -> None:
    hall = Hall()
    report(hall, opened(hall, "senior_card_new", amount_fen=500))
    [owed] = hall.check("senior_card_new", "T2").owed
    assert (owed.obligation_id, owed.kind, owed.claim_tail) == ("o1", "refund", "9QZT")
    assert settle(hall, "senior_card_mail", "T2", "s0").refusal.code is RefusalCode.CLAIM_WRONG  # type: ignore[union-attr]
    done = settle(hall, "senior_card_new", "T2", "s1")
    assert done.settled and done.amount_fen == 500 and settle(hall, "senior_card_new", "T2", "s1") == done
    late = settle(hall, "senior_card_new", "T1", "s2")
    assert not late.settled and late.refusal is not None and late.refusal.code is RefusalCode.SETTLED_ALREADY
    assert hall.check("senior_card_new").owed == []


def test_the_terminal_that_owed_hears_of_it_until_it_says_so() -> None:
    hall = Hall()
    report(hall, opened(hall, "senior_card_new"))
    hall.centre.counter.settle_obligation("o1", hall.citizen("senior_card_new").id_number, "王敏")
    assert report(hall, key="r2").settled_elsewhere == ["o1"]
    assert report(hall, terminal="T2", key="r3").settled_elsewhere == []
    assert report(hall, event("e2", EventKind.OBLIGATION_SETTLED, obligation_id="o1"), key="r4").settled_elsewhere == []


def test_wrong_claim_codes_run_out() -> None:
    hall = Hall()
    report(hall, opened(hall, "senior_card_new"))
    left = [settle(hall, "senior_card_new", "T2", f"s{n}", "AAAA0000").refusal.params["tries_left"] for n in range(5)]  # type: ignore[union-attr]
    assert left == ["4", "3", "2", "1", "0"]
    assert not settle(hall, "senior_card_new", "T2", "s9", "7K3M9QZT").settled
    assert settle(hall, "senior_card_new", "T2", "s10").settled


def test_a_card_that_was_owed_is_settled_by_the_card_itself() -> None:
    hall = Hall()
    case_id = hall.case_of("senior_card_new")
    report(hall, opened(hall, "senior_card_new", kind="card", case_id=case_id))
    hall.reserve(case_id, terminal="T2")
    hall.register("taken", terminal="T2")
    assert hall.check("senior_card_new").owed == []


def test_settled_before_opened_stays_settled() -> None:
    hall = Hall()
    report(hall, event("e2", EventKind.OBLIGATION_SETTLED, obligation_id="o1"))
    report(hall, opened(hall, "senior_card_new"), key="r2")
    assert hall.check("senior_card_new").owed == []


def test_events_are_stored_once_and_a_bad_one_does_not_hold_up_the_rest() -> None:
    hall = Hall()
    good = event("e1", EventKind.STOCK, kind="loaded", count=50)
    bad = event("e2", EventKind.STOCK, kind="loaded")
    for key in ("r1", "r2", "r3"):
        assert report(hall, good, bad, key=key).stored == ["e1", "e2"]
    assert [(row.kind, row.count) for row in hall.rows(schema.stock_events)] == [("loaded", 50)]
    assert [row.kind for row in hall.rows(schema.incidents)] == ["event_not_understood"]


# -- the counter


def test_a_kept_card_becomes_live_when_handed_to_its_owner() -> None:
    hall = Hall()
    number = hall.reserved("senior_card_lost", "lost")
    hall.register("kept")
    with pytest.raises(CounterError, match="不符"):
        hall.centre.counter.hand_over_kept("p:reserve:1", hall.citizen("senior_card_new").id_number, "王敏")
    with pytest.raises(CounterError, match="姓名"):
        hall.centre.counter.hand_over_kept("p:reserve:1", hall.citizen("senior_card_lost").id_number, " ")
    hall.centre.counter.hand_over_kept("p:reserve:1", hall.citizen("senior_card_lost").id_number, "王敏")
    assert hall.live_cards("senior_card_lost") == [number]
    assert hall.register("kept").state is CaseState.KEPT  # the first answer to the first key
    late = hall.register("kept", "p:register:2")
    assert late.incident is not None and hall.live_cards("senior_card_lost") == [number]


def test_a_kept_card_nobody_fetches_is_voided_after_the_configured_days() -> None:
    hall = Hall()
    number = hall.reserved("senior_card_new")
    hall.register("kept")
    hall.clock.later(days=29)
    hall.centre.counter.void_unclaimed()
    assert hall.card_states()[number] == "kept"
    hall.clock.later(days=2)
    assert hall.centre.counter.void_unclaimed() == 1 and hall.centre.counter.void_unclaimed() == 0
    assert hall.card_states()[number] == "void"


def test_doubt_is_settled_by_two_people_with_a_reason() -> None:
    hall = Hall()
    number = hall.reserved("senior_card_new")
    hall.register("in_doubt")
    settle_doubt = hall.centre.counter.settle_doubt
    for first, second, reason in (("王敏", "王敏", "看过录像"), ("王敏", "", "看过录像"), ("王敏", "李强", " ")):
        with pytest.raises(CounterError):
            settle_doubt("p:reserve:1", True, first, second, reason)
    assert hall.release().done is False  # type: ignore[attr-defined]
    settle_doubt("p:reserve:1", False, "王敏", "李强", "证在废卡箱里")
    assert hall.card_states()[number] == "void"
    assert hall.check("senior_card_new").open_case.can_produce_here  # type: ignore[union-attr]
    assert all(row.closed_at for row in hall.rows(schema.incidents))
    late = hall.register("taken", "p:register:9")
    assert late.incident is not None and hall.live_cards("senior_card_new") == []


def test_doubt_settled_as_given_out_makes_the_card_live() -> None:
    hall = Hall()
    number = hall.reserved("senior_card_new")
    hall.register("in_doubt")
    hall.centre.counter.settle_doubt("p:reserve:1", True, "王敏", "李强", "本人出示了新证")
    assert hall.live_cards("senior_card_new") == [number]


def test_a_fenced_terminal_frees_its_people_and_what_it_reports_late_is_an_incident() -> None:
    hall = Hall()
    number = hall.reserved("senior_card_lost", "lost")
    [old] = hall.live_cards("senior_card_lost")
    case_id = hall.rows(schema.cases, state="producing")[0].case_id
    assert hall.centre.counter.fence("T1", "王敏", "主板烧了") == 1
    again = hall.reserve(case_id, "q:reserve:1", "T2")
    assert isinstance(again, ReserveAnswer) and again.reservation is not None
    late = hall.register("taken")
    assert late.incident is not None and hall.live_cards("senior_card_lost") == [old]
    hall.register("taken", "q:register:1", "q:reserve:1", "T2")
    assert hall.live_cards("senior_card_lost") == [again.reservation.number] and hall.card_states()[number] == "void"
    assert hall.submit("senior_card_new", "new", "p9", "T1").refusal.code is RefusalCode.FENCED  # type: ignore[union-attr]
    assert hall.check("senior_card_new", "T1").refusal.code is RefusalCode.FENCED  # type: ignore[union-attr]
    hall.centre.counter.unfence("T1", "王敏")
    assert hall.submit("senior_card_new", "new", "p10", "T1").case is not None


def test_the_same_seed_gives_the_same_centre() -> None:
    one, two = (Hall() for _ in range(2))
    assert [tuple(row) for row in one.rows(schema.persons)] == [tuple(row) for row in two.rows(schema.persons)]
    assert one.case_of("senior_card_new") == two.case_of("senior_card_new")


def test_two_centres_share_nothing() -> None:
    one, two = Hall(), Hall()
    one.case_of("senior_card_new")
    assert two.check("senior_card_new").open_case is None
    assert isinstance(two.centre, Centre)
    assert two.ask("release", Release(reserve_key="x"), "k").done  # type: ignore[attr-defined]
