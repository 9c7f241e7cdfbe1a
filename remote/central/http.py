"""The HTTP skin: one POST route for each operation of `remote.messages.OPERATIONS`, and the counter's pages.

Changes go through the one writer and are answered after its commit; questions are read beside it. Whatever the database
cannot answer is 503: nobody is let in by an error.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from pydantic.json_schema import models_json_schema
from starlette.concurrency import run_in_threadpool

from remote.central.access.demo import shown
from remote.central.access.routes import login_router
from remote.central.access.web import Access
from remote.central.alarms.routes import load_routes
from remote.central.alarms.rules import load_rules
from remote.central.alarms.worker import watch_alarms
from remote.central.centre import Centre
from remote.central.citizen_cards.moves import card_chores
from remote.central.commands.delivery import expire, forget_files
from remote.central.counter_routes import counter_router
from remote.central.documents.chores import document_chores
from remote.central.documents.verify_page import verify_router
from remote.central.enrolment.authenticate import Arrived, forget_nonces
from remote.central.enrolment.events import forget_old
from remote.central.enrolment.routes import arrived, enrolment_router
from remote.central.payment.checkout import checkout_router
from remote.central.payment.notifications import notification_router
from remote.central.payment.reconcile import reconcile_if_due
from remote.central.releases.chores import releases_round
from remote.central.seams import tell_seams
from remote.central.sessions import Sessions
from remote.central.sign_in.phones_page import phones_router
from remote.central.store.database import reading
from remote.central.store.writer import Writer, WriterStopped
from remote.central.telemetry.chores import keep_watch
from remote.central.telemetry.metrics import metrics_router
from remote.central.telemetry.mqtt import consuming
from remote.central.wire import admitted, answer_of, encode
from remote.console.files import files_router
from remote.console.router import console_router
from remote.messages import OPERATIONS, IssueAnswer, Message, Operation, Problem

LARGEST_BODY = 1_000_000  # bytes; a report of 50 events stays far below
CHORES_EVERY_S = 30.0
PAYMENTS_EVERY_S = 0.5  # somebody stands before the terminal and waits for the code
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": words}
    for status, words in (
        (401, "No signature of an enrolled terminal; no body"),
        (404, "No such person, case or reservation"),
        (409, "Key used with another body, or barred"),
        (422, "Malformed"),
        (503, "Ask again with the same key"),
    )
}


def make_app(centre: Centre, access: Access | None = None) -> FastAPI:
    """`access`: who may sign in to the console; without it people and clock are the centre's database and the machine's."""
    writer = Writer(centre.engine)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_chores(centre))]
        tasks += [asyncio.create_task(_payments(centre, groups)) for groups in centre.payment.threads()]
        tasks.append(asyncio.create_task(_codes(centre)))
        tasks.append(asyncio.create_task(keep_watch(writer, centre.clock, centre.ear, centre.settings.telemetry)))
        alarms, routes = load_rules(centre.settings.alarm_rules), load_routes(centre.settings.alarm_routes)
        tasks.append(asyncio.create_task(watch_alarms(writer, centre.clock, alarms, routes)))
        with consuming(centre, writer, centre.settings.broker, f"centre-{secrets.token_hex(4)}"):
            yield
        for task in tasks:
            task.cancel()
        writer.stop()

    app = FastAPI(
        title="Central platform of the senior preference card, Bozhou", version="1", lifespan=life, docs_url=None, redoc_url=None
    )
    app.state.access = access or Access(centre.engine, demo_people=shown if centre.settings.mode == "demo" else None)
    app.include_router(login_router())
    app.include_router(console_router(centre, writer))
    app.include_router(files_router(centre, writer))
    app.include_router(enrolment_router(centre, writer))
    for operation in OPERATIONS:
        _add_route(app, centre, writer, operation)
    app.include_router(counter_router(centre, Sessions(centre.settings.staff_pin)))
    app.include_router(verify_router(centre))
    app.include_router(metrics_router(centre.engine, centre.clock, centre.ear, centre.settings.metrics_token))
    if centre.bank is not None:
        app.include_router(checkout_router(centre.bank))
    if centre.phones is not None:
        owners = {one.name: one.id_number for one in centre.demo_citizens().values()}
        app.include_router(
            phones_router(centre.engine, lambda work: writer.submit(work).result(), centre.clock, centre.phones, lambda: owners)
        )
    app.include_router(notification_router(centre.engine, centre.clock, centre.openers))
    for error in (sa.exc.SQLAlchemyError, WriterStopped):
        app.add_exception_handler(error, _busy)
    _describe(app)
    return app


async def _busy(request: Request, error: Exception) -> Response:
    """Whatever no door of its own has caught: a page of the counter, a paper that is looked up."""
    print(f"{request.url.path[:80]}: {type(error).__name__}", flush=True)
    return _json(Problem(error="busy", detail=type(error).__name__), 503)


def _add_route(app: FastAPI, centre: Centre, writer: Writer, operation: Operation) -> None:
    app.add_api_route(
        operation.path,
        _endpoint(centre, writer, operation),
        methods=["POST"],
        name=operation.name,
        operation_id=operation.name,
        summary=operation.name.replace("_", " "),
        description=operation.asks.__doc__ or "",
        responses={200: {"model": operation.answers}, **PROBLEMS},
        openapi_extra={
            "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(operation.asks)}}},
            "parameters": _headers(operation),
            "security": [{"signature": []}],
        },
    )


def _endpoint(centre: Centre, writer: Writer, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return _json(Problem(error="too_large"), 413)
        asked = arrived(request, body)
        try:
            if operation.changes:
                answer = await asyncio.wrap_future(writer.submit(lambda c: _changed(centre, c, operation, asked)))
                if isinstance(answer, IssueAnswer):
                    answer = await run_in_threadpool(centre.with_page, answer, lambda keep: writer.submit(keep).result())
            else:
                terminal = await asyncio.wrap_future(writer.submit(lambda c: admitted(centre, c, asked)))
                answer = await run_in_threadpool(_read, centre.engine, lambda c: answer_of(centre, c, operation, asked, terminal))
        except (sa.exc.SQLAlchemyError, WriterStopped) as error:
            return _json(Problem(error="busy", detail=type(error).__name__), 503)
        status, encoded = encode(answer)
        return Response(encoded, status, media_type="application/json")

    return endpoint


def _changed(centre: Centre, connection: sa.Connection, operation: Operation, asked: Arrived) -> Message:
    return answer_of(centre, connection, operation, asked, admitted(centre, connection, asked))


def _read(engine: sa.Engine, work: Callable[[sa.Connection], Message]) -> Message:
    with reading(engine) as connection:
        return work(connection)


async def _body(request: Request) -> bytes | None:
    """None where it is too large; no more than that is ever held."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _json(problem: Problem, status: int) -> Response:
    return Response(problem.model_dump_json(), status, media_type="application/json")


