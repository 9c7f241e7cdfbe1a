"""Enrolment over HTTP: the CA for whoever holds its pin, and the one request of a terminal that is not signed."""

from __future__ import annotations

import asyncio
import ssl

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from remote.central.centre import Centre
from remote.central.enrolment.authenticate import Arrived
from remote.central.enrolment.events import record
from remote.central.enrolment.pairing import PairingRefused, redeem
from remote.central.store.writer import Writer, WriterStopped
from remote.messages import Problem
from remote.messages.enrolment import Enrol, Enrolled

CA_PATH, ENROL_PATH = "/v1/identity/ca", "/v1/identity/enrol"
LARGEST_BODY = 8_000  # bytes


def enrolment_router(centre: Centre, writer: Writer) -> APIRouter:
    router = APIRouter()

    async def authority() -> Response:
        return Response((await run_in_threadpool(centre.authority)).pem, media_type="application/x-pem-file")

    async def enrol(request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > LARGEST_BODY:
                return Response(status_code=413)
        try:
            ask = Enrol.model_validate_json(body)
        except ValidationError:
            return Response(status_code=422)
        source = source_of(request)
        try:
            answer = await asyncio.wrap_future(writer.submit(lambda c: _redeemed(centre, c, ask, source)))
        except (sa.exc.SQLAlchemyError, WriterStopped):
            return Response(Problem(error="busy").model_dump_json(), 503, media_type="application/json")
        if not isinstance(answer, Enrolled):
            return Response(status_code=429 if answer == "pairing_throttled" else 401)
        return Response(answer.model_dump_json(), media_type="application/json")

    router.add_api_route(
        CA_PATH, authority, methods=["GET"], name="authority", summary="the centre's CA, PEM", include_in_schema=False,
    )  # fmt: skip
    schema = {"requestBody": {"required": True, "content": {"application/json": {"schema": Enrol.model_json_schema()}}}}
    router.add_api_route(
        ENROL_PATH, enrol, methods=["POST"], name="enrol", summary="a certificate for a pairing code", openapi_extra=schema,
        responses={200: {"model": Enrolled}, **{status: {"description": words} for status, words in REFUSALS.items()}},
    )  # fmt: skip
    return router


REFUSALS: dict[int | str, str] = {
    401: "No such code; no body", 413: "Too large", 422: "Malformed", 429: "Too many wrong codes", 503: "Ask again",
}  # fmt: skip


def _redeemed(centre: Centre, connection: sa.Connection, ask: Enrol, source: str) -> Enrolled | str:
    """What was refused is committed as a security event."""
    now = centre.true_clock()
    try:
        return redeem(connection, centre.authority(), ask, source, now)
    except PairingRefused as refused:
        record(connection, refused.kind, ask.terminal, source, refused.words, now)
        return refused.kind


def arrived(request: Request, body: bytes) -> Arrived:
    """Header fields that came twice are joined (RFC 9110 5.2): a signature does not survive that."""
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    query = request.scope.get("query_string", b"").decode("latin-1")
    path = request.scope.get("raw_path") or request.url.path.encode()
    target = path.decode("latin-1").partition("?")[0] + (f"?{query}" if query else "")
    return Arrived(request.method, target, body, headers, peer_of(request), source_of(request))


def peer_of(request: Request) -> bytes | None:
    """DER of the certificate our own TLS saw, b"" none; None: our server did not end TLS (ASGI TLS extension)."""
    tls = request.scope.get("extensions", {}).get("tls")
    if tls is None:
        return None
    chain = tls.get("client_cert_chain") or []
    return ssl.PEM_cert_to_DER_cert(chain[0]) if chain else b""


def source_of(request: Request) -> str:
    return request.client.host if request.client is not None else ""
