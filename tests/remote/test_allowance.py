"""The certification of people of 80 and more: who, when, once; and the visit for those who cannot come."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from remote.central.allowance.rules import DEFAULT_FILE, CertificationRules, parse, period_of, rules_on
from remote.central.allowance.tables import certifications, home_visits
from remote.central.counter import CounterError
from remote.central.rules.ruleset import RulesFileError
from remote.central.settings import Settings
from remote.messages import (
    AllowanceAnswer,
    AllowanceState,
    AskAllowance,
    Certify,
    CertifyAnswer,
    HomeVisitAnswer,
    RefusalCode,
    RequestHomeVisit,
)
from tests.remote.hall import GOOD_FACE, NOON, Hall

WHO = "certify_at_home"          # 91, with a drawn portrait


def state(hall: Hall, citizen: str) -> AllowanceAnswer:
    answer = hall.centre.handle("T1", "check_allowance", AskAllowance(person_ref=hall.check(citizen).person_ref))
    assert isinstance(answer, AllowanceAnswer)
    return answer


def certify(hall: Hall, citizen: str = WHO, key: str = "p:certify:1", terminal: str = "T1", **more: Any) -> CertifyAnswer:
    ask = Certify(person_ref=hall.check(citizen).person_ref, **({"identity": "card_alone"} | more))
    answer = hall.ask("certify", ask, key, terminal)
    assert isinstance(answer, CertifyAnswer)
    return answer


def visit(hall: Hall, citizen: str = WHO, key: str = "p:visit:1") -> HomeVisitAnswer:
    answer = hall.ask("request_home_visit", RequestHomeVisit(person_ref=hall.check(citizen).person_ref), key)
    assert isinstance(answer, HomeVisitAnswer)
    return answer


def code(answer: CertifyAnswer | HomeVisitAnswer) -> RefusalCode | None:
    return answer.refusal.code if answer.refusal else None


def test_certified_once_this_year_and_told_when_next() -> None:
    hall = Hall()
    assert state(hall, WHO).state is AllowanceState.DUE
    done = certify(hall)
    born = hall.citizen(WHO).birth
    assert done.certified_on == NOON.date()
    assert done.next_from == born.replace(year=NOON.year + 1) - (born.replace(day=31) - born.replace(day=1))
    again = certify(hall, key="p:certify:2", terminal="T2")
    assert code(again) is RefusalCode.ALREADY_CERTIFIED
    assert again.refusal is not None and again.refusal.params == {"from": str(done.next_from)}
    assert state(hall, WHO).state is AllowanceState.CERTIFIED
    assert len(hall.rows(certifications, terminal="T1")) == 1


def test_the_same_request_twice_is_one_certification() -> None:
    hall = Hall()
    assert certify(hall) == certify(hall)
    assert len(hall.rows(certifications, terminal="T1")) == 1


def test_the_database_itself_forbids_a_second_one() -> None:
    hall = Hall()
    certify(hall)
    row = hall.rows(certifications, terminal="T1")[0]
    with pytest.raises(sa.exc.IntegrityError), hall.centre.engine.begin() as connection:
        connection.execute(sa.insert(certifications), {**row._mapping, "certification_id": "another"})


@pytest.mark.parametrize(
    ("citizen", "expected"),
    [
        ("certified_already", AllowanceState.CERTIFIED),
        ("rare_name", AllowanceState.TOO_YOUNG),
        ("deceased", AllowanceState.NEEDS_STAFF),
        ("certify_80_plus", AllowanceState.DUE),
    ],
)
def test_what_is_said_and_what_is_done_agree(citizen: str, expected: AllowanceState) -> None:
    hall = Hall()
    assert state(hall, citizen).state is expected
    if expected is not AllowanceState.DUE:
        assert certify(hall, citizen).certified_on is None
        assert visit(hall, citizen).visit_no is None


def test_under_80_the_day_is_told() -> None:
    hall = Hall()
    born = hall.citizen("rare_name").birth
    assert state(hall, "rare_name").since == born.replace(year=born.year + 80)
    refused = certify(hall, "rare_name").refusal
    assert refused is not None and refused.params == {"date": str(born.replace(year=born.year + 80))}


def test_the_80th_birthday_itself_is_old_enough() -> None:
    hall = Hall()
    born = hall.citizen("rare_name").birth
    hall.clock.now = NOON.replace(year=born.year + 80, month=born.month, day=born.day)
    assert state(hall, "rare_name").state is AllowanceState.DUE


def test_nothing_says_why_staff_is_needed() -> None:
    answer, refused = state(Hall(), "deceased"), certify(Hall(), "deceased").refusal
    assert answer.since is None and refused is not None
    assert refused.code is RefusalCode.NEEDS_STAFF and refused.params == {}
    assert "死" not in refused.reason and "迁" not in refused.reason


def test_in_production_the_card_alone_certifies_nobody() -> None:
    hall = Hall(settings=Settings(staff_pin="1"))
    assert code(certify(hall)) is RefusalCode.IDENTITY_CHECK_MISSING
    assert certify(hall, key="p:certify:2", identity="face", face=GOOD_FACE).certified_on is not None


# -- the visit at home


def test_a_visit_is_asked_for_with_the_card_alone_and_stands_once() -> None:
    hall = Hall(settings=Settings(staff_pin="1"))
    first = visit(hall)
    assert first.visit_no is not None and first.within_days == 7
    assert first.address_masked.endswith("****") and "号" not in first.address_masked
    again = visit(hall, key="p:visit:2")
    assert (again.visit_no, again.again) == (first.visit_no, True)
    assert len(hall.rows(home_visits)) == 1
    assert hall.rows(certifications, terminal="T1") == [], "asking for a visit certifies nobody"


def test_met_at_home_she_is_certified_by_the_one_who_went() -> None:
    hall = Hall()
    number = visit(hall).visit_no or ""
    with pytest.raises(CounterError):
        hall.centre.counter.finish_home_visit(number, True, "王芳", " ")
    hall.centre.counter.finish_home_visit(number, True, "王芳", "本人在家,身体好")
    assert state(hall, WHO).state is AllowanceState.CERTIFIED
    with pytest.raises(CounterError):
        hall.centre.counter.finish_home_visit(number, True, "王芳", "再一次")


def test_not_met_at_home_nothing_is_certified_and_another_visit_can_be_asked_for() -> None:
    hall = Hall()
    hall.centre.counter.finish_home_visit(visit(hall).visit_no or "", False, "王芳", "没有人在家")
    assert state(hall, WHO).state is AllowanceState.DUE
    assert visit(hall, key="p:visit:2").again is False


# -- the rules


RULES = rules_on(date(2026, 11, 22))


@pytest.mark.parametrize(
    ("born", "today", "key", "next_from"),
    [
        (date(1940, 6, 15), date(2026, 3, 1), "2026", date(2027, 5, 16)),
        (date(1940, 6, 15), date(2026, 12, 31), "2026", date(2027, 5, 16)),
        (date(1940, 1, 8), date(2026, 12, 8), "2026", date(2026, 12, 9)),
        (date(1940, 1, 8), date(2026, 12, 9), "2027", date(2027, 12, 9)),
        (date(1940, 2, 29), date(2026, 3, 2), "2026", date(2027, 1, 30)),
    ],
)
def test_the_year_turns_with_the_birthdays_window(born: date, today: date, key: str, next_from: date) -> None:
    period = period_of(born, today, RULES)
    assert (period.key, period.next_from) == (key, next_from)
    assert (period.next_until - period.next_from).days == 2 * RULES.window_days + RULES.grace_days


@pytest.mark.parametrize(
    ("kind", "today", "key", "next_from"),
    [
        ("quarter", date(2026, 11, 22), "2026-Q4", date(2027, 1, 1)),
        ("quarter", date(2026, 3, 31), "2026-Q1", date(2026, 4, 1)),
        ("month", date(2026, 12, 31), "2026-12", date(2027, 1, 1)),
    ],
)
def test_a_city_may_want_it_every_quarter_or_month(kind: str, today: date, key: str, next_from: date) -> None:
    rules = CertificationRules.model_validate(RULES.model_dump() | {"period": kind})
    period = period_of(date(1940, 6, 15), today, rules)
    assert (period.key, period.next_from) == (key, next_from)


def test_a_wrong_rule_file_is_refused_with_the_name_of_what_is_wrong() -> None:
    text = Path(DEFAULT_FILE).read_text("utf-8")
    wrong = {"min_age": ("min_age: 80", "min_age: x"), "period": ("period: year", "period: x"), "versions": ("versions:", "x")}
    for named, (old, new) in wrong.items():
        with pytest.raises(RulesFileError, match=named):
            parse(text.replace(old, new), "file")
