"""EF05 and EF06 of the social-security application: files of tag 1, length 1, value (facts/card.md 11.1)."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from card.elementary_file import ElementaryFile, FileMalformed, Vector, decode_field
from card.fields import MalformedField, decode_date, decode_digits, decode_text, encode_date, encode_digits, encode_text


class Item(NamedTuple):
    """One tagged record; `size` bytes of value."""

    tag: int
    size: int
    name: str


CARD_IDENTIFICATION = Item(0x01, 16, "card identification code")
CARD_CLASS = Item(0x02, 1, "card class")
VERSION = Item(0x03, 4, "version")
ORGANISATION = Item(0x04, 12, "initialising organisation")
ISSUED = Item(0x05, 4, "issue date")
VALID_TO = Item(0x06, 4, "valid to")
CARD_NUMBER = Item(0x07, 9, "card number")
ID_NUMBER = Item(0x08, 18, "ID number")
NAME = Item(0x09, 30, "name")
NAME_EXTENSION = Item(0x4E, 20, "name extension")
SEX = Item(0x0A, 1, "sex")
NATION = Item(0x0B, 1, "nation")
BIRTH_PLACE = Item(0x0C, 3, "birth place")
BIRTH_DATE = Item(0x0D, 4, "birth date")

ISSUER_ITEMS = (CARD_IDENTIFICATION, CARD_CLASS, VERSION, ORGANISATION, ISSUED, VALID_TO, CARD_NUMBER)
HOLDER_ITEMS = (ID_NUMBER, NAME, NAME_EXTENSION, SEX, NATION, BIRTH_PLACE, BIRTH_DATE)


def file_size(items: tuple[Item, ...]) -> int:
    return sum(2 + item.size for item in items)


def value_of(item: Item, answer: bytes) -> bytes:
    """The value in what READ RECORD by tag answered. Raises FileMalformed."""
    if answer[:2] != bytes((item.tag, item.size)) or len(answer) != 2 + item.size:
        raise FileMalformed(item.name, "not the record that was asked for")
    return answer[2:]


@dataclass(frozen=True)
class IssuerItems:
    """EF05. `identification` 32 digits, the first six the city; `organisation` 24 digits; `card_class` one character;
    `version` such as "3.00"."""

    identification: str
    card_class: str
    version: str
    organisation: str
    issued: date
    valid_to: date
    card_number: str

    @property
    def city(self) -> str:
        return self.identification[:6]

    @property
    def generation(self) -> int:
        """1, 2 or 3; from the third on EF06 is closed until external authentication."""
        return int(self.version[0]) if self.version[:1].isdigit() else 0


@dataclass(frozen=True)
class HolderItems:
    """EF06. `name` is the name and its extension joined. Not shown by repr. `nation` GB/T 3304, `birth_place` GB/T 2260."""

    id_number: str = field(repr=False)
    name: str = field(repr=False)
    sex: str = field(repr=False)
    nation: str = field(repr=False)
    birth_place: str = field(repr=False)
    birth_date: date = field(repr=False)


class _Tagged:
    @staticmethod
    def join(items: tuple[Item, ...], values: tuple[bytes, ...]) -> bytes:
        return b"".join(bytes((item.tag, item.size)) + value for item, value in zip(items, values, strict=True))

    @staticmethod
    def split(items: tuple[Item, ...], data: bytes) -> dict[Item, bytes]:
        values, at = {}, 0
        for item in items:
            if data[at : at + 2] != bytes((item.tag, item.size)):
                raise MalformedField(f"no {item.name}")
            values[item] = data[at + 2 : at + 2 + item.size]
            at += 2 + item.size
        return values


def characters(data: bytes) -> str:
    """`an`: printable ASCII, padded 00 on the right."""
    text = decode_text(data)
    if not text.isascii() or not text.isprintable():
        raise MalformedField("not printable")
    return text


class IssuerItemsFile(ElementaryFile[IssuerItems]):
    """EF05: issuer's items, read freely."""

    NAME = "EF05"
    FID = 0xEF05
    SIZE = file_size(ISSUER_ITEMS)

    @classmethod
    def encode(cls, value: IssuerItems) -> bytes:
        return _Tagged.join(
            ISSUER_ITEMS,
            (
                encode_digits(value.identification, 16),
                encode_text(value.card_class, 1),
                encode_text(value.version, 4),
                encode_digits(value.organisation, 12),
                encode_date(value.issued),
                encode_date(value.valid_to),
                encode_text(value.card_number, 9),
            ),
        )

    @classmethod
    def _decode(cls, data: bytes) -> IssuerItems:
        return issuer_items(_Tagged.split(ISSUER_ITEMS, data))

    @classmethod
    def vectors(cls) -> list[Vector[IssuerItems]]:
        return [  # own values in the published layout
            Vector(
                bytes.fromhex(
                    "0110 34160000000000010203040506070809 0201 31 0304 332E3030 040C 000000003416000000000000"
                    "0504 20240601 0604 20340531 0709 413132333435363738"
                ),
                IssuerItems(
                    "34160000000000010203040506070809",
                    "1",
                    "3.00",
                    "000000003416000000000000",
                    date(2024, 6, 1),
                    date(2034, 5, 31),
                    "A12345678",
                ),
            )
        ]


