"""What each way opens is the centre's: the dated file, and what no file can open."""
from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from remote.central.identity.desk import answer
from remote.central.rules.ruleset import RulesFileError
from remote.central.settings import Settings, SettingsError
from remote.central.sign_in.levels import DEFAULT_FILE, parse, rules_on
from remote.central.store.database import writing
from remote.messages import (
    AskAllowance,
    AskSignedIn,
    AskStaff,
    Delivery,
    IdentityEvidence,
    OwnAccount,
    PhotoSource,
    Problem,
    ReportLoss,
    Service,
    SignInWay,
    Strengthen,
    SubmitCase,
    WhoSignedIn,
)
from tests.remote.sign_in.office import Office, refused

TEXT = DEFAULT_FILE.read_text("utf-8")
OWN = ("insurance_account", "list_settlements", "own_record", "list_vouchers")


def ref_of(office: Office, way: str) -> str:
    match way:
        case "card":
            return office.by_card().sign_in or ""
        case "pin":
            return office.by_card(pin=True).sign_in or ""
        case "code":
            return office.by_code().sign_in or ""
    asked = office.sms()
    return office.by_sms(asked.ask_id, office.digits(asked.ask_id)).sign_in or ""


def error(answer: Any) -> str:
    return answer.error if isinstance(answer, Problem) else ""


@pytest.mark.parametrize(("way", "opens"), [("pin", True), ("code", True), ("card", False), ("sms", False)])
def test_only_a_strong_sign_in_opens_her_accounts(way: str, opens: bool) -> None:
    office = Office()
    ref = ref_of(office, way)
    answers = [office.ask(operation, OwnAccount(sign_in=ref)) for operation in OWN]
    assert [error(answer) for answer in answers] == ([""] * 4 if opens else ["weak_evidence"] * 4)


@pytest.mark.parametrize("way", ["pin", "code", "card", "sms"])
def test_no_way_but_the_id_card_makes_a_card_reports_a_loss_or_certifies(way: str) -> None:
    office = Office()
    ref = ref_of(office, way)
    submit = SubmitCase(
        person_ref=ref, service=Service.NEW, delivery=Delivery.INSTANT, identity=IdentityEvidence.CARD_ALONE,
        photo=PhotoSource.POPULATION, claim_code="K7QF2M9X",
    )  # fmt: skip
    asked = [("submit_case", submit), ("report_loss", ReportLoss(person_ref=ref))]
    assert [error(office.does(operation, body)) for operation, body in asked] == ["weak_evidence"] * 2
    assert error(office.ask("check_allowance", AskAllowance(person_ref=ref))) == "weak_evidence"


def test_an_id_card_alone_opens_no_account_until_somebody_has_shown_who_she_is() -> None:
    office = Office()
    assert error(office.ask("own_record", OwnAccount(sign_in=office.ref()))) == "weak_evidence"
    strong = office.does("strengthen", Strengthen(person_ref=office.ref(), identity=IdentityEvidence.CARD_ALONE))
    assert strong.strong and not error(office.ask("own_record", OwnAccount(sign_in=strong.sign_in)))


def test_the_card_alone_of_the_demonstration_makes_no_other_way_stronger() -> None:
    office = Office()
    weak = Strengthen(person_ref=ref_of(office, "sms"), identity=IdentityEvidence.CARD_ALONE)
    assert refused(office.does("strengthen", weak)) == "identity_check_missing"


def test_a_member_of_staff_makes_number_and_code_strong_once() -> None:
    office = Office()
    ref = ref_of(office, "sms")
    asked = office.does("ask_staff", AskStaff(person_ref=ref, item="my_services"))
    answered(office, asked.request_id)
    evidence = Strengthen(person_ref=ref, identity=IdentityEvidence.STAFF, staff_request=asked.request_id)
    strong = office.does("strengthen", evidence)
    assert strong.strong and strong.way is SignInWay.SMS_CODE
    again = office.does("strengthen", evidence.model_copy(update={"person_ref": strong.sign_in}))
    assert refused(again) == "identity_check_missing"


def answered(office: Office, request_id: str) -> None:
    with writing(office.centre.engine) as connection:
        answer(office.centre.service.context(connection, "counter", None), request_id, True, "李四", "看过本人")


def test_a_sign_in_is_over_after_a_quarter_of_an_hour_elsewhere_and_when_the_next_begins() -> None:
    office = Office()
    ref = ref_of(office, "pin")
    assert error(office.ask("own_record", OwnAccount(sign_in=ref), None, "T2")) == "sign_in_over"
    office.by_code(terminal="T2")
    assert not error(office.ask("own_record", OwnAccount(sign_in=ref)))
    office.by_code()
    assert error(office.ask("own_record", OwnAccount(sign_in=ref))) == "sign_in_over"
    fresh = ref_of(office, "pin")
    office.later(minutes=15)
    assert error(office.ask("own_record", OwnAccount(sign_in=fresh))) == "sign_in_over"


def test_a_weak_sign_in_shows_a_masked_name_and_nothing_that_can_be_changed() -> None:
    office = Office()
    weak = office.ask("who_signed_in", AskSignedIn(sign_in=ref_of(office, "sms")))
    assert isinstance(weak, WhoSignedIn)
    assert weak.name == "李**" and office.who().id_number not in weak.model_dump_json()
    assert IdentityEvidence.CARD_ALONE not in weak.person.identity_needed and weak.person.offers == []
    office.later(seconds=61)
    strong = office.ask("who_signed_in", AskSignedIn(sign_in=ref_of(office, "pin")))
    assert strong.name == "李秀英"


def test_a_file_that_opens_a_card_to_a_weak_way_is_refused() -> None:
    with pytest.raises(RulesFileError, match="submit_case"):
        parse(TEXT.replace("      compare_face: 1", "      compare_face: 1\n      submit_case: 1"), "levels.yaml")
    with pytest.raises(RulesFileError, match="no_such_thing"):
        parse(TEXT.replace("      compare_face: 1", "      no_such_thing: 1"), "levels.yaml")


def test_a_city_may_close_a_way() -> None:
    rules = parse(TEXT.replace("      sms_code: 1  ", "      sms_code: 0  "), "levels.yaml")
    assert SignInWay.SMS_CODE not in rules_on(date(2026, 11, 2), rules).leads_to("my_matters")
    assert rules_on(date(2026, 11, 2), rules).strength(SignInWay.SMS_CODE, "face") == 0


def test_production_sends_no_simulated_messages() -> None:
    with pytest.raises(SettingsError, match="sms"):
        Settings(mode="production", sms="simulated", staff_pin="1234").check()
