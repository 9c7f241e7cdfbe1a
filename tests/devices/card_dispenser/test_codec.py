"""Bytes of all three protocols: published frames, any content in any pieces, and noise."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card_dispenser import crt_codec as crt
from devices.card_dispenser import k720_codec as k720
from devices.card_dispenser.framing import ClassicFraming, Control, Damaged, Frame, FrameParser, Framing, FramingOf591H, crc16
from tests.devices.card_dispenser.fuzz_targets import fuzz_one

FRAMINGS: tuple[Framing, ...] = (ClassicFraming(), FramingOf591H())
PUBLISHED = {  # facts/devices.md 3.1: recomputed there, two of them constants of a public driver
    crt.Command(0x30, 0x33): "433033 03B2",
    crt.Command(0x30, 0x30): "433030 03B1",
    crt.Command(0x30, 0x31): "433031 03B0",
    crt.STATUS_DEVICE: "433130 03B0",
    crt.STATUS_SENSORS: "433131 03B1",
    crt.Command(0x32, 0x30): "433230 03B3",
    crt.Command(0x32, 0x31): "433231 03B2",
    crt.Command(0x32, 0x32): "433232 03B1",
    crt.Command(0x32, 0x33): "433233 03B0",
    crt.Command(0x32, 0x39): "433239 03BA",
    crt.ENTRY_OPEN: "433330 03B2",
    crt.ENTRY_CLOSED: "433331 03B3",
}
texts = st.binary(min_size=3, max_size=60)
evil = st.lists(st.sampled_from([0xF2, 0x03, 0x06, 0x15, 0x04, 0x00, 0x43]), min_size=3, max_size=40).map(bytes)


@pytest.mark.parametrize("command", PUBLISHED, ids=lambda command: str(command.name))
def test_published_frames_come_out_byte_for_byte(command: crt.Command) -> None:
    assert ClassicFraming().encode(command.text) == bytes.fromhex("F2000003" + PUBLISHED[command])


def test_the_check_of_the_591h_is_the_known_one() -> None:
    assert crc16(b"123456789") == 0x31C3  # the check value of CRC-16/XMODEM
    assert FramingOf591H().encode(b"C00")[:6] == bytes.fromhex("F20003433030")


@pytest.mark.parametrize("framing", FRAMINGS, ids=lambda framing: str(framing.name))
@given(sent=st.lists(texts | evil, max_size=4), step=st.integers(1, 9), address=st.integers(0, 15))
def test_frames_survive_any_cutting(framing: Framing, sent: list[bytes], step: int, address: int) -> None:
    parser = FrameParser(framing)
    line = b"".join(b"\x06" + framing.encode(text, address) for text in sent)
    events = [event for at in range(0, len(line), step) for event in parser.feed(line[at : at + step])]
    assert [event.text for event in events if isinstance(event, Frame)] == sent
    assert sum(isinstance(event, Control) for event in events) == len(sent)
    assert not parser.waiting and parser.skipped == 0


@pytest.mark.parametrize("framing", FRAMINGS, ids=lambda framing: str(framing.name))
@given(text=texts, at=st.integers(0, 70), bit=st.integers(0, 7))
def test_a_flipped_bit_is_never_read_as_another_text(framing: Framing, text: bytes, at: int, bit: int) -> None:
    frame = bytearray(framing.encode(text))
    at %= len(frame)
    frame[at] ^= 1 << bit
    parser = FrameParser(framing)
    events = [*parser.feed(bytes(frame)), *parser.abandon()]
    read = [event for event in events if isinstance(event, Frame) and event.text != text]
    assert not [event for event in read if len(event.text) == len(text)]


@given(text=texts, noise=st.binary(max_size=12).filter(lambda noise: 0xF2 not in noise))
def test_a_frame_behind_noise_is_found(text: bytes, noise: bytes) -> None:
    for framing in FRAMINGS:
        found = [event for event in FrameParser(framing).feed(noise + framing.encode(text)) if isinstance(event, Frame)]
        assert [event.text for event in found] == [text]


def test_a_frame_inside_what_a_wrong_length_claimed_is_found() -> None:
    framing = ClassicFraming()
    good = framing.encode(b"P10000")
    parser = FrameParser(framing)
    events = [*parser.feed(b"\xf2\x00\x00\x40" + good), *parser.abandon()]
    assert [type(event) for event in events if not isinstance(event, Control)] == [Damaged, Frame]


@given(cm=st.integers(0, 255), pm=st.integers(0, 255), data=st.binary(max_size=20), ok=st.booleans())
def test_replies_come_back_as_they_were(cm: int, pm: int, data: bytes, ok: bool) -> None:
    reply = crt.Reply(cm, pm, "120" if ok else "", "" if ok else "A0", data)
    assert crt.parse_reply(reply.encode()) == reply
    assert crt.parse_command(crt.Command(cm, pm, data).text) == crt.Command(cm, pm, data)


def test_what_is_no_reply_is_none() -> None:
    for text in (b"", b"C10", b"P10", b"P1012", b"N10", b"N101", b"P10\xff\xff\xff", b"X10000"):
        assert crt.parse_reply(text) is None
    assert crt.parse_reply(b"E10A0") == crt.Reply(0x31, 0x30, code="A0")


COUNTS: list[tuple[bytes, int | None]] = [
    (b"000", 0),
    (b"042", 42),
    (b"999", 999),
    (b"\x07\x00\x00", 7),
    (b"\xe7\x03\x00", 999),
    (b"\xff\xff\xff", None),
    (b"12", None),
]


@pytest.mark.parametrize(("data", "count"), COUNTS)
def test_both_ways_of_writing_the_bins_count(data: bytes, count: int | None) -> None:
    assert crt.decode_retained(data) == count


def test_sensors_are_noughts_and_ones() -> None:
    assert crt.decode_sensors(b"0101") == (False, True, False, True)
    assert crt.decode_sensors(b"") is None and crt.decode_sensors(b"012") is None


def test_a_k720_conversation_byte_for_byte() -> None:
    """facts/devices.md 4: 02 '1' '5' LenH LenL command 03 BCC."""
    assert k720.encode(b"AP", b"15") == bytes.fromhex("02 3135 0002 4150 03 16")
    assert k720.control(k720.ENQ, b"15") == b"\x0515"


@given(bits=st.integers(0, 0xFFFF))
def test_every_status_word_is_read_in_both_spellings(bits: int) -> None:
    text = k720.encode_bits(k720.Bits(bits))
    ascii_on = text[:2] + bytes(0x3A + byte - 0x41 if byte >= 0x41 else byte for byte in text[2:])
    assert k720.decode_bits(text) == k720.decode_bits(ascii_on) == k720.decode_bits(text[:2] + text[2:].lower()) == bits


def test_what_is_no_status_is_none() -> None:
    for text in (b"", b"SF", b"SF00", b"SF00000", b"SF00G0", b"GV203", b"XX0000"):
        assert k720.decode_bits(text) is None


@given(sent=st.lists(st.binary(min_size=1, max_size=12), max_size=4), step=st.integers(1, 7))
def test_addressed_frames_survive_any_cutting(sent: list[bytes], step: int) -> None:
    line = b"".join(k720.control(k720.ACK, b"15") + k720.encode(text, b"15") for text in sent)
    parser = k720.K720Parser()
    events = [event for at in range(0, len(line), step) for event in parser.feed(line[at : at + step])]
    assert [event.text for event in events if isinstance(event, k720.Frame)] == sent
    assert sum(isinstance(event, k720.Control) for event in events) == len(sent)


@given(data=st.binary(max_size=80) | evil)
def test_noise_breaks_no_parser(data: bytes) -> None:
    fuzz_one(data)
