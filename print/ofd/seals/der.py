"""DER cut into its elements, each with its bytes as they stand: for structures whose shape is only known by looking."""
from __future__ import annotations

from typing import NamedTuple

SEQUENCE = 0x30
OBJECT_IDENTIFIER = 0x06
INTEGER = 0x02
BIT_STRING = 0x03
MOST_ELEMENTS = 4_096


class Element(NamedTuple):
    """`tag`: the identifier octet. `whole`: tag, length and content as in the file."""

    tag: int
    content: bytes
    whole: bytes


def elements(content: bytes) -> list[Element]:
    """The elements one after another in `content`. Raises ValueError for anything that is not DER."""
    found: list[Element] = []
    at = 0
    while at < len(content):
        element = _element(content, at)
        found.append(element)
        at += len(element.whole)
        if len(found) > MOST_ELEMENTS:
            raise ValueError("too many elements")
    return found


def one(data: bytes) -> Element:
    """Exactly one element. Raises ValueError."""
    element = _element(data, 0)
    if len(element.whole) != len(data):
        raise ValueError("bytes behind the element")
    return element


def inside(data: bytes) -> list[Element]:
    """The elements of a SEQUENCE. Raises ValueError."""
    element = one(data)
    if element.tag != SEQUENCE:
        raise ValueError("no sequence")
    return elements(element.content)


def _element(data: bytes, at: int) -> Element:
    if at + 2 > len(data) or data[at] & 0x1F == 0x1F:
        raise ValueError("cut short, or a tag of several octets")
    length, start = data[at + 1], at + 2
    if length & 0x80:
        octets = length & 0x7F
        if not 1 <= octets <= 4 or start + octets > len(data) or data[start] == 0:
            raise ValueError("length that is not DER")
        length = int.from_bytes(data[start : start + octets], "big")
        if length < 0x80:
            raise ValueError("length longer than needed")
        start += octets
    if start + length > len(data):
        raise ValueError("cut short")
    return Element(data[at], data[start : start + length], data[at : start + length])
