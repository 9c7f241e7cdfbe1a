"""The people on the four cards, typed. Made by records.decode, which checks them; a test or the bench may make any."""
from __future__ import annotations

import datetime
from dataclasses import dataclass

from devices.id_reader import id_number
from devices.id_reader.id_number import Sex


class _Masked:
    """A card in a log or a traceback shows its kind and its masked number only."""

    @property
    def number(self) -> str:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({id_number.mask(self.number)})"


@dataclass(frozen=True, repr=False)
class ResidentCard(_Masked):
    """居民身份证. `valid_to` None = 长期. `nation` is the GB 3304 code, two digits."""

    name: str
    sex: Sex
    nation: str
    birth: datetime.date
    address: str
    id_number: str
    issuer: str
    valid_from: datetime.date
    valid_to: datetime.date | None

    @property
    def number(self) -> str:
        return self.id_number


@dataclass(frozen=True, repr=False)
class ResidencePermit(_Masked):
    """港澳台居民居住证. `valid_to` None = 长期. `pass_number` is the number of the travel pass."""

    name: str
    sex: Sex
    birth: datetime.date
    address: str
    id_number: str
    issuer: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    pass_number: str
    issue_count: str

    @property
    def number(self) -> str:
        return self.id_number


@dataclass(frozen=True, repr=False)
class ForeignerCard2017(_Masked):
    """外国人永久居留身份证 of 2017. `card_number` has 15 characters; `nationality` is ISO 3166 alpha-3."""

    english_name: str
    chinese_name: str
    sex: Sex
    birth: datetime.date
    card_number: str
    nationality: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    version: str
    authority_code: str

    @property
    def name(self) -> str:
        return self.chinese_name or self.english_name

    @property
    def number(self) -> str:
        return self.card_number


@dataclass(frozen=True, repr=False)
class ForeignerCard2023(_Masked):
    """外国人永久居留身份证 of 2023. `id_number` has 18 digits and begins with 9; `old_card` is its relation to the
    card before (as on the chip)."""

    english_name: str
    chinese_name: str
    sex: Sex
    birth: datetime.date
    id_number: str
    nationality: str
    renewals: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    old_card: str

    @property
    def name(self) -> str:
        return self.chinese_name or self.english_name

    @property
    def number(self) -> str:
        return self.id_number


IdCard = ResidentCard | ResidencePermit | ForeignerCard2017 | ForeignerCard2023
"""Any card the reader can read. All have name, number, sex, birth, valid_from and valid_to."""
