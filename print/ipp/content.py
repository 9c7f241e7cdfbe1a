"""What stands inside one value: bytes to data and back (RFC 8010 3.9)."""
from __future__ import annotations

import datetime
import struct

from print.ipp.values import Data, Range, Resolution, Tag, Value, Worded

INTEGERS = (Tag.INTEGER, Tag.ENUM)
SIZES = {Tag.INTEGER: 4, Tag.ENUM: 4, Tag.BOOLEAN: 1, Tag.RESOLUTION: 9, Tag.RANGE: 8}
"""Bytes, of values that have one size; another size means that reader and writer are out of step."""

_WITH_LANGUAGE = (Tag.TEXT_WITH_LANGUAGE, Tag.NAME_WITH_LANGUAGE)
_STRINGS = range(0x40, 0x60)
_OUT_OF_BAND = range(0x10, 0x20)


def data_of(tag: int, content: bytes) -> Data:
    """`content` has the size of SIZES. What is not what its tag says stays bytes."""
    if tag in INTEGERS:
        return int.from_bytes(content, "big", signed=True)
    if tag == Tag.BOOLEAN:
        return content != b"\0"
    if tag == Tag.RESOLUTION:
        return Resolution(*struct.unpack(">iib", content))
    if tag == Tag.RANGE:
        return Range(*struct.unpack(">ii", content))
    if tag in _OUT_OF_BAND and not content:
        return None
    if tag == Tag.DATE_TIME:
        return _date_time(content)
    if tag in _WITH_LANGUAGE:
        return _worded(content)
    if tag in _STRINGS:
        return _string(content)
    return content


def content_of(value: Value) -> bytes:
    """Raises ValueError where the data is not of the tag's kind."""
    tag, data = value.tag, value.data
    match data:
        case None if tag in _OUT_OF_BAND:
            return b""
        case bool() if tag == Tag.BOOLEAN:
            return bytes((data,))
        case int() if tag in INTEGERS and not isinstance(data, bool) and -(1 << 31) <= data < 1 << 31:
            return struct.pack(">i", data)
        case str() if tag in _STRINGS:
            return data.encode("utf-8")
        case bytes() if tag not in SIZES:
            return data
        case Resolution(cross, feed, unit) if tag == Tag.RESOLUTION:
            return struct.pack(">iib", cross, feed, unit)
        case Range(lower, upper) if tag == Tag.RANGE:
            return struct.pack(">ii", lower, upper)
        case Worded(language, text) if tag in _WITH_LANGUAGE:
            return b"".join(len(one).to_bytes(2, "big") + one for one in (language.encode(), text.encode()))
        case datetime.datetime() if tag == Tag.DATE_TIME:
            return _date_time_content(data)
    raise ValueError(f"{data!r} is no value of tag {tag:#x}")


def _string(content: bytes) -> str | bytes:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content


def _worded(content: bytes) -> Worded | bytes:
    try:
        (first,) = struct.unpack_from(">H", content)
        (second,) = struct.unpack_from(">H", content, 2 + first)
        if 4 + first + second != len(content):
            return content
        return Worded(content[2 : 2 + first].decode("utf-8"), content[4 + first :].decode("utf-8"))
    except (struct.error, UnicodeDecodeError):
        return content


def _date_time(content: bytes) -> datetime.datetime | bytes:
    """DateAndTime of RFC 2579; leap seconds and dates that do not exist stay bytes."""
    if len(content) != 11 or content[8] not in b"+-" or content[9] > 13 or content[10] > 59 or content[7] > 9:
        return content
    year, month, day, hour, minute, second, tenth = struct.unpack(">HBBBBBB", content[:8])
    away = datetime.timedelta(hours=content[9], minutes=content[10])
    if content[8] == ord("-"):
        if not away:
            return content  # "-00:00" would come back as "+00:00"
        away = -away
    try:
        return datetime.datetime(
            year, month, day, hour, minute, second, tenth * 100_000, tzinfo=datetime.timezone(away)
        )
    except ValueError:
        return content


def _date_time_content(moment: datetime.datetime) -> bytes:
    away = moment.utcoffset()
    if away is None:
        raise ValueError("a date without its zone")
    minutes = int(away.total_seconds()) // 60
    sign = b"-" if minutes < 0 else b"+"
    fields = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond // 100_000)
    return struct.pack(">HBBBBBB", *fields) + sign + bytes(divmod(abs(minutes), 60))
