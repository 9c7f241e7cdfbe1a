"""The escape language: every command survives any cutting of the stream, and no bytes can derail the parser."""
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.card_printer import extension
from devices.card_printer.codec import (
    BITS_OF_LEVELS,
    LONGEST_COMMAND,
    AnswerParser,
    Command,
    CommandParser,
    Malformed,
    pack,
    panel_size,
    unpack,
)
from devices.card_printer.extension import Acknowledgement

words = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=3).filter(lambda word: word != "Db")
parameters = st.lists(st.text("abcdef0123456789=+", min_size=1, max_size=6), max_size=3).map(tuple)
plain = st.builds(Command, words, parameters)


def parse(pieces: list[bytes]) -> list[Command | Malformed]:
    parser = CommandParser()
    return [event for piece in pieces for event in parser.feed(piece)]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in zip(edges, edges[1:], strict=False)]


def test_the_bytes_of_the_guide() -> None:
    assert Command("Rco", ("p",)).encode() == b"\x1bRco;p\r"
    assert Command("Pem", ("4",)).encode() == b"\x1bPem;4\r"
    assert Command("Db", ("k", "2"), b"\x0d\x1b").encode() == b"\x1bDb;k;2;\x0d\x1b\r"
    assert panel_size(2) == 82_296  # the size the working driver uses, not the 84 624 of the guide's table


@settings(deadline=None)  # the machine that runs this is shared
@given(st.lists(plain, max_size=5), st.lists(st.integers(0, 500), max_size=8))
def test_commands_survive_any_cutting(commands: list[Command], places: list[int]) -> None:
    data = b"".join(command.encode() + bytes(64) for command in commands)  # drivers send NULs between commands
    assert parse(cut(data, places)) == commands


@pytest.mark.parametrize("levels", [2, 32, 64, 128])
def test_a_bitmap_is_read_by_count_because_cr_and_esc_occur_in_it(levels: int) -> None:
    bitmap = (b"\r\x1bSe\r" * panel_size(levels))[: panel_size(levels)]
    download = Command("Db", ("y", str(levels)), bitmap)
    data = download.encode() + Command("Se").encode()
    assert parse(cut(data, [7, 9, 5000, 60_000])) == [download, Command("Se")]


def test_esc_may_be_left_out_after_cr() -> None:
    assert parse([b"\x1bSs\rSr\rRfv\r"]) == [Command("Ss"), Command("Sr"), Command("Rfv")]


def test_a_download_of_an_unknown_panel_is_malformed_because_its_length_is_unknown() -> None:
    assert parse([b"\x1bDb;0;0;0\r"]) == [Malformed(b"Db;0;0")]
    assert parse([b"\x1bDb;y;3;" + bytes(100)]) == [Malformed(b"Db;y;3")]


def test_a_command_cut_off_by_the_next_is_malformed_and_the_next_is_read() -> None:
    assert parse([b"\x1bRc\x1bSe\r"]) == [Malformed(b"Rc"), Command("Se")]


def test_a_bitmap_without_its_cr_is_dropped() -> None:
    data = b"\x1bDb;k;2;" + bytes(panel_size(2)) + b"X" + Command("Se").encode()
    assert parse([data]) == [Malformed(b"Db;k;2"), Command("Se")]


@settings(deadline=None)  # the machine that runs this is shared
@given(st.lists(st.binary(max_size=300), max_size=6))
def test_noise_never_derails_the_parser(pieces: list[bytes]) -> None:
    parser = CommandParser()
    for piece in pieces:
        for event in parser.feed(piece):
            assert isinstance(event, Command | Malformed)
    parser.abandon()
    assert not parser.in_command
    assert list(parser.feed(Command("Se").encode())) == [Command("Se")]


def test_endless_text_is_cut_short() -> None:
    events = parse([b"\x1b" + b"A" * 10 * LONGEST_COMMAND])
    assert events and all(isinstance(event, Malformed) for event in events)


texts = st.binary(min_size=1, max_size=20).map(lambda noise: noise.replace(b"\0", b"x"))


@settings(deadline=None)  # the machine that runs this is shared
@given(st.lists(texts, max_size=5), st.lists(st.integers(0, 99)))
def test_answers_end_with_nul(answers: list[bytes], places: list[int]) -> None:
    parser = AnswerParser()
    data = b"".join(answer + b"\0" for answer in answers)
    assert [answer for piece in cut(data, places) for answer in parser.feed(piece)] == answers


@settings(deadline=None)  # the machine that runs this is shared
@given(st.data(), st.sampled_from(sorted(BITS_OF_LEVELS)))
def test_packing_is_most_significant_bit_first_without_gaps(data: st.DataObject, levels: int) -> None:
    dots = bytes(data.draw(st.lists(st.integers(0, levels - 1), min_size=16, max_size=16)))
    bits = BITS_OF_LEVELS[levels]
    expected = int("".join(format(dot, f"0{bits}b") for dot in dots), 2).to_bytes(2 * bits, "big")
    assert pack(dots, levels) == expected
    assert unpack(expected, levels) == dots


done = st.builds(Acknowledgement, st.just(True), moved=st.booleans())
reasons = st.sampled_from(sorted(extension.REASONS))
not_done = st.builds(Acknowledgement, st.just(False), st.sampled_from("12TCFR"), st.booleans(), reasons)


@settings(deadline=None)  # the machine that runs this is shared
@given(done | not_done)
def test_acknowledgements_survive(acknowledgement: Acknowledgement) -> None:
    assert Acknowledgement.decode(acknowledgement.encode(detail=True)) == acknowledgement
    plain = Acknowledgement.decode(acknowledgement.encode(detail=False))
    assert plain is not None
    assert (plain.done, plain.letter, plain.moved) == (acknowledgement.done, acknowledgement.letter, None)


@settings(deadline=None)  # the machine that runs this is shared
@given(st.binary(max_size=40))
def test_noise_is_neither_acknowledged_nor_sealed(noise: bytes) -> None:
    if not noise.startswith((b"ACK", b"NACK")):
        assert Acknowledgement.decode(noise) is None
    assert extension.unseal(noise) is None


@settings(deadline=None)  # the machine that runs this is shared
@given(st.integers(0, 200), st.integers(1, 255))
def test_one_hurt_byte_breaks_the_seal(place: int, change: int) -> None:
    answer = bytearray(extension.seal("Xst", "ab12", {"path": "at_contact", "exit": "present"}))
    assert extension.unseal(bytes(answer)) == ("Xst", "ab12", {"path": "at_contact", "exit": "present"})
    answer[place % len(answer)] ^= change
    assert extension.unseal(bytes(answer)) is None
