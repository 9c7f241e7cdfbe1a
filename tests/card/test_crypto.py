"""Keys and MACs against the published values, and what must never be accepted."""
from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card import crypto
from card.crypto import PROFILES, SM4, TDES, Profile
from tests.card.vectors import OWN, PUBLISHED, Known

KEYS = st.binary(min_size=16, max_size=16)
BOTH = pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)


@pytest.mark.parametrize("known", PUBLISHED, ids=lambda known: known.what)
def test_published(known: Known) -> None:
    assert known.compute() == known.result


@pytest.mark.parametrize("known", OWN, ids=lambda known: known.what)
def test_own_regression_values(known: Known) -> None:
    assert known.compute() == known.result


@BOTH
@given(key=KEYS, data=st.binary(max_size=200), challenge=st.binary(min_size=4, max_size=4))
def test_what_is_sealed_is_unsealed(profile: Profile, key: bytes, data: bytes, challenge: bytes) -> None:
    header = bytes.fromhex("04D69600")
    sealed = profile.seal(key, challenge, header, data, encrypted=True)
    assert profile.unseal(key, sealed[:-4]) == data
    assert len(sealed) == len(profile.seal(key, challenge, header, data)) or len(sealed) % profile.block_size == 4
    assert profile.file_mac(key, challenge, header + bytes((len(sealed),)) + sealed[:-4]) == sealed[-4:]


@BOTH
@given(key=KEYS, body=st.binary(max_size=80))
def test_anything_else_is_not_unsealed_to_anything_else(profile: Profile, key: bytes, body: bytes) -> None:
    data = profile.unseal(key, body)
    assert data is None or profile.seal(key, bytes(4), bytes(4), data, encrypted=True)[:-4] == body


@BOTH
def test_every_field_is_under_the_mac(profile: Profile) -> None:
    key, terminal, moment = bytes(range(16)), bytes(6), bytes.fromhex("20261121080000")
    session = profile.session_key(key, crypto.load_seed(bytes(4), 7))
    messages = [
        crypto.load_tac(100, 7, 50, 2, terminal, moment),
        crypto.load_tac(101, 7, 50, 2, terminal, moment),
        crypto.load_tac(100, 8, 50, 2, terminal, moment),
        crypto.load_tac(100, 7, 51, 2, terminal, moment),
        crypto.load_tac(100, 7, 50, 1, terminal, moment),
        crypto.load_tac(100, 7, 50, 2, terminal[1:] + b"\x01", moment),
        crypto.load_tac(100, 7, 50, 2, terminal, moment[:-1] + b"\x01"),
    ]
    assert len({profile.mac(session, message) for message in messages}) == len(messages)
    assert len({profile.tac(key, message) for message in messages}) == len(messages)
    sessions = {profile.session_key(key, crypto.purchase_seed(bytes(4), *numbers)) for numbers in ((0, 1), (1, 0), (1, 1))}
    assert len(sessions) == 3
    assert profile.session_key(key, crypto.purchase_seed(bytes(4), 0, 0x10001)) in sessions


def test_profiles_are_found_by_what_the_card_says() -> None:
    assert PROFILES[0x00] is TDES and PROFILES[0x04] is SM4 and 0x01 not in PROFILES


def test_a_wrong_size_is_no_key_and_no_field() -> None:
    for wrong in (
        lambda: TDES.diversify(bytes(15), bytes(8)),
        lambda: TDES.diversify(bytes(16), bytes(7)),
        lambda: TDES.encrypt(bytes(24), bytes(8)),
        lambda: crypto.load_seed(bytes(3), 0),
        lambda: crypto.load_mac1(0, 1, 2, bytes(5)),
        lambda: crypto.load_mac2(1, 2, bytes(6), bytes(6)),
        lambda: TDES.seal(bytes(16), bytes(4), bytes(5), b""),
    ):
        with pytest.raises(ValueError):
            wrong()
    for amount in (-1, 1 << 32):
        with pytest.raises(OverflowError):
            crypto.purchase_mac2(amount)


def test_the_moment_is_the_wall_clock() -> None:
    at = datetime(2011, 12, 21, 21, 48, 22, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert crypto.moment_of(at) == bytes.fromhex("20111221214822")
    assert crypto.equal(b"1234", b"1234") and not crypto.equal(b"1234", b"1235") and not crypto.equal(b"1234", b"123")
