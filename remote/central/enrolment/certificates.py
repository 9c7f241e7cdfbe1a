"""Giving out, renewing and revoking certificates. What a terminal owes stays with its id, whatever key it has."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from remote.central.enrolment.authority import Authority, requested_key
from remote.central.enrolment.tables import certificates
from remote.central.store import schema
from remote.enrolment.identity import serial_bytes
from remote.messages.enrolment import Enrolled


def give(connection: sa.Connection, authority: Authority, terminal: str, request_pem: str, how: str, now: datetime) -> Enrolled:
    """A certificate for the key of this request; the one it got before, where the answer was lost. Raises RequestWrong."""
    key = spki(requested_key(request_pem))
    table = certificates
    before = connection.execute(
        sa.select(table.c.pem)
        .where(table.c.terminal == terminal, table.c.public_key == key, table.c.revoked_at.is_(None), table.c.ends_at > now)
        .order_by(table.c.issued_at.desc())
    ).scalar()
    if before is not None:
        return Enrolled(certificate=before, authority=authority.pem)
    made = authority.issue(terminal, request_pem, now)
    pem = made.public_bytes(Encoding.PEM).decode()
    connection.execute(
        sa.insert(table).values(
            serial=serial_bytes(made), terminal=terminal, public_key=key, pem=pem, how=how, issued_at=now,
            ends_at=made.not_valid_after_utc,
        )
    )  # fmt: skip
    return Enrolled(certificate=pem, authority=authority.pem)


def revoke(connection: sa.Connection, terminal: str, *, by: str, why: str, now: datetime) -> int:
    """All certificates of a terminal, in force from the commit on: stolen, sold, broken open. Returns how many."""
    table = certificates
    done = connection.execute(
        sa.update(table)
        .where(table.c.terminal == terminal, table.c.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=by, revoked_why=why)
    ).rowcount
    words = f"{done}: {why}"
    connection.execute(sa.insert(schema.audit).values(at=now, who=by, what="certificates_revoked", subject=terminal, words=words))
    return int(done)


def live(connection: sa.Connection, terminal: str, now: datetime) -> bool:
    table = certificates
    ask = sa.select(table.c.serial).where(table.c.terminal == terminal, table.c.revoked_at.is_(None), table.c.ends_at > now)
    return connection.execute(ask).first() is not None


def spki(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
