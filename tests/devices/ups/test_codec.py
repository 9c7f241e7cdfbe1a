"""The text protocol: words and quotation marks, lines in pieces, answers and errors; and whatever a port may bring."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.ups.codec import AnswerParser, GetVar, LineParser, ListVar, Malformed, Plain, Request, decode_line, encode_line
from devices.ups.errors import UpsdIncomprehensible, UpsdRefused, UpsUnheard
from tests.devices.ups.fuzz_targets import fuzz_one

LISTED = b"""BEGIN LIST VAR ups
VAR ups battery.charge "100"
VAR ups device.model "Back-UPS \\"600\\" C:\\\\"
VAR ups ups.status "OL"
VAR ups ups.mfr ""
END LIST VAR ups
""".splitlines()


@pytest.mark.parametrize(("line", "words"), [
    (b"OK", ["OK"]),
    (b"OK Goodbye", ["OK", "Goodbye"]),
    (b'VAR ups ups.status "OL CHRG"', ["VAR", "ups", "ups.status", "OL CHRG"]),
    (b'VAR ups a ""', ["VAR", "ups", "a", ""]),
    (rb'VAR ups a "say \"aah\" \\"', ["VAR", "ups", "a", 'say "aah" \\']),
    (b"  a \t b ", ["a", "b"]),
    (rb"a\ b", ["a b"]),
    (b"", []),
    ("VAR ups a \"山特\"".encode(), ["VAR", "ups", "a", "山特"]),
])
def test_words(line: bytes, words: list[str]) -> None:
    assert decode_line(line) == words


@pytest.mark.parametrize("line", [b'VAR ups a "OL', b"VAR\\", b'a"b"', b"\xff\xfe", rb'"a\"'])
def test_lines_that_are_none(line: bytes) -> None:
    with pytest.raises(Malformed):
        decode_line(line)


@given(st.lists(st.text(st.characters(min_codepoint=0x20, exclude_characters="\x7f", exclude_categories=["Cs"]))))
def test_what_is_said_is_heard(words: list[str]) -> None:
    line = encode_line(words)
    assert line.count(b"\n") == 1
    assert decode_line(line[:-1]) == words


@pytest.mark.parametrize("word", ["a\nLOGOUT", "a\r", "\x00", "\x7f"])
def test_no_second_line_can_be_said_in_a_word(word: str) -> None:
    with pytest.raises(ValueError, match="control"):
        encode_line(["USERNAME", word])


@given(st.lists(st.binary(max_size=30).filter(lambda line: not set(line) & set(b"\r\n"))), st.integers(1, 40))
def test_lines_come_in_any_pieces(lines: list[bytes], size: int) -> None:
    whole = b"".join(line + b"\n" for line in lines)
    parser = LineParser()
    heard = [line for at in range(0, len(whole), size) for line in parser.feed(whole[at : at + size])]
    assert heard == lines


def test_a_line_without_an_end_is_not_kept_for_ever() -> None:
    parser = LineParser()
    with pytest.raises(UpsdIncomprehensible):
        for _ in range(100):
            parser.feed(b"x" * 100)


def test_a_list_is_whole_at_its_end_and_not_before() -> None:
    parser = AnswerParser(ListVar("ups"))
    come = [parser.feed(line) for line in LISTED]
    assert come[:-1] == [None] * 5
    assert come[-1] == {
        "battery.charge": "100", "device.model": 'Back-UPS "600" C:\\', "ups.status": "OL", "ups.mfr": "",
    }


@pytest.mark.parametrize(("request_", "lines"), [
    (ListVar("ups"), [b"END LIST VAR ups"]),
    (ListVar("ups"), [b'VAR ups ups.status "OL"']),
    (ListVar("ups"), [b"BEGIN LIST VAR other"]),
    (ListVar("ups"), [b"BEGIN LIST VAR ups", b"BEGIN LIST VAR ups"]),
    (ListVar("ups"), [b"BEGIN LIST VAR ups", b'VAR other ups.status "OL"']),
    (ListVar("ups"), [b"OK"]),
    (GetVar("ups", "ups.status"), [b'VAR ups battery.charge "100"']),
    (GetVar("ups", "ups.status"), [b'VAR other ups.status "OL"']),
    (GetVar("ups", "ups.status"), [b"VAR ups ups.status OL CHRG"]),
    (GetVar("ups", "ups.status"), [b""]),
    (Plain(("LOGOUT",)), [b'VAR ups ups.status "OL"']),
    (Plain(("LOGOUT",)), [b"ERR"]),
])
def test_an_answer_to_something_else_is_none(request_: Request, lines: list[bytes]) -> None:
    parser = AnswerParser(request_)
    for line in lines[:-1]:
        assert parser.feed(line) is None
    with pytest.raises(UpsdIncomprehensible):
        parser.feed(lines[-1])


def test_a_list_that_never_ends_is_given_up() -> None:
    parser = AnswerParser(ListVar("ups"))
    parser.feed(b"BEGIN LIST VAR ups")
    with pytest.raises(UpsdIncomprehensible):
        for n in range(2_000):
            parser.feed(f'VAR ups v.{n} "1"'.encode())


def test_errors_are_told_apart() -> None:
    with pytest.raises(UpsUnheard):
        AnswerParser(ListVar("ups")).feed(b"ERR DATA-STALE")
    with pytest.raises(UpsUnheard):
        AnswerParser(GetVar("ups", "a")).feed(b"ERR DRIVER-NOT-CONNECTED")
    with pytest.raises(UpsdRefused) as refused:
        AnswerParser(Plain(("LOGIN", "ups"))).feed(b"ERR ACCESS-DENIED extra")
    assert refused.value.code == "ACCESS-DENIED"


@given(st.binary(max_size=400))
def test_whatever_comes(data: bytes) -> None:
    fuzz_one(data)


@given(st.integers(0, 255), st.integers(0, 255), st.lists(st.sampled_from([*LISTED, b"ERR DATA-STALE", b"OK", b'"', b"\\"])))
def test_whatever_comes_of_what_nearly_fits(which: int, size: int, lines: list[bytes]) -> None:
    fuzz_one(bytes((which, size)) + b"".join(line + b"\n" for line in lines))
