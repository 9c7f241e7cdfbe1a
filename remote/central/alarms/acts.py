"""What people do with alarms. Each act is written down with who did it; one that is over is nobody's any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.alarms.engine import SET, write_history
from remote.central.alarms.tables import alarms, windows
from remote.central.audit.tables import contradictions

LONGEST_SNOOZE = timedelta(days=7)
LONGEST_WINDOW = timedelta(days=14)


class ItIsOver(Exception):
    """The alarm was cleared, or there is none of this number."""


class NotSo(ValueError):
    """A time that cannot be, or a reason that is missing."""


def open_alarm(connection: sa.Connection, number: int) -> sa.Row[Any]:
    """Raises ItIsOver."""
    row = connection.execute(sa.select(alarms).where(alarms.c.alarm == number, alarms.c.cleared_at.is_(None))).first()
    if row is None:
        raise ItIsOver()
    return row


def acknowledge(connection: sa.Connection, number: int, who: str, now: datetime) -> None:
    """Somebody looks after it: it is not taken further up. The first one stands. Raises ItIsOver."""
    row = open_alarm(connection, number)
    if row.acknowledged_at is None:
        values = {"acknowledged_by": who, "acknowledged_at": now, "assigned_to": row.assigned_to or who}
        connection.execute(SET, {"which": number, **values})
        write_history(connection, number, now, "acknowledged", who, "")


def assign(connection: sa.Connection, number: int, to: str, who: str, now: datetime) -> None:
    """Raises ItIsOver, NotSo."""
    if not to.strip():
        raise NotSo("to")
    open_alarm(connection, number)
    connection.execute(SET, {"which": number, "assigned_to": to.strip()[:64]})
    write_history(connection, number, now, "assigned", who, to.strip()[:64])


def snooze(connection: sa.Connection, number: int, until: datetime, who: str, now: datetime) -> None:
    """No reminder and nothing further up until then; its end is told all the same. Raises ItIsOver, NotSo."""
    if not now < until <= now + LONGEST_SNOOZE:
        raise NotSo("until")
    open_alarm(connection, number)
    connection.execute(SET, {"which": number, "snoozed_until": until})
    write_history(connection, number, now, "snoozed", who, until.isoformat(timespec="minutes"))


def explain(connection: sa.Connection, number: int, why: str, who: str, now: datetime) -> None:
    """A contradicted audit ends only so: a person has said what it was. Raises ItIsOver, NotSo."""
    row = open_alarm(connection, number)
    if not why.strip() or row.kind != "audit_contradicted":
        raise NotSo("why")
    connection.execute(
        sa.update(contradictions)
        .where(contradictions.c.number == int(row.subject))
        .values(explained_by=who, explanation=why.strip()[:256])
    )
    write_history(connection, number, now, "explained", who, why.strip())


def open_window(
    connection: sa.Connection, terminal: str, region: str, begins: datetime, ends: datetime, why: str, who: str
) -> int:
    """Maintenance of one terminal, or of all of a region. Raises NotSo."""
    if not begins < ends <= begins + LONGEST_WINDOW:
        raise NotSo("ends")
    if not why.strip() or not (terminal or region):
        raise NotSo("why" if not why.strip() else "terminal")
    row = {"terminal": terminal, "region": region, "begins": begins, "ends": ends, "why": why.strip()[:256], "by": who}
    return int(connection.execute(sa.insert(windows), row).inserted_primary_key[0])  # type: ignore[index]


def close_window(connection: sa.Connection, number: int, now: datetime) -> None:
    connection.execute(sa.update(windows).where(windows.c.window == number, windows.c.ends > now).values(ends=now))
