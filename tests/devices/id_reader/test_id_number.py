"""GB 11643 against the standard's own numbers and against python-stdnum."""
from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from devices.id_reader import id_number
from devices.id_reader.id_number import IdNumberInvalid, Sex
from devices.id_reader.nations import NATIONS, nation_name
from tests.devices.id_reader.people import numbered

BIRTHS = st.dates(datetime.date(1880, 1, 1), datetime.date(2040, 12, 31))


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_numbers_printed_in_the_standard_check(number: str) -> None:
    assert id_number.checked(number) == number


def test_a_small_x_is_taken_for_a_capital_one() -> None:
    assert id_number.checked("11010519491231002x") == "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("110105194912310021", "check digit"),
        ("11010519491231002", "form"),
        ("110105491231002", "form"),  # fifteen digits
        ("1101051949123100２X", "form"),  # a full-width digit
        ("", "form"),
        ("X1010519491231002X", "form"),
        ("01010519491231002X", "form"),
        (numbered("11010519490231002"), "birth"),
        (numbered("11010500000101002"), "birth"),
    ],
)
def test_what_is_no_number_is_refused_without_repeating_it(number: str, reason: str) -> None:
    with pytest.raises(IdNumberInvalid) as refused:
        id_number.checked(number)
    assert refused.value.reason == reason
    assert not number or number not in str(refused.value)


@given(BIRTHS, st.integers(0, 999))
def test_a_whole_number_tells_birth_and_sex_and_stdnum_agrees(birth: datetime.date, order: int) -> None:
    number = numbered(f"341602{birth:%Y%m%d}{order:03d}")
    assert id_number.checked(number) == number
    assert ric.calc_check_digit(number) == number[17]
    assert id_number.birth_date(number) == birth
    assert id_number.sex(number) is (Sex.MALE if order % 2 else Sex.FEMALE)


@given(BIRTHS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(birth: datetime.date, order: int, at: int, step: int) -> None:
    number = numbered(f"341602{birth:%Y%m%d}{order:03d}")
    wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]
    with pytest.raises(IdNumberInvalid):
        id_number.checked(wrong)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("341221194402290021", "3412**********0021"), ("NLD341652063001", "NLD3*******3001"), ("12345678", "********"), ("", "")],
)
def test_a_number_is_shown_masked(number: str, shown: str) -> None:
    assert id_number.mask(number) == shown


def test_the_nations_of_the_standard() -> None:
    assert len(NATIONS) == 58
    assert [nation_name(code) for code in ("01", "05", "11", "46", "56", "97", "98")] == [
        "汉", "维吾尔", "满", "德昂", "基诺", "其他", "外国血统中国籍人士",
    ]  # fmt: skip
    assert nation_name("57") is None
