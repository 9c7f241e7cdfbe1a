"""The yearly certification for the allowance of people of 80 and more (facts/domain.md 4)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from remote.messages.base import Message
from remote.messages.identity import Evidence
from remote.messages.words import IdentityEvidence, Refusal


class AskAllowance(Message):
    person_ref: str


class AllowanceState(StrEnum):
    DUE = "due"                                            # can be certified now
    CERTIFIED = "certified"                                # done for this period
    TOO_YOUNG = "too_young"
    NEEDS_STAFF = "needs_staff"                            # the records want a person's eyes: never says why


class AllowanceAnswer(Message):
    state: AllowanceState
    since: date | None = None                              # TOO_YOUNG: the birthday from which; CERTIFIED: the day it was done
    next_from: date | None = None                          # when the next certification can be made
    next_until: date | None = None                         # and until when, grace included
    identity_needed: list[IdentityEvidence]
    may_ask_home_visit: bool = False
    rules_version: str


class Certify(Evidence):
    """Once per person and period, by unique index."""

    person_ref: str


class CertifyAnswer(Message):
    certified_on: date | None
    next_from: date | None = None
    next_until: date | None = None
    refusal: Refusal | None = None


class RequestHomeVisit(Message):
    """She cannot come. Somebody else laid her ID card; nothing is certified, somebody visits her at the known address."""

    person_ref: str


class HomeVisitAnswer(Message):
    visit_no: str | None
    address_masked: str = ""
    within_days: int = 0
    again: bool = False                                    # it had been asked for before, and still stands
    refusal: Refusal | None = None
