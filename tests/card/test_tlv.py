"""BER-TLV as the FCI uses it."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card import tlv


@given(st.sampled_from([0x84, 0xA5, 0x9F0C, 0x9F7F]), st.binary(max_size=400))
def test_an_object_survives(tag: int, value: bytes) -> None:
    assert list(tlv.parse(tlv.encode(tag, value) + b"\x00\xff")) == [(tag, value)]


def test_the_way_to_the_public_information() -> None:
    fci = bytes.fromhex("6F0F8405A000000003A506")
    assert tlv.find(tlv.encode(0x6F, tlv.encode(0xA5, tlv.encode(0x9F0C, b"x"))), 0x6F, 0xA5, 0x9F0C) == b"x"
    assert tlv.find(tlv.encode(0x6F, b""), 0x6F, 0xA5) is None
    with pytest.raises(tlv.MalformedTlv):
        tlv.find(fci, 0x6F)


@given(st.binary(max_size=60))
def test_any_bytes_are_parsed_or_malformed(data: bytes) -> None:
    try:
        assert sum(len(value) for _, value in tlv.parse(data)) <= len(data)
    except tlv.MalformedTlv:
        return


@pytest.mark.parametrize("data", ["6F", "6F05AA", "9F", "9F81", "6F83000001AA", "6F81", "6F8201"])
def test_what_runs_over_the_end(data: str) -> None:
    with pytest.raises(tlv.MalformedTlv):
        list(tlv.parse(bytes.fromhex(data)))
