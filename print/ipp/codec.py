"""IPP/1.1 to 2.x between bytes and messages (RFC 8010), sans-IO.

Every length is checked before anything is taken, and what a printer can make us hold is limited: a hostile answer costs
at most LIMIT_BYTES of memory and one pass over it.
"""
from __future__ import annotations

import struct

from print.ipp.content import SIZES, content_of, data_of
from print.ipp.values import Attribute, Collection, Group, GroupTag, Message, Tag, Value

LIMIT_BYTES = 1 << 20
"""Of attributes in one message. The largest answer seen had 134 attributes in 9 kB (facts/print.md 3.6)."""
LIMIT_VALUES = 20_000
LIMIT_DEPTH = 8
"""Collections in collections; media-col-database nests three deep."""
LIMIT_LENGTH = 32_767
"""Of a name or a value: a signed short (RFC 8010 3.1.4)."""

_GROUPS = range(0x10)
_INSIDE = (Tag.END_COLLECTION, Tag.MEMBER_NAME)
_SIZES: dict[int, int] = {int(tag): size for tag, size in SIZES.items()}


class MalformedIpp(ValueError):
    """These bytes are no IPP message, or more of one than is taken. `offset`: where reading stopped."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(f"{reason} at byte {offset}")
        self.reason = reason
        self.offset = offset


def decode(data: bytes) -> Message:
    """Raises MalformedIpp, and nothing else."""
    return _Reader(data).message()


def encode(message: Message) -> bytes:
    """Raises ValueError for what IPP has no room for."""
    try:
        return _written(message)
    except (struct.error, OverflowError) as error:
        raise ValueError(str(error)) from error


def _written(message: Message) -> bytes:
    out = bytearray(struct.pack(">BBHi", *message.version, message.code, message.request_id))
    for group in message.groups:
        if group.tag not in _GROUPS or group.tag == GroupTag.END:
            raise ValueError(f"no group has the tag {group.tag}")
        out.append(group.tag)
        for attribute in group.attributes:
            _put_attribute(out, attribute)
    out.append(GroupTag.END)
    return bytes(out) + message.data


# Reading


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._values = 0

    def message(self) -> Message:
        major, minor, code, request_id = struct.unpack(">BBHi", self._take(8))
        if major not in (1, 2):
            raise self._wrong(f"version {major}.{minor}")
        groups: list[Group] = []
        tag = self._byte()
        while tag != GroupTag.END:
            if tag not in _GROUPS:
                raise self._wrong(f"a value (tag {tag:#x}) before any group")
            attributes, following = self._attributes()
            groups.append(Group(tag, attributes))
            tag = following
            self._count()
        return Message(code, request_id, tuple(groups), self._data[self._at :], (major, minor))

    def _attributes(self) -> tuple[tuple[Attribute, ...], int]:
        """Those up to the next delimiter, and that delimiter."""
        found: list[tuple[str, list[Value]]] = []
        while (tag := self._byte()) not in _GROUPS:
            name = self._name()
            if name:
                found.append((name, []))
            elif not found:
                raise self._wrong("a further value of no attribute")
            found[-1][1].append(self._value(tag, 0))
        return tuple(Attribute(name, tuple(values)) for name, values in found), tag

    def _value(self, tag: int, depth: int) -> Value:
        self._count()
        if tag in _INSIDE:
            raise self._wrong("the inside of a collection outside of one")
        content = self._take(self._length())
        if tag != Tag.BEGIN_COLLECTION:
            if len(content) != _SIZES.get(tag, len(content)):
                raise self._wrong(f"{len(content)} bytes in a value that has {_SIZES[tag]}")
            return Value(tag, data_of(tag, content))
        if content:
            raise self._wrong("a collection with a value of its own")
        if depth >= LIMIT_DEPTH:
            raise self._wrong("collections nested too deep")
        return Value(tag, self._collection(depth + 1))

    def _collection(self, depth: int) -> Collection:
        members: list[tuple[str, list[Value]]] = []
        while True:
            tag = self._byte()
            if self._length():
                raise self._wrong("a named value inside a collection")
            if tag == Tag.END_COLLECTION:
                self._take(self._length())
                break
            if tag == Tag.MEMBER_NAME:
                self._count()
                name = self._text(self._take(self._length()))
                if not name:
                    raise self._wrong("a member without a name")
                members.append((name, []))
            elif not members or tag in _GROUPS:
                raise self._wrong("a value of no member")
            else:
                members[-1][1].append(self._value(tag, depth))
        if any(not values for _, values in members):
            raise self._wrong("a member without a value")
        return Collection(tuple(Attribute(name, tuple(values)) for name, values in members))

    def _name(self) -> str:
        return self._text(self._take(self._length()))

    def _text(self, content: bytes) -> str:
        try:
            return content.decode("ascii")
        except UnicodeDecodeError:
            raise self._wrong("a name that is not ASCII") from None

    def _length(self) -> int:
        length = int.from_bytes(self._take(2), "big")
        if length > LIMIT_LENGTH:
            raise self._wrong("a negative length")
        return length

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._data):
            raise self._wrong("cut short")
        if end > LIMIT_BYTES:
            raise self._wrong("too long")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def _count(self) -> None:
        self._values += 1
        if self._values > LIMIT_VALUES:
            raise self._wrong("too many values")

    def _wrong(self, reason: str) -> MalformedIpp:
        return MalformedIpp(reason, self._at)


# Writing


def _put_attribute(out: bytearray, attribute: Attribute, depth: int = 0) -> None:
    if not attribute.name or not attribute.values:
        raise ValueError("an attribute has a name and a value")
    name = attribute.name.encode("ascii")
    for value in attribute.values:
        _put_value(out, name, value, depth)
        name = b""


def _put_value(out: bytearray, name: bytes, value: Value, depth: int) -> None:
    if not 0x10 <= value.tag <= 0xFF or value.tag in _INSIDE:
        raise ValueError(f"no value has the tag {value.tag:#x}")
    if isinstance(value.data, Collection) != (value.tag == Tag.BEGIN_COLLECTION):
        raise ValueError("collections have a tag of their own")
    if not isinstance(value.data, Collection):
        _put(out, value.tag, name, content_of(value))
        return
    if depth >= LIMIT_DEPTH:
        raise ValueError("collections nested too deep")
    _put(out, value.tag, name, b"")
    for member in value.data.members:
        if not member.name or not member.values:
            raise ValueError("a member has a name and a value")
        _put(out, Tag.MEMBER_NAME, b"", member.name.encode("ascii"))
        for one in member.values:
            _put_value(out, b"", one, depth + 1)
    _put(out, Tag.END_COLLECTION, b"", b"")


def _put(out: bytearray, tag: int, name: bytes, content: bytes) -> None:
    out.append(tag)
    for part in (name, content):
        if len(part) > LIMIT_LENGTH:
            raise ValueError(f"{len(part)} bytes in one value; there is room for {LIMIT_LENGTH}")
        out += len(part).to_bytes(2, "big")
        out += part
