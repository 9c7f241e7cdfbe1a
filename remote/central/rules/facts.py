"""What the rules are told about a person. No database rows, no messages: plain typed facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from remote.messages import CaseState, Delivery, Offer, PhotoSource, Refusal, Service


@dataclass(frozen=True)
class CardOnRecord:
    tail: str
    class_code: str
    issued_on: date
    valid_to: date | None


@dataclass(frozen=True)
class CaseOnRecord:
    service: Service
    delivery: Delivery
    state: CaseState
    submitted_on: date
    place: str | None = None  # of a kept card


@dataclass(frozen=True)
class PersonFacts:
    """As the population database knows her."""

    birth: date
    hukou: str  # 6 digits
    hukou_place: str
    needs_staff: bool = False  # deceased, hukou cancelled, fraud hold: the reason never leaves the centre
    photos: frozenset[PhotoSource] = frozenset({PhotoSource.POPULATION})
    live_card: CardOnRecord | None = None
    lost_card: bool = False  # the last card was reported lost and nothing replaced it
    losses_12_months: int = 0
    open_case: CaseOnRecord | None = None


@dataclass(frozen=True)
class PresentedId:
    """The ID card on the reader, compared with the population database."""

    matches: bool  # number known, name, birth and validity agree
    valid_to: date | None


@dataclass(frozen=True)
class Decision:
    """`refusal` stands for every service; `offers` always lists all four."""

    age: int
    class_code: str | None
    photo: PhotoSource
    refusal: Refusal | None
    offers: tuple[Offer, ...] = field(default=())

    def offer(self, service: Service) -> Offer:
        return next(offer for offer in self.offers if offer.service is service)
