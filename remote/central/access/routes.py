"""The pages where one signs in, signs out and changes the password."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse

from remote.central.access import oidc, people
from remote.central.access.checks import authorisation_check
from remote.central.access.pages import login_page, password_page
from remote.central.access.rights import Person
from remote.central.access.sessions import COOKIE, LONGEST, end_session, open_session
from remote.central.access.web import Access, access_of, form_of, signed_in
from remote.central.enrolment.events import record
from remote.central.store.database import writing

HOME = "/console"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
SignedIn = Annotated[Person, Depends(signed_in)]


def login_router() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    router.add_api_route("/console/login", show_login, methods=["GET"])
    router.add_api_route("/console/login", log_in, methods=["POST"])
    router.add_api_route("/console/logout", log_out, methods=["POST"])
    router.add_api_route("/console/password", show_password, methods=["GET"])
    router.add_api_route("/console/password", change_password, methods=["POST"])
    router.add_api_route("/console/oidc/start", oidc_start, methods=["GET"])
    router.add_api_route("/console/oidc/done", oidc_done, methods=["GET"])
    return router


async def show_login(request: Request) -> Response:
    return _login(request, onward(request.query_params.get("onward", "")))


@authorisation_check("console sign-in by password")
async def log_in(request: Request) -> Response:
    access, form = access_of(request), await form_of(request)
    name = form.get("name", "").strip()
    try:
        good = await run_in_threadpool(
            people.check, access.engine, name, form.get("password", ""), form.get("code", ""), access.clock()
        )
        if not good:
            await run_in_threadpool(_refused, access, name, request.client.host if request.client else "")
            return _login(request, onward(form.get("onward", "")), wrong=True)
        return await _enter(request, access, name, "password", onward(form.get("onward", "")))
    except sa.exc.SQLAlchemyError as error:
        raise HTTPException(503, "the sign-in cannot be checked now") from error


def _refused(access: Access, name: str, source: str) -> None:
    with writing(access.engine) as connection:
        record(connection, "sign_in_refused", "", source, f"as {name[:64]}", access.clock())


async def log_out(request: Request, _person: SignedIn) -> Response:
    access = access_of(request)
    await run_in_threadpool(end_session, access.engine, request.cookies[COOKIE], access.clock())
    answer = RedirectResponse("/console/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


async def show_password(request: Request, person: SignedIn) -> Response:
    return HTMLResponse(password_page(person, language(request)), headers=HEADERS)


async def change_password(request: Request, person: SignedIn) -> Response:
    """Asks for the old one and a code again: a session left open on a desk is not enough."""
    access, form = access_of(request), await form_of(request)
    try:
        old, code = form.get("password", ""), form.get("code", "")
        if not await run_in_threadpool(people.check, access.engine, person.name, old, code, access.clock()):
            return HTMLResponse(password_page(person, language(request), "wrong"), 403, headers=HEADERS)
        await run_in_threadpool(_change, access, person.name, form.get("new", ""))
    except people.AccessError as error:
        return HTMLResponse(password_page(person, language(request), str(error)), 422, headers=HEADERS)
    except sa.exc.SQLAlchemyError as error:
        raise HTTPException(503, "nothing can be changed now") from error
    return RedirectResponse(HOME, 303)


def _change(access: Access, name: str, new: str) -> None:
    with writing(access.engine) as connection:
        people.change_password(connection, name, new, now=access.clock())


async def oidc_start(request: Request) -> Response:
    access = access_of(request)
    if access.oidc is None:
        raise HTTPException(404)
    try:
        where = await run_in_threadpool(
            access.oidc.start, access.engine, onward(request.query_params.get("onward", "")), access.clock()
        )
    except (sa.exc.SQLAlchemyError, oidc.ProviderAway) as error:
        raise HTTPException(503, "the city's sign-in cannot be reached now") from error
    return RedirectResponse(where, 303)


@authorisation_check("console sign-in by OIDC")
async def oidc_done(request: Request) -> Response:
    access = access_of(request)
    if access.oidc is None:
        raise HTTPException(404)
    asked = request.query_params
    try:
        name, forward = await run_in_threadpool(
            access.oidc.finish, access.engine, asked.get("state", ""), asked.get("code", ""), access.clock()
        )
        return await _enter(request, access, name, "oidc", forward)
    except oidc.NotBelieved:
        return _login(request, HOME, wrong=True)
    except (sa.exc.SQLAlchemyError, oidc.ProviderAway) as error:
        raise HTTPException(503, "the city's sign-in cannot be asked now") from error


async def _enter(request: Request, access: Access, name: str, how: str, forward: str) -> Response:
    cookie = await run_in_threadpool(open_session, access.engine, name, how, access.clock())
    # Came from another site (OIDC): a Strict cookie travels only with a navigation our own page begins.
    answer: Response = RedirectResponse(forward, 303)
    if how == "oidc":
        answer = HTMLResponse(f'<!doctype html><meta http-equiv="refresh" content="0;url={forward}">', headers=HEADERS)
    answer.set_cookie(
        COOKIE, cookie, max_age=int(LONGEST.total_seconds()), httponly=True, samesite="strict", secure=_https(request)
    )
    return answer


def onward(path: str) -> str:
    """A page of our own, else the console's first: nobody is led elsewhere after signing in."""
    harmless = path.startswith("/console") and all(letter.isalnum() or letter in "/-_?=&.%+" for letter in path)
    return path if harmless and "//" not in path else HOME


def language(request: Request) -> str:
    wanted = request.query_params.get("lang") or request.cookies.get("lang") or request.headers.get("accept-language", "zh")
    return "en" if wanted.startswith("en") else "zh"


def _login(request: Request, forward: str, wrong: bool = False) -> Response:
    access = access_of(request)
    shown = access.demo_people(access.clock()) if access.demo_people is not None else []
    text = login_page(language(request), forward, wrong, access.oidc.label if access.oidc else "", shown)
    return HTMLResponse(text, 401 if wrong else 200, headers=HEADERS)


def _https(request: Request) -> bool:
    return request.url.scheme == "https"
