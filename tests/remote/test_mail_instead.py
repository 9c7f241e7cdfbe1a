"""An approved card that no machine has made is sent by mail instead: once, and only while nothing is being made."""
from __future__ import annotations

import pytest

from remote.central.store import schema
from remote.messages import Address, CaseAnswer, CaseState, MailCase, Problem, RefusalCode
from tests.remote.hall import Hall

HOME = Address(county="341602", township="341602001", village="341602001001", house="12")


def ask(hall: Hall, case_id: str, whose: str = "senior_card_new", key: str = "p:mail:1") -> CaseAnswer | Problem:
    answer = hall.ask("mail_case", MailCase(person_ref=hall.check(whose).person_ref, case_id=case_id, address=HOME), key)
    assert isinstance(answer, CaseAnswer | Problem)
    return answer


def test_a_card_nobody_made_is_ordered_by_mail_once_however_often_it_is_asked() -> None:
    hall = Hall()
    case_id = hall.case_of("senior_card_new")
    for _ in range(2):
        answer = ask(hall, case_id)
        assert isinstance(answer, CaseAnswer) and answer.case is not None
        assert answer.case.state is CaseState.MAIL_ORDERED and answer.case.mail_hours == 24
    assert len(hall.rows(schema.delivery_orders, case_id=case_id, state="ordered")) == 1
    seen = hall.check("senior_card_new").open_case
    assert seen is not None and seen.can_convert and not seen.can_produce_here


def test_a_card_that_is_being_made_is_not_mailed() -> None:
    hall = Hall()
    hall.reserved("senior_card_new")
    [case] = hall.rows(schema.cases, state="producing")
    answer = ask(hall, case.case_id)
    assert isinstance(answer, CaseAnswer) and answer.refusal is not None
    assert answer.refusal.code is RefusalCode.PAST_PRODUCTION
    assert not hall.rows(schema.delivery_orders, case_id=case.case_id)


def test_somebody_elses_case_is_not_mailed_to_me() -> None:
    hall = Hall()
    case_id = hall.case_of("senior_card_new")
    answer = ask(hall, case_id, whose="senior_card_mail")
    assert isinstance(answer, Problem) and answer.error == "unknown_case"
    assert hall.rows(schema.cases, case_id=case_id)[0].state == "approved"


@pytest.mark.parametrize("wrong", [Address(), Address(county="341602", township="341621101", village="341602001001")])
def test_an_address_that_does_not_exist_changes_nothing(wrong: Address) -> None:
    hall = Hall()
    case_id = hall.case_of("senior_card_new")
    person_ref = hall.check("senior_card_new").person_ref
    answer = hall.ask("mail_case", MailCase(person_ref=person_ref, case_id=case_id, address=wrong), "p:mail:1")
    assert isinstance(answer, Problem)
    assert hall.rows(schema.cases, case_id=case_id)[0].state == "approved"
