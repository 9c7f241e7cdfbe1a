"""The addresses that channels call. Open to everybody, so: small, quick, and nothing is believed.

A call whose signature holds is written down as "ask about this order" and answered; the worker asks the channel and then
forgets it. The same call again, a thousand times or a year later, only makes the centre ask again.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from remote.central.payment.channels.build import NOTIFY
from remote.central.payment.channels.notice import NotFromChannel, Opener
from remote.central.payment.tables import calls, orders
from remote.central.store.database import reading, writing
from remote.central.times import Clock

LARGEST_CALL = 65_536        # bytes; theirs are below 4 kB
KNOWN = sa.select(orders.c.order_no).where(orders.c.order_no == sa.bindparam("order_no"))


def notification_router(engine: sa.Engine, clock: Clock, openers: dict[str, Opener]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    async def endpoint(channel: str, request: Request) -> Response:
        opener = openers.get(channel)
        if opener is None:
            return Response(status_code=404)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            await run_in_threadpool(take_call, engine, opener, headers, body, clock())
        except NotFromChannel:
            return Response(status_code=401)
        except sa.exc.SQLAlchemyError:
            return Response(status_code=503)    # it calls again
        status, text = opener.taken
        return Response(text, status)

    router.add_api_route(f"{NOTIFY}/{{channel}}", endpoint, methods=["POST"])
    return router


def take_call(engine: sa.Engine, opener: Opener, headers: dict[str, str], body: bytes, now: datetime) -> None:
    """Write down whom to ask about. Raises NotFromChannel."""
    order_no = opener.order_no(headers, body, now)
    if order_no is None:
        return
    with reading(engine) as connection:
        if connection.execute(KNOWN, {"order_no": order_no}).first() is None:
            return      # the bill will name it, if there is money behind it
    with writing(engine) as connection:
        again = connection.execute(sa.update(calls).where(calls.c.order_no == order_no).values(at=now))
        if again.rowcount == 0:
            connection.execute(sa.insert(calls), {"order_no": order_no, "at": now})


async def _body(request: Request) -> bytes | None:
    """None where it is too large; no more than that is ever held."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_CALL:
            return None
        parts.append(part)
    return b"".join(parts)
