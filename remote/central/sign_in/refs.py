"""Whom a reference means, and whether it opens what is asked: a person's own (given to an ID card), or a sign-in's.

A sign-in holds at its terminal and for its time; it never opens an operation that the rules do not name.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.context import Context, Refused
from remote.central.sign_in.levels import rules_on
from remote.central.sign_in.tables import sign_ins
from remote.central.store.schema import persons
from remote.messages import SignInWay

Row = sa.Row[Any]
MARK = "s-"
"""Begins every sign-in; a person's own reference is hexadecimal."""

SIGN_IN = sa.select(sign_ins).where(sign_ins.c.sign_in == sa.bindparam("sign_in"))
HERS = sa.select(persons).where(persons.c.person_id == sa.bindparam("person_id"))


def is_sign_in(ref: str) -> bool:
    return ref.startswith(MARK)


def sign_in_of(context: Context, ref: str) -> Row | None:
    """None where it is over, or another terminal's."""
    row = context.connection.execute(SIGN_IN, {"sign_in": ref}).first()
    return row if row is not None and row.terminal == context.terminal and context.now < row.expires_at else None


def strength_of(context: Context, row: Row) -> int:
    return rules_on(context.today).strength(SignInWay(row.way), row.proof)


def person_of(context: Context, row: Row) -> Row:
    return context.connection.execute(HERS, {"person_id": row.person_id}).one()


def person_behind(context: Context, ref: str) -> Row:
    """Of a sign-in that opens this very operation. Raises Refused."""
    row = sign_in_of(context, ref)
    if row is None:
        raise Refused("sign_in_over", "expected a sign-in of this terminal that is not over")
    if not rules_on(context.today).allows(context.operation, strength_of(context, row)):
        raise Refused("weak_evidence", "expected the ID card for this")
    return person_of(context, row)


def begin(context: Context, person_id: int, way: SignInWay, proof: str) -> str:
    """A new sign-in; the earlier ones of this terminal end: one person stands there at a time."""
    ref = MARK + secrets.token_hex(16)
    context.connection.execute(
        sa.update(sign_ins)
        .where(sign_ins.c.terminal == context.terminal, sign_ins.c.expires_at > context.now)
        .values(expires_at=context.now)
    )
    life = timedelta(minutes=rules_on(context.today).life_minutes)
    context.connection.execute(
        sa.insert(sign_ins),
        {
            "sign_in": ref, "person_id": person_id, "terminal": context.terminal, "way": way.value, "proof": proof,
            "at": context.now, "expires_at": context.now + life,
        },
    )  # fmt: skip
    context.audit("sign_in", ref[:10], f"{way.value} {proof}".strip())
    return ref
