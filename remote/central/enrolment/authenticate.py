"""Which terminal asks. Every request of a terminal goes through `authenticate`, in the transaction that answers it.

The database is asked each time: a certificate revoked a moment ago is refused now, and a database that cannot be asked lets
nobody in (it raises). Where our own server ends TLS, the certificate it saw must be the very one whose key signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from remote.central.access.checks import authorisation_check
from remote.central.enrolment.tables import certificates, nonces
from remote.enrolment.identity import serial_bytes
from remote.enrolment.signing import WINDOW, Signed, read_signed

PEER_NOT_SEEN = None


@dataclass(frozen=True)
class Arrived:
    """One request as bytes. `headers`: lower-case names. `peer`: DER of the certificate our own TLS saw, b"" where it saw none,
    None where something else ends TLS (or the demo has none)."""

    method: str
    target: str
    body: bytes
    headers: Mapping[str, str]
    peer: bytes | None = PEER_NOT_SEEN
    source: str = ""

    @property
    def claimed(self) -> str:
        """Whom it says it comes from; believed by nobody."""
        signed = self.headers.get("signature-input", "")[:512].partition('keyid="')[2]
        return signed.partition("/")[0][:64]


class NotBelieved(Exception):
    """`kind` of security event. The one who asked learns nothing of it."""

    def __init__(self, kind: str, words: str = "") -> None:
        super().__init__(f"{kind} {words}".strip())
        self.kind = kind


@authorisation_check("request of a terminal")
def authenticate(connection: sa.Connection, request: Arrived, now: datetime) -> str:
    """The terminal's id; its nonce is used up with the commit. Raises NotBelieved, SQLAlchemyError."""
    signed = read_signed(request.method, request.target, request.body, request.headers)
    if signed is None:
        raise NotBelieved("unsigned")
    row = connection.execute(BY_SERIAL, {"serial": signed.serial}).first()
    good = signed.by(_key(row.public_key) if row is not None else _nobody())  # takes as long for an unknown certificate
    if row is None:
        raise NotBelieved("unknown_certificate")
    if not good:
        raise NotBelieved("bad_signature")
    if row.terminal != signed.terminal:
        raise NotBelieved("other_terminal", f"certificate of {row.terminal}")
    if row.revoked_at is not None:
        raise NotBelieved("revoked")
    if not now < row.ends_at:
        raise NotBelieved("expired")
    _check_peer(request.peer, signed)
    if abs(now - signed.created) > WINDOW:
        raise NotBelieved("clock", f"{(signed.created - now).total_seconds():.0f} s off")
    _use_up(connection, signed, now)
    if row.used_at is None:
        _first_use(connection, signed, now)
    return str(row.terminal)


def _check_peer(peer: bytes | None, signed: Signed) -> None:
    if peer is PEER_NOT_SEEN:
        return
    if not peer:
        raise NotBelieved("no_peer", "signed, and came without a certificate")
    if serial_bytes(x509.load_der_x509_certificate(peer)) != signed.serial:
        raise NotBelieved("other_peer", "signed with the key of another certificate")


def _use_up(connection: sa.Connection, signed: Signed, now: datetime) -> None:
    """The unique key refuses the second, also where two come in the same instant."""
    if connection.execute(USE, {"nonce": signed.nonce, "at": int(now.timestamp())}).rowcount != 1:
        raise NotBelieved("replayed")


def _first_use(connection: sa.Connection, signed: Signed, now: datetime) -> None:
    """The terminal holds its new certificate: the ones before it end."""
    mine = sa.and_(certificates.c.terminal == signed.terminal, certificates.c.revoked_at.is_(None))
    connection.execute(sa.update(certificates).where(certificates.c.serial == signed.serial).values(used_at=now))
    connection.execute(
        sa.update(certificates)
        .where(mine, certificates.c.serial != signed.serial, certificates.c.used_at.is_not(None))
        .values(revoked_at=now, revoked_by=signed.terminal, revoked_why="superseded")
    )


def forget_nonces(connection: sa.Connection, now: datetime) -> None:
    """Requests older than the window are refused for their age: their nonces need not be kept."""
    connection.execute(sa.delete(nonces).where(nonces.c.at < int((now - 2 * WINDOW).timestamp())))


BY_SERIAL = sa.select(
    certificates.c.terminal, certificates.c.public_key, certificates.c.ends_at, certificates.c.revoked_at, certificates.c.used_at
).where(certificates.c.serial == sa.bindparam("serial"))
USE = sa.text("INSERT INTO request_nonces (nonce, at) VALUES (:nonce, :at) ON CONFLICT DO NOTHING")


@lru_cache(16_384)
def _key(spki: bytes) -> ec.EllipticCurvePublicKey:
    """Parsing costs as much as half a verification; which keys are good is asked of the database each time."""
    key = load_der_public_key(spki)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


@lru_cache(1)
def _nobody() -> ec.EllipticCurvePublicKey:
    return ec.generate_private_key(ec.SECP256R1()).public_key()
