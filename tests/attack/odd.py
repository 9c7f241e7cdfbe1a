"""Bytes nobody means to send: bodies, paths, methods and headers, over HTTP and below it."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator

import httpx

from remote.messages import OPERATIONS
from tests.attack.target import Target
from tests.remote.identities import signed

ANSWER_WITHIN_S = 10.0
HUGE = b"9" * 5000
INNER = b"GET /console/people HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
BODIES: dict[str, bytes] = {
    "empty": b"",
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 50_000,
    "no UTF-8": b'{"key":"\xff\xfe\x80"}',
    "half a surrogate": b'{"key":"\\ud800"}',
    "NUL": b'{"key":"\\u0000"}',
    "a raw NUL": b'{"key":"\x00"}',
    "a huge number": b'{"key":' + HUGE + b"}",
    "a huge exponent": b'{"key":1e999999}',
    "not a number": b'{"key":NaN}',
    "twice the same name": b'{"key":"a","key":"b"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "another kind": b"<a/>",
    "too much": b'{"key":"' + b"x" * 1_100_000 + b'"}',
}
TRICKS = (
    "/v1/clock/",
    "//v1/clock",
    "/v1//clock",
    "/V1/CLOCK",
    "/v1/%63lock",
    "/v1%2fclock",
    "/v1/clock%00",
    "/v1/clock%2e",
    "/v1/./clock",
    "/v1/x/../clock",
    "/v1/%2e%2e/clock",
    "/v1/%252e%252e/clock",
    "/v1/clock;x",
    "/v1/clock?x=%00",
    "/v1/clock%0d%0aX:y",
    "/%ff%fe",
    "/console/%2e%2e/console/fleet",
    "/console//fleet",
    "/console/fleet/",
    "/CONSOLE/fleet",
    "/console/fleet%00.csv",
    "/console/fleet.csv%00",
    "/console%2ffleet",
    "/console/terminals/%00",
    "/console/terminals/%ff",
    "/console/terminals/..%2f..%2fetc",
    "/console/terminals/T1%2f",
    "/console/alarms/%C2%B2",
    "/console/alarms/99999999999999999999",
    "/console/alarms/-1",
    "/console/static/x/..%2f..%2fframe.py",
    "/console/static/x/%00",
    "/console/look?back=//evil.example",
    "/console/look?back=/console/%5cevil.example&language=zh_CN",
    "/console/look?back=https://evil.example",
    "/console/login?onward=https://evil.example",
    "/console/login?onward=//evil.example",
    "/console/login?onward=/console%0d%0aX:y",
    "/console/oidc/start?onward=//evil.example",
    "/console/oidc/done?state=%00&code=%ff",
    "/console/fleet?said=x&by=%C3%A9&good=1",
    "/console/fleet?by=0001-01-01&page=99999999999999999999",
    "/console/fleet?cell=-1_%C2%B2_6",
    "/console/audit?page=%C2%B2",
    "/console/alarms?page=%C2%B2&part=x",
    "/console/stock?page=%C2%B2",
    "/console/reports?days=%C2%B2",
    "/counter?said=x&by=%C3%A9",
    "/verify/%00",
    "/verify/..%2frevoked",
    "/verify/revoked/",
    "/verify/%C2%B2",
    "/checkout/%00",
    "/checkout/..%2fpay",
    "/phone/%00",
    "/phone/%C2%B2/json",
    "/phone/341602194403120026%00/json",
    "/metrics",
    "/openapi.json/",
    "/docs",
    "/..",
)
CLOCK, FLEET = b"POST /v1/clock HTTP/1.1\r\nHost: x\r\n", b"GET /console/fleet HTTP/1.1\r\nHost: x\r\n"
METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "post", "CONNECT")
RAW: dict[str, bytes] = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no host": b"POST /v1/clock HTTP/1.1\r\n\r\n",
    "two lengths": CLOCK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
    "length and chunks": CLOCK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a negative length": CLOCK + b"Content-Length: -1\r\n\r\n",
    "a wrong chunk": CLOCK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "bytes in the path": b"GET /\xff\xfe/\x80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "bytes in the query": b"GET /console/fleet?x=\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "bytes in a cookie": FLEET + b"Cookie: console=\xff\xe9; counter=a.\xe9\r\nConnection: close\r\n\r\n",
    "bytes at the counter": b"GET /counter HTTP/1.1\r\nHost: x\r\nCookie: counter=a.\xe9\r\nConnection: close\r\n\r\n",
    "bytes in a signature": CLOCK + b"Signature: t=:\xff:\r\nSignature-Input: \xe9\r\nContent-Length: 2\r\n"
    b"Connection: close\r\n\r\n{}",
    "a whole address": b"GET http://evil.example/console/fleet HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a star": b"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "a bad host": b"GET /console HTTP/1.1\r\nHost: [::evil\r\nConnection: close\r\n\r\n",
    "a long header": FLEET + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
    "a body that stops": CLOCK + b"Content-Length: 100\r\n\r\n{",
    "a second request inside": b"POST /console/login HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n" + INNER,
}


def attack_bodies(target: Target, chance: random.Random, operations: int) -> None:
    """Signed by T1 as they are: refused as malformed or not, never an error of the server, nothing of T2's."""
    with httpx.Client(base_url=target.url, timeout=30) as client, target.nothing_changes_of("T2", "odd bodies"):
        for operation in chance.sample(OPERATIONS, operations):
            for name, body in BODIES.items():
                headers = signed(target.t1, operation.path, body, {"Idempotency-Key": f"{name}:{chance.random()}"})
                target.heard(f"{operation.path} {name}", client.post(operation.path, content=body, headers=headers).status_code)
        for path in (
            "/v1/clock",
            "/v1/identity/enrol",
            "/console/login",
            "/counter/login",
            "/pay/notify/simulated",
            "/counter/fence",
        ):
            answer = client.post(path, content=_chunks(), headers={"Content-Type": "application/x-www-form-urlencoded"})
            target.heard(f"{path} in chunks without end", answer.status_code)
            if answer.status_code < 400:
                target.effect(f"{path}: an endless body was answered {answer.status_code}")


