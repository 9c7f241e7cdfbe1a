"""The transit application's files: EF 001E trips and EF 0017 management (facts/card.md 7.2)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from card.crypto import moment_of
from card.elementary_file import ElementaryFile, Vector, decode_field
from card.fields import MalformedField, decode_digits, encode_digits

TRIP_RECORDS = 30


class TripType(IntEnum):
    """Byte 0 of a trip."""

    SINGLE = 0x02
    ENTRY = 0x03
    EXIT = 0x04
    SINGLE_06 = 0x06


def decode_moment(data: bytes) -> datetime:
    """The wall clock of the machine that wrote it (Asia/Shanghai), without a zone."""
    digits = decode_digits(data)
    month, day, hour, minute, second = (int(digits[at : at + 2]) for at in range(4, 14, 2))
    try:
        return datetime(int(digits[:4]), month, day, hour, minute, second)
    except ValueError as error:
        raise MalformedField(f"no moment: {error}") from None


@dataclass(frozen=True)
class Trip:
    """One record of EF 001E. `amount` and `balance` in fen; `station` = line and station, 7 bytes; `city` 4 digits;
    `terminal` and `acquirer` 8 bytes; `mode` of transport as the city codes it."""

    kind: int
    terminal: bytes
    mode: int
    station: bytes
    amount: int
    balance: int
    at: datetime
    city: str
    acquirer: bytes
    reserved: bytes = bytes(6)


class TripFile(ElementaryFile[Trip]):
    """EF 001E journey: cyclic, up to 30 records of 48 bytes, record 1 = newest."""

    NAME = "EF 001E"
    FID = 0x001E
    SIZE = 48
    RECORDS = TRIP_RECORDS

    @classmethod
    def encode(cls, value: Trip) -> bytes:
        return b"".join(
            (
                bytes((value.kind,)),
                value.terminal,
                bytes((value.mode,)),
                value.station,
                value.amount.to_bytes(4, "big"),
                value.balance.to_bytes(4, "big"),
                moment_of(value.at),
                encode_digits(value.city, 2),
                value.acquirer,
                value.reserved,
            )
        )

    @classmethod
    def _decode(cls, data: bytes) -> Trip:
        return Trip(
            kind=data[0],
            terminal=data[1:9],
            mode=data[9],
            station=data[10:17],
            amount=int.from_bytes(data[17:21], "big"),
            balance=int.from_bytes(data[21:25], "big"),
            at=decode_field("time", decode_moment, data[25:32]),
            city=decode_field("city", decode_digits, data[32:34]),
            acquirer=data[34:42],
            reserved=data[42:48],
        )

    @classmethod
    def vectors(cls) -> list[Vector[Trip]]:
        return [  # own values in the published layout
            Vector(
                bytes.fromhex(
                    "03 0000300089000340 01 00000000010207 00000000 000013EC 20241229141740 3416 0000003416000001 000000000000"
                ),
                Trip(
                    TripType.ENTRY,
                    bytes.fromhex("0000300089000340"),
                    1,
                    bytes.fromhex("00000000010207"),
                    0,
                    5100,
                    datetime(2024, 12, 29, 14, 17, 40),
                    "3416",
                    bytes.fromhex("0000003416000001"),
                ),
            ),
            Vector(
                bytes.fromhex(
                    "04 0000300089000341 02 FFFFFFFFFFFFFF 000000C8 00001324 20241229144901 0100 0102030405060708 A1A2A3A4A5A6"
                ),
                Trip(
                    TripType.EXIT,
                    bytes.fromhex("0000300089000341"),
                    2,
                    b"\xff" * 7,
                    200,
                    4900,
                    datetime(2024, 12, 29, 14, 49, 1),
                    "0100",
                    bytes.fromhex("0102030405060708"),
                    bytes.fromhex("A1A2A3A4A5A6"),
                ),
            ),
        ]


class CardKind(IntEnum):
    """EF 0017 byte 10: who the holder is to the bus [uncertain: the coding is the issuer's; own choice here]."""

    ORDINARY = 0x00
    STUDENT = 0x01
    SENIOR = 0x02  # the senior concession
    SENIOR_FREE = 0x03  # rides free
    DISABLED = 0x04


@dataclass(frozen=True)
class Management:
    """EF 0017. `province` and `city` 4 digits; `kind` see CardKind; `lead` 4 and `rest` 49 bytes are the issuer's."""

    province: str
    city: str
    kind: int
    lead: bytes = bytes(4)
    between: bytes = bytes(2)
    rest: bytes = bytes(49)


class ManagementFile(ElementaryFile[Management]):
    """EF 0017 management: 60 bytes, read with P1 = 97; T-Union fixes bytes 4..7 and 10 (facts/card.md 7.2)."""

    NAME = "EF 0017"
    FID = 0x0017
    SIZE = 60
    KIND_AT = 10

    @classmethod
    def encode(cls, value: Management) -> bytes:
        place = encode_digits(value.province, 2) + encode_digits(value.city, 2)
        return value.lead + place + value.between + bytes((value.kind,)) + value.rest

    @classmethod
    def _decode(cls, data: bytes) -> Management:
        if not any(data):
            raise MalformedField("nothing was written")
        return Management(
            province=decode_field("province", decode_digits, data[4:6]),
            city=decode_field("city", decode_digits, data[6:8]),
            kind=data[cls.KIND_AT],
            lead=data[:4],
            between=data[8:10],
            rest=data[11:],
        )

    @classmethod
    def vectors(cls) -> list[Vector[Management]]:
        return [  # own values in the published layout
            Vector(bytes.fromhex("00000000 3400 3416 0000 02" + "00" * 49), Management("3400", "3416", CardKind.SENIOR)),
            Vector(
                bytes.fromhex("01020304 3400 3416 A1A2 00" + "5A" * 49),
                Management("3400", "3416", 0, bytes.fromhex("01020304"), bytes.fromhex("A1A2"), b"\x5a" * 49),
            ),
        ]
