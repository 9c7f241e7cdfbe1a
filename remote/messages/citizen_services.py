"""What a citizen may see of herself (facts/journeys.md J21): insurance account, settlements, personal information, e-vouchers.

Every request carries a sign-in (remote/messages/sign_in.py). Numbers are masked unless `in_full`: she asked to see them.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from remote.messages.base import Message
from remote.messages.words import Refusal


class OwnAccount(Message):
    sign_in: str = Field(max_length=40)
    in_full: bool = False


class InsuranceMove(StrEnum):
    MONTHLY = "monthly"                                    # paid in
    INTEREST = "interest"
    PHARMACY = "pharmacy"
    CLINIC = "clinic"
    HOSPITAL = "hospital"


class Movement(Message):
    on: date
    kind: InsuranceMove
    fen: int                                               # what left the account is below 0
    where: str = Field(default="", repr=False)


class InsuranceAccount(Message):
    """`movements`: this year's, newest first. `kind` employee | resident."""

    account_no: str = Field(default="", repr=False)
    kind: str = ""
    insured: bool = False
    balance_fen: int = 0
    year: int = 0
    movements: list[Movement] = Field(default_factory=list, repr=False)
    refusal: Refusal | None = None


class Settlement(Message):
    """One bill of a hospital or pharmacy: whole = fund + account + own."""

    settlement_no: str = Field(repr=False)
    on: date
    kind: InsuranceMove
    where: str = Field(repr=False)
    whole_fen: int
    fund_fen: int
    account_fen: int
    own_fen: int


class Settlements(Message):
    """Of the last twelve months, newest first."""

    settlements: list[Settlement] = Field(default_factory=list, repr=False)
    refusal: Refusal | None = None


class OwnRecord(Message):
    """What the city knows of her."""

    name: str = Field(default="", repr=False)
    id_number: str = Field(default="", repr=False)
    birth: date | None = None
    nation: str = ""
    phone: str = Field(default="", repr=False)
    address: str = Field(default="", repr=False)
    household: str = ""
    refusal: Refusal | None = None


class VoucherState(StrEnum):
    GOOD = "good"
    NOT_YET = "not_yet"                                    # from `since` on
    REDEEMED = "redeemed"
    EXPIRED = "expired"


class Voucher(Message):
    voucher_id: str
    title: str
    worth_fen: int                                         # 0: a thing or a service, no amount
    where: str                                             # where it is handed in
    since: date
    until: date
    state: VoucherState
    redeemed_on: date | None = None
    redemption_no: str = ""


class Vouchers(Message):
    """Good ones first."""

    vouchers: list[Voucher] = Field(default_factory=list)
    refusal: Refusal | None = None


class RedeemVoucher(Message):
    """Once for ever, by unique index, whoever asks with whichever key."""

    sign_in: str = Field(max_length=40)
    voucher_id: str = Field(max_length=32)


class VoucherRedeemed(Message):
    voucher: Voucher | None
    refusal: Refusal | None = None
