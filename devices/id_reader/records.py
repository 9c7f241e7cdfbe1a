"""The person on the chip, typed and checked: four kinds of card (facts/devices.md 2.6).

A record that cannot be right is refused with the name of the field, never repaired and never with its content: what is
personal stays out of error messages, and out of the repr of a card.
"""
from __future__ import annotations

import datetime
import re

from devices.errors import DeviceError
from devices.id_reader import id_number, layouts
from devices.id_reader.cards import ForeignerCard2017, ForeignerCard2023, IdCard, ResidencePermit, ResidentCard
from devices.id_reader.id_number import Sex
from devices.id_reader.layouts import Kind

__all__ = [
    "ForeignerCard2017",
    "ForeignerCard2023",
    "IdCard",
    "RecordInvalid",
    "ResidencePermit",
    "ResidentCard",
    "Sex",
    "decode",
    "encode",
]

LONG_TERM = "长期"
_OLDEST_BIRTH = datetime.date(1880, 1, 1)
_ENGLISH_NAME_FIRST_PART = 35  # characters of the 2023 card's English name in its first field
_REGIONS_OF_PERMITS = ("810000", "820000", "830000")  # Hong Kong, Macao, Taiwan
_DATE = re.compile(r"[0-9]{8}")


class RecordInvalid(DeviceError):
    """The text on the chip contradicts itself or the standard in `field`."""

    def __init__(self, field: str) -> None:
        super().__init__(f"the card's record is invalid in: {field}")
        self.field = field


_KIND_OF_TYPE: dict[type, Kind] = {
    ResidentCard: Kind.RESIDENT,
    ResidencePermit: Kind.RESIDENCE_PERMIT,
    ForeignerCard2017: Kind.FOREIGNER_2017,
    ForeignerCard2023: Kind.FOREIGNER_2023,
}


def decode(text: bytes) -> IdCard:
    """The card of 256 bytes of text. Raises RecordInvalid."""
    try:
        kind = layouts.kind_of(text)
        fields = _Fields(layouts.split(text, kind))
    except layouts.FieldUnreadable as error:
        raise RecordInvalid(error.field) from None
    match kind:
        case Kind.RESIDENT:
            return _resident(fields)
        case Kind.RESIDENCE_PERMIT:
            return _residence_permit(fields)
        case Kind.FOREIGNER_2017:
            return _foreigner_2017(fields)
        case Kind.FOREIGNER_2023:
            return _foreigner_2023(fields)


def encode(card: IdCard) -> bytes:
    """The 256 bytes of a card, for the simulated machine. Raises ValueError where a field does not fit. Writes what it
    is given, checked or not."""
    fields: dict[str, str] = {}
    for name, value in vars(card).items():
        if isinstance(value, datetime.date):
            fields[name] = f"{value:%Y%m%d}" if value.year > 999 else f"{value.year:04d}{value:%m%d}"
        elif isinstance(value, Sex):
            fields[name] = str(int(value))
        else:
            fields[name] = LONG_TERM if value is None else value
    if isinstance(card, ForeignerCard2023):
        fields["english_name_2"] = card.english_name[_ENGLISH_NAME_FIRST_PART:]
        fields["english_name"] = card.english_name[:_ENGLISH_NAME_FIRST_PART]
    return layouts.join(fields, _KIND_OF_TYPE[type(card)])


