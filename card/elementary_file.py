"""What every file codec offers: a size, a place in the tree, both directions, and its own proof."""
from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Generic, NamedTuple, TypeVar

from card.fields import MalformedField

Value = TypeVar("Value")


class FileMalformed(ValueError):
    """The file on the chip holds something, but not this. Says which field; never what is in it."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason}")
        self.file = file


class Vector(NamedTuple, Generic[Value]):
    """These bytes and this value are the same."""

    data: bytes
    value: Value


class ElementaryFile(Generic[Value]):
    """A transparent file, or one record of a record file (`RECORDS`). SFI = low five bits of the file number."""

    NAME: ClassVar[str]
    FID: ClassVar[int]
    SIZE: ClassVar[int]
    RECORDS: ClassVar[int] = 0

    @classmethod
    def sfi(cls) -> int:
        return cls.FID & 0x1F

    @classmethod
    def vectors(cls) -> list[Vector[Value]]:
        raise NotImplementedError

    @classmethod
    def encode(cls, value: Value) -> bytes:
        """Exactly SIZE bytes."""
        raise NotImplementedError

    @classmethod
    def decode(cls, data: bytes) -> Value:
        """Raises FileMalformed."""
        if len(data) != cls.SIZE:
            raise FileMalformed(cls.NAME, f"{len(data)} bytes, not {cls.SIZE}")
        try:
            return cls._decode(data)
        except ValueError as error:
            raise FileMalformed(cls.NAME, str(error)) from None

    @classmethod
    def _decode(cls, data: bytes) -> Value:
        raise NotImplementedError


def decode_field(name: str, decode: Callable[[bytes], Value], data: bytes) -> Value:
    try:
        return decode(data)
    except MalformedField as error:
        raise MalformedField(f"{name}: {error}") from None
