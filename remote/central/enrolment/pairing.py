"""Pairing: a technician makes a code, a terminal brings it with a certificate request, once.

A code lives for half an hour, for one terminal id. Five wrong ones from one address in ten minutes, or fifty from anywhere,
and pairing waits: 50 bits of secret are then out of reach. A terminal that has a certificate gets another only by a code
that says so (`replaces`): that is how a stolen or exchanged one is replaced, and the old certificates end with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from remote.central.access.checks import authorisation_check
from remote.central.enrolment import certificates, events
from remote.central.enrolment.authority import Authority, RequestWrong, requested_key
from remote.central.enrolment.tables import pairing_codes
from remote.central.store import schema
from remote.enrolment.code import PairingCode, hash_of
from remote.messages.enrolment import Enrol, Enrolled

LIFE = timedelta(minutes=30)
WINDOW = timedelta(minutes=10)
WRONG_FROM_ONE, WRONG_FROM_ALL = 5, 50


class PairingError(Exception):
    """Words for the technician who makes the code."""


class PairingRefused(Exception):
    """`kind` of security event; the one who asked learns only that it was refused."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(f"{kind}: {words}")
        self.kind, self.words = kind, words


def make_code(
    connection: sa.Connection,
    authority: Authority,
    terminal: str,
    place: str,
    region: str,
    *,
    by: str,
    now: datetime,
    replaces: bool = False,
) -> PairingCode:
    """Shown once. An earlier unused code of this terminal ends. Raises PairingError."""
    if not terminal or len(terminal) > 32:
        raise PairingError("terminal: expected 1 to 32 characters")
    if not region.isdigit() or not 2 <= len(region) <= 12:
        raise PairingError(f"region: expected an administrative division such as 341602, not {region!r}")
    if certificates.live(connection, terminal, now) and not replaces:
        raise PairingError(f"{terminal} has a certificate: a code that replaces it must be asked for as such")
    code = PairingCode.new(authority.der)
    unused = sa.and_(pairing_codes.c.terminal == terminal, pairing_codes.c.used_at.is_(None))
    connection.execute(sa.update(pairing_codes).where(unused).values(ends_at=now))
    connection.execute(
        sa.insert(pairing_codes).values(
            secret_hash=code.secret_hash, terminal=terminal, place=place, region=region, replaces=replaces,
            made_by=by, made_at=now, ends_at=now + LIFE,
        )
    )  # fmt: skip
    _audit(connection, now, by, "pairing_code_made", terminal, f"{place} {region}{' replaces' if replaces else ''}")
    return code


@authorisation_check("pairing of a terminal")
def redeem(connection: sa.Connection, authority: Authority, ask: Enrol, source: str, now: datetime) -> Enrolled:
    """Raises PairingRefused, SQLAlchemyError."""
    since = now - WINDOW
    if (
        events.refused_since(connection, "pairing_refused", source, since) >= WRONG_FROM_ONE
        or events.refused_since(connection, "pairing_refused", None, since) >= WRONG_FROM_ALL
    ):
        raise PairingRefused("pairing_throttled", "too many wrong codes")
    try:
        key = certificates.spki(requested_key(ask.request))
    except RequestWrong as error:
        raise PairingRefused("pairing_refused", str(error)) from error
    row = connection.execute(sa.select(pairing_codes).where(pairing_codes.c.secret_hash == hash_of(ask.secret))).first()
    if row is None or row.terminal != ask.terminal or not row.made_at <= now < row.ends_at:
        raise PairingRefused("pairing_refused", "no such code, not for this terminal, or no longer")
    if row.used_at is not None and row.used_for != key:
        raise PairingRefused("pairing_refused", "the code was used already")
    if row.used_at is None:
        _make_known(connection, row)
        if row.replaces:
            certificates.revoke(connection, row.terminal, by=row.made_by, why="replaced by a new pairing", now=now)
        use = sa.update(pairing_codes).where(pairing_codes.c.secret_hash == row.secret_hash)
        connection.execute(use.values(used_at=now, used_for=key))
        _audit(connection, now, row.made_by, "terminal_paired", row.terminal, f"from {source}")
    return certificates.give(connection, authority, row.terminal, ask.request, "paired", now)


def _make_known(connection: sa.Connection, row: sa.Row[tuple[object, ...]]) -> None:
    known = connection.execute(sa.select(schema.terminals.c.terminal).where(schema.terminals.c.terminal == row.terminal)).first()
    values = {"place": row.place, "region": row.region}
    if known is None:
        connection.execute(sa.insert(schema.terminals).values(terminal=row.terminal, **values))
    else:
        connection.execute(sa.update(schema.terminals).where(schema.terminals.c.terminal == row.terminal).values(**values))


def _audit(connection: sa.Connection, now: datetime, who: str, what: str, subject: str, words: str) -> None:
    connection.execute(sa.insert(schema.audit).values(at=now, who=who, what=what, subject=subject, words=words))