async def _chores(centre: Centre) -> None:
    """Kept cards that nobody fetched are voided in time; what other systems are to hear is told; old pages are destroyed."""
    first = True
    while True:
        try:
            await run_in_threadpool(centre.counter.void_unclaimed)
            await run_in_threadpool(centre.write, lambda connection: _forget(connection, centre))
            await run_in_threadpool(tell_seams, centre.engine, centre.seams, centre.clock)
            await run_in_threadpool(releases_round, centre)
            if not first:  # it was done when the centre was opened
                await run_in_threadpool(document_chores, centre)
                await run_in_threadpool(card_chores, centre)
                await run_in_threadpool(reconcile_if_due, centre)
        except (sa.exc.SQLAlchemyError, OSError) as error:
            print(f"chores: {type(error).__name__}, again in {CHORES_EVERY_S:.0f} s", flush=True)
        first = False
        await asyncio.sleep(CHORES_EVERY_S)


def _forget(connection: sa.Connection, centre: Centre) -> None:
    expire(connection, centre.clock())
    forget_files(connection, centre.clock())
    forget_nonces(connection, centre.true_clock())
    forget_old(connection, centre.true_clock())


async def _payments(centre: Centre, groups: list[str]) -> None:
    """Orders of one channel are opened, asked about, closed and refunded: one that hangs does not hold up the others."""
    while True:
        try:
            await run_in_threadpool(centre.payment.round, groups)
        except sa.exc.SQLAlchemyError as error:
            print(f"payments: {type(error).__name__}, again in {PAYMENTS_EVERY_S:.1f} s", flush=True)
        await asyncio.sleep(PAYMENTS_EVERY_S)


async def _codes(centre: Centre) -> None:
    """Somebody stands there and looks at her telephone."""
    while True:
        try:
            await run_in_threadpool(centre.codes.round)
        except sa.exc.SQLAlchemyError as error:
            print(f"codes: {type(error).__name__}, again in {PAYMENTS_EVERY_S:.1f} s", flush=True)
        await asyncio.sleep(PAYMENTS_EVERY_S)


def _ref(model: type[Message]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _headers(operation: Operation) -> list[dict[str, Any]]:
    if not operation.changes or not operation.keyed:
        return []
    key = {"type": "string", "minLength": 1, "maxLength": 128}
    return [{"name": "Idempotency-Key", "in": "header", "required": True, "schema": key, "description": "<plan>:<act>:<attempt>"}]


def _describe(app: FastAPI) -> None:
    """Request bodies are parsed by hand (who asks comes first), so their schemas are added by hand."""
    generated = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = generated()
            _, asks = models_json_schema(
                [(operation.asks, "validation") for operation in OPERATIONS], ref_template="#/components/schemas/{model}"
            )
            components = schema.setdefault("components", {})
            components.setdefault("schemas", {}).update(asks["$defs"])
            words = "HTTP message signature (RFC 9421) by the terminal's certified key, see remote/enrolment/signing.py"
            components["securitySchemes"] = {
                "signature": {"type": "apiKey", "in": "header", "name": "Signature", "description": words}
            }
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
