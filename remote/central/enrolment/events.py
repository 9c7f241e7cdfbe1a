"""Security events: every identity that was not good. Counted by minute, so that a flood cannot fill the disk."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from remote.central.enrolment.tables import security_events

WORDS_MAX = 200
SOURCES_MAX = 500  # rows a minute; what comes beyond is counted under source "*"


def record(connection: sa.Connection, kind: str, terminal: str, source: str, words: str, now: datetime) -> None:
    """`kind`: unsigned, bad_signature, unknown_certificate, expired, revoked, other_terminal, replayed, clock, other_peer,
    no_peer, pairing_refused, pairing_throttled, stranger_tls, sign_in_refused."""
    minute = now.replace(second=0, microsecond=0)
    if not _counted(connection, kind, terminal, source, minute, now):
        full = connection.execute(ROWS, {"minute": minute}).scalar_one() >= SOURCES_MAX
        terminal, source = ("", "*") if full else (terminal, source)
        if full and _counted(connection, kind, terminal, source, minute, now):
            return
        connection.execute(
            sa.insert(security_events).values(
                kind=kind, terminal=terminal[:64], source=source[:64], minute=minute, count=1, words=words[:WORDS_MAX], at=now
            )
        )


def refused_since(connection: sa.Connection, kind: str, source: str | None, since: datetime) -> int:
    """How often, from this source or (None) from all."""
    ask = sa.select(sa.func.coalesce(sa.func.sum(security_events.c.count), 0)).where(
        security_events.c.kind == kind, security_events.c.at >= since
    )
    return int(connection.execute(ask if source is None else ask.where(security_events.c.source == source)).scalar_one())


def forget_old(connection: sa.Connection, now: datetime, keep: timedelta = timedelta(days=400)) -> None:
    connection.execute(sa.delete(security_events).where(security_events.c.at < now - keep))


def _counted(connection: sa.Connection, kind: str, terminal: str, source: str, minute: datetime, now: datetime) -> bool:
    table = security_events
    same = (table.c.kind == kind, table.c.terminal == terminal[:64], table.c.source == source[:64], table.c.minute == minute)
    return connection.execute(sa.update(table).where(*same).values(count=table.c.count + 1, at=now)).rowcount == 1


ROWS = sa.select(sa.func.count()).select_from(security_events).where(security_events.c.minute == sa.bindparam("minute"))
