"""XML of an OFD entry as a tree of local names. expat alone, told to stop at a DOCTYPE: so there are no entities, internal
or external, and nothing is ever fetched.

Producers write the namespace with and without prefix, and some with an address of their own, so that only local names
are looked at.
"""
from __future__ import annotations

import math
import re
from collections.abc import Iterator
from xml.parsers import expat

from print.ofd.errors import Damaged, TooBig
from print.ofd.package import Package

DEEPEST = 64
"""Elements inside one another. A page with nested blocks reaches about 12."""
MOST_ELEMENTS = 200_000
MOST_ENTRY_BYTES = 5 * 1024 * 1024
MOST_DOCUMENT_BYTES = 12 * 1024 * 1024
"""Of XML, in one entry and in a document: as objects it takes up to 60 times as much memory. A dense page of a magazine
has 1 MB."""
LARGEST_NUMBER = 1e6
"""Millimetres, a kilometre: nothing on paper is larger."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


class Node:
    """One element. `where` names the entry for error messages."""

    __slots__ = ("_attributes", "_children", "_text", "name", "where")

    def __init__(self, name: str, where: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.where = where
        self._attributes = {_local(key): value for key, value in attributes.items()}
        self._children: list[Node] = []
        self._text: list[str] = []

    @property
    def text(self) -> str:
        """Its own text, as it stands."""
        return "".join(self._text)

    def children(self, name: str | None = None) -> Iterator[Node]:
        return (child for child in self._children if name is None or child.name == name)

    def child(self, name: str) -> Node | None:
        return next(self.children(name), None)

    def value(self, name: str) -> str | None:
        """The stripped text of a child, None where there is none or it is empty."""
        child = self.child(name)
        return (child.text.strip() or None) if child is not None else None

    def get(self, name: str) -> str | None:
        return self._attributes.get(name)

    def number(self, name: str, otherwise: float) -> float:
        text = self.get(name)
        return otherwise if text is None else self._number(text)

    def integer(self, name: str, otherwise: int) -> int:
        return round(self.number(name, otherwise))

    def flag(self, name: str, otherwise: bool) -> bool:
        text = self.get(name)
        return otherwise if text is None else text.strip().lower() in ("true", "1")

    def numbers(self, name: str) -> tuple[float, ...] | None:
        text = self.get(name)
        return None if text is None else self.parse_numbers(text)

    def parse_numbers(self, text: str) -> tuple[float, ...]:
        return tuple(self._number(part) for part in text.replace(",", " ").split())

    def _number(self, text: str) -> float:
        stripped = text.strip()
        if not _NUMBER.fullmatch(stripped):
            raise Damaged(self.where, f"{stripped[:40]!r} is no number in {self.name}")
        number = float(stripped)
        if not math.isfinite(number) or abs(number) > LARGEST_NUMBER:
            raise Damaged(self.where, f"{stripped[:40]} is out of range in {self.name}")
        return number


def parse(package: Package, path: str) -> Node:
    """The root of an entry. Raises Damaged, TooBig."""
    data = package.read(path)
    package.parsed += len(data)
    if package.parsed > MOST_DOCUMENT_BYTES:
        raise TooBig("XML of the whole document")
    return parse_bytes(data, path)


def parse_bytes(data: bytes, where: str) -> Node:
    """Raises Damaged, TooBig. A byte-order mark in front is allowed (facts/print.md 6.5)."""
    if len(data) > MOST_ENTRY_BYTES:
        raise TooBig(f"{where}: {len(data)} bytes of XML")
    return _Tree(where).read(data)


class _Tree:
    def __init__(self, where: str) -> None:
        self._where = where
        self._open: list[Node] = []
        self._root: Node | None = None
        self._count = 0

    def read(self, data: bytes) -> Node:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise Damaged(self._where, f"no readable XML: {error}") from error
        if self._root is None:
            raise Damaged(self._where, "empty XML")
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEEPEST or self._count > MOST_ELEMENTS:
            raise TooBig(f"{self._where}: elements")
        node = Node(_local(name), self._where, attributes)
        if self._open:
            self._open[-1]._children.append(node)
        else:
            self._root = node
        self._open.append(node)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1]._text.append(text)

    def _doctype(self, *args: object) -> None:
        raise Damaged(self._where, "a DOCTYPE has no place in OFD")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
