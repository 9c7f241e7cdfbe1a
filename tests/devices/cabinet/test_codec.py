"""Frames byte for byte, against published ones and against pymodbus's own server side; and whatever a line may bring."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU

from devices.cabinet import codec
from devices.cabinet.codec import Answer, AnswerParser, Done, Levels, Refused, Request, Word
from tests.devices.cabinet.fuzz_targets import REQUESTS, fuzz_one


def framed(text: str) -> bytes:
    content = bytes.fromhex(text)
    return content + FramerRTU.compute_CRC(content).to_bytes(2, "big")


ANSWERS: list[tuple[Request, str, Answer]] = [
    (codec.ReadInputs(0, 5), "0102010f", Levels((True, True, True, True, False))),
    (codec.ReadCoils(0, 9), "0101020101", Levels((True, *[False] * 7, True))),
    (codec.ReadRegister(0), "0103020000", Word(0)),
    (codec.ReadRegister(0), "01030203e8", Word(1_000)),
    (codec.WriteCoils(2, (True, False)), "010f00020002", Done()),
    (codec.WriteRegister(1, 3), "010600010003", Done()),
    (codec.Loopback(0xA537), "01080000a537", Done()),
    (codec.ReadInputs(0, 5), "018202", Refused(2)),
    (codec.Loopback(1), "018801", Refused(1)),
]
NOT_MEANT: list[tuple[Request, str]] = [
    (codec.ReadInputs(0, 5), "0202010f"),  # another board
    (codec.ReadInputs(0, 5), "0101010f"),  # another function
    (codec.ReadInputs(0, 5), "010202000f"),  # another length
    (codec.WriteCoils(2, (True, False)), "010f00020003"),
    (codec.WriteRegister(1, 3), "010600010004"),
    (codec.WriteRegister(1, 3), "010600020003"),
    (codec.Loopback(0xA537), "01080000a538"),
    (codec.Loopback(0xA537), "01080001a537"),
    (codec.ReadInputs(0, 5), "018102"),
]


@pytest.mark.parametrize(("request_", "frame"), [
    (codec.WriteRegister(1, 3), "010600010003980b"),  # Modbus over serial line: CRC low byte first
    (codec.ReadCoils(0, 8), "0101000000083dcc"),
    (codec.ReadInputs(0, 5), "010200000005b809"),
    (codec.Loopback(0xA537), "01080000a537da8d"),
])
def test_requests_byte_for_byte(request_: Request, frame: str) -> None:
    assert codec.encode(1, request_) == bytes.fromhex(frame)


@pytest.mark.parametrize("request_", REQUESTS)
def test_pymodbus_s_server_side_understands_every_request(request_: Request) -> None:
    frame = codec.encode(17, request_)
    used, message = FramerRTU(DecodePDU(is_server=True)).handleFrame(frame, 0, 0)
    assert (used, message is not None and message.dev_id) == (len(frame), 17)


@pytest.mark.parametrize(("request_", "text", "answer"), ANSWERS)
def test_answers_in_any_pieces_and_behind_noise(request_: Request, text: str, answer: Answer) -> None:
    frame = framed(text)
    for before in (b"", b"\x00", b"\x01\x02\xff", frame[:3], framed("0283ff")):
        parser = AnswerParser(1, request_)
        come = [parser.feed(bytes((byte,))) for byte in before + frame]
        assert [one for one in come if one is not None] == [answer], before
        assert come[-1] == answer


@pytest.mark.parametrize(("request_", "text"), NOT_MEANT)
def test_an_answer_to_something_else_is_none(request_: Request, text: str) -> None:
    parser = AnswerParser(1, request_)
    assert parser.feed(framed(text)) is None
    assert parser.heard


@given(st.sampled_from(ANSWERS), st.data())
def test_one_flipped_bit_makes_it_no_answer(case: tuple[Request, str, Answer], data: st.DataObject) -> None:
    request, text, _ = case
    frame = bytearray(framed(text))
    bit = data.draw(st.integers(0, len(frame) * 8 - 1))
    frame[bit // 8] ^= 1 << bit % 8
    assert AnswerParser(1, request).feed(bytes(frame)) is None


def test_a_line_that_only_babbles_fills_no_memory() -> None:
    parser = AnswerParser(1, codec.ReadInputs(0, 5))
    for _ in range(200):
        assert parser.feed(b"\x01\x02" * 50) is None
    assert len(parser._buffer) <= 512
    assert parser.feed(framed("0102010f")) is not None


@given(st.binary(max_size=300))
def test_whatever_comes(data: bytes) -> None:
    fuzz_one(data)
