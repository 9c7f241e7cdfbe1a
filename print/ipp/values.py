"""What an IPP message is made of: values, attributes, groups (RFC 8010 3, RFC 8011 5.1).

A value that cannot be read as what its tag says (a text that is no UTF-8, a date that does not exist, a tag nobody
knows) is kept as bytes: one odd attribute of a printer must not hide the other hundred.
"""
from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class GroupTag(IntEnum):
    """Delimiter tags (RFC 8010 3.5.1)."""

    OPERATION = 1
    JOB = 2
    END = 3
    PRINTER = 4
    UNSUPPORTED = 5
    SUBSCRIPTION = 6
    EVENT = 7


class Tag(IntEnum):
    """Value tags (RFC 8010 3.5.2)."""

    UNSUPPORTED = 0x10
    UNKNOWN = 0x12
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    DATE_TIME = 0x31
    RESOLUTION = 0x32
    RANGE = 0x33
    BEGIN_COLLECTION = 0x34
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    URI_SCHEME = 0x46
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER_NAME = 0x4A
    EXTENSION = 0x7F


class Unit(IntEnum):
    """Of a resolution (RFC 8010 3.9)."""

    PER_INCH = 3
    PER_CM = 4


@dataclass(frozen=True)
class Resolution:
    """Dots across and along the feed; `unit` as in Unit, others are kept."""

    cross_feed: int
    feed: int
    unit: int = Unit.PER_INCH


@dataclass(frozen=True)
class Range:
    lower: int
    upper: int


@dataclass(frozen=True)
class Worded:
    """textWithLanguage, nameWithLanguage."""

    language: str
    text: str


@dataclass(frozen=True)
class Collection:
    """Named members, each with one or more values, as an attribute has."""

    members: tuple[Attribute, ...]


Data = int | bool | str | bytes | datetime.datetime | Resolution | Range | Worded | Collection | None
"""bytes: an octet string, or what could not be read as its tag says. None: an out-of-band value without content."""


@dataclass(frozen=True)
class Value:
    tag: int
    data: Data


@dataclass(frozen=True)
class Attribute:
    """A name with one value or a 1setOf."""

    name: str
    values: tuple[Value, ...]

    @classmethod
    def of(cls, name: str, tag: int, *data: Data) -> Attribute:
        return cls(name, tuple(Value(tag, one) for one in data))


@dataclass(frozen=True)
class Group:
    """Attributes under one delimiter. Reading by name takes the first of that name and skips values of another kind."""

    tag: int
    attributes: tuple[Attribute, ...] = ()

    def values(self, name: str) -> tuple[Value, ...]:
        return next((one.values for one in self.attributes if one.name == name), ())

    def numbers(self, name: str) -> tuple[int, ...]:
        """Integers and enums."""
        wanted = (Tag.INTEGER, Tag.ENUM)
        return tuple(v.data for v in self.values(name) if v.tag in wanted and isinstance(v.data, int))

    def number(self, name: str) -> int | None:
        return next(iter(self.numbers(name)), None)

    def words(self, name: str) -> tuple[str, ...]:
        """Keywords, names, texts, URIs and types, without their language."""
        return tuple(_words(self.values(name)))

    def word(self, name: str) -> str | None:
        return next(iter(self.words(name)), None)

    def flag(self, name: str) -> bool | None:
        return next((v.data for v in self.values(name) if isinstance(v.data, bool)), None)

    def octets(self, name: str) -> tuple[bytes, ...]:
        return tuple(v.data for v in self.values(name) if v.tag == Tag.OCTETS and isinstance(v.data, bytes))

    def resolutions(self, name: str) -> tuple[Resolution, ...]:
        return tuple(v.data for v in self.values(name) if isinstance(v.data, Resolution))

    def upper(self, name: str) -> int | None:
        """The upper end of a rangeOfInteger, or the greatest of the integers."""
        ends = [v.data.upper for v in self.values(name) if isinstance(v.data, Range)]
        return max([*ends, *self.numbers(name)], default=None)


@dataclass(frozen=True)
class Message:
    """A request or an answer. `code`: the operation or the status. `data`: the document behind the attributes."""

    code: int
    request_id: int
    groups: tuple[Group, ...] = ()
    data: bytes = b""
    version: tuple[int, int] = (2, 0)

    def group(self, tag: int) -> Group:
        """The first such group; an empty one where there is none."""
        return next((one for one in self.groups if one.tag == tag), Group(tag))

    def all_groups(self, tag: int) -> tuple[Group, ...]:
        return tuple(one for one in self.groups if one.tag == tag)


def _words(values: tuple[Value, ...]) -> Iterator[str]:
    for value in values:
        if isinstance(value.data, str):
            yield value.data
        elif isinstance(value.data, Worded):
            yield value.data.text
