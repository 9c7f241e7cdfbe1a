"""Signatures and certificates: none, wrong, old, revoked, somebody else's, a copy, another order, another request's."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from remote.messages import OPERATIONS
from tests.attack.target import Target
from tests.remote.identities import signed

Headers = dict[str, str]
BODY = b'{"key":"a:b:1"}'


def _nobody(target: Target, path: str, body: bytes) -> Headers:
    return {"Idempotency-Key": "k"}


def _with(change: Callable[[Target], dict[str, object]]) -> Callable[[Target, str, bytes], Headers]:
    return lambda target, path, body: signed(replace(target.t1, **change(target)), path, body, {"Idempotency-Key": "k"})  # type: ignore[arg-type]


def _revoked(target: Target, path: str, body: bytes) -> Headers:
    return signed(target.revoked, path, body, {"Idempotency-Key": "k"})


def _other_path(target: Target, path: str, body: bytes) -> Headers:
    return signed(target.t1, f"{path}/x", body, {"Idempotency-Key": "k"})


def _other_body(target: Target, path: str, body: bytes) -> Headers:
    return signed(target.t1, path, body + b" ", {"Idempotency-Key": "k"})


def _other_key(target: Target, path: str, body: bytes) -> Headers:
    return signed(target.t1, path, body, {"Idempotency-Key": "k"}) | {"Idempotency-Key": "other"}


def _key_not_covered(target: Target, path: str, body: bytes) -> Headers:
    return signed(target.t1, path, body) | {"Idempotency-Key": "k"}


def _other_method(target: Target, path: str, body: bytes) -> Headers:
    return target.t1.headers(path, body, {"Idempotency-Key": "k"}, "PUT") | {"Idempotency-Key": "k"}


def _cut(target: Target, path: str, body: bytes) -> Headers:
    made = signed(target.t1, path, body, {"Idempotency-Key": "k"})
    return made | {"Signature": made["Signature"][:-5] + "AA==:"}


FALSE: dict[str, Callable[[Target, str, bytes], Headers]] = {
    "unsigned": _nobody,
    "another key": _with(lambda _: {"key": ec.generate_private_key(ec.SECP256R1())}),
    "another terminal's name": _with(lambda _: {"terminal": "T2"}),
    "another terminal's certificate": _with(lambda target: {"serial": target.t2.serial}),
    "a certificate nobody gave": _with(lambda _: {"serial": bytes(20)}),
    "an old signature": _with(lambda target: {"now": lambda: target.t1.now() - timedelta(minutes=6)}),
    "a signature of tomorrow": _with(lambda target: {"now": lambda: target.t1.now() + timedelta(days=1)}),
    "revoked": _revoked,
    "signed for another path": _other_path,
    "signed over another body": _other_body,
    "signed with another key of idempotency": _other_key,
    "idempotency not covered": _key_not_covered,
    "signed for another method": _other_method,
    "a changed signature": _cut,
}


def attack(target: Target, chance: random.Random, paths: int) -> None:
    """Every false identity at some operations: 401, no body, no effect."""
    some = chance.sample(OPERATIONS, paths)
    with httpx.Client(base_url=target.url, timeout=30) as client, target.nothing_changes("false identities"):
        for operation in some:
            for name, made in FALSE.items():
                answer = client.post(operation.path, content=BODY, headers=made(target, operation.path, BODY))
                target.heard(f"{operation.path} {name}", answer.status_code)
                if (answer.status_code, answer.content) != (401, b""):
                    target.effect(f"{operation.path} {name}: {answer.status_code} {answer.text[:80]}")


def attack_again(target: Target, chance: random.Random, copies: int) -> None:
    """Requests that were good once, copied and re-ordered: the copy has no effect, and nothing is done twice."""
    path = "/v1/reservations/release"
    made = [(b'{"reserve_key":"x:%d"}' % number, f"again:{chance.random()}:{number}") for number in range(copies)]
    sent = [(body, signed(target.t1, path, body, {"Idempotency-Key": key})) for body, key in made]
    chance.shuffle(sent)
    with httpx.Client(base_url=target.url, timeout=30) as client:
        for body, headers in sent:
            target.heard("first", client.post(path, content=body, headers=headers).status_code)
        chance.shuffle(sent)
        with target.nothing_changes("copies"):
            for body, headers in sent:
                answer = client.post(path, content=body, headers=headers)
                target.heard("copy", answer.status_code)
                if answer.status_code != 401:
                    target.effect(f"a copy was answered {answer.status_code}")