def _chunks() -> Iterator[bytes]:
    for _ in range(40):
        yield b"x" * 50_000


def attack_paths(target: Target, cookie: str | None) -> None:
    """Each trick as it stands in the request line, by whoever has this cookie of a viewer; none leads elsewhere."""
    for path in TRICKS:
        for method in ("GET", "POST"):
            own = f"Cookie: console={cookie}\r\n" if cookie else ""
            head = f"{method} {path} HTTP/1.1\r\nHost: centre\r\n{own}Content-Length: 0\r\nConnection: close\r\n\r\n"
            answer = raw(target, f"{method} {path}", head.encode("latin-1"))
            location = next((line for line in answer.split(b"\r\n") if line.lower().startswith(b"location:")), b"")
            if b"//evil" in location or b"\\evil" in location:
                target.effect(f"{path} leads to {location!r}")
            if b"\r\nX:y" in answer:
                target.effect(f"{path} writes a header")


def attack_methods(target: Target, chance: random.Random, paths: int) -> None:
    known = [operation.path for operation in OPERATIONS]
    with httpx.Client(base_url=target.url, timeout=30) as client, target.nothing_changes("methods"):
        for path in [
            *chance.sample(known, paths),
            "/console/people/disable",
            "/console/fleet",
            "/counter/fence",
            "/openapi.json",
        ]:
            for method in METHODS:
                answer = client.request(
                    method, path, headers={"X-HTTP-Method-Override": "POST", "X-Original-URL": "/console/people"}
                )
                target.heard(f"{method} {path}", answer.status_code)
        for extra in (
            {"X-Forwarded-For": "127.0.0.1\t\xe9"},
            {"Accept-Language": "\xff"},
            {"Content-Type": "\xe9;;="},
            {"Range": "bytes=9-1"},
        ):
            for path in ("/console/fleet", "/console/login", "/counter", "/verify/x"):
                raw_headers = [(name.encode(), value.encode("latin-1")) for name, value in extra.items()]
                target.heard(f"{path} {extra}", client.get(path, headers=raw_headers).status_code)


def attack_raw(target: Target) -> None:
    with target.nothing_changes("below HTTP"):
        for name, sent in RAW.items():
            answer = raw(target, name, sent)
            if answer.startswith(b"HTTP/1.1 200"):
                target.effect(f"{name}: {answer[:80]!r}")


def raw(target: Target, what: str, sent: bytes) -> bytes:
    """The answer; b"" where the server hung up. Our half is closed: nothing more comes."""
    with socket.create_connection((target.host, target.port), ANSWER_WITHIN_S) as wire:
        parts = []
        try:
            wire.sendall(sent)
            wire.shutdown(socket.SHUT_WR)
            while part := wire.recv(65_536):
                parts.append(part)
        except (ConnectionError, TimeoutError):
            pass  # hung up in the middle: no answer is one
    answer = b"".join(parts)
    first = answer.split(b" ", 2)
    target.heard(what, int(first[1]) if len(first) > 1 and first[1].isdigit() else 400)
    return answer
