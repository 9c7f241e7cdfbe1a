from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.scanner.codec import LONGEST_CODE_BYTES, Code, CodeParser, Damage, Damaged, Enclosed, Framing, Suffix
from devices.scanner.commands import identity_of

FRAMINGS: list[Framing] = [Suffix(), Enclosed()]
by_framing = pytest.mark.parametrize("framing", FRAMINGS, ids=["suffix", "enclosed"])
texts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60)


def pieces(data: bytes, sizes: list[int]) -> list[bytes]:
    parts = []
    for size in sizes:
        parts.append(data[:size])
        data = data[size:]
    return [*parts, data]


@by_framing
@given(codes=st.lists(texts, max_size=5), sizes=st.lists(st.integers(0, 9), max_size=30))
def test_codes_come_out_as_they_went_in_whatever_the_pieces(framing: Framing, codes: list[str], sizes: list[int]) -> None:
    sent = b"".join(framing.encode(code.encode()) for code in codes)
    parser = CodeParser(framing)
    assert [event for piece in pieces(sent, sizes) for event in parser.feed(piece)] == [Code(code) for code in codes]
    assert not parser.waiting


@by_framing
@given(noise=st.binary(max_size=200))
def test_after_any_noise_one_lost_code_at_most_and_the_next_is_right(framing: Framing, noise: bytes) -> None:
    parser = CodeParser(framing)
    list(parser.feed(noise))
    list(parser.feed(framing.encode(b"A")))
    assert list(parser.feed(framing.encode(b"claim:K7QF2M9X"))) == [Code("claim:K7QF2M9X")]


@by_framing
def test_a_line_without_an_end_is_not_kept_for_ever(framing: Framing) -> None:
    parser = CodeParser(framing)
    for _ in range(100):
        assert list(parser.feed(framing.encode(b"9" * LONGEST_CODE_BYTES)[:-1])) == []
    assert len(parser._line) <= 2 * LONGEST_CODE_BYTES + 2
    assert list(parser.feed(framing.encode(b"9")[-1:])) == [Damaged(Damage.TOO_LONG)]
    assert list(parser.feed(framing.encode(b"1"))) == [Code("1")]


@by_framing
def test_the_longest_code_there_is(framing: Framing) -> None:
    digits = b"9" * LONGEST_CODE_BYTES
    assert list(CodeParser(framing).feed(framing.encode(digits))) == [Code(digits.decode())]
    assert list(CodeParser(framing).feed(framing.encode(digits + b"9"))) == [Damaged(Damage.TOO_LONG)]


def test_cr_lf_is_one_end() -> None:
    assert list(CodeParser(Suffix()).feed(b"one\r\ntwo\r\n\r\n")) == [Code("one"), Code("two")]


def test_a_code_that_broke_off_is_not_joined_to_the_next() -> None:
    assert list(CodeParser(Enclosed()).feed(b"\x02half\x02whole\x03")) == [Code("whole")]


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"a\x00b", b"a\x1bb", b"\x7f"])
def test_bytes_that_are_no_text_are_no_code(raw: bytes) -> None:
    assert list(CodeParser(Suffix()).feed(raw + b"\r")) == [Damaged(Damage.NOT_TEXT)]


def test_chinese_in_either_encoding() -> None:
    assert list(CodeParser(Suffix(), "gb18030").feed("亳州\r".encode("gb18030"))) == [Code("亳州")]
    assert list(CodeParser(Suffix()).feed("亳州\r".encode())) == [Code("亳州")]


def test_half_a_code_given_up() -> None:
    parser = CodeParser(Suffix())
    assert list(parser.feed(b"134567")) == []
    assert parser.waiting
    assert parser.abandon() == Damaged(Damage.CUT_SHORT)
    assert list(parser.feed(b"claim:1\r")) == [Code("claim:1")]


def test_what_a_code_says_is_not_in_any_log() -> None:
    assert "134567890123456789" not in repr(Code("134567890123456789"))


def test_who_it_says_it_is() -> None:
    assert identity_of(b"REVINF: SCN-1 rev 2\r\n\x06.") == "SCN-1 rev 2"
    assert identity_of(b"134567890123456789\rREVINFSCN-1\x06.") == "SCN-1"
    for other in (b"", b".", b"REVINF\x05.", b"REVINF: SCN", b"134567890123456789\r", b"REVINF\x06", b"SCN-1\x06."):
        assert identity_of(other) is None, other
