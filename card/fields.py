"""The fields that files on a citizen card are made of: BCD and GB18030 text (facts/card.md 1)."""
from __future__ import annotations

import re
from datetime import date

TEXT_ENCODING = "gb18030"
"""GBK's superset: every GBK name keeps its GBK bytes, and a character that GBK lacks (𬱖) takes four bytes."""

PAD = b"\x00"
ERASED_BYTES = (0x00, 0xFF)  # what an unwritten EEPROM file reads as, depending on the chip


class MalformedField(ValueError):
    """Bytes from a chip that are no such field."""


def encode_digits(digits: str, size: int) -> bytes:
    """Exactly 2 x size decimal digits as BCD. Raises ValueError."""
    if not re.fullmatch(r"[0-9]*", digits) or len(digits) != 2 * size:
        raise ValueError(f"{2 * size} decimal digits wanted, {len(digits)} characters given")
    return bytes.fromhex(digits)


def decode_digits(data: bytes) -> str:
    digits = data.hex()
    if not digits.isdecimal():
        raise MalformedField("no BCD digits")
    return digits


def encode_date(day: date) -> bytes:
    """BCD YYYYMMDD."""
    return bytes.fromhex(f"{day.year:04d}{day.month:02d}{day.day:02d}")


def decode_date(data: bytes) -> date:
    digits = decode_digits(data)
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError as error:
        raise MalformedField(f"no date: {error}") from None


def text_size(text: str) -> int:
    """Bytes it takes on a chip. Raises ValueError where it is no text: control characters, half a surrogate pair."""
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in text):
        raise ValueError("control characters are no text")
    return len(text.encode(TEXT_ENCODING))


def encode_text(text: str, size: int) -> bytes:
    """Left-aligned, padded 00. Raises ValueError where it does not fit or is no text."""
    needed = text_size(text)
    if needed > size:
        raise ValueError(f"{needed} bytes of text: at most {size}")
    return text.encode(TEXT_ENCODING).ljust(size, PAD)


def decode_text(data: bytes) -> str:
    content = data.rstrip(PAD)
    if PAD in content:
        raise MalformedField("text goes on after its padding")
    try:
        return content.decode(TEXT_ENCODING)
    except UnicodeDecodeError:
        raise MalformedField("no GB18030 text") from None


def is_erased(data: bytes) -> bool:
    """Nothing was ever written here: all 00 or all FF."""
    return any(data == bytes((byte,)) * len(data) for byte in ERASED_BYTES)
