"""What goes out: made in the transaction of the look, sent afterwards, several of them to one addressee as one message.

A notice is made once for each alarm, event and addressee. That an alarm is over is told to exactly those who heard that it was
there; what was over before it went out is never told at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.alarms.engine import Notice, told
from remote.central.alarms.routes import Routes
from remote.central.alarms.tables import alarms, notices

GATHER_S = 10.0                # [A] what comes within so long goes out as one message
TRIES = 8
FIRST_PAUSE_S = 10.0
LONGEST_PAUSE_S = 900.0
MOST_IN_ONE = 200

KNOWN = sa.select(notices.c.notice).where(
    *(notices.c[name] == sa.bindparam(name) for name in ("alarm", "what", "number", "channel", "addressee"))
)


@dataclass(frozen=True)
class Line:
    """One alarm in a message."""

    notice: int
    what: str
    alarm: Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    channel: str
    addressee: str
    lines: tuple[Line, ...]
    key: str                   # the same message sent again carries the same one


def make(connection: sa.Connection, now: datetime, routes: Routes, made: Iterable[Notice]) -> int:
    """In the transaction of the look. How many are new."""
    count = 0
    for one in made:
        row = connection.execute(sa.select(alarms).where(alarms.c.alarm == one.alarm)).one()
        if one.what == "cleared":
            _drop_what_never_went_out(connection, one.alarm)
            to: Sequence[tuple[str, str]] = tuple(told(connection, one.alarm))
        elif one.what == "reminder":
            to = tuple(told(connection, one.alarm)) or tuple(routes.addressees(row.region, row.severity, 0))
        else:
            to = tuple(routes.addressees(row.region, row.severity, one.level))
        for channel, addressee in to:
            count += _one(connection, now, one, channel, addressee)
    return count


def _one(connection: sa.Connection, now: datetime, notice: Notice, channel: str, addressee: str) -> int:
    row = {"alarm": notice.alarm, "what": notice.what, "number": notice.number, "channel": channel, "addressee": addressee}
    if connection.execute(KNOWN, row).first() is not None:
        return 0
    later = now + timedelta(seconds=GATHER_S)
    connection.execute(
        sa.insert(notices), {**row, "state": "waiting", "made_at": now, "try_at": later, "tries": 0, "error": ""}
    )
    return 1


def _drop_what_never_went_out(connection: sa.Connection, alarm: int) -> None:
    """`tries` 0: certainly nobody heard. One that was tried may have arrived: its addressee hears the end too."""
    connection.execute(
        sa.update(notices)
        .where(notices.c.alarm == alarm, notices.c.state == "waiting", notices.c.tries == 0)
        .values(state="dropped")
    )


def due(connection: sa.Connection, now: datetime) -> list[Batch]:
    """What should go out now, one batch for each addressee."""
    asked = (
        sa.select(notices, alarms)
        .join(alarms, alarms.c.alarm == notices.c.alarm)
        .where(notices.c.state == "waiting", notices.c.try_at <= now)
        .order_by(notices.c.notice)
        .limit(10 * MOST_IN_ONE)
        .with_only_columns(notices.c.notice, notices.c.what, notices.c.channel, notices.c.addressee, *(c for c in alarms.c))
    )
    by_addressee: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for row in connection.execute(asked):
        lines = by_addressee[row.channel, row.addressee]
        if len(lines) < MOST_IN_ONE:
            lines.append(Line(row.notice, row.what, dict(row._mapping)))
    return [
        Batch(channel, addressee, tuple(lines), f"alarms-{lines[0].notice}-{lines[-1].notice}-{len(lines)}")
        for (channel, addressee), lines in by_addressee.items()
    ]


def begun(connection: sa.Connection, batch: Batch) -> None:
    """Before it is sent: a crash in between is a message that may have arrived."""
    connection.execute(
        sa.update(notices)
        .where(notices.c.notice.in_([line.notice for line in batch.lines]))
        .values(tries=notices.c.tries + 1)
    )


def ended(connection: sa.Connection, now: datetime, batch: Batch, error: str) -> None:
    """`error` "" = taken by the other end."""
    which = notices.c.notice.in_([line.notice for line in batch.lines])
    if not error:
        connection.execute(sa.update(notices).where(which).values(state="sent", sent_at=now, error=""))
        return
    tries = connection.execute(sa.select(sa.func.max(notices.c.tries)).where(which)).scalar_one()
    pause = min(FIRST_PAUSE_S * 2.0 ** (tries - 1), LONGEST_PAUSE_S)
    given_up = tries >= TRIES
    connection.execute(
        sa.update(notices)
        .where(which)
        .values(state="failed" if given_up else "waiting", try_at=now + timedelta(seconds=pause), error=error[:256])
    )