def issuer_items(values: dict[Item, bytes]) -> IssuerItems:
    """Raises MalformedField."""
    return IssuerItems(
        identification=_field(values, CARD_IDENTIFICATION, decode_digits),
        card_class=_field(values, CARD_CLASS, characters),
        version=_field(values, VERSION, characters),
        organisation=_field(values, ORGANISATION, decode_digits),
        issued=_field(values, ISSUED, decode_date),
        valid_to=_field(values, VALID_TO, decode_date),
        card_number=_field(values, CARD_NUMBER, characters),
    )


class HolderItemsFile(ElementaryFile[HolderItems]):
    """EF06: the holder, behind external authentication. A name of more than 30 bytes goes on in its extension."""

    NAME = "EF06"
    FID = 0xEF06
    SIZE = file_size(HOLDER_ITEMS)

    @classmethod
    def encode(cls, value: HolderItems) -> bytes:
        name, extension = _halves(value.name)
        return _Tagged.join(
            HOLDER_ITEMS,
            (
                encode_text(value.id_number, 18),
                encode_text(name, NAME.size),
                encode_text(extension, NAME_EXTENSION.size),
                encode_text(value.sex, 1),
                encode_digits(value.nation, 1),
                encode_digits(value.birth_place, 3),
                encode_date(value.birth_date),
            ),
        )

    @classmethod
    def _decode(cls, data: bytes) -> HolderItems:
        value = holder_items(_Tagged.split(HOLDER_ITEMS, data))
        if cls.encode(value) != data:
            raise MalformedField("name: parted elsewhere than where it is full")
        return value

    @classmethod
    def vectors(cls) -> list[Vector[HolderItems]]:
        number, rest = "34160219440307251X", "0A01 32 0B01 01 0C03 341602 0D04 19440307"
        return [  # own values in the published layout
            Vector(
                bytes.fromhex("0812" + number.encode().hex() + "091E CDF5D0E3D3A2" + "00" * 24 + "4E14" + "00" * 20 + rest),
                HolderItems(number, "王秀英", "2", "01", "341602", date(1944, 3, 7)),
            ),
            Vector(
                bytes.fromhex(
                    "0812" + number.encode().hex() + "091E" + "CEE2C2F2B6FBA1A4B0A2B2BBB6BCC8C8D2C0C4BEA1A4B0A2B2BBB6BCC8C8"
                    "4E14" + "D2C0C4BE" + "00" * 16 + rest
                ),
                HolderItems(number, "吴买尔·阿不都热依木·阿不都热依木", "2", "01", "341602", date(1944, 3, 7)),
            ),
        ]


def holder_items(values: dict[Item, bytes]) -> HolderItems:
    """Raises MalformedField."""
    return HolderItems(
        id_number=_field(values, ID_NUMBER, characters),
        name=_field(values, NAME, decode_text) + _field(values, NAME_EXTENSION, decode_text),
        sex=_field(values, SEX, characters),
        nation=_field(values, NATION, decode_digits),
        birth_place=_field(values, BIRTH_PLACE, decode_digits),
        birth_date=_field(values, BIRTH_DATE, decode_date),
    )


def _field(values: dict[Item, bytes], item: Item, decode: Any) -> Any:
    return decode_field(item.name, decode, values[item])


def _halves(name: str) -> tuple[str, str]:
    """As many whole characters as the name's 30 bytes hold, and the rest."""
    end = len(name)
    while len(name[:end].encode("gb18030")) > NAME.size:
        end -= 1
    return name[:end], name[end:]
