"""What the running centre does about telemetry by itself: look who is missing, and forget what was kept long enough."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import sqlalchemy as sa

from remote.central.store.writer import Writer, WriterStopped
from remote.central.telemetry.presence import Ear, sweep
from remote.central.telemetry.tables import consumption, facts, journeys, presence_changes, region_journeys, service_time
from remote.central.telemetry.thresholds import Thresholds
from remote.central.times import BEIJING, Clock

FORGET_EVERY_S = 3600.0
AT_ONCE = 2000                     # rows in one delete: the writer has others to serve
COUNTED = (consumption, journeys, region_journeys, service_time)


async def keep_watch(writer: Writer, clock: Clock, ear: Ear, thresholds: Thresholds) -> None:
    """Runs as long as the centre listens. A database that fails is tried again: until then nobody's presence changes."""
    forgotten_at = -FORGET_EVERY_S
    loop = asyncio.get_running_loop()
    while True:
        try:
            await asyncio.wrap_future(writer.submit(lambda connection: sweep(connection, _now(clock), ear, thresholds)))
            if loop.time() - forgotten_at >= FORGET_EVERY_S:
                await _forget_all(writer, clock, thresholds)
                forgotten_at = loop.time()
        except (sa.exc.SQLAlchemyError, OSError) as error:
            print(f"presence: {type(error).__name__}, again in {thresholds.sweep_s:.0f} s", flush=True)
        except WriterStopped:
            return
        await asyncio.sleep(thresholds.sweep_s)


def _now(clock: Clock) -> datetime:
    return clock().astimezone(BEIJING)


async def _forget_all(writer: Writer, clock: Clock, thresholds: Thresholds) -> None:
    """Portion by portion, each a request among the others."""
    gone = 1
    while gone:
        gone = await asyncio.wrap_future(writer.submit(lambda connection: forget(connection, _now(clock), thresholds)))


def forget(connection: sa.Connection, now: datetime, thresholds: Thresholds) -> int:
    """A portion of what is older than it is kept; how many rows went. By the centre's clock: a fact is never forgotten while its
    terminal may still send it again."""
    logs = facts.c.heard_at < now - timedelta(days=thresholds.keep_logs_days)
    old = facts.c.heard_at < now - timedelta(days=thresholds.keep_facts_days)
    asked = sa.select(facts.c.fact_id).where(old | (logs & (facts.c.kind == "log"))).limit(AT_ONCE)
    gone = connection.execute(sa.delete(facts).where(facts.c.fact_id.in_(asked.scalar_subquery()))).rowcount
    asked = sa.select(presence_changes.c.row).where(presence_changes.c.at < now - timedelta(days=thresholds.keep_facts_days))
    few = asked.limit(AT_ONCE).scalar_subquery()
    gone += connection.execute(sa.delete(presence_changes).where(presence_changes.c.row.in_(few))).rowcount
    first = (now - timedelta(days=thresholds.keep_days_days)).date()
    for table in COUNTED:
        connection.execute(sa.delete(table).where(table.c.day < first))
    return gone
