"""What the centre has written into a citizen card's files (facts/card.md 7.2). The terminal reads the chip back with codecs of
its own (card/files.py): both ends must come to the same bytes."""

from __future__ import annotations

import unicodedata
from datetime import date

NAME_SIZE, ID_SIZE, SHORTENED = 20, 32, "…"     # bytes of EF 0016
TEXT = "gb18030"
IN_USE, SWITCHED_OFF = b"\x01", b"\x00"         # EF 0015 byte 8, the flag 启用 of city cards
VERSION = b"\x01"
ORDINARY, SENIOR = b"\x00", b"\x02"             # EF 0017 byte 10, the card kind [uncertain: the coding is the issuer's]
PROVINCE, CITY = bytes.fromhex("3400"), bytes.fromhex("3416")
MANAGEMENT_SIZE = 60


def public_information(issuer: bytes, serial: str, start: date, expiry: date, *, in_use: bool) -> bytes:
    """EF 0015, 30 bytes. `serial` 20 digits."""
    flag = IN_USE if in_use else SWITCHED_OFF
    return issuer + flag + VERSION + bytes.fromhex(serial) + _day(start) + _day(expiry) + bytes(2)


def holder(name: str, id_number: str) -> bytes:
    """EF 0016, 55 bytes: a name that is too long is stored shortened and marked so."""
    stored = name_on_chip(name).encode(TEXT).ljust(NAME_SIZE, b"\0")
    return bytes(2) + stored + id_number.encode("ascii").ljust(ID_SIZE, b"\0") + b"\0"


def management(*, senior: bool) -> bytes:
    """EF 0017, 60 bytes."""
    return (bytes(4) + PROVINCE + CITY + bytes(2) + (SENIOR if senior else ORDINARY)).ljust(MANAGEMENT_SIZE, b"\0")


def name_on_chip(name: str) -> str:
    """No character is cut, nor parted from the marks that belong to it."""
    if len(name.encode(TEXT)) <= NAME_SIZE:
        return name
    room = NAME_SIZE - len(SHORTENED.encode(TEXT))
    begin, character = "", ""
    for code_point in [*name, ""]:
        if code_point and character and unicodedata.category(code_point).startswith("M"):
            character += code_point
            continue
        if len((begin + character).encode(TEXT)) > room:
            break
        begin, character = begin + character, code_point
    return begin + SHORTENED


def _day(day: date) -> bytes:
    return bytes.fromhex(f"{day:%Y%m%d}")
