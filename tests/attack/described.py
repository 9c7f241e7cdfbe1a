"""What the centre's own description allows and what it forbids, in requests that T1 signs, or that nobody signs."""

from __future__ import annotations

import random
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode

from tests.attack.target import Target

CARRIED = ("method", "url", "headers", "json", "data", "params")
OURS = ("signature", "signature-input", "content-digest")
MODES = {"allowed": GenerationMode.POSITIVE, "forbidden": GenerationMode.NEGATIVE}
ANSWER_WITHIN_S = 30.0


def operations(target: Target) -> list[Any]:
    schema = schemathesis.openapi.from_dict(target.description)
    return [found.ok() for found in schema.get_all_operations()]


def attack(target: Target, operation: Any, mode: str, examples: int, number: int, *, is_signed: bool = True) -> None:
    session = requests.Session()
    chance = random.Random(number)

    @seed(number)
    @settings(
        max_examples=examples, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy(generation_mode=MODES[mode]))
    def one(case: Any) -> None:
        carried = case.as_transport_kwargs(base_url=target.url)
        made = requests.Request(**{name: value for name, value in carried.items() if name in CARRIED})
        made.headers = {name: value for name, value in dict(made.headers or {}).items() if name.lower() not in OURS}
        try:
            prepared = made.prepare()
        except (requests.RequestException, ValueError, UnicodeError):
            return  # cannot be sent at all
        body = prepared.body or b""
        body = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        if not isinstance(body, bytes):
            return
        prepared.body = body
        prepared.headers["Content-Length"] = str(len(body))
        if is_signed:
            headers = {str(name): _text(value) for name, value in prepared.headers.items()}
            if chance.random() < 0.9:
                prepared.headers.update(target.t1.headers(prepared.path_url, body, headers, prepared.method or "POST"))
        try:
            answer = session.send(prepared, timeout=ANSWER_WITHIN_S, allow_redirects=False)
        except (requests.exceptions.InvalidHeader, UnicodeError):
            return
        target.heard(f"{operation.label} {mode}: {body[:200]!r}: {answer.text[:100]}", answer.status_code)

    what = f"{operation.label} {mode}"
    with target.nothing_changes_of("T2", what) if is_signed else target.nothing_changes(f"unsigned {what}"):
        one()
    session.close()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
