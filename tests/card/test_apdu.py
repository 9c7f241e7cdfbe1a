"""Command and response bytes, and what a chip may answer before its answer is whole."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card.apdu import SW, ApduError, Command, MalformedApdu, Response, demand, exchange, sw_name
from card.transport import CardError, CardOutcomeUnknown, CardRemoved, ReaderGone, ServiceDown
from tests.virtual_time import run_in_virtual_time

byte = st.integers(0, 255)
commands = st.builds(
    Command, byte, byte, byte, byte, st.binary(max_size=700), st.none() | st.integers(1, 70_000).filter(lambda n: n <= 65_536)
)


class ScriptedChip:
    """Answers in order; an exception is raised instead. Keeps what it was sent."""

    def __init__(self, *answers: str | CardError) -> None:
        self.answers = list(answers)
        self.sent: list[str] = []

    async def transmit(self, apdu: bytes) -> bytes:
        self.sent.append(apdu.hex().upper())
        answer = self.answers.pop(0)
        if isinstance(answer, CardError):
            raise answer
        return bytes.fromhex(answer)


@given(commands)
def test_a_command_survives_the_wire(command: Command) -> None:
    assert Command.decode(command.encode()) == command


@pytest.mark.parametrize(
    ("command", "apdu"),
    [
        (Command(0x00, 0x44), "00440000"),
        (Command(0x00, 0xB0, 0x95, 0x00, le=30), "00B095001E"),
        (Command(0x00, 0xB0, 0x95, 0x00, le=256), "00B0950000"),
        (Command(0x00, 0xD6, 0x97, 0x00, b"\xaa\xbb"), "00D6970002AABB"),
        (Command(0x00, 0xA4, 0x00, 0x00, b"\x10\x01", le=256), "00A4000002100100"),
        (Command(0x00, 0xB0, 0x00, 0x00, le=257), "00B00000000101"),
        (Command(0x00, 0xB0, 0x00, 0x00, le=65_536), "00B00000000000"),
        (Command(0x00, 0xD6, 0x00, 0x00, b"\x11" * 256), "00D60000000100" + "11" * 256),
        (Command(0x00, 0xDA, 0x00, 0x00, b"\x11", le=300), "00DA0000000001" + "11" + "012C"),
    ],
)
def test_the_seven_forms_of_a_command(command: Command, apdu: str) -> None:
    assert command.encode().hex().upper() == apdu


@pytest.mark.parametrize("apdu", ["", "00A404", "00A4040009AA", "00A40400020102030405", "00B000000000", "00D600000000050102"])
def test_bytes_that_are_no_command(apdu: str) -> None:
    with pytest.raises(MalformedApdu):
        Command.decode(bytes.fromhex(apdu))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_command_or_refused(apdu: bytes) -> None:
    try:
        command = Command.decode(apdu)
    except MalformedApdu:
        return
    assert Command.decode(command.encode()) == command


@pytest.mark.parametrize("answer", ["", "90", "0000", "AA0000", "6000", "7000", "DEADBEEF"])
def test_what_no_chip_answers_leaves_the_outcome_unknown(answer: str) -> None:
    with pytest.raises(CardOutcomeUnknown):
        Response.decode(bytes.fromhex(answer))


def test_the_right_length_is_asked_for_again_once() -> None:
    chip = ScriptedChip("6C1E", "AABB9000")
    response = run_in_virtual_time(exchange, chip, Command(0x00, 0xB0, 0x95, 0x00, le=256))
    assert (response.data, response.sw) == (b"\xaa\xbb", SW.OK)
    assert chip.sent == ["00B0950000", "00B095001E"]


def test_an_answer_in_pieces_is_put_together() -> None:
    chip = ScriptedChip("6102", "AABB6102", "6C01", "CC9000")
    response = run_in_virtual_time(exchange, chip, Command(0x80, 0x50, 0x00, 0x02, b"\x01", le=None))
    assert response.data == b"\xaa\xbb\xcc"
    assert chip.sent[1:] == ["00C0000002", "00C0000002", "00C0000001"]


def test_a_t0_chip_gets_data_without_le() -> None:
    chip = ScriptedChip("6700", "9000")
    run_in_virtual_time(exchange, chip, Command(0x00, 0xA4, 0x04, 0x00, b"\x3f\x00", le=256))
    assert chip.sent == ["00A40400023F0000", "00A40400023F00"]


def test_a_wrong_length_without_le_is_final() -> None:
    chip = ScriptedChip("6700")
    assert run_in_virtual_time(exchange, chip, Command(0x00, 0xD6, data=b"\x01")).sw == SW.WRONG_LENGTH


@pytest.mark.parametrize("answers", [["6101"] * 400, ["6102"] + ["6C01"] * 400, ["6104", "6985"], ["6104", "0000"]])
def test_an_answer_that_cannot_be_fetched_is_no_refusal(answers: list[str]) -> None:
    with pytest.raises(CardOutcomeUnknown):
        run_in_virtual_time(exchange, ScriptedChip(*answers), Command(0x80, 0x52, data=b"\x01"))


@pytest.mark.parametrize("error", [CardRemoved("x"), ReaderGone("x"), ServiceDown("x")])
def test_a_chip_lost_while_its_answer_is_fetched_may_have_done_it(error: CardError) -> None:
    with pytest.raises(CardOutcomeUnknown):
        run_in_virtual_time(exchange, ScriptedChip("6104", error), Command(0x80, 0x52, data=b"\x01"))


def test_a_chip_lost_before_the_repeat_has_done_nothing() -> None:
    with pytest.raises(CardRemoved):
        run_in_virtual_time(exchange, ScriptedChip("6C04", CardRemoved("x")), Command(0x80, 0x5C, le=1))


def test_a_refusal_names_the_command_and_no_data() -> None:
    command = Command(0x00, 0x20, data=b"123456")
    with pytest.raises(ApduError) as refused:
        run_in_virtual_time(demand, ScriptedChip("63C2"), command)
    text = f"{refused.value} {refused.value!r} {command!r} {Response(b'123456', SW.OK)!r}"
    assert "63C2 2 TRIES LEFT" in text and "3132" not in text and "123456" not in text
    assert run_in_virtual_time(demand, ScriptedChip("63C2"), command, SW.OK, 0x63C2).sw == 0x63C2
    assert sw_name(0x6A82) == "6A82 FILE_NOT_FOUND" and sw_name(0x6FFF) == "6FFF unnamed"
