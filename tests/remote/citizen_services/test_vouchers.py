"""Vouchers are redeemed once for ever, whoever asks; the account's figures agree with each other."""
from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from remote.central.citizen_services.insurance import insurance_of
from remote.central.citizen_services.tables import voucher_redemptions
from remote.central.store.database import reading
from remote.central.store.schema import persons
from remote.messages import OwnAccount, Problem, RedeemVoucher, Voucher, VoucherRedeemed, VoucherState
from tests.remote.sign_in.office import Office, refused


@pytest.fixture
def office() -> Office:
    return Office()


def strong(office: Office, terminal: str = "T1") -> str:
    return office.by_code(terminal=terminal).sign_in or ""


def vouchers(office: Office, ref: str, terminal: str = "T1") -> list[Voucher]:
    return list(office.ask("list_vouchers", OwnAccount(sign_in=ref), None, terminal).vouchers)


def redeem(office: Office, ref: str, voucher: str, terminal: str = "T1", key: str = "") -> Any:
    return office.ask("redeem_voucher", RedeemVoucher(sign_in=ref, voucher_id=voucher), key or office.key(), terminal)


def used(office: Office) -> list[Any]:
    with reading(office.centre.engine) as connection:
        return list(connection.execute(sa.select(voucher_redemptions)).all())


def test_two_terminals_with_keys_of_their_own_redeem_it_once(office: Office) -> None:
    here, there = strong(office), strong(office, "T2")
    voucher = vouchers(office, here)[0].voucher_id
    first, second = redeem(office, here, voucher), redeem(office, there, voucher, "T2")
    assert first.refusal is None and refused(second) == "voucher_used"
    assert second.refusal.params["number"] == first.voucher.redemption_no
    assert len(used(office)) == 1


def test_a_repeated_request_is_answered_as_the_first_time(office: Office) -> None:
    ref, key = strong(office), office.key()
    voucher = vouchers(office, ref)[0].voucher_id
    first = redeem(office, ref, voucher, key=key)
    assert isinstance(first, VoucherRedeemed) and redeem(office, ref, voucher, key=key) == first and len(used(office)) == 1


def test_a_voucher_of_another_person_is_none_of_hers(office: Office) -> None:
    others = vouchers(office, office.by_code(office.code("certify_80_plus")).sign_in or "")
    assert refused(redeem(office, strong(office), others[0].voucher_id)) == "no_such_voucher"


def test_a_voucher_outside_its_days_says_which(office: Office) -> None:
    ref = strong(office)
    over = next(one for one in vouchers(office, ref) if one.state is VoucherState.EXPIRED)
    answer = redeem(office, ref, over.voucher_id)
    assert refused(answer) == "voucher_not_now" and answer.refusal.params["until"] == str(over.until)
    old = office.by_code(office.code("certify_80_plus")).sign_in or ""
    assert VoucherState.NOT_YET in [one.state for one in vouchers(office, old)]


def test_good_ones_stand_first_and_next_year_brings_new_ones(office: Office) -> None:
    ref = strong(office)
    first = vouchers(office, ref)
    assert first[0].state is VoucherState.GOOD
    redeem(office, ref, first[0].voucher_id)
    assert {one.state for one in vouchers(office, ref) if one.voucher_id == first[0].voucher_id} == {VoucherState.REDEEMED}
    office.later(days=365)
    assert first[0].voucher_id not in {one.voucher_id for one in vouchers(office, strong(office))}


def test_without_a_sign_in_nothing_is_redeemed(office: Office) -> None:
    voucher = vouchers(office, strong(office))[0].voucher_id
    answer = redeem(office, office.ref(), voucher)
    assert isinstance(answer, Problem) and answer.error == "weak_evidence" and used(office) == []


def test_bills_come_out_to_the_fen_and_no_account_is_below_nothing(office: Office) -> None:
    with reading(office.centre.engine) as connection:
        everybody = connection.execute(sa.select(persons)).all()
    known = [one for person in everybody if (one := insurance_of(person, office.now.date())) is not None]
    assert known
    for account in known:
        assert account.balance_fen >= 0
        for bill in account.settlements:
            assert bill.whole_fen == bill.fund_fen + bill.account_fen + bill.own_fen and bill.own_fen >= 0
        paid = sum(bill.account_fen for bill in account.settlements)
        assert paid == -sum(move.fen for move in account.movements if move.fen < 0)


def test_covered_and_in_full_differ_in_numbers_and_places_only(office: Office) -> None:
    ref = strong(office)
    covered, full = (office.ask("own_record", OwnAccount(sign_in=ref, in_full=one)) for one in (False, True))
    citizen = office.who()
    assert full.id_number == citizen.id_number and full.name == citizen.name
    assert citizen.id_number not in covered.model_dump_json() and citizen.address not in covered.model_dump_json()
