"""Who is there: alive, late, down, frozen, never seen. A heartbeat makes a terminal alive at once; only the centre's own look
at the clock makes it late or down, and only for time in which the centre itself was there and heard others.

A lost packet is no outage: terminals try again within seconds. A centre that starts, hung, or hears nearly nobody any more
counts nobody's silence against them.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from remote.central.commands.delivery import count_waiting
from remote.central.context import Context
from remote.central.telemetry.ingest import state_of
from remote.central.telemetry.places import region_in
from remote.central.telemetry.rows import run, upsert
from remote.central.telemetry.standing import ADD_SECONDS, Stood, book, booked, stood
from remote.central.telemetry.tables import presence_changes, states
from remote.central.telemetry.thresholds import Thresholds
from remote.messages.broker import WILL_DELAY_S
from remote.messages.telemetry import Heard, Heartbeat

Row = sa.Row[Any]


class Presence(StrEnum):
    """FROZEN: heartbeats come and the screen does not move. LATE: silent for longer than usual, nobody is alarmed."""

    NEVER_SEEN = "never_seen"
    ALIVE = "alive"
    LATE = "late"
    DOWN = "down"
    FROZEN = "frozen"


THERE = (Presence.ALIVE.value, Presence.LATE.value, Presence.FROZEN.value)
SET_STATE = sa.update(states).where(states.c.terminal == sa.bindparam("which"))
CHANGED = sa.insert(presence_changes)
HOW_MANY = sa.select(
    sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((states.c.heard_at >= sa.bindparam("since"), 1), else_=0)), 0)
).where(states.c.presence.in_(THERE))
SILENT = sa.select(states).where(states.c.presence.in_(THERE), states.c.heard_at < sa.bindparam("before"))
NAMED = sa.select(states).where(states.c.presence.in_(THERE), states.c.terminal.in_(sa.bindparam("names", expanding=True)))
ALL_THERE = sa.select(states).where(states.c.presence.in_(THERE))
ENROLLED_UNKNOWN = sa.text(
    "SELECT terminal, place, region FROM terminals WHERE NOT EXISTS "
    "(SELECT 1 FROM telemetry_terminals t WHERE t.terminal = terminals.terminal)"
)
MAKE_STATE = upsert(states)
COUNTED_FROM = sa.update(states).where(states.c.presence.in_(THERE)).values(service_since=sa.bindparam("now"))


# -- hearing ----------------------------------------------------------------------------------------------------------


def heartbeat(context: Context, ask: Heartbeat) -> Heard:
    thresholds = context.settings.telemetry
    row = state_of(context)
    if ask.boot_id != row.boot_id or ask.sequence > row.sequence:      # else an old one that took long: it proves nothing
        _hear(context, row, ask, thresholds)
    return Heard(now=context.now, next_s=thresholds.heartbeat_s, commands=count_waiting(context))


def _hear(context: Context, row: Row, ask: Heartbeat, thresholds: Thresholds) -> None:
    now = context.now
    moved = ask.boot_id != row.boot_id or ask.screen_beats != row.screen_beats or row.screen_moved_at is None
    moved_at = now if moved else row.screen_moved_at
    frozen = (now - moved_at).total_seconds() >= thresholds.frozen_s
    after = Presence.FROZEN if frozen else Presence.ALIVE
    values: dict[str, Any] = {
        "heard_at": now, "boot_id": ask.boot_id, "sequence": ask.sequence, "screen_beats": ask.screen_beats,
        "screen_moved_at": moved_at, "in_visit": ask.in_visit, "out_of_service": ask.out_of_service, "light": ask.light,
        "waiting": max(ask.waiting, 0), "clock_ahead_s": round((ask.at - now).total_seconds(), 3),
    }  # fmt: skip
    if stood(after, ask.out_of_service) is not stood(row.presence, row.out_of_service) or row.service_since is None:
        book(context.connection, row, now)
        values["service_since"] = now
    if after != row.presence:
        values |= {"presence": after.value, "presence_since": moved_at if frozen else now}
        _changed(context.connection, row.terminal, now, row.presence, after)
    context.connection.execute(SET_STATE, {"which": row.terminal, **values})


def _changed(connection: sa.Connection, terminal: str, now: datetime, before: str, after: Presence) -> None:
    connection.execute(CHANGED, {"terminal": terminal, "at": now, "before": before, "after": after.value})


# -- missing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gone:
    """A broker lost the connection of this life of a terminal, some seconds ago."""

    terminal: str
    boot_id: str


@dataclass
class Ear:
    """Since when this centre listens without a gap. One for each running centre; a new one after every start. `gone`: may be
    filled by any thread."""

    listening_since: datetime | None = None
    looked_at: datetime | None = None
    deaf_since: datetime | None = None
    """It hears nearly nobody of those who were there: its own network, most likely."""
    gone: deque[Gone] = field(default_factory=deque)


def sweep(connection: sa.Connection, now: datetime, ear: Ear, thresholds: Thresholds) -> list[tuple[str, Presence]]:
    """Call every `sweep_s`, in a write transaction. (terminal, what it is now) of all that became worse."""
    new = connection.execute(ENROLLED_UNKNOWN).all()
    run(connection, MAKE_STATE, [{"terminal": row.terminal, "region": row.region[:6] or region_in(row.place)} for row in new])
    _listen(connection, now, ear, thresholds)
    worse = _lost_by_the_broker(connection, now, ear, thresholds)
    if ear.listening_since is None:
        return worse
    silent_since = now - timedelta(seconds=thresholds.late_s)
    if ear.listening_since > silent_since:         # nobody can be late yet
        return worse
    for row in connection.execute(SILENT, {"before": silent_since}).all():
        silent = (now - max(row.heard_at, ear.listening_since)).total_seconds()
        if silent >= thresholds.down_s:
            worse.append(_down(connection, row, now))
        elif silent >= thresholds.late_s and row.presence == Presence.ALIVE:
            _worsen(connection, row, now, Presence.LATE, row.heard_at)
            worse.append((row.terminal, Presence.LATE))
    return worse


def _lost_by_the_broker(connection: sa.Connection, now: datetime, ear: Ear, thresholds: Thresholds) -> list[tuple[str, Presence]]:
    """Last wills: down at once, where it has not spoken since its connection broke. Many at once are no deaths but a network:
    those are left to the clock."""
    told: dict[str, str] = {}
    while ear.gone:
        gone = ear.gone.popleft()
        told[gone.terminal] = gone.boot_id
    broke = now - timedelta(seconds=WILL_DELAY_S)
    if not told:
        return []
    named = connection.execute(NAMED, {"names": list(told)}).all()
    rows = [row for row in named if row.boot_id == told[row.terminal] and row.heard_at <= broke]
    there, _ = connection.execute(HOW_MANY, {"since": broke}).one()
    if len(rows) > 1 and len(rows) >= there * thresholds.deaf_share:
        return []
    return [_down(connection, row, now) for row in rows]


def _down(connection: sa.Connection, row: Row, now: datetime) -> tuple[str, Presence]:
    book(connection, row, row.heard_at)
    _worsen(connection, row, now, Presence.DOWN, row.heard_at)
    return row.terminal, Presence.DOWN


def _worsen(connection: sa.Connection, row: Row, now: datetime, after: Presence, since: datetime) -> None:
    values: dict[str, Any] = {"presence": after.value, "presence_since": since}
    if after is Presence.DOWN:
        values["service_since"] = max(since, row.service_since or since)
    connection.execute(SET_STATE, {"which": row.terminal, **values})
    _changed(connection, row.terminal, now, row.presence, after)


def _listen(connection: sa.Connection, now: datetime, ear: Ear, thresholds: Thresholds) -> None:
    """Move the start of listening where the centre was away or hears nearly nobody."""
    away = ear.looked_at is None or not 0 <= (now - ear.looked_at).total_seconds() <= thresholds.gap_s
    if away:
        _nobody_knows(connection, ear.looked_at, now)
        ear.listening_since, ear.deaf_since = now, None
    ear.looked_at = now
    there, heard = _there_and_heard(connection, now, ear, thresholds)
    few = there < thresholds.deaf_at_least
    if there < 2 or heard > (0 if few else there * (1 - thresholds.deaf_share)):
        ear.deaf_since = None
        return
    ear.deaf_since = ear.deaf_since or now
    lasts = (now - ear.deaf_since).total_seconds() >= thresholds.deaf_s
    if not (lasts and (heard > 0 or few)):         # of many never all are dead at once; a few may be one hall
        ear.listening_since = now


def _there_and_heard(connection: sa.Connection, now: datetime, ear: Ear, thresholds: Thresholds) -> tuple[int, int]:
    """Of those who were there, how many spoke lately. Just begun: nobody was expected yet."""
    since = now - timedelta(seconds=thresholds.late_s)
    if ear.deaf_since is None and ear.listening_since is not None and ear.listening_since > since:
        return 0, 0
    there, heard = connection.execute(HOW_MANY, {"since": since}).one()
    return int(there), int(heard)


def _nobody_knows(connection: sa.Connection, looked_at: datetime | None, now: datetime) -> None:
    """What was between the centre's last word and now is counted as unknown, not as service."""
    spans: list[dict[str, Any]] = []
    for row in connection.execute(ALL_THERE).all():
        known_to = min(max((at for at in (row.heard_at, row.service_since, looked_at) if at is not None), default=now), now)
        spans += booked(row, known_to)
        spans += booked(row, now, since=known_to, as_=Stood.UNKNOWN)
    run(connection, ADD_SECONDS, spans)
    connection.execute(COUNTED_FROM, {"now": now})
