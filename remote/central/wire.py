"""Requests as bytes: what the HTTP skin and the simulation's lossy network share. No socket here."""

from __future__ import annotations

import sqlalchemy as sa
from pydantic import ValidationError

from remote.central.centre import Centre
from remote.central.enrolment.authenticate import Arrived, NotBelieved, authenticate
from remote.central.enrolment.events import record
from remote.central.service import STATUS
from remote.central.store.database import reading, writing
from remote.messages import OPERATIONS, Message, Operation, Problem

BY_PATH = {operation.path: operation for operation in OPERATIONS}
UNKNOWN = Problem(error="unknown_terminal")


def parse(operation: Operation, body: bytes) -> Message:
    """Problem(malformed) names the first wrong field, never its value: bodies are personal."""
    try:
        return operation.asks.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return Problem(error="malformed", detail=f"{where}: expected {first['type']}")


def encode(answer: Message) -> tuple[int, bytes]:
    """Status and body; whoever is not believed gets no body at all."""
    status = STATUS.get(answer.error, 400) if isinstance(answer, Problem) else 200
    return status, b"" if answer == UNKNOWN else answer.model_dump_json().encode()


def respond(centre: Centre, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """The whole way of one request in the caller's thread: for the simulation. Raises what the database raises."""
    operation = BY_PATH.get(path)
    if operation is None:
        return encode(Problem(error="unknown_operation", detail=path))
    request = Arrived("POST", path, body, {name.lower(): value for name, value in headers.items()})
    with writing(centre.engine) as connection:
        terminal = admitted(centre, connection, request)
        answer = answer_of(centre, connection, operation, request, terminal) if operation.changes else UNKNOWN
    if terminal is not None and not operation.changes:
        with reading(centre.engine) as connection:
            answer = answer_of(centre, connection, operation, request, terminal)
    return encode(centre.with_page(answer, centre.write))


def admitted(centre: Centre, connection: sa.Connection, request: Arrived) -> str | None:
    """Which terminal asks, in a transaction that is committed either way: None is kept as a security event."""
    now = centre.true_clock()
    try:
        return authenticate(connection, request, now)
    except NotBelieved as refused:
        record(connection, refused.kind, request.claimed, request.source, str(refused), now)
        return None


def answer_of(
    centre: Centre, connection: sa.Connection, operation: Operation, request: Arrived, terminal: str | None
) -> Message:
    """Who asks is settled before the body is looked at."""
    if terminal is None:
        return UNKNOWN
    ask = parse(operation, request.body)
    if isinstance(ask, Problem):
        return ask
    return centre.service.handle(connection, terminal, operation.name, ask, request.headers.get("idempotency-key"))
