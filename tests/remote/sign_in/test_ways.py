"""J2, X2 at the centre: the card's chip, the phone's identity code, a code by message; what is told to somebody who guesses."""
from __future__ import annotations

import pytest
import sqlalchemy as sa

from remote.central.sign_in.tables import sms_codes
from remote.central.store.database import reading
from remote.messages import AskWays, Problem, SignInWay, WaysOpen
from tests.remote.sign_in.office import Office, other, refused

NOBODY = "341602190001010015"


# -- the card


def test_a_genuine_card_signs_its_holder_in_and_a_pin_makes_it_strong() -> None:
    office = Office()
    alone, with_pin = office.by_card(), office.by_card(pin=True)
    assert alone.sign_in and not alone.strong and "own_record" not in alone.opens
    assert with_pin.strong and {"insurance_account", "redeem_voucher"} <= set(with_pin.opens)


def test_cards_of_the_sm4_issue_are_judged_by_their_own_keys() -> None:
    office = Office()
    assert office.by_card(office.card(algorithm=4)).sign_in


def test_a_card_with_other_keys_is_not_of_this_city() -> None:
    office = Office()
    assert refused(office.by_card(office.card(seed=8))) == "card_not_ours"


def test_a_card_that_no_register_knows_or_that_names_another_opens_nothing() -> None:
    office = Office()
    ask = office.asked_with(office.card(), office.challenge()).model_copy(update={"id_number": NOBODY})
    assert refused(office.does("sign_in_by_card", ask)) == "card_not_ours"
    strange = office.card(number="3416009999999999")
    assert refused(office.by_card(strange)) == "card_not_ours"


@pytest.mark.parametrize(
    ("state", "code"),
    [("lost", "card_lost"), ("replaced", "card_dead"), ("inactive", "card_not_active"), ("kept", "card_not_active")],
)
def test_a_card_that_does_not_count_is_called_what_it_is(state: str, code: str) -> None:
    office = Office()
    office.sets_card(state)
    answer = office.by_card(pin=True)
    assert answer.sign_in is None and refused(answer) == code


def test_a_card_is_over_when_its_time_is() -> None:
    office = Office()
    office.later(days=20 * 365)
    assert refused(office.by_card(pin=True)) == "card_expired"


def test_an_answer_recorded_yesterday_is_worth_nothing_today() -> None:
    office = Office()
    ask = office.asked_with(office.card(), office.challenge(), pin=True)
    assert office.does("sign_in_by_card", ask).sign_in
    assert refused(office.does("sign_in_by_card", ask)) == "sign_in_expired"
    fresh = ask.model_copy(update={"challenge_id": office.challenge().challenge_id})
    assert refused(office.does("sign_in_by_card", fresh)) == "card_not_ours"


def test_a_challenge_is_good_for_a_minute_and_at_its_own_terminal() -> None:
    office = Office()
    ask = office.asked_with(office.card(), office.challenge())
    assert refused(office.does("sign_in_by_card", ask, "T2")) == "sign_in_expired"
    office.later(seconds=61)
    assert refused(office.does("sign_in_by_card", ask)) == "sign_in_expired"


def test_the_same_request_under_the_same_key_is_answered_the_same() -> None:
    office = Office()
    ask, key = office.asked_with(office.card(), office.challenge()), office.key()
    assert office.ask("sign_in_by_card", ask, key) == office.ask("sign_in_by_card", ask, key)


def test_of_somebody_who_died_nothing_is_said_but_that_people_have_to_look() -> None:
    office = Office()
    code, card = office.code("deceased"), office.card()
    office.dies("senior_card_new")
    assert refused(office.by_card(card, pin=True)) == refused(office.by_code(code)) == "needs_staff"


# -- the identity code


def test_an_identity_code_signs_in_once() -> None:
    office = Office()
    code = office.code()
    assert office.by_code(code).strong
    assert refused(office.by_code(code)) == "code_not_good"


def test_a_code_that_is_over_is_called_over() -> None:
    office = Office()
    code = office.code()
    office.later(seconds=121)
    assert refused(office.by_code(code)) == "sign_in_expired"


def test_a_code_with_another_end_or_another_letter_is_forged() -> None:
    office = Office()
    code = office.code()
    longer = code.model_copy(update={"ends": code.ends + 600})
    changed = code.model_copy(update={"token": ("1" if code.token[0] != "1" else "2") + code.token[1:]})
    assert [refused(office.by_code(one)) for one in (longer, changed)] == ["code_not_good", "code_not_good"]
    assert office.by_code(code).sign_in


# -- number and message


