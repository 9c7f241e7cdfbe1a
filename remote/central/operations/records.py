"""Reading what the centre knows about a person, and turning it into the facts the rules ask for."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.context import Context, Refused
from remote.central.identity.tables import live_photos
from remote.central.rules.facts import CardOnRecord, CaseOnRecord, PersonFacts
from remote.central.sign_in.refs import is_sign_in, person_behind
from remote.central.store.schema import addresses, cards, cases, delivery_orders, obligations, persons, photos
from remote.central.times import full_years
from remote.messages import CaseState, Delivery, KnownAddress, LiveCard, OpenCase, OwedView, PhotoSource, Service

OPEN_STATES = ("approved", "producing", "kept", "in_doubt", "mail_ordered")
ITEM = "senior_card"

Row = sa.Row[Any]

BY_ID_NUMBER = sa.select(persons).where(persons.c.id_number == sa.bindparam("id_number"))
BY_REF = sa.select(persons).where(persons.c.person_ref == sa.bindparam("person_ref"))
BY_PERSON_ID = sa.select(persons).where(persons.c.person_id == sa.bindparam("person_id"))
CARDS_OF = sa.select(cards).where(cards.c.person_id == sa.bindparam("person_id"))
OPEN_CASE_OF = sa.select(cases).where(
    cases.c.person_id == sa.bindparam("person_id"), cases.c.item == ITEM, cases.c.state.in_(OPEN_STATES)
)
CASE = sa.select(cases).where(cases.c.case_id == sa.bindparam("case_id"))
ORDER_OF = (
    sa.select(delivery_orders)
    .where(delivery_orders.c.case_id == sa.bindparam("case_id"))
    .order_by(delivery_orders.c.changed_at.desc())
)
ADDRESSES_OF = sa.select(addresses).where(addresses.c.person_id == sa.bindparam("person_id")).order_by(addresses.c.address_id)
OWED_TO = (
    sa.select(obligations)
    .where(obligations.c.person_id == sa.bindparam("person_id"), obligations.c.settled_at.is_(None))
    .order_by(obligations.c.since)
)
PHOTO_OF = sa.select(photos.c.png).where(photos.c.person_id == sa.bindparam("person_id"))
LIVE_PHOTO_OF = (
    sa.select(live_photos.c.png)
    .where(live_photos.c.person_id == sa.bindparam("person_id"), live_photos.c.case_id.is_not(None))
    .order_by(live_photos.c.at.desc())
)


@dataclass(frozen=True)
class Record:
    """A person as the database holds her now."""

    row: Row
    live_card: Row | None
    last_lost: Row | None  # lost, and nothing replaced it
    losses_12_months: int
    open_case: Row | None


def record_of(context: Context, row: Row) -> Record:
    all_cards = context.connection.execute(CARDS_OF, {"person_id": row.person_id}).all()
    live = next((card for card in all_cards if card.state == "live"), None)
    lost = [card for card in all_cards if card.state == "dead" and card.ended_by == "lost"]
    year_ago = context.now - timedelta(days=365)
    open_case = context.connection.execute(OPEN_CASE_OF, {"person_id": row.person_id}).first()
    last_lost = max(lost, key=lambda card: card.ended_at, default=None) if live is None else None
    return Record(row, live, last_lost, sum(1 for card in lost if card.ended_at >= year_ago), open_case)


def by_ref(context: Context, person_ref: str) -> Record:
    """Of an ID card, or of a sign-in that opens this operation. Raises Refused."""
    if is_sign_in(person_ref):
        return record_of(context, person_behind(context, person_ref))
    row = context.connection.execute(BY_REF, {"person_ref": person_ref}).first()
    if row is None:
        raise Refused("unknown_person", "person_ref: expected one that check_person has given")
    return record_of(context, row)


def facts_of(record: Record, chip_photo_usable: bool, live_photo: bool = False) -> PersonFacts:
    row, live, case = record.row, record.live_card, record.open_case
    sources = {PhotoSource(row.photo_source)} - {PhotoSource.NONE} | ({PhotoSource.CHIP} if chip_photo_usable else set())
    sources |= {PhotoSource.LIVE} if live_photo else set()
    return PersonFacts(
        birth=row.birth,
        hukou=row.hukou,
        hukou_place=row.hukou_place,
        needs_staff=row.deceased or row.hukou_cancelled or row.fraud_hold,
        photos=frozenset(sources),
        live_card=CardOnRecord(live.number[-4:], live.class_code, live.issued_on, live.valid_to) if live else None,
        lost_card=record.last_lost is not None,
        losses_12_months=record.losses_12_months,
        open_case=CaseOnRecord(
            Service(case.service), Delivery(case.delivery), CaseState(case.state), case.submitted_at.date(), case.place
        )
        if case
        else None,
    )


def photo_base64(context: Context, row: Row, source: PhotoSource) -> str | None:
    """The portrait for a source. None for the chip's: only the terminal has that one. LIVE: of her newest application."""
    if source is PhotoSource.LIVE:
        taken = context.connection.execute(LIVE_PHOTO_OF, {"person_id": row.person_id}).scalar()
        return base64.b64encode(taken).decode("ascii") if taken else None
    if source not in (PhotoSource.POPULATION, PhotoSource.PREVIOUS_CARD):
        return None
    stored = context.connection.execute(PHOTO_OF, {"person_id": row.person_id}).scalar()
    png = stored or context.draw_photo(row.photo_seed, row.sex, full_years(row.birth, context.today))
    return base64.b64encode(png).decode("ascii")


