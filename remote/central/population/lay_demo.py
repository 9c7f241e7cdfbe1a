"""Laying the demo citizens into a database. Those of an earlier month stay as they are, with their history."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.demo_citizens import DemoCitizen, demo_citizens
from remote.central.operations.records import ITEM
from remote.central.rules.ruleset import Rules, RuleSet
from remote.central.rules.senior_card import valid_to
from remote.central.store.schema import addresses, cards, cases, delivery_orders, number_series, persons
from remote.messages import CaseState, Delivery, IdentityEvidence, Service


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
    if citizen.card_class:
        _card(connection, citizen, person_id, now.date(), rules)
    if citizen.mail_case_days_ago is not None:
        _mail_case(connection, citizen, person_id, ref, now - timedelta(days=citizen.mail_case_days_ago), rules)


def _card(connection: sa.Connection, citizen: DemoCitizen, person_id: int, today: date, rules: RuleSet) -> None:
    prefix = rules.number.prefix
    last = connection.execute(sa.select(number_series.c.last).where(number_series.c.prefix == prefix)).scalar()
    sequence = (last or 0) + 1
    if last is None:
        connection.execute(sa.insert(number_series), {"prefix": prefix, "last": sequence})
    connection.execute(sa.update(number_series).where(number_series.c.prefix == prefix).values(last=sequence))
    issued = today - timedelta(days=citizen.card_months_old * 30)
    until = valid_to(issued, rules) if citizen.card_days_left is None else today + timedelta(days=citizen.card_days_left)
    connection.execute(
        sa.insert(cards),
        {
            "number": rules.number.number(sequence),
            "person_id": person_id,
            "case_id": None,
            "state": "live",
            "class_code": citizen.card_class,
            "chip_serial": f"34160001{sequence:012d}",
            "issued_on": issued,
            "valid_to": until,
            "blank_serial": "",
        },
    )


def _mail_case(connection: sa.Connection, citizen: DemoCitizen, person_id: int, ref: str, at: datetime, rules: RuleSet) -> None:
    case: dict[str, Any] = {
        "case_id": f"demo{ref[4:]}",
        "case_no": f"LN{at:%Y%m%d}9{person_id:05d}",
        "person_id": person_id,
        "item": ITEM,
        "service": Service.NEW.value,
        "delivery": Delivery.MAIL.value,
        "state": CaseState.MAIL_ORDERED.value,
        "submitted_at": at,
        "fee_fen": 0,
        "photo": citizen.photo.value,
        "identity": IdentityEvidence.FACE.value,
        "card_alone": False,
        "loss_stated": False,
        "claim_code": ref[:8].upper(),
        "terminal": "phone",
        "rules_version": rules.version,
    }
    connection.execute(sa.insert(cases), case)
    connection.execute(
        sa.insert(delivery_orders),
        {
            "order_no": f"EM{int(ref[:10], 16) % 10**11:011d}",
            "case_id": case["case_id"],
            "state": "ordered",
            "address": citizen.address,
            "hours": rules.mail.city_hours,
            "number": None,
            "changed_at": at,
        },
    )
