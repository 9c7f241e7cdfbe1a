"""Rows of what people began before: a card on its way by mail, a card that lies in a terminal."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from remote.central.operations.records import ITEM
from remote.central.rules.ruleset import RuleSet
from remote.central.rules.senior_card import class_of, valid_to
from remote.central.times import full_years
from remote.messages import CaseState, Delivery, IdentityEvidence, PhotoSource, Service

Row = dict[str, Any]
KEPT_AT = "政务大厅一楼2号机"
PHONE, KEEPER = "phone", "T2"


def case_row(person_id: int, ref: str, delivery: Delivery, state: CaseState, at: datetime, rules: RuleSet) -> Row:
    """A case of a first card, begun on the phone (mail) or at a terminal."""
    return {
        "case_id": f"past{ref[4:]}",
        "case_no": f"LN{at:%Y%m%d}9{person_id:05d}",
        "person_id": person_id,
        "item": ITEM,
        "service": Service.NEW.value,
        "delivery": delivery.value,
        "state": state.value,
        "submitted_at": at,
        "fee_fen": 0,
        "photo": PhotoSource.POPULATION.value,
        "identity": IdentityEvidence.FACE.value,
        "card_alone": False,
        "loss_stated": False,
        "claim_code": ref[:8].upper().translate(str.maketrans("ILOU", "1100")),
        "terminal": PHONE if delivery is Delivery.MAIL else KEEPER,
        "rules_version": rules.version,
        "place": KEPT_AT if state is CaseState.KEPT else None,
    }


def order_row(case: Row, ref: str, address: str, rules: RuleSet) -> Row:
    return {
        "order_no": f"EM{int(ref[:10], 16) % 10**11:011d}",
        "case_id": case["case_id"],
        "state": "ordered",
        "address": address,
        "hours": rules.mail.city_hours,
        "number": None,
        "changed_at": case["submitted_at"],
    }


def card_row(person_id: int, birth: date, issued: date, state: str, rules: RuleSet, sequence: int) -> Row:
    """A card with the class of her age on the day of issue."""
    own_class = class_of(full_years(birth, issued, rules.leap_day_becomes), rules)
    assert own_class is not None
    return {
        "number": rules.number.number(sequence),
        "person_id": person_id,
        "case_id": None,
        "state": state,
        "class_code": own_class.code,
        "chip_serial": f"34160001{sequence:012d}",
        "issued_on": issued,
        "valid_to": valid_to(issued, rules),
        "blank_serial": "",
        "ended_at": None,
        "ended_by": None,
    }


def kept_reservation_row(case: Row, number: str) -> Row:
    at = case["submitted_at"]
    return {
        "reserve_key": f"{case['case_id']}:reserve:1",
        "person_id": case["person_id"],
        "case_id": case["case_id"],
        "number": number,
        "terminal": KEEPER,
        "state": "kept",
        "place": KEPT_AT,
        "reason": "",
        "opened_at": at,
        "changed_at": at,
        "settled_by": "terminal",
    }
