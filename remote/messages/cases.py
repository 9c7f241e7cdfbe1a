"""The application for a card."""

from __future__ import annotations

from remote.messages.base import Message
from remote.messages.identity import Evidence
from remote.messages.words import CaseState, Delivery, PhotoSource, Refusal, Service


class Address(Message):
    """Where to mail. Either a known one by id, or picked region codes and the house number by digits."""

    address_id: str | None = None
    county: str | None = None                              # 6 digits
    township: str | None = None                            # 9 digits
    village: str | None = None                             # 12 digits
    house: str | None = None                               # digits only


class SubmitCase(Evidence):
    person_ref: str
    service: Service
    delivery: Delivery
    photo: PhotoSource
    photo_ref: str | None = None                           # LIVE: what PutPhoto gave
    loss_stated: bool = False
    address: Address | None = None
    claim_code: str                                        # 8 Crockford base32 characters, made from the plan id


class CaseView(Message):
    case_id: str
    case_no: str                                           # for people: printed on slips
    state: CaseState
    fee_fen: int
    mail_hours: int | None = None
    mail_order: str | None = None


class CaseAnswer(Message):
    case: CaseView | None
    refusal: Refusal | None


class WithdrawCase(Message):
    case_id: str


class ConvertCase(Message):
    """Mail -> instant, in one transaction, only while nothing was produced."""

    case_id: str
    claim_code: str


class MailCase(Message):
    """Instant -> mail, in one transaction, only while nothing was produced: the way out when no machine can make it now."""

    person_ref: str
    case_id: str
    address: Address


class ReportLoss(Message):
    """A loss report of its own: effective at once, the live card is dead from now on."""

    person_ref: str


class LossAnswer(Message):
    reported: bool
    refusal: Refusal | None
