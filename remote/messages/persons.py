"""Looking someone up."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from remote.messages.base import Message
from remote.messages.words import CaseState, Delivery, IdentityEvidence, PhotoSource, Refusal, Service


class CheckPerson(Message):
    """Sent when the ID card was read. The centre compares, decides, and says what can be done now."""

    id_number: str
    name: str
    birth: date
    id_valid_to: date | None                               # None = 长期
    chip_photo_usable: bool = False                        # the terminal could decode the chip's photo
    can_take_photo: bool = False                           # and it has a camera for a new one


class AgeClass(Message):
    code: str
    label: str                                             # "70周岁及以上"
    colour: str                                            # "green" | "red"


class LiveCard(Message):
    tail: str                                              # last four characters of the number
    issued_on: date
    valid_to: date | None


class KnownAddress(Message):
    address_id: str
    masked: str                                            # "亳州市谯城区薛阁街道****"


class OpenCase(Message):
    case_id: str
    service: Service
    delivery: Delivery
    state: CaseState
    submitted_on: date
    can_withdraw: bool
    can_convert: bool                                      # mail that is not produced yet -> instant
    can_produce_here: bool                                 # approved, instant, nobody holds it: the claim is settled here
    place: str | None = None                               # where a kept card lies
    claim_code: str                                        # of the application; shown again where the case goes on


class Offer(Message):
    service: Service
    refusal: Refusal | None                                # None = can be done now
    deliveries: list[Delivery] = Field(default_factory=list)
    highlighted: bool = False                              # offered first (renewal due, class changed, first card)
    reason: str | None = None                              # renew: "expiry" | "expired" | "class"


class OwedView(Message):
    """An obligation the ID card alone finds, at any terminal."""

    obligation_id: str
    kind: str
    since: datetime
    place: str
    claim_tail: str


class PersonAnswer(Message):
    person_ref: str                                        # opaque, for later calls; not the ID number
    age: int
    age_class: AgeClass | None
    photo_png: str | None                                  # base64, 300x420 px portrait
    photo_source: PhotoSource
    photo_is_drawn: bool = False                           # demo only: no photograph, a face compared with it proves nothing
    region: str                                            # "亳州市谯城区"
    addresses: list[KnownAddress]
    phone_masked: str | None
    live_card: LiveCard | None
    open_case: OpenCase | None
    owed: list[OwedView]
    offers: list[Offer]
    refusal: Refusal | None                                # stands for every service (expired ID, needs staff, not matched)
    identity_needed: list[IdentityEvidence]                # any one of these will do; never empty
    rules_version: str
    valid_to_if_issued: date | None = None                 # what a card made today would bear; None = for life
