"""Requests as bytes: what the HTTP skin and the simulation's lossy network share. No socket here."""

from __future__ import annotations

import sqlalchemy as sa
from pydantic import ValidationError

from remote.central.centre import Centre, authentic
from remote.central.service import STATUS
from remote.central.store.database import reading, writing
from remote.messages import OPERATIONS, Message, Operation, Problem

BY_PATH = {operation.path: operation for operation in OPERATIONS}


def parse(operation: Operation, body: bytes) -> Message:
    """Problem(malformed) names the first wrong field, never its value: bodies are personal."""
    try:
        return operation.asks.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return Problem(error="malformed", detail=f"{where}: expected {first['type']}")


def credentials(headers: dict[str, str]) -> tuple[str, str]:
    """Terminal and token; header names in any case."""
    lower = {name.lower(): value for name, value in headers.items()}
    return lower.get("x-terminal", ""), lower.get("authorization", "").removeprefix("Bearer ").strip()


def key_of(headers: dict[str, str]) -> str | None:
    return next((value for name, value in headers.items() if name.lower() == "idempotency-key"), None)


def encode(answer: Message) -> tuple[int, bytes]:
    status = STATUS.get(answer.error, 400) if isinstance(answer, Problem) else 200
    return status, answer.model_dump_json().encode()


def respond(centre: Centre, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """The whole way of one request in the caller's thread: for the simulation. Raises what the database raises."""
    operation = BY_PATH.get(path)
    if operation is None:
        return encode(Problem(error="unknown_operation", detail=path))
    with (writing if operation.changes else reading)(centre.engine) as connection:
        answer = answer_bytes(centre, connection, operation, body, headers)
    return encode(centre.with_page(answer, centre.write))


def answer_bytes(
    centre: Centre, connection: sa.Connection, operation: Operation, body: bytes, headers: dict[str, str]
) -> Message:
    """Who asks is settled before the body is looked at."""
    if not authentic(connection, *credentials(headers)):
        return Problem(error="unknown_terminal")
    ask = parse(operation, body)
    if isinstance(ask, Problem):
        return ask
    return centre.service.handle(connection, credentials(headers)[0], operation.name, ask, key_of(headers))