def reference_photo(context: Context, row: Row) -> bytes | None:
    """What a face is compared with: the picture the population database has of her, drawn where she is synthetic."""
    known = photo_base64(context, row, PhotoSource(row.photo_source))
    return base64.b64decode(known) if known else None


def has_photograph(context: Context, row: Row) -> bool:
    """A picture of a real face; the drawn portraits of synthetic people prove nothing."""
    return context.connection.execute(PHOTO_OF, {"person_id": row.person_id}).first() is not None


def live_card_view(card: Row | None) -> LiveCard | None:
    return LiveCard(tail=card.number[-4:], issued_on=card.issued_on, valid_to=card.valid_to) if card else None


def open_case_view(context: Context, case: Row | None) -> OpenCase | None:
    if case is None:
        return None
    mail_waiting = case.state == CaseState.MAIL_ORDERED and mail_not_produced(context, case.case_id)
    approved = case.state == CaseState.APPROVED
    return OpenCase(
        case_id=case.case_id,
        service=Service(case.service),
        delivery=Delivery(case.delivery),
        state=CaseState(case.state),
        submitted_on=case.submitted_at.date(),
        can_withdraw=approved or mail_waiting,
        can_convert=mail_waiting,
        can_produce_here=approved and case.delivery == Delivery.INSTANT,
        place=case.place,
        claim_code=case.claim_code,
    )


def mail_not_produced(context: Context, case_id: str) -> bool:
    order = context.connection.execute(ORDER_OF, {"case_id": case_id}).first()
    return order is not None and order.state == "ordered"


def known_addresses(context: Context, person_id: int) -> list[KnownAddress]:
    rows = context.connection.execute(ADDRESSES_OF, {"person_id": person_id})
    return [KnownAddress(address_id=row.address_id, masked=mask_address(row.text)) for row in rows]


def owed_to(context: Context, person_id: int) -> list[OwedView]:
    rows = context.connection.execute(OWED_TO, {"person_id": person_id})
    return [
        OwedView(obligation_id=row.obligation_id, kind=row.kind, since=row.since, place=row.place, claim_tail=row.claim_code[-4:])
        for row in rows
    ]


def mask_address(text: str) -> str:
    """As far as the township; nothing that says which door. The ID card alone must not reveal more."""
    for word in ("街道", "镇", "乡", "县", "区", "市"):
        position = text.find(word, 6)
        if position > 0:
            return text[: position + len(word)] + "****"
    return text[:6] + "****"


def mask_id_number(number: str) -> str:
    return f"{number[:3]}***********{number[-4:]}"


def mask_phone(phone: str | None) -> str | None:
    return f"{phone[:3]}****{phone[-4:]}" if phone else None


def birth_agrees(row: Row, name: str, birth: date, valid_to: date | None) -> bool:
    return bool(row.name == name and row.birth == birth and row.id_valid_to == valid_to)
