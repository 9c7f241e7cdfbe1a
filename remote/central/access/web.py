"""Signing in over HTTP, and what every page and every change of the console asks first.

    @router.get("/console/fleet")
    async def fleet(person: Annotated[Person, Depends(require(Right.SEE))]) -> Response: ...

A change (any method but GET and HEAD) must bring the session's CSRF token: header `X-CSRF-Token`, or form field `csrf`. A
database that cannot be asked is 503: nobody is let in by an error.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from urllib.parse import parse_qsl, quote

import sqlalchemy as sa
from fastapi import HTTPException, Request
from starlette.concurrency import run_in_threadpool

from remote.central.access.checks import authorisation_check
from remote.central.access.oidc import Oidc
from remote.central.access.rights import Person, Right, may
from remote.central.access.sessions import COOKIE, session_person
from remote.central.times import Clock, beijing_now

LARGEST_FORM = 64_000  # bytes
SAFE_METHODS = ("GET", "HEAD")
LOGIN, PASSWORD = "/console/login", "/console/password"


@dataclass(frozen=True)
class Access:
    """Stands in `app.state.access`. The clock is the machine's own, also where a demo bends the centre's."""

    engine: sa.Engine
    clock: Clock = beijing_now
    oidc: Oidc | None = None
    demo_people: Callable[[datetime], list[tuple[str, str, str]]] | None = None
    """Demo only: (name, password, present TOTP code) of each, shown on the login page."""


def access_of(request: Request) -> Access:
    access = getattr(request.app.state, "access", None)
    if not isinstance(access, Access):
        raise HTTPException(503, "no access control is set up")
    return access


@authorisation_check("console session")
async def signed_in(request: Request) -> Person:
    """Who asks. Raises HTTPException: 303 to the login page (a page), 401 (htmx, a change), 403 (wrong CSRF token), 503."""
    access, cookie = access_of(request), request.cookies.get(COOKIE)
    acts = request.method not in SAFE_METHODS or "hx-request" not in request.headers
    try:
        person = await run_in_threadpool(lambda: session_person(access.engine, cookie, access.clock(), acts=acts))
    except sa.exc.SQLAlchemyError as error:
        raise HTTPException(503, "who you are cannot be looked up now") from error
    if person is None:
        raise _to_login(request)
    if request.method not in SAFE_METHODS and not await _own_token(request, person):
        raise HTTPException(403, "this form was not given out to this session")
    if person.must_change and request.url.path != PASSWORD:
        raise HTTPException(303, "change the password first", {"Location": PASSWORD, "HX-Redirect": PASSWORD})
    return person


def require(right: Right) -> Callable[[Request], Awaitable[Person]]:
    """Dependency: somebody signed in who has this right somewhere. For one terminal's region ask `must` as well."""

    async def holder(request: Request) -> Person:
        return await _holder(request, right)

    return holder


@authorisation_check("console right")
async def _holder(request: Request, right: Right) -> Person:
    person = await signed_in(request)
    must(person, right)
    return person


def must(person: Person, right: Right, region: str | None = None) -> None:
    """Raises HTTPException(403)."""
    if not may(person, right, region):
        raise HTTPException(403, f"{person.name}: not allowed to {right}{f' in {region}' if region else ''}")


async def form_of(request: Request) -> dict[str, str]:
    """Urlencoded fields, read once and kept; empty where the body is of another kind. Raises HTTPException(413)."""
    kept: dict[str, str] | None = getattr(request.state, "form_fields", None)
    if kept is None:
        kept = {}
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            body = b""
            async for part in request.stream():
                body += part
                if len(body) > LARGEST_FORM:
                    raise HTTPException(413, "too large")
            kept = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
        request.state.form_fields = kept
    return kept


async def _own_token(request: Request, person: Person) -> bool:
    given = request.headers.get("x-csrf-token") or (await form_of(request)).get("csrf", "")
    return compare_digest(given.encode(), person.csrf.encode())


def _to_login(request: Request) -> HTTPException:
    where = LOGIN
    if request.method in SAFE_METHODS and request.url.path != "/":
        where += "?onward=" + quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    if "hx-request" in request.headers:
        return HTTPException(401, "sign in again", {"HX-Redirect": LOGIN})
    if request.method in SAFE_METHODS:
        return HTTPException(303, "sign in", {"Location": where})
    return HTTPException(401, "sign in again")
