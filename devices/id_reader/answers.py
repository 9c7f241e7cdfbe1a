"""What the data of a good answer means, both ways (facts/devices.md 2.4)."""
from __future__ import annotations

import struct
from dataclasses import dataclass, field

TEXT_BYTES = 256
PHOTO_BYTES = 1024  # WLT, facts/devices.md 2.8
FINGERPRINT_BYTES = 1024  # two templates of 512; absent on older cards
ADDRESS_BYTES = 70
FOUND_DATA = bytes(4)
SELECTED_BYTES = 8
_SAM_NUMBER = struct.Struct("<HHIII")


class NotThisAnswer(ValueError):
    """The data does not have the form of an answer to this command."""


@dataclass(frozen=True)
class Content:
    """What the chip gave: text (256 bytes as published), photo and fingerprints (either may be empty)."""

    text: bytes = field(repr=False)
    photo: bytes = field(default=b"", repr=False)
    fingerprints: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class SamNumber:
    """The number of the security module, printed as 05.03-20150101-0001234567-0000654321."""

    kind: int
    maker: int
    date: int
    serial: int
    check: int

    def __str__(self) -> str:
        return f"{self.kind:02d}.{self.maker:02d}-{self.date}-{self.serial:010d}-{self.check:010d}"


def encode_content(content: Content, *, fingerprint: bool) -> bytes:
    parts = (content.text, content.photo, content.fingerprints)[: 3 if fingerprint else 2]
    return b"".join(len(part).to_bytes(2, "big") for part in parts) + b"".join(parts)


def decode_content(data: bytes, *, fingerprint: bool) -> Content:
    """Cut by the length words, never by fixed sizes. Raises NotThisAnswer where they do not add up."""
    count = 3 if fingerprint else 2
    lengths = [int.from_bytes(data[2 * k : 2 * k + 2], "big") for k in range(count)]
    if len(data) != 2 * count + sum(lengths) or lengths[0] != TEXT_BYTES:
        raise NotThisAnswer(f"{len(data)} bytes of content with length words {lengths}")
    parts: list[bytes] = []
    at = 2 * count
    for length in lengths:
        parts.append(data[at : at + length])
        at += length
    return Content(*parts)


def encode_sam_number(number: SamNumber) -> bytes:
    return _SAM_NUMBER.pack(number.kind, number.maker, number.date, number.serial, number.check)


def decode_sam_number(data: bytes) -> SamNumber:
    """Raises NotThisAnswer unless there are 16 bytes."""
    if len(data) != _SAM_NUMBER.size:
        raise NotThisAnswer(f"{len(data)} bytes are no SAM number")
    return SamNumber(*_SAM_NUMBER.unpack(data))


def encode_address(address: str) -> bytes:
    """70 bytes UTF-16LE, padded with spaces. Raises ValueError where it does not fit."""
    raw = address.encode("utf-16-le")
    if len(raw) > ADDRESS_BYTES:
        raise ValueError(f"an appended address has at most {ADDRESS_BYTES // 2} UTF-16 units")
    return raw + " ".encode("utf-16-le") * ((ADDRESS_BYTES - len(raw)) // 2)


def decode_address(data: bytes) -> str:
    """Raises NotThisAnswer unless it is 70 bytes of text."""
    if len(data) != ADDRESS_BYTES:
        raise NotThisAnswer(f"{len(data)} bytes are no appended address")
    try:
        return data.decode("utf-16-le").rstrip(" \0")
    except UnicodeDecodeError:
        raise NotThisAnswer("the appended address is no text") from None
