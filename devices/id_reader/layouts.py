"""Where each field lies in the 256 bytes of text (UTF-16LE, padded with spaces), for the four cards (facts/devices.md 2.6)."""
from __future__ import annotations

from enum import Enum

from devices.id_reader.answers import TEXT_BYTES

_KIND_AT = 248  # the one character that tells the cards apart
_PAD = " ".encode("utf-16-le")

Field = tuple[str, int, int]
"""Name, offset and length in bytes. Names starting with "_" are reserved areas."""


class Kind(Enum):
    """The four cards; the value is the character at byte 248 (a resident's has none there)."""

    RESIDENT = " "
    RESIDENCE_PERMIT = "J"
    FOREIGNER_2017 = "I"
    FOREIGNER_2023 = "Y"


class FieldUnreadable(ValueError):
    """The field's bytes are no UTF-16 text. Carries the field's name, never its content."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


_DATES: tuple[Field, ...] = (("valid_from", 188, 16), ("valid_to", 204, 16))
FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.RESIDENT: (
        ("name", 0, 30), ("sex", 30, 2), ("nation", 32, 4), ("birth", 36, 16), ("address", 52, 70),
        ("id_number", 122, 36), ("issuer", 158, 30), *_DATES, ("_reserved", 220, 36),
    ),
    Kind.RESIDENCE_PERMIT: (
        ("name", 0, 30), ("sex", 30, 2), ("_reserved", 32, 4), ("birth", 36, 16), ("address", 52, 70),
        ("id_number", 122, 36), ("issuer", 158, 30), *_DATES, ("pass_number", 220, 18),
        ("issue_count", 238, 4), ("_reserved_2", 242, 6), ("_kind", 248, 2), ("_reserved_3", 250, 6),
    ),
    Kind.FOREIGNER_2017: (
        ("english_name", 0, 120), ("sex", 120, 2), ("card_number", 122, 30), ("nationality", 152, 6),
        ("chinese_name", 158, 30), *_DATES, ("birth", 220, 16), ("version", 236, 4),
        ("authority_code", 240, 8), ("_kind", 248, 2), ("_reserved", 250, 6),
    ),
    Kind.FOREIGNER_2023: (
        ("chinese_name", 0, 30), ("sex", 30, 2), ("renewals", 32, 4), ("birth", 36, 16), ("english_name", 52, 70),
        ("id_number", 122, 36), ("_reserved", 158, 30), *_DATES, ("english_name_2", 220, 22),
        ("nationality", 242, 6), ("_kind", 248, 2), ("old_card", 250, 6),
    ),
}  # fmt: skip


def kind_of(text: bytes) -> Kind:
    """Which card the text is of. Raises FieldUnreadable("kind") for any other character at byte 248."""
    character = text[_KIND_AT : _KIND_AT + 2].decode("utf-16-le", "replace")
    if len(text) != TEXT_BYTES:
        raise FieldUnreadable("kind")
    try:
        return Kind(" " if character == "\0" else character)
    except ValueError:
        raise FieldUnreadable("kind") from None


def split(text: bytes, kind: Kind) -> dict[str, str]:
    """The fields by name, without padding. Raises FieldUnreadable."""
    fields: dict[str, str] = {}
    for name, at, length in FIELDS[kind]:
        if name.startswith("_"):
            continue
        try:
            fields[name] = text[at : at + length].decode("utf-16-le").rstrip(" \0")
        except UnicodeDecodeError:
            raise FieldUnreadable(name) from None
    return fields


def join(fields: dict[str, str], kind: Kind) -> bytes:
    """The 256 bytes of a card. Raises ValueError where a field does not fit; it is never cut."""
    text = bytearray(_PAD * (TEXT_BYTES // 2))
    for name, at, length in FIELDS[kind]:
        value = kind.value if name == "_kind" else fields.get(name, "")
        raw = value.encode("utf-16-le")
        if len(raw) > length:
            raise ValueError(f"{name} takes {len(raw)} bytes, {length} fit")
        text[at : at + len(raw)] = raw
    return bytes(text)
