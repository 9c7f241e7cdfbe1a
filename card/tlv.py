"""BER-TLV as far as cards use it (ISO 7816-4 5.2.2): tags of one or two bytes, lengths up to 65535."""
from __future__ import annotations

from collections.abc import Iterator


class MalformedTlv(ValueError):
    """Tag or length runs over the end."""


def parse(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (tag, value) of one level. Padding 00 and FF between objects is skipped. Raises MalformedTlv."""
    at = 0
    while at < len(data):
        if data[at] in (0x00, 0xFF):
            at += 1
            continue
        tag, at = _tag(data, at)
        size, at = _size(data, at)
        if at + size > len(data):
            raise MalformedTlv(f"tag {tag:X} runs over the end")
        yield tag, data[at : at + size]
        at += size


def find(data: bytes, *path: int) -> bytes | None:
    """The value at the end of a path of tags, each the first of its kind in its level; None if there is none."""
    for tag in path:
        value = next((value for found, value in parse(data) if found == tag), None)
        if value is None:
            return None
        data = value
    return data


def first(data: bytes) -> bytes:
    """The first object as it stands, without what follows it. Raises MalformedTlv."""
    tag, value = next(parse(data))
    return encode(tag, value)


def encode(tag: int, value: bytes) -> bytes:
    size = len(value)
    tag_bytes = tag.to_bytes(2 if tag > 0xFF else 1, "big")
    if size < 0x80:
        return tag_bytes + bytes((size,)) + value
    if size <= 0xFF:
        return tag_bytes + bytes((0x81, size)) + value
    return tag_bytes + b"\x82" + size.to_bytes(2, "big") + value


def _tag(data: bytes, at: int) -> tuple[int, int]:
    first = data[at]
    if first & 0x1F != 0x1F:
        return first, at + 1
    if at + 1 >= len(data) or data[at + 1] & 0x80:
        raise MalformedTlv("a tag of more than two bytes, or half a tag")
    return first << 8 | data[at + 1], at + 2


def _size(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise MalformedTlv("no length")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if count not in (1, 2) or at + 1 + count > len(data):
        raise MalformedTlv("a length this terminal does not read")
    return int.from_bytes(data[at + 1 : at + 1 + count], "big"), at + 1 + count
