from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from print.ipp.codec import LIMIT_DEPTH, LIMIT_LENGTH, LIMIT_VALUES, MalformedIpp, decode, encode
from print.ipp.terms import Operation
from print.ipp.values import Attribute, Collection, Data, Group, GroupTag, Message, Range, Resolution, Tag, Value, Worded
from tests.print.ipp.fuzz_targets import SEEDS, fuzz_one, fuzz_raster

NUMBERS = st.integers(-(1 << 31), (1 << 31) - 1)
TEXTS = st.text(max_size=40)
NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)
ZONES = st.integers(-13 * 60 - 59, 13 * 60 + 59).map(lambda m: datetime.timezone(datetime.timedelta(minutes=m)))
MOMENTS = st.builds(
    lambda moment, tenths, zone: moment.replace(microsecond=tenths * 100_000, tzinfo=zone),
    st.datetimes(), st.integers(0, 9), ZONES,
)  # fmt: skip


def value(tag: int, data: st.SearchStrategy[Data]) -> st.SearchStrategy[Value]:
    return data.map(lambda one: Value(tag, one))


PLAIN = st.one_of(
    value(Tag.INTEGER, NUMBERS),
    value(Tag.ENUM, NUMBERS),
    value(Tag.BOOLEAN, st.booleans()),
    value(Tag.OCTETS, st.binary(max_size=40)),
    value(Tag.DATE_TIME, MOMENTS),
    value(Tag.RESOLUTION, st.builds(Resolution, NUMBERS, NUMBERS, st.integers(-128, 127))),
    value(Tag.RANGE, st.builds(Range, NUMBERS, NUMBERS)),
    value(Tag.TEXT_WITH_LANGUAGE, st.builds(Worded, TEXTS, TEXTS)),
    value(Tag.NO_VALUE, st.none()),
    value(Tag.EXTENSION, st.binary(max_size=20)),
    value(0x38, st.binary(max_size=20)),
    *(value(tag, TEXTS) for tag in (Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI, Tag.MIME_TYPE)),
)


def attributes(values: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[Attribute, ...]]:
    one = st.builds(Attribute, NAMES, st.lists(values, min_size=1, max_size=3).map(tuple))
    return st.lists(one, max_size=3).map(tuple)


VALUES = st.recursive(PLAIN, lambda inner: value(Tag.BEGIN_COLLECTION, attributes(inner).map(Collection)), max_leaves=8)
GROUPS = st.builds(Group, st.sampled_from([1, 2, 4, 5, 9]), attributes(VALUES))
MESSAGES = st.builds(
    Message, st.integers(0, 0xFFFF), NUMBERS, st.lists(GROUPS, max_size=3).map(tuple), st.binary(max_size=50),
    st.sampled_from([(1, 0), (1, 1), (2, 0), (2, 2)]),
)  # fmt: skip


@given(MESSAGES)
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_back(message: Message) -> None:
    assert decode(encode(message)) == message


@given(st.binary(max_size=300) | st.builds(lambda tail: b"\2\0\0\0\0\0\0\1\1" + tail, st.binary(max_size=300)))
@settings(max_examples=300, deadline=None)
def test_whatever_a_printer_sends_is_read_or_refused(data: bytes) -> None:
    fuzz_one(data)


@given(st.sampled_from(SEEDS["fuzz_one"]), st.data())
@settings(max_examples=300, deadline=None)
def test_a_real_answer_with_wrong_bytes_is_read_or_refused(answer: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(answer) - 1))
    fuzz_one(answer[:place] + bytes((data.draw(st.integers(0, 255)),)) + answer[place + 1 :])
    fuzz_one(answer[:place])


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_whatever_calls_itself_raster_is_read_or_refused(data: bytes) -> None:
    fuzz_raster(b"RaS2" + data)


def test_a_print_job_stands_byte_for_byte_as_in_rfc_8010() -> None:
    """RFC 8010 appendix A.1, its Print-Job request, with its own values."""
    message = Message(
        Operation.PRINT_JOB,
        1,
        (
            Group(
                GroupTag.OPERATION,
                (
                    Attribute.of("attributes-charset", Tag.CHARSET, "utf-8"),
                    Attribute.of("attributes-natural-language", Tag.LANGUAGE, "en-us"),
                    Attribute.of("printer-uri", Tag.URI, "ipp://printer.example.com/ipp/print/pinetree"),
                    Attribute.of("job-name", Tag.NAME, "foobar"),
                    Attribute.of("ipp-attribute-fidelity", Tag.BOOLEAN, True),
                ),
            ),
            Group(
                GroupTag.JOB,
                (
                    Attribute.of("copies", Tag.INTEGER, 20),
                    Attribute.of("sides", Tag.KEYWORD, "two-sided-long-edge"),
                ),
            ),
        ),
        b"%!PDF...",
        (1, 1),
    )
    expected = (
        b"\x01\x01\x00\x02\x00\x00\x00\x01\x01"
        b"\x47\x00\x12attributes-charset\x00\x05utf-8"
        b"\x48\x00\x1battributes-natural-language\x00\x05en-us"
        b"\x45\x00\x0bprinter-uri\x00\x2cipp://printer.example.com/ipp/print/pinetree"
        b"\x42\x00\x08job-name\x00\x06foobar"
        b"\x22\x00\x16ipp-attribute-fidelity\x00\x01\x01"
        b"\x02\x21\x00\x06copies\x00\x04\x00\x00\x00\x14"
        b"\x44\x00\x05sides\x00\x13two-sided-long-edge"
        b"\x03%!PDF..."
    )
    assert encode(message) == expected


