"""A member of staff looks at the person instead of a camera. The word is bound to person and terminal, holds a short time,
and is good for one act."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.identity.tables import staff_requests
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import Row, by_ref
from remote.messages import AskStaff, AskStaffSaid, CancelStaff, Done, StaffAsked, StaffSaid, StaffState

ASK_LIFE = timedelta(minutes=5)  # [A] so long somebody at the counter may take to come
WORD_LIFE = timedelta(minutes=10)  # [A] from the word to the application

REQUEST = sa.select(staff_requests).where(staff_requests.c.request_id == sa.bindparam("request_id"))


def ask_staff(context: Context, ask: AskStaff) -> StaffAsked:
    """A new question ends the terminal's earlier ones: one person stands there at a time."""
    record = by_ref(context, ask.person_ref)
    if context.fenced():
        return StaffAsked(request_id=None, refusal=fenced_refusal())
    context.connection.execute(
        sa.update(staff_requests)
        .where(
            staff_requests.c.terminal == context.terminal,
            staff_requests.c.answered_at.is_(None),
            staff_requests.c.cancelled_at.is_(None),
        )
        .values(cancelled_at=context.now)
    )
    request_id = context.token("staff")
    expires_at = context.now + ASK_LIFE
    context.connection.execute(
        sa.insert(staff_requests),
        {
            "request_id": request_id,
            "person_id": record.row.person_id,
            "terminal": context.terminal,
            "item": ask.item,
            "asked_at": context.now,
            "expires_at": expires_at,
        },
    )
    context.audit("ask_staff", request_id, ask.item)
    return StaffAsked(request_id=request_id, expires_at=expires_at)


def staff_request(context: Context, request_id: str) -> Row | None:
    return context.connection.execute(REQUEST, {"request_id": request_id}).first()


def staff_said(context: Context, ask: AskStaffSaid) -> StaffSaid:
    row = staff_request(context, ask.request_id)
    if row is None or row.terminal != context.terminal:
        return StaffSaid(state=StaffState.CANCELLED)
    return StaffSaid(state=state_of(context, row))


def cancel_staff(context: Context, ask: CancelStaff) -> Done:
    row = staff_request(context, ask.request_id)
    if row is None or row.terminal != context.terminal or row.used_at is not None:
        return Done(done=False)
    context.connection.execute(
        sa.update(staff_requests).where(staff_requests.c.request_id == ask.request_id).values(cancelled_at=context.now)
    )
    return Done()


def state_of(context: Context, row: Row) -> StaffState:
    if row.used_at is not None:
        return StaffState.USED
    if row.cancelled_at is not None:
        return StaffState.CANCELLED
    if row.answered_at is None:
        return StaffState.EXPIRED if context.now > row.expires_at else StaffState.WAITING
    if not row.same:
        return StaffState.UNSURE
    return StaffState.EXPIRED if context.now > row.answered_at + WORD_LIFE else StaffState.SAME


def may_be_used(context: Context, row: Row, person: Row) -> bool:
    same_place = row.terminal == context.terminal and row.person_id == person.person_id
    return bool(same_place and state_of(context, row) is StaffState.SAME)