def _resident(fields: _Fields) -> ResidentCard:
    birth, valid_from, valid_to = fields.dates()
    if not re.fullmatch(r"[0-9]{2}", fields.text("nation")):
        raise RecordInvalid("nation")
    return ResidentCard(
        name=fields.needed("name"), sex=fields.sex(), nation=fields.text("nation"), birth=birth,
        address=fields.text("address"), id_number=fields.id_number(birth), issuer=fields.text("issuer"),
        valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip


def _residence_permit(fields: _Fields) -> ResidencePermit:
    birth, valid_from, valid_to = fields.dates()
    number = fields.id_number(birth)
    if not number.startswith(_REGIONS_OF_PERMITS):
        raise RecordInvalid("id_number")
    return ResidencePermit(
        name=fields.needed("name"), sex=fields.sex(), birth=birth, address=fields.text("address"), id_number=number,
        issuer=fields.text("issuer"), valid_from=valid_from, valid_to=valid_to,
        pass_number=fields.needed("pass_number"), issue_count=fields.text("issue_count"),
    )  # fmt: skip


def _foreigner_2017(fields: _Fields) -> ForeignerCard2017:
    birth, valid_from, valid_to = fields.dates()
    if not re.fullmatch(r"[A-Z0-9]{15}", fields.text("card_number")):
        raise RecordInvalid("card_number")
    return ForeignerCard2017(
        english_name=fields.needed("english_name"), chinese_name=fields.text("chinese_name"), sex=fields.sex(),
        birth=birth, card_number=fields.text("card_number"), nationality=fields.country(), valid_from=valid_from,
        valid_to=valid_to, version=fields.text("version"), authority_code=fields.text("authority_code"),
    )  # fmt: skip


def _foreigner_2023(fields: _Fields) -> ForeignerCard2023:
    birth, valid_from, valid_to = fields.dates()
    number = fields.id_number(birth)
    if not number.startswith("9"):
        raise RecordInvalid("id_number")
    english = fields.text("english_name").ljust(_ENGLISH_NAME_FIRST_PART) + fields.text("english_name_2")
    if not english.strip():
        raise RecordInvalid("english_name")
    return ForeignerCard2023(
        english_name=english.rstrip(), chinese_name=fields.text("chinese_name"), sex=fields.sex(), birth=birth,
        id_number=number, nationality=fields.country(), renewals=fields.text("renewals"), valid_from=valid_from,
        valid_to=valid_to, old_card=fields.text("old_card"),
    )  # fmt: skip


class _Fields:
    """The text of a card by field name, with the checks all cards share."""

    def __init__(self, text: dict[str, str]) -> None:
        self._text = text

    def text(self, field: str) -> str:
        """Text without control characters. Private-use characters stay: rare names arrive in them."""
        value = self._text[field]
        if any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in value):
            raise RecordInvalid(field)
        return value

    def needed(self, field: str) -> str:
        value = self.text(field)
        if not value.strip():
            raise RecordInvalid(field)
        return value

    def sex(self) -> Sex:
        try:
            return Sex(int(self._text["sex"]) if self._text["sex"].isascii() else -1)
        except ValueError:
            raise RecordInvalid("sex") from None

    def country(self) -> str:
        value = self.text("nationality")
        if not re.fullmatch(r"[A-Z]{1,3}", value):
            raise RecordInvalid("nationality")
        return value

    def id_number(self, birth: datetime.date) -> str:
        try:
            number = id_number.checked(self._text["id_number"])
        except id_number.IdNumberInvalid:
            raise RecordInvalid("id_number") from None
        if id_number.birth_date(number) != birth:
            raise RecordInvalid("birth")
        return number

    def dates(self) -> tuple[datetime.date, datetime.date, datetime.date | None]:
        """Birth, valid from, valid to, in this order in time. No clock is asked: a card cannot be older than its owner."""
        birth, valid_from = self._date("birth"), self._date("valid_from")
        valid_to = None if self._text["valid_to"] == LONG_TERM else self._date("valid_to")
        if not _OLDEST_BIRTH <= birth <= valid_from:
            raise RecordInvalid("birth")
        if valid_to is not None and valid_to < valid_from:
            raise RecordInvalid("valid_to")
        return birth, valid_from, valid_to

    def _date(self, field: str) -> datetime.date:
        value = self._text[field]
        if not _DATE.fullmatch(value):
            raise RecordInvalid(field)
        try:
            return datetime.date(int(value[:4]), int(value[4:6]), int(value[6:]))
        except ValueError:
            raise RecordInvalid(field) from None
