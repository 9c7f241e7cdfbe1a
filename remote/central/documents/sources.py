"""Which department answers for which kind, and what there is to choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pydantic import TypeAdapter

from print.layouts.documents.content import KINDS, Content, Head
from remote.central.documents.departments import casework, housing, property, social, taxes
from remote.central.documents.rules import DocumentRules
from remote.central.operations.records import Row
from remote.messages import Choice, DocumentKind

Choices = Callable[[Row, date], list[Choice]]


@dataclass(frozen=True)
class Source:
    content: Callable[[Row, Head, date, str], Content | None]
    """(person, head, today, period) -> content; None where nothing is on record."""
    periods: Choices | None = None
    """None = nothing to choose; an empty list = nothing on record."""


SOURCES: dict[DocumentKind, Source] = {
    DocumentKind.SOCIAL_INSURANCE: Source(social.participation),
    DocumentKind.PAYMENT_LIST: Source(social.payments, social.spans),
    DocumentKind.HOUSING_FUND: Source(housing.statement, housing.spans),
    DocumentKind.PROPERTY: Source(property.result),
    DocumentKind.ACCEPTANCE: Source(casework.acceptance, casework.choices),
    DocumentKind.CASE_PROGRESS: Source(casework.progress, casework.choices),
    DocumentKind.PAYMENT_RECEIPT: Source(taxes.receipt, taxes.choices),
}


def head_for(person: Row, rules: DocumentRules, kind: DocumentKind, number: str, purpose: str, now: datetime) -> Head:
    rule = rules.kinds[kind]
    valid_to = None if rule.valid_days is None else now.date() + timedelta(days=rule.valid_days)
    at = now.replace(second=0, microsecond=0)
    return Head(rule.issuer, number, at, valid_to, person.name, person.id_number, rules.purposes.get(purpose, ""), rules.hotline)


def restored(kind: str, embedded: str) -> Content:
    """The content from its essential JSON."""
    import json

    data = json.loads(embedded)
    data.pop("kind")
    made: type[Content] = next(one for one, name in KINDS.items() if name == kind)
    content: Content = TypeAdapter(made).validate_python(data)
    return content
