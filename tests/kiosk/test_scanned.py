from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.journeys.claims import claim_of
from kiosk.scanned import (
    PAYMENT_CODE_LIFE_S,
    ClaimCode,
    DocumentCode,
    Expired,
    Good,
    IdentityCode,
    Implausible,
    PaymentCode,
    PickUpCode,
    Scanned,
    Unknown,
    Wallet,
    classify,
    judge,
    pick_up_code,
)
from kiosk.transaction.claim import CROCKFORD, claim_code

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TOKEN = "0123456789ABCDEFGHJKMNPQRS"
PICK_UP = pick_up_code("Q4ZK81WM3")


def identity(ends: datetime) -> str:
    return f"identity:{TOKEN}.{int(ends.timestamp())}"


@pytest.mark.parametrize("first", range(10, 16))
def test_wechat(first: int) -> None:
    assert classify(f"{first}4567890123456789") == PaymentCode(Wallet.WECHAT, f"{first}4567890123456789")


@pytest.mark.parametrize("first", range(25, 31))
@pytest.mark.parametrize("length", [16, 18, 24])
def test_alipay(first: int, length: int) -> None:
    digits = str(first) + "7" * (length - 2)
    assert classify(digits) == PaymentCode(Wallet.ALIPAY, digits)


@pytest.mark.parametrize(
    "text",
    [
        "094567890123456789",   # nobody's first digits
        "164567890123456789",
        "244567890123456789",
        "314567890123456789",
        "13456789012345678",    # 17 digits
        "1345678901234567890",  # 19
        "25" + "7" * 13,
        "25" + "7" * 23,
        "6212345678901234567",  # a bank card's number
        "１３４５６７８９０１２３４５６７８９",
        "",
        "https://example.invalid/pay",
        "6901234567892",        # a bottle of water
    ],
)
def test_what_is_nobodys_is_unknown(text: str) -> None:
    assert classify(text) == Unknown()


def test_an_id_number_may_look_like_a_payment_code_only_where_it_begins_like_one() -> None:
    assert classify("341602194402290026") == Unknown()  # Bozhou
    assert isinstance(classify("110105194912310021"), PaymentCode)  # no scanner reads one off an ID card: there is no code on it


def test_our_claim_code_as_the_slip_carries_it() -> None:
    plan = "00112233445566778899aabbccddeeff"
    assert classify(claim_of(plan).qr) == ClaimCode(claim_code(plan))
    assert classify(f" claim:{claim_of(plan).code.lower()}\n") == ClaimCode(claim_code(plan))


def test_our_pick_up_code_typed_carelessly() -> None:
    assert classify(f"pick-up:{PICK_UP}") == PickUpCode(PICK_UP)
    careless = f"PICK-UP:{PICK_UP[:4]}-{PICK_UP[4:8]}-{PICK_UP[8:]}".lower().replace("1", "l")
    assert classify(careless) == PickUpCode(PICK_UP)


@given(
    nine=st.text(CROCKFORD, min_size=9, max_size=9),
    at=st.integers(0, 8),
    other=st.sampled_from(CROCKFORD),
)
def test_a_wrong_character_in_a_pick_up_code_is_noticed(nine: str, at: int, other: str) -> None:
    code = pick_up_code(nine)
    wrong = code[:at] + other + code[at + 1 :]
    assert (classify(f"pick-up:{wrong}") == PickUpCode(code)) is (wrong == code)


@given(nine=st.text(CROCKFORD, min_size=9, max_size=9), at=st.integers(0, 7))
def test_two_neighbours_swapped_in_a_pick_up_code_are_noticed(nine: str, at: int) -> None:
    swapped = nine[:at] + nine[at + 1] + nine[at] + nine[at + 2 :]
    assert (swapped == nine) is (classify(f"pick-up:{swapped}{pick_up_code(nine)[-1]}") != Unknown("pick-up"))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("claim:K7QF2M9", "claim"),
        ("claim:K7QF2M9U", "claim"),
        ("pick-up:", "pick-up"),
        ("pick-up:-", "pick-up"),
        ("pick-up:Q4ZK81WM3", "pick-up"),
        ("identity:short.1795305600", "identity"),
        (f"identity:{TOKEN}", "identity"),
        (f"identity:{TOKEN}.999999999999", "identity"),
        ("BZ1:", "document"),
        ("BZ1:abc", "document"),
    ],
)
def test_a_spoilt_code_of_ours_is_unknown_and_said_to_resemble_it(text: str, hint: str) -> None:
    assert classify(text) == Unknown(hint)


def test_a_documents_code() -> None:
    for text in ("BZ1:NCFK60DG0/3WUWGSLKH47GO0", "BZ1:A ", "BZ1: A"):
        assert classify(text) == DocumentCode(text)
    assert classify("BZ1:" + "A" * 4_293) == Unknown("document")


def test_a_payment_code_is_good_for_a_minute_after_the_scan() -> None:
    code = classify("134567890123456789")
    assert judge(code, NOW, 0.0) == Good()
    assert judge(code, NOW, PAYMENT_CODE_LIFE_S) == Good()
    assert judge(code, NOW, PAYMENT_CODE_LIFE_S + 5) == Expired(5)


def test_an_identity_code_is_judged_by_the_time_it_carries() -> None:
    assert judge(classify(identity(NOW + timedelta(seconds=30))), NOW) == Good()
    assert judge(classify(identity(NOW)), NOW) == Expired(0)
    assert judge(classify(identity(NOW - timedelta(minutes=10))), NOW) == Expired(600)
    assert judge(classify(identity(NOW + timedelta(minutes=10))), NOW) == Implausible()


@pytest.mark.parametrize("text", ["claim:K7QF2M9X", f"pick-up:{PICK_UP}", "BZ1:ABC", "hello"])
def test_what_carries_no_time_is_not_judged_here(text: str) -> None:
    assert judge(classify(text), NOW, 86_400) == Good()


@given(st.text(max_size=60) | st.from_regex(r"(claim|pick-up|identity|BZ1):.{0,40}", fullmatch=True))
def test_every_text_is_something(text: str) -> None:
    scanned: Scanned = classify(text)
    judge(scanned, NOW, 1)
    assert not text.strip() or isinstance(scanned, Unknown) or text.strip() not in repr(scanned)


def test_a_classified_code_classifies_as_itself() -> None:
    first = classify(identity(NOW))
    assert isinstance(first, IdentityCode)
    assert first.ends == NOW


def test_a_documents_code_behind_its_link_is_the_same_code() -> None:
    assert classify("https://bozhou.example/verify/76deb936#BZ1:NCFK60") == classify("BZ1:NCFK60") == DocumentCode("BZ1:NCFK60")
    assert classify("https://bozhou.example/verify/76deb936") == Unknown()
