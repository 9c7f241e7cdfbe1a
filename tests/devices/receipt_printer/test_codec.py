"""ESC/POS as the machine receives it."""
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.receipt_printer import codec
from devices.receipt_printer.codec import AnswerParser, Block, Byte, encode, encode_text, is_status
from devices.receipt_printer.items import Cut, NotPrintable, Picture, Qr, Rule, Text, needs_picture
from devices.receipt_printer.slip import Slip, TextLine, wrapped
from devices.receipt_printer.stream import Asked, Clear, CutPaper, Event, Fence, Raster, StreamParser, Typed


def parse(pieces: list[bytes]) -> list[Event]:
    parser = StreamParser()
    return [event for piece in pieces for event in parser.feed(piece)]


@pytest.mark.parametrize("text", ["，。", "《》", "￥12", "领取人：张三", "囧", "(A-1) 12.00元"])
def test_chinese_is_sent_as_two_byte_gbk_never_as_question_marks(text: str) -> None:
    assert not needs_picture(text)
    data = encode([Text(text)], 576)
    assert text.encode("gbk") in data
    assert data.startswith(b"\x1b@\x1c&")
    assert b"?" not in data
    assert b"\x1bt" not in data  # no code page


@pytest.mark.parametrize("char", ["㐀", "𠮷", "䶮", "¥", "😀", "\x1b", "\n", "\x10", "\x7f", "\ue000"])
def test_what_the_font_lacks_is_named_and_control_characters_are_never_text(char: str) -> None:
    assert needs_picture(f"张{char}")
    with pytest.raises(NotPrintable) as missing:
        encode([Text(f"张{char}")], 576)
    assert missing.value.char == char


@settings(deadline=None)  # the machine that runs this is shared
@given(st.text())
def test_text_either_needs_a_picture_or_is_sent_whole(text: str) -> None:
    if needs_picture(text):
        with pytest.raises(NotPrintable):
            encode_text(text)
    else:
        sent = encode_text(text)
        assert sent.decode("gbk") == text
        assert not any(byte < 0x20 for byte in sent)


@settings(deadline=None)  # the machine that runs this is shared
@given(st.lists(st.integers(0, 3000), max_size=6))
def test_a_slip_survives_any_cutting_of_the_stream(places: list[int]) -> None:
    sent = encode([Text("老年证", size=3), Rule(), Qr("7K3"), Cut()], 576) + codec.process_id_request(b"a1b2")
    edges = [0, *sorted(place % (len(sent) + 1) for place in places), len(sent)]
    whole, cut = (_joined(parse(p)) for p in ([sent], [sent[a:b] for a, b in zip(edges, edges[1:], strict=False)]))
    assert whole == cut
    assert whole[-2:] == [CutPaper(), Fence(b"\x37\x22a1b2\x00")]


def _joined(events: list[Event]) -> list[Event]:
    """Text cut in two is still the same text."""
    joined: list[Event] = []
    for event in events:
        last = joined[-1] if joined else None
        if isinstance(event, Typed) and isinstance(last, Typed) and not last.feed:
            joined[-1] = Typed(last.text + event.text, event.feed)
        else:
            joined.append(event)
    return joined


@settings(deadline=None)  # the machine that runs this is shared
@given(st.lists(st.binary(max_size=100), max_size=6))
def test_noise_never_stops_the_parsers(pieces: list[bytes]) -> None:
    parse(pieces)
    answers = AnswerParser()
    for piece in pieces:
        assert all(isinstance(answer, Byte | Block) for answer in answers.feed(piece))


def test_status_is_asked_in_real_time_even_inside_a_picture() -> None:
    picture = b"\x1dv0\x00\x03\x00\x01\x00\x10\x04\x02"
    assert parse([b"\x10\x04\x01" + picture]) == [Asked(1), Asked(2), Raster(3, 1, b"\x10\x04\x02")]


def test_clear_is_known_in_pieces() -> None:
    assert parse([codec.CLEAR_BUFFERS[:4], codec.CLEAR_BUFFERS[4:], b"x\n"]) == [Clear(), Typed(b"x", True)]


def test_a_picture_that_holds_the_clear_command_is_refused() -> None:
    bits = Image.frombytes("1", (80, 1), bytes(byte ^ 0xFF for byte in codec.CLEAR_BUFFERS))
    with pytest.raises(ValueError, match="clears"):
        encode([Picture(bits)], 576)


def test_a_picture_keeps_its_dots_and_must_fit_the_paper() -> None:
    picture = Image.new("L", (16, 2), 255)
    picture.putpixel((0, 0), 0)
    rasters = [event for event in parse([encode([Picture(picture)], 576)]) if isinstance(event, Raster)]
    assert rasters == [Raster(2, 2, b"\x80\x00\x00\x00")]
    with pytest.raises(ValueError, match="wide"):
        encode([Picture(Image.new("L", (577, 1)))], 576)


def test_fixed_bits_tell_a_status_from_noise() -> None:
    for byte in range(256):
        bits = f"{byte:08b}"
        assert is_status(byte) is (bits[0] == "0" and bits[3] == "1" and bits[6] == "1" and bits[7] == "0")


def test_data_groups_and_status_bytes_are_told_apart() -> None:
    answers = AnswerParser()
    assert list(answers.feed(b"\x12\x37\x22a1")) == [Byte(0x12)]
    assert list(answers.feed(b"b2\x00\x1a")) == [Block(b"\x37\x22a1b2\x00"), Byte(0x1A)]


def test_long_lines_wrap_at_the_width_of_the_paper() -> None:
    assert wrapped("汉" * 25, 1, 576) == ["汉" * 24, "汉"]
    assert wrapped("a" * 25, 2, 576) == ["a" * 24, "a"]
    assert Slip([TextLine("汉", size=3)]).dots == 78