def test_a_collection_stands_byte_for_byte_as_in_rfc_8010() -> None:
    """RFC 8010 3.1.6 and appendix A.4: media-col with media-size in it."""
    size = Collection((Attribute.of("x-dimension", Tag.INTEGER, 21_000), Attribute.of("y-dimension", Tag.INTEGER, 29_700)))
    column = Collection((Attribute.of("media-size", Tag.BEGIN_COLLECTION, size),))
    message = Message(0, 1, (Group(GroupTag.JOB, (Attribute.of("media-col", Tag.BEGIN_COLLECTION, column),)),))
    expected = (
        b"\x34\x00\x09media-col\x00\x00"
        b"\x4a\x00\x00\x00\x0amedia-size"
        b"\x34\x00\x00\x00\x00"
        b"\x4a\x00\x00\x00\x0bx-dimension\x21\x00\x00\x00\x04\x00\x00\x52\x08"
        b"\x4a\x00\x00\x00\x0by-dimension\x21\x00\x00\x00\x04\x00\x00\x74\x04"
        b"\x37\x00\x00\x00\x00"
        b"\x37\x00\x00\x00\x00"
    )
    assert encode(message)[9:-1] == expected
    assert decode(encode(message)) == message


def raw(*attributes: bytes) -> bytes:
    return b"\2\0\0\0\0\0\0\1\4" + b"".join(attributes) + b"\3"


def attribute(tag: int, name: bytes, content: bytes) -> bytes:
    return bytes((tag,)) + len(name).to_bytes(2, "big") + name + len(content).to_bytes(2, "big") + content


@pytest.mark.parametrize(
    ("tag", "content"),
    [
        (Tag.TEXT, b"\xff\xfe"),
        (Tag.DATE_TIME, b"\x07\xea\x02\x1e\x00\x00\x00\x00+\x00\x00"),
        (Tag.DATE_TIME, b"short"),
        (Tag.NAME_WITH_LANGUAGE, b"\x00\x09en"),
        (0x7F, b"\x40\0\0\1x"),
        (0x3A, b"new"),
        (Tag.UNKNOWN, b"why"),
    ],
)
def test_one_odd_value_is_kept_as_it_came_and_hides_no_other(tag: int, content: bytes) -> None:
    data = raw(attribute(tag, b"odd", content), attribute(Tag.ENUM, b"printer-state", b"\0\0\0\3"))
    group = decode(data).group(GroupTag.PRINTER)
    assert group.values("odd") == (Value(tag, content),)
    assert group.number("printer-state") == 3
    assert encode(decode(data)) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\2\0\0\0\0\0\0\1",
        b"\3\0\0\0\0\0\0\1\3",
        raw(attribute(Tag.INTEGER, b"n", b"\0\0\1")),
        raw(attribute(Tag.BOOLEAN, b"b", b"")),
        raw(attribute(Tag.INTEGER, b"", b"\0\0\0\1")),
        raw(attribute(Tag.MEMBER_NAME, b"m", b"x")),
        raw(attribute(Tag.BEGIN_COLLECTION, b"c", b"")),
        raw(attribute(Tag.BEGIN_COLLECTION, b"c", b"x") + attribute(Tag.END_COLLECTION, b"", b"")),
        raw(attribute(Tag.KEYWORD, "ö".encode(), b"x")),
        raw(b"\x44\x80\x00" + bytes(0x8000)),
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedIpp):
        decode(data)


def test_a_hostile_answer_is_given_up_at_its_limits() -> None:
    deep = attribute(Tag.BEGIN_COLLECTION, b"c", b"") + (
        attribute(Tag.MEMBER_NAME, b"", b"m") + attribute(Tag.BEGIN_COLLECTION, b"", b"")
    ) * (LIMIT_DEPTH + 1)
    many = attribute(Tag.KEYWORD, b"k", b"") + attribute(Tag.KEYWORD, b"", b"") * LIMIT_VALUES
    groups = b"\4" * (LIMIT_VALUES + 1)
    long = attribute(Tag.OCTETS, b"o", bytes(LIMIT_LENGTH)) * 33
    for hostile, word in ((deep, "deep"), (many, "many"), (groups, "many"), (long, "long")):
        with pytest.raises(MalformedIpp, match=word):
            decode(raw(hostile))


@pytest.mark.parametrize(
    "wrong",
    [
        Value(Tag.INTEGER, 1 << 31),
        Value(Tag.INTEGER, True),
        Value(Tag.KEYWORD, 1),
        Value(Tag.KEYWORD, "x" * (LIMIT_LENGTH + 1)),
        Value(Tag.TEXT_WITH_LANGUAGE, Worded("en", "x" * 70_000)),
        Value(Tag.RESOLUTION, Resolution(1 << 31, 1)),
        Value(Tag.INTEGER, b"1"),
        Value(Tag.END_COLLECTION, b""),
        Value(0x05, b""),
        Value(Tag.KEYWORD, Collection(())),
        Value(Tag.DATE_TIME, datetime.datetime(2026, 1, 1)),
    ],
)
def test_what_ipp_has_no_room_for_is_not_written(wrong: Value) -> None:
    with pytest.raises(ValueError):
        encode(Message(0, 1, (Group(GroupTag.JOB, (Attribute("a", (wrong,)),)),)))
