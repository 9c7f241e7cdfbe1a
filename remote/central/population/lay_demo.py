"""Laying the demo citizens into a database. Those of an earlier month stay as they are, with their history."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from remote.central.allowance.rules import period_of, rules_on
from remote.central.allowance.tables import certifications
from remote.central.citizen_cards.laid import lay_citizen_card
from remote.central.demo_citizens import DemoCitizen, demo_citizens
from remote.central.population.histories import card_row, case_row, kept_reservation_row, order_row
from remote.central.population.photographs import portrait
from remote.central.rules.ruleset import Rules, RuleSet
from remote.central.store.schema import addresses, cards, cases, delivery_orders, number_series, persons, photos, reservations
from remote.messages import CaseState, Delivery


def lay_demo_citizens(connection: sa.Connection, now: datetime, rules: Rules) -> int:
    """Adds whoever is missing; returns how many were added. Safe to repeat."""
    in_force = rules.on(now.date())
    laid = 0
    for citizen in demo_citizens(now.date()).values():
        if connection.execute(sa.select(persons.c.person_id).where(persons.c.id_number == citizen.id_number)).first() is None:
            _lay(connection, citizen, now, in_force)
            laid += 1
    return laid


def _lay(connection: sa.Connection, citizen: DemoCitizen, now: datetime, rules: RuleSet) -> None:
    ref = hashlib.sha256(f"demo|{citizen.id_number}".encode()).hexdigest()[:32]
    person_id = (connection.execute(sa.select(sa.func.max(persons.c.person_id))).scalar() or 0) + 1
    connection.execute(
        sa.insert(persons),
        {
            "person_id": person_id,
            "person_ref": ref,
            "id_number": citizen.id_number,
            "name": citizen.name,
            "sex": citizen.sex,
            "nation": citizen.nation,
            "birth": citizen.birth,
            "address": citizen.address,
            "village": citizen.village,
            "hukou": citizen.hukou,
            "hukou_place": citizen.hukou_place,
            "id_issuer": citizen.id_issuer,
            "id_valid_from": citizen.valid_from,
            "id_valid_to": citizen.valid_to,
            "phone": citizen.phone,
            "deceased": citizen.deceased,
            "hukou_cancelled": False,
            "fraud_hold": False,
            "photo_source": citizen.photo.value,
            "photo_seed": citizen.photo_seed,
        },
    )
    if citizen.village:
        connection.execute(
            sa.insert(addresses),
            {"address_id": ref[:16], "person_id": person_id, "text": citizen.address, "county": citizen.village[:6]},
        )
    if citizen.photograph and (png := portrait(citizen.photograph)) is not None:
        connection.execute(sa.insert(photos), {"person_id": person_id, "png": png})
    if citizen.certified_days_ago is not None:
        _certified(connection, citizen, person_id, ref, now)
    lay_citizen_card(connection, citizen, person_id, now)
    if citizen.card_class:
        _card(connection, citizen, person_id, now.date(), rules)
    if citizen.mail_case_days_ago is not None:
        at = now - timedelta(days=citizen.mail_case_days_ago)
        case = case_row(person_id, ref, Delivery.MAIL, CaseState.MAIL_ORDERED, at, rules)
        connection.execute(sa.insert(cases), case)
        connection.execute(sa.insert(delivery_orders), order_row(case, ref, citizen.address, rules))
    if citizen.kept_days_ago is not None:
        _kept(connection, citizen, person_id, ref, now - timedelta(days=citizen.kept_days_ago), rules)


def _card(connection: sa.Connection, citizen: DemoCitizen, person_id: int, today: date, rules: RuleSet) -> None:
    issued = today - timedelta(days=citizen.card_months_old * 30)
    row = card_row(person_id, citizen.birth, issued, "live", rules, _next_sequence(connection, rules))
    until = {} if citizen.card_days_left is None else {"valid_to": today + timedelta(days=citizen.card_days_left)}
    connection.execute(sa.insert(cards), row | {"class_code": citizen.card_class} | until)


def _certified(connection: sa.Connection, citizen: DemoCitizen, person_id: int, ref: str, now: datetime) -> None:
    at = now - timedelta(days=citizen.certified_days_ago or 0)
    rules = rules_on(now.date())
    period = period_of(citizen.birth, now.date(), rules).key
    values = {"certification_id": ref, "person_id": person_id, "period": period, "at": at}
    more = {"terminal": "counter", "identity": "staff", "rules_version": rules.version}
    connection.execute(sa.insert(certifications), values | more)


def _kept(connection: sa.Connection, citizen: DemoCitizen, person_id: int, ref: str, at: datetime, rules: RuleSet) -> None:
    case = case_row(person_id, ref, Delivery.INSTANT, CaseState.KEPT, at, rules)
    card = card_row(person_id, citizen.birth, at.date(), "kept", rules, _next_sequence(connection, rules))
    connection.execute(sa.insert(cases), case)
    connection.execute(sa.insert(cards), card | {"case_id": case["case_id"]})
    connection.execute(sa.insert(reservations), kept_reservation_row(case, card["number"]))


def _next_sequence(connection: sa.Connection, rules: RuleSet) -> int:
    prefix = rules.number.prefix
    last = connection.execute(sa.select(number_series.c.last).where(number_series.c.prefix == prefix)).scalar()
    if last is None:
        connection.execute(sa.insert(number_series), {"prefix": prefix, "last": 0})
    connection.execute(sa.update(number_series).where(number_series.c.prefix == prefix).values(last=(last or 0) + 1))
    return (last or 0) + 1
