"""The running centre looks every few seconds and sends what is due. A database that fails is asked again: nothing is called well
meanwhile."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from remote.central.alarms import notices
from remote.central.alarms.channels import NotTaken, send
from remote.central.alarms.conditions import now_wrong
from remote.central.alarms.engine import Look, look
from remote.central.alarms.notices import Batch
from remote.central.alarms.routes import Routes
from remote.central.alarms.rules import Rules
from remote.central.store.writer import Writer, WriterStopped
from remote.central.times import BEIJING, Clock

LOOK_EVERY_S = 5.0


async def watch_alarms(writer: Writer, clock: Clock, rules: Rules, routes: Routes) -> None:
    """Until cancelled."""

    def now() -> datetime:
        return clock().astimezone(BEIJING)

    while True:
        try:
            await asyncio.wrap_future(writer.submit(lambda connection: look_and_tell(connection, now(), rules, routes)))
            for batch in await asyncio.wrap_future(writer.submit(lambda connection: _begin(connection, now()))):
                error = await _sent(batch, routes)
                await asyncio.wrap_future(writer.submit(partial(_end, now=now(), batch=batch, error=error)))
        except (sa.exc.SQLAlchemyError, OSError) as error:
            print(f"alarms: {type(error).__name__}, again in {LOOK_EVERY_S:.0f} s", flush=True)
        except WriterStopped:
            return
        await asyncio.sleep(LOOK_EVERY_S)


def look_and_tell(connection: sa.Connection, now: datetime, rules: Rules, routes: Routes) -> Look:
    """One look with its notices, in one transaction."""
    done = look(connection, now, rules, now_wrong(connection, now))
    notices.make(connection, now, routes, done.notices)
    return done


def _begin(connection: sa.Connection, now: datetime) -> list[Batch]:
    batches = notices.due(connection, now)
    for batch in batches:
        notices.begun(connection, batch)
    return batches


def _end(connection: sa.Connection, now: datetime, batch: Batch, error: str) -> None:
    notices.ended(connection, now, batch, error)


async def _sent(batch: Batch, routes: Routes) -> str:
    """The error, "" where it was taken."""
    try:
        await asyncio.to_thread(send, batch, routes)
    except NotTaken as error:
        return str(error) or type(error).__name__
    return ""
