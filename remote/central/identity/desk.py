"""What people at the counter do about identity: look at the person at a terminal, and visit those who cannot come."""

from __future__ import annotations

import base64
from typing import Any

import sqlalchemy as sa

from remote.central.allowance.tables import certifications, home_visits
from remote.central.context import Context
from remote.central.identity.staff import state_of
from remote.central.identity.tables import staff_requests
from remote.central.operations.records import BY_PERSON_ID, mask_address, mask_id_number, reference_photo
from remote.central.store.schema import persons, terminals
from remote.messages import StaffState

ITEMS = {"senior_card": "老年证", "certify_80_plus": "80岁以上高龄津贴认证", "my_matters": "我办的事"}
AT_MOST = 20
Row = dict[str, Any]


class CannotAnswer(Exception):
    """Why not, in Chinese, for the page."""


def waiting(context: Context) -> list[Row]:
    """Requests nobody has answered, the oldest first, with the picture the person is compared with."""
    rows = context.connection.execute(
        sa.select(staff_requests, terminals.c.place)
        .outerjoin(terminals, terminals.c.terminal == staff_requests.c.terminal)
        .where(staff_requests.c.answered_at.is_(None), staff_requests.c.cancelled_at.is_(None))
        .where(staff_requests.c.expires_at >= context.now)
        .order_by(staff_requests.c.asked_at)
        .limit(AT_MOST)
    ).all()
    return [_shown(context, row) for row in rows]


def _shown(context: Context, row: sa.Row[Any]) -> Row:
    person = context.connection.execute(BY_PERSON_ID, {"person_id": row.person_id}).one()
    picture = reference_photo(context, person)
    return {
        "request_id": row.request_id,
        "place": row.place or row.terminal,
        "item": ITEMS.get(row.item, row.item),
        "owner": person.name[0] + "*" * (len(person.name) - 1),
        "owner_id": mask_id_number(person.id_number),
        "at": row.asked_at,
        "png": base64.b64encode(picture).decode("ascii") if picture else "",
    }


def answer(context: Context, request_id: str, same: bool, staff: str, reason: str) -> None:
    """Raises CannotAnswer."""
    row = context.connection.execute(sa.select(staff_requests).where(staff_requests.c.request_id == request_id)).first()
    if row is None or state_of(context, row) is not StaffState.WAITING:
        raise CannotAnswer("这次核对已经结束,请看机器上的提示")
    if not reason.strip():
        raise CannotAnswer("请写明依据")
    context.connection.execute(
        sa.update(staff_requests)
        .where(staff_requests.c.request_id == request_id)
        .values(answered_at=context.now, same=same, staff=staff, reason=reason.strip())
    )
    context.audit("staff_said", request_id, f"{'same' if same else 'unsure'}: {reason.strip()}", who=staff)


def open_visits(connection: sa.Connection) -> list[Row]:
    """Home visits to be made; the address as far as the township, the rest is in the office's own register."""
    rows = connection.execute(
        sa.select(home_visits, persons.c.name, persons.c.id_number, persons.c.address, persons.c.phone)
        .join(persons, persons.c.person_id == home_visits.c.person_id)
        .where(home_visits.c.done_at.is_(None))
        .order_by(home_visits.c.until)
        .limit(100)
    ).mappings()
    return [
        {
            "visit_no": row["visit_no"],
            "owner": row["name"][0] + "*" * (len(row["name"]) - 1),
            "owner_id": mask_id_number(row["id_number"]),
            "address": mask_address(row["address"]),
            "at": row["at"],
            "until": row["until"],
        }
        for row in rows
    ]


def finish_visit(context: Context, visit_no: str, seen: bool, staff: str, words: str, period: str, rules_version: str) -> None:
    """`seen`: she was met at home, which certifies her for the period. Raises CannotAnswer."""
    row = context.connection.execute(
        sa.select(home_visits).where(home_visits.c.visit_no == visit_no, home_visits.c.done_at.is_(None))
    ).first()
    if row is None:
        raise CannotAnswer("这次上门已经办结")
    if not words.strip():
        raise CannotAnswer("请写明上门结果")
    context.connection.execute(
        sa.update(home_visits)
        .where(home_visits.c.visit_no == visit_no)
        .values(done_at=context.now, done_by=staff, words=words.strip())
    )
    known = sa.select(certifications).where(certifications.c.person_id == row.person_id, certifications.c.period == period)
    if seen and context.connection.execute(known).first() is None:
        values = {"certification_id": context.token("visit"), "person_id": row.person_id, "period": period, "at": context.now}
        more = {"terminal": "counter", "identity": "staff", "rules_version": rules_version}
        context.connection.execute(sa.insert(certifications), values | more)
    context.audit("finish_visit", visit_no, f"{'seen' if seen else 'not seen'}: {words.strip()}", who=staff)
