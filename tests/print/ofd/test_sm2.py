"""SM2 and SM3 against another implementation and the standard's own example."""
from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from gmssl import func
from gmssl.sm2 import CryptSM2
from hypothesis import given, settings
from hypothesis import strategies as st

from print.ofd.seals import sm2
from remote.central.ecredentials.sm2 import Key


def test_sm3_of_the_standard() -> None:
    assert sm2.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_signature_of_the_other_implementation_is_accepted_and_ours_by_it() -> None:
    key = Key.from_word("test")
    other = CryptSM2(private_key=f"{key.secret:064x}", public_key=key.octets.hex()[2:], asn1=False)
    message = "老年人优待证".encode()
    assert sm2.verify(key.point, message, bytes.fromhex(other.sign_with_sm3(message, func.random_hex(64))))
    r, s = decode_dss_signature(key.sign(message))
    assert other.verify_with_sm3(f"{r:064x}{s:064x}", message)


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 8 * 60))
def test_signed_is_accepted_and_one_changed_bit_is_not(message: bytes, at: int) -> None:
    key = Key.from_word("property")
    signature = key.sign(message)
    assert sm2.verify(key.point, message, signature)
    changed = bytearray(signature)
    changed[at // 8 % len(changed)] ^= 1 << at % 8
    assert not sm2.verify(key.point, message, bytes(changed))
    assert not sm2.verify(key.point, message + b"x", signature)
    assert not sm2.verify(Key.from_word("another").point, message, signature)


@pytest.mark.parametrize("signature", [b"", bytes(64), b"\xff" * 64, bytes.fromhex("3006020100020100")])
def test_zero_and_overlong_numbers_are_refused(signature: bytes) -> None:
    assert not sm2.verify(Key.from_word("x").point, b"m", signature)


def test_a_number_of_a_sound_signature_raised_by_the_order_is_refused() -> None:
    key = Key.from_word("x")
    r, s = decode_dss_signature(key.sign(b"m"))
    assert sm2.verify(key.point, b"m", encode_dss_signature(r, s))
    assert not sm2.verify(key.point, b"m", encode_dss_signature(r, s + sm2.N))
    assert not sm2.verify(key.point, b"m", encode_dss_signature(r + sm2.N, s))


def test_point_beside_the_curve_is_no_key() -> None:
    octets = Key.from_word("x").octets
    assert sm2.point_of(octets) == Key.from_word("x").point
    for wrong in (octets[:-1] + bytes([octets[-1] ^ 1]), b"\x02" + octets[1:], octets[:-1]):
        with pytest.raises(ValueError, match="point"):
            sm2.point_of(wrong)


def test_sum_of_a_point_and_its_opposite_has_no_affine_form() -> None:
    x, y, z = sm2.multiply(sm2.G, sm2.N)
    assert z == 0
    with pytest.raises(ValueError, match="infinity"):
        sm2.affine((x, y, z))
