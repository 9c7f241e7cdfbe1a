"""The citizen card's files that issuing writes, each a codec class with its own test vectors (facts/card.md 7.2).

A codec turns a frozen dataclass into the file's bytes and back. Later files (transport, journey, composite) are further
classes next door, as log_file.py: tests/card/test_files.py walks every ElementaryFile and proves its vectors.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from card.elementary_file import ElementaryFile, Vector, decode_field
from card.fields import decode_date, decode_digits, decode_text, encode_date, encode_digits, encode_text
from card.names import NAME_SIZE, encode_name

SERIAL_DIGITS = 20
ISSUER_SIZE = 8  # bytes
ID_NUMBER_SIZE = 32
IN_USE = 0x01  # EF 0015 byte 8, the "in use" flag 启用 of city cards

ID_TYPE_RESIDENT_CARD = 0x00  # 居民身份证 [uncertain: PBOC's coding of the kind of document]


def _one_byte(name: str, value: int) -> None:
    if not 0 <= value <= 0xFF:
        raise ValueError(f"{name} is one byte, not {value}")


@dataclass(frozen=True)
class PublicInformation:
    """EF 0015. `issuer` 8 bytes; `serial` 20 decimal digits; `issuer_data` 2 bytes; both dates inclusive."""

    issuer: bytes
    serial: str
    start: date
    expiry: date
    application_type: int = IN_USE
    version: int = 0x01
    issuer_data: bytes = b"\x00\x00"

    def __post_init__(self) -> None:
        if len(self.issuer) != ISSUER_SIZE or len(self.issuer_data) != 2:
            raise ValueError("the issuer identifier is 8 bytes, the issuer's data 2")
        encode_digits(self.serial, SERIAL_DIGITS // 2)
        _one_byte("application type", self.application_type)
        _one_byte("version", self.version)

    @property
    def city_code(self) -> str:
        """Four digits, bytes 2..3 of the issuer identifier (T-Union, CJ/T 166)."""
        return self.issuer[2:4].hex()

    @property
    def diversification(self) -> bytes:
        """The right-most 8 bytes of the serial, from which the card's keys are derived."""
        return encode_digits(self.serial, SERIAL_DIGITS // 2)[-8:]

    @property
    def factors(self) -> tuple[bytes, bytes]:
        """The two levels between the issuer's master keys and this card's (facts/card.md 8.1)."""
        return self.issuer, self.diversification

    def has_number(self, number: str) -> bool:
        """Whether this card bears that card number (at most 20 digits, the chip pads with leading zeros)."""
        return self.serial == serial_of(number)


def serial_of(number: str) -> str:
    """The chip's 20 digits for a card number of at most 20 digits. Raises ValueError."""
    if not number:
        raise ValueError("a card number has digits")
    serial = number.zfill(SERIAL_DIGITS)
    encode_digits(serial, SERIAL_DIGITS // 2)
    return serial


class PublicInformationFile(ElementaryFile[PublicInformation]):
    """EF 0015 public information: 30 bytes, read with P1 = 95."""

    NAME = "EF 0015"
    FID = 0x0015
    SIZE = 30

    @classmethod
    def encode(cls, value: PublicInformation) -> bytes:
        return b"".join(
            (
                value.issuer,
                bytes((value.application_type, value.version)),
                encode_digits(value.serial, SERIAL_DIGITS // 2),
                encode_date(value.start),
                encode_date(value.expiry),
                value.issuer_data,
            )
        )

    @classmethod
    def _decode(cls, data: bytes) -> PublicInformation:
        return PublicInformation(
            issuer=data[:8],
            application_type=data[8],
            version=data[9],
            serial=decode_field("serial", decode_digits, data[10:20]),
            start=decode_field("start date", decode_date, data[20:24]),
            expiry=decode_field("expiry date", decode_date, data[24:28]),
            issuer_data=data[28:30],
        )

    @classmethod
    def vectors(cls) -> list[Vector[PublicInformation]]:
        return [
            Vector(
                bytes.fromhex("02903720FFFFFFFF 01 01 03104837000000001234 20260301 20460228 0000"),
                PublicInformation(
                    issuer=bytes.fromhex("02903720FFFFFFFF"),
                    serial="03104837000000001234",
                    start=date(2026, 3, 1),
                    expiry=date(2046, 2, 28),
                ),
            ),
            Vector(
                bytes.fromhex("0000341600000000 00 03 00000000000000000007 20240229 99991231 A55A"),
                PublicInformation(
                    issuer=bytes.fromhex("0000341600000000"),
                    serial=serial_of("7"),
                    start=date(2024, 2, 29),
                    expiry=date(9999, 12, 31),
                    application_type=0x00,
                    version=0x03,
                    issuer_data=b"\xa5\x5a",
                ),
            ),
        ]


@dataclass(frozen=True)
class Holder:
    """EF 0016. `name` as it is stored on the chip: for a long name take `names.name_for_chip(...).stored`.

    Raises NameDoesNotFit or ValueError when it is made, long before a chip is touched. Not shown by repr.
    """

    name: str = field(repr=False)
    id_number: str = field(repr=False)
    id_type: int = ID_TYPE_RESIDENT_CARD
    holder_type: int = 0x00
    staff: int = 0x00

    def __post_init__(self) -> None:
        encode_name(self.name)
        if not self.id_number.isascii() or not self.id_number.isalnum():
            raise ValueError("an ID number is letters and digits")
        encode_text(self.id_number, ID_NUMBER_SIZE)
        for name in ("id_type", "holder_type", "staff"):
            _one_byte(name, getattr(self, name))


class HolderFile(ElementaryFile[Holder]):
    """EF 0016 cardholder: 55 bytes, read with P1 = 96."""

    NAME = "EF 0016"
    FID = 0x0016
    SIZE = 55

    @classmethod
    def encode(cls, value: Holder) -> bytes:
        return b"".join(
            (
                bytes((value.holder_type, value.staff)),
                encode_name(value.name),
                encode_text(value.id_number, ID_NUMBER_SIZE),
                bytes((value.id_type,)),
            )
        )

    @classmethod
    def _decode(cls, data: bytes) -> Holder:
        return Holder(
            holder_type=data[0],
            staff=data[1],
            name=decode_field("name", decode_text, data[2 : 2 + NAME_SIZE]),
            id_number=decode_field("ID number", decode_text, data[22 : 22 + ID_NUMBER_SIZE]),
            id_type=data[54],
        )

    @classmethod
    def vectors(cls) -> list[Vector[Holder]]:
        number = "34160219440307251X"
        number_field = number.encode().hex() + "00" * 14
        return [
            Vector(bytes.fromhex("0000 CDF5D0E3D3A2" + "00" * 14 + number_field + "00"), Holder("王秀英", number)),
            Vector(bytes.fromhex("0000 CDF59933C336" + "00" * 14 + number_field + "00"), Holder("王𬱖", number)),
            Vector(
                bytes.fromhex("0201 CEE2C2F2B6FBA1A4B0A2B2BBB6BCC8C8D2C0C4BE" + number_field + "05"),
                Holder("吴买尔·阿不都热依木", number, id_type=5, holder_type=2, staff=1),
            ),
        ]
