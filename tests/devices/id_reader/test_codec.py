"""SAM_V frames byte for byte (facts/devices.md 2.3, 2.4), and a parser that finds them in anything."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.id_reader import answers, codec
from devices.id_reader.answers import Content, NotThisAnswer, SamNumber
from devices.id_reader.codec import Command, Damage, Damaged, Frame, FrameParser, Response, Status

PREAMBLE = bytes.fromhex("AAAAAA9669")


def parse(data: bytes) -> list[Frame | Damaged]:
    return list(FrameParser().feed(data))


@pytest.mark.parametrize(
    ("command", "data", "published"),
    [
        (Command.RESET_SAM, "", "000310FFEC"),
        (Command.SAM_STATUS, "", "000311FFED"),
        (Command.SAM_NUMBER, "", "000312FFEE"),
        (Command.FIND_CARD, "", "0003200122"),
        (Command.SELECT_CARD, "", "0003200221"),
        (Command.READ, "", "0003300132"),
        (Command.READ_WITH_FINGERPRINT, "", "0003301023"),
        (Command.READ_APPENDED_ADDRESS, "", "0003300330"),
        (Command.SET_BAUD_115200, "", "0003600063"),
        (Command.SET_BAUD_57600, "", "0003600162"),
        (Command.SET_BAUD_38400, "", "0003600261"),
        (Command.SET_BAUD_19200, "", "0003600360"),
        (Command.SET_BAUD_9600, "", "0003600467"),
        (Command.SET_MAX_RF_BYTES, "50", "000461FF50CA"),
    ],
)
def test_every_request_is_what_is_published(command: Command, data: str, published: str) -> None:
    frame = codec.encode_request(command, bytes.fromhex(data))
    assert frame == PREAMBLE + bytes.fromhex(published)
    assert parse(frame) == [Frame(command.value + bytes.fromhex(data))]


@pytest.mark.parametrize(
    ("published", "response"),
    [
        ("000800009F0000000097", Response(0, 0, Status.FOUND, bytes(4))),
        ("00040000 8084", Response(0, 0, Status.FIND_FAILED)),
        ("000C000090 0000000000000000 9C", Response(0, 0, Status.OK, bytes(8))),
        ("00040000 8185", Response(0, 0, Status.SELECT_FAILED)),
        ("00040000 4145", Response(0, 0, Status.READ_FAILED)),
        ("00040000 9195", Response(0, 0, Status.NOT_ON_CARD)),
    ],
)
def test_every_answer_is_what_is_published(published: str, response: Response) -> None:
    frame = PREAMBLE + bytes.fromhex(published)
    assert codec.encode_response(response.sw3, response.data) == frame
    (event,) = parse(frame)
    assert isinstance(event, Frame)
    assert codec.as_response(event) == response


@pytest.mark.parametrize(
    ("fingerprint", "total", "head"),
    [(False, 1295, "0508 000090 0100 0400"), (True, 2321, "090A 000090 0100 0400 0400")],
)
def test_the_long_answers_have_the_published_length_and_head(fingerprint: bool, total: int, head: str) -> None:
    content = Content(bytes(256), bytes(1024), bytes(1024) if fingerprint else b"")
    frame = codec.encode_response(Status.OK, answers.encode_content(content, fingerprint=fingerprint))
    assert len(frame) == total
    assert frame.startswith(PREAMBLE + bytes.fromhex(head))


def test_an_appended_address_is_81_bytes() -> None:
    frame = codec.encode_response(Status.OK, answers.encode_address("亳州市谯城区"))
    assert len(frame) == 81 and frame[5:7] == bytes.fromhex("004A")
    assert answers.decode_address(frame[10:80]) == "亳州市谯城区"
    with pytest.raises(ValueError, match="35"):
        answers.encode_address("长" * 36)


def test_the_modules_number_reads_as_it_is_printed() -> None:
    data = bytes.fromhex("0500 0300 B6783301 87D61200 31FB0900")
    number = answers.decode_sam_number(data)
    assert str(number) == "05.03-20150454-0001234567-0000654129"
    assert answers.encode_sam_number(number) == data
    assert len(codec.encode_response(Status.OK, data)) == 7 + 0x14
    assert answers.decode_sam_number(answers.encode_sam_number(SamNumber(5, 3, 20150101, 1, 2))).date == 20150101


@given(st.binary(max_size=64), st.binary(max_size=64), st.integers(0, 2000))
def test_content_is_cut_by_its_length_words_and_anything_else_is_refused(photo: bytes, finger: bytes, cut: int) -> None:
    content = Content(b"t" * 256, photo, finger)
    data = answers.encode_content(content, fingerprint=True)
    assert answers.decode_content(data, fingerprint=True) == content
    assert answers.decode_content(answers.encode_content(content, fingerprint=False), fingerprint=False).photo == photo
    if cut < len(data):
        with pytest.raises(NotThisAnswer):
            answers.decode_content(data[:cut], fingerprint=True)
    with pytest.raises(NotThisAnswer):
        answers.decode_content(data + b"\0", fingerprint=True)


# A body that is the vendor's time-out, whose length lies, is the one thing that cannot be sent.
BODIES = st.binary(min_size=2, max_size=80).filter(lambda body: body[:3] != b"\5\5\5")
# Noise without AA cannot be mistaken for the beginning of a frame.
NOISE = st.binary(max_size=20).map(lambda noise: noise.replace(b"\xaa", b"\x55"))


@given(st.lists(st.tuples(NOISE, BODIES), max_size=5), st.lists(st.integers(1, 40), min_size=1))
def test_frames_are_found_between_noise_in_pieces_of_any_size(parts: list[tuple[bytes, bytes]], sizes: list[int]) -> None:
    stream = b"".join(noise + codec.encode(body) for noise, body in parts)
    parser = FrameParser()
    events: list[Frame | Damaged] = []
    at = turn = 0
    while at < len(stream):
        size = sizes[turn % len(sizes)]
        events += parser.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert events == [Frame(body) for _, body in parts]
    assert parser.skipped == sum(len(noise) for noise, _ in parts)


@given(st.binary(max_size=300))
def test_any_bytes_are_parsed_without_an_error_and_a_good_frame_after_quiet_is_found(noise: bytes) -> None:
    parser = FrameParser()
    list(parser.feed(noise))
    parser.clear()
    assert list(parser.feed(codec.encode(b"\x20\x01"))) == [Frame(b"\x20\x01")]


def test_the_preamble_may_be_preceded_by_more_of_the_same_byte() -> None:
    assert parse(b"\xaa\xaa" + codec.encode(b"\x20\x01")) == [Frame(b"\x20\x01")]


@given(BODIES, st.integers(0, 10_000), st.integers(0, 7))
def test_one_flipped_bit_after_the_preamble_never_gives_a_frame(body: bytes, where: int, bit: int) -> None:
    frame = bytearray(codec.encode(body))
    at = 5 + where % (len(frame) - 5)
    frame[at] ^= 1 << bit
    assert Frame(body) not in parse(bytes(frame))
    assert all(isinstance(event, Damaged) for event in parse(bytes(frame)))


def test_a_wrong_checksum_as_in_public_samples_is_damage() -> None:
    assert parse(PREAMBLE + bytes.fromhex("0003200121")) == [Damaged(Damage.CHECKSUM)]


@pytest.mark.parametrize("length", ["0000", "0002", "1000", "FFFF"])
def test_an_impossible_length_is_damage_and_the_frame_after_it_is_found(length: str) -> None:
    good = codec.encode_response(Status.FIND_FAILED)
    assert parse(PREAMBLE + bytes.fromhex(length) + good) == [Damaged(Damage.LENGTH), Frame(bytes.fromhex("000080"))]


def test_a_frame_that_broke_off_after_its_preamble_hides_nothing() -> None:
    assert parse(PREAMBLE + codec.encode(b"\x20\x01")) == [Damaged(Damage.LENGTH), Frame(b"\x20\x01")]


def test_a_good_frame_inside_a_claimed_length_is_not_lost() -> None:
    good = codec.encode_response(Status.FIND_FAILED)
    events = parse(PREAMBLE + (len(good) + 1).to_bytes(2, "big") + good + b"\x00")
    assert events == [Damaged(Damage.CHECKSUM), Frame(bytes.fromhex("000080"))]


def test_the_time_out_of_one_vendor_whose_length_is_a_lie() -> None:
    good = codec.encode_response(Status.FIND_FAILED)
    stream = PREAMBLE + bytes.fromhex("0005050505") + good
    assert parse(stream) == [Damaged(Damage.VENDOR_TIME_OUT), Frame(bytes.fromhex("000080"))]


def test_an_echoed_request_is_no_answer() -> None:
    (event,) = parse(codec.encode_request(Command.FIND_CARD))
    assert isinstance(event, Frame) and codec.as_response(event) is None
    assert codec.as_request(event) == codec.Request(bytes.fromhex("2001"))