def test_her_number_and_the_code_on_her_phone_sign_her_in_weakly() -> None:
    office = Office()
    asked = office.sms()
    signed = office.by_sms(asked.ask_id, office.digits(asked.ask_id))
    assert signed.sign_in and not signed.strong and "redeem_voucher" not in signed.opens


def test_a_number_of_nobody_is_answered_like_any_other() -> None:
    office = Office()
    hers, nobodys = office.sms(), office.sms(NOBODY)
    assert (hers.again_after_s, hers.lives_s, hers.refusal) == (nobodys.again_after_s, nobodys.lives_s, nobodys.refusal)
    assert office.on_the_phone(nobodys.ask_id) == ""
    tries = [office.by_sms(nobodys.ask_id, "000000") for _ in range(3)]
    against = [office.by_sms(hers.ask_id, other(office.digits(hers.ask_id))) for _ in range(3)]
    assert [answer.refusal for answer in tries] == [answer.refusal for answer in against]


def test_a_code_has_three_tries_and_the_right_one_afterwards_is_too_late() -> None:
    office = Office()
    asked = office.sms()
    code = office.digits(asked.ask_id)
    left = [office.by_sms(asked.ask_id, other(code)) for _ in range(3)]
    assert [refused(answer) for answer in left] == ["code_wrong", "code_wrong", "code_not_good"]
    assert left[0].refusal is not None and left[0].refusal.params == {"tries_left": "2"}
    assert refused(office.by_sms(asked.ask_id, code)) == "code_not_good"


def test_a_code_works_once_at_its_terminal_and_for_five_minutes() -> None:
    office = Office()
    asked = office.sms()
    code = office.digits(asked.ask_id)
    assert refused(office.by_sms(asked.ask_id, code, "T2")) == "code_not_good"
    assert office.by_sms(asked.ask_id, code).sign_in
    assert refused(office.by_sms(asked.ask_id, code)) == "code_not_good"
    office.later(minutes=2)
    late = office.sms()
    digits = office.digits(late.ask_id)
    office.later(seconds=301)
    assert refused(office.by_sms(late.ask_id, digits)) == "sign_in_expired"


def test_nobody_is_flooded_with_messages() -> None:
    office = Office()
    assert office.sms().ask_id and refused(office.sms()) == "too_many_codes"
    for _ in range(4):
        office.later(seconds=61)
        assert office.sms().ask_id
    office.later(seconds=61)
    assert refused(office.sms()) == "too_many_codes"
    office.later(hours=25)
    assert office.sms().ask_id


def test_a_terminal_does_not_try_a_whole_register_of_numbers() -> None:
    office = Office()
    numbers = [f"3416021900010100{at:02d}" for at in range(11)]
    assert [refused(office.sms(number)) for number in numbers] == [""] * 10 + ["too_many_codes"]
    assert office.sms(NOBODY, "T2").ask_id


def test_neither_code_nor_number_stands_in_the_books() -> None:
    office = Office()
    asked = office.sms()
    code = office.digits(asked.ask_id)
    with reading(office.centre.engine) as connection:
        row = connection.execute(sa.select(sms_codes)).one()
    assert code not in (row.code_hash, row.about) and office.who().id_number not in str(row.about)


# -- which ways


def test_the_centre_says_which_ways_lead_to_an_item() -> None:
    office = Office()
    ways = office.ask("ask_ways", AskWays(item="my_services"))
    assert isinstance(ways, WaysOpen)
    assert ways.ways == [SignInWay.CITIZEN_CARD, SignInWay.IDENTITY_CODE, SignInWay.SMS_CODE]
    assert office.ask("ask_ways", AskWays(item="senior_card")).ways == []


def test_without_card_keys_no_card_is_asked_for() -> None:
    office = Office()
    office.centre.service.keys = None
    assert SignInWay.CITIZEN_CARD not in office.ask("ask_ways", AskWays(item="my_services")).ways
    assert refused(office.does("sign_in_by_card", office.asked_with(office.card(), office.challenge()))) == "method_away"


def test_a_key_store_that_is_away_decides_nothing() -> None:
    from remote.central.keys.keystore import KeysAway
    from remote.central.keys.software import SoftwareKeys

    class Away(SoftwareKeys):
        def is_authentic(self, *_: object) -> bool:
            raise KeysAway("token")

    office = Office()
    ask = office.asked_with(office.card(), office.challenge())
    keys, office.centre.service.keys = office.centre.service.keys, Away({})
    assert office.does("sign_in_by_card", ask) == Problem(error="busy", detail="the card keys cannot be asked now")
    office.centre.service.keys = keys
    assert office.does("sign_in_by_card", ask).sign_in
