"""The console over HTTP. Who asks comes first, then whether the right is there, then everything else; an error lets nobody in."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from fastapi import APIRouter, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse

from remote.central.access.rights import Person, may
from remote.central.access.web import signed_in
from remote.central.centre import Centre
from remote.central.store.database import reading
from remote.central.store.writer import Writer, WriterStopped
from remote.console import frame
from remote.console.csv_file import as_csv
from remote.console.looks import LANGUAGE_COOKIE, NIGHT_COOKIE, NIGHTS, language_of, night_of
from remote.console.page import Act, Doing, NotAllowed, NotFound, Page, Said, Shown, View
from remote.console.pages import PAGES
from remote.console.texts import HTML_LANGUAGE, LANGUAGES, Texts

SENTENCES = {403: "not_allowed", 404: "not_found", 503: "busy"}
MOST_SAID = 300  # characters of an error in the log
YEAR_S = 365 * 24 * 3600
BUSY = (sa.exc.SQLAlchemyError, WriterStopped)


def console_router(centre: Centre, writer: Writer) -> APIRouter:
    """Everything under /console except signing in, which is remote/central/access's."""
    router = APIRouter(prefix=frame.PREFIX, include_in_schema=False)
    console = _Console(centre, writer)
    router.add_api_route("/static/{version}/{name:path}", static_file, methods=["GET"], name="console_static")
    router.add_api_route("/look", console.look, methods=["GET"], name="console_look")
    for page in PAGES:
        if page.table is not None:
            router.add_api_route(f"/{page.path}.csv", console.csv(page), methods=["GET"], name=f"{page.name}_csv")
        router.add_api_route(f"/{page.path}", console.page(page), methods=["GET"], name=page.name)
        for act in page.acts:
            router.add_api_route(f"/{act.path}", console.act(act), methods=["POST"], name=act.path)
    router.add_api_route("", console.home, methods=["GET"], name="console_home")
    return router


async def static_file(version: str, name: str) -> Response:
    body = frame.files().get(name)
    if body is None or frame.address(name) != f"{frame.PREFIX}/static/{version}/{name}":
        return Response(status_code=404)
    kind = frame.TYPES[name[name.rindex(".") :]]
    return Response(body, media_type=kind, headers=frame.FILE_HEADERS)


class _Console:
    def __init__(self, centre: Centre, writer: Writer) -> None:
        self._centre = centre
        self._writer = writer

    # -- pages

    def page(self, page: Page) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            return await self._guarded(request, lambda person: self._show(request, page, person))

        return endpoint

    def csv(self, page: Page) -> Callable[[Request], Any]:
        def table(request: Request, person: Person) -> Response:
            assert page.table is not None
            with reading(self._centre.engine) as connection:
                body = as_csv(page.table(self._view(request, page, person, connection)))
            name = f"{page.name}-{self._centre.clock():%Y%m%d-%H%M}.csv"
            headers = {**frame.HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
            return Response(body, media_type="text/csv; charset=utf-8", headers=headers)

        async def endpoint(request: Request) -> Response:
            return await self._guarded(request, lambda person: table(request, person))

        return endpoint

    async def home(self, request: Request) -> Response:
        return await self._guarded(request, self._first_page)

    def _first_page(self, person: Person) -> Response:
        for page in PAGES:
            if page.nav and may(person, page.right):
                return RedirectResponse(f"{frame.PREFIX}/{page.path}", 303)
        raise NotAllowed()

    async def _guarded(self, request: Request, answer: Callable[[Person], Response]) -> Response:
        """Nobody without a session; nothing at all while the database does not say whose it is."""
        try:
            person = await signed_in(request)
            return await run_in_threadpool(answer, person)
        except NotFound:
            return self._plain(request, "not_found", 404)
        except NotAllowed:
            return self._plain(request, "not_allowed", 403)
        except BUSY as error:
            print(f"console: {request.url.path}: {type(error).__name__}: {str(error)[:MOST_SAID]}", flush=True)
            return self._plain(request, "busy", 503)
        except HTTPException as error:
            if error.status_code not in SENTENCES:
                raise
            return self._plain(request, SENTENCES[error.status_code], error.status_code)

    def _view(self, request: Request, page: Page, person: Person, connection: sa.Connection) -> View:
        regions = person.reach(page.right)
        if not regions:
            raise NotAllowed()
        text = Texts(language_of(request.cookies))
        asked = {name: value[:200] for name, value in request.query_params.items()}
        return View(connection, self._centre, self._centre.clock(), person, regions, text, asked, dict(request.path_params))

    def _show(self, request: Request, page: Page, person: Person) -> Response:
        with reading(self._centre.engine) as connection:
            view = self._view(request, page, person, connection)
            given = page.show(view)
            alone = request.headers.get("HX-Request") is not None
            html = frame.render(page.name, {**self._common(request, page, view), **given, "frame": "bare" if alone else "frame"})
        return HTMLResponse(html, headers=frame.HEADERS)

    def _common(self, request: Request, page: Page, view: View) -> dict[str, Any]:
        text, now, cookies = view.text, view.now, request.cookies
        query = f"?{request.url.query}" if request.url.query else ""
        return {
            "t": text, "now": now, "page": page, "person": view.person, "token": view.person.csrf, "html_language": HTML_LANGUAGE,
            "since": lambda at: text.span(at, now), "may": lambda right, region=None: may(view.person, right, region),
            "bar": [one for one in PAGES if one.nav and may(view.person, one.right)], "languages": LANGUAGES,
            "night": night_of(cookies, now), "night_choice": cookies.get(NIGHT_COOKIE, "auto"), "nights": NIGHTS,
            "asked": view.asked, "here": request.url.path, "address": request.url.path + query,
            "with_query": _with_query(request.url.path, view.asked), "said": _said(view),
            "said_good": view.asked.get("good") != "0",
        }  # fmt: skip

    def _plain(self, request: Request, name: str, status: int) -> Response:
        """A page of one sentence. It needs no database."""
        text = Texts(language_of(request.cookies))
        night = night_of(request.cookies, self._centre.clock())
        given = {"t": text, "name": name, "night": night, "html_language": HTML_LANGUAGE, "home": frame.PREFIX}
        body = frame.render("plain", given)
        return HTMLResponse(body, status, headers=frame.HEADERS)

    # -- how it looks

    async def look(self, request: Request) -> Response:
        return await self._guarded(request, lambda _person: self._look(request))

    def _look(self, request: Request) -> Response:
        """Keeps language or light in a cookie and goes back to a page of ours."""
        back = request.query_params.get("back", "")
        ours = back.startswith(f"{frame.PREFIX}/") and "\\" not in back and "//" not in back
        answer = RedirectResponse(back if ours else frame.PREFIX, 303, headers={"Cache-Control": "no-store"})
        for cookie, value, known in (
            (LANGUAGE_COOKIE, request.query_params.get("language"), LANGUAGES),
            (NIGHT_COOKIE, request.query_params.get("night"), NIGHTS),
        ):
            if value is not None and value in known:
                answer.set_cookie(cookie, value, max_age=YEAR_S, path=frame.PREFIX, samesite="strict", httponly=True)
        return answer

    # -- acts

    def act(self, act: Act) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            return await self._guarded(request, lambda person: self._do(request, act, person))

        return endpoint

    def _do(self, request: Request, act: Act, person: Person) -> Response:
        """The token was looked at by `signed_in`, which keeps the form it read."""
        form: Mapping[str, str] = request.state.form_fields
        if not may(person, act.right):
            raise NotAllowed()

        def work(connection: sa.Connection) -> Said | Shown:
            place = dict(request.path_params)
            return act.do(Doing(connection, self._centre, self._centre.clock(), person, form, place, act.right))

        said = self._writer.submit(work).result()
        text = Texts(language_of(request.cookies))
        if isinstance(said, Shown):
            night = night_of(request.cookies, self._centre.clock())
            given = {"t": text, "night": night, "html_language": HTML_LANGUAGE, "home": frame.PREFIX, **said.given}
            return HTMLResponse(frame.render(said.name, given), headers=frame.HEADERS)
        words = text(said.key, **said.fields)
        mark = "&" if "?" in said.to else "?"
        told = {"said": words, "good": int(said.good), "by": _proof(person, words, said.good)}
        return RedirectResponse(f"{said.to}{mark}{urlencode(told)}", 303)


def _proof(person: Person, words: str, good: bool) -> str:
    """So that a link from elsewhere cannot make this page say something."""
    return hmac.new(person.csrf.encode(), f"{int(good)}{words}".encode(), hashlib.sha256).hexdigest()[:32]


def _said(view: View) -> str:
    words, good = view.asked.get("said", ""), view.asked.get("good") != "0"
    proof = view.asked.get("by", "").encode()
    return words if hmac.compare_digest(_proof(view.person, words, good).encode(), proof) else ""


def _with_query(path: str, asked: Mapping[str, str]) -> Callable[..., str]:
    """Builds addresses of the same page: `with_query(state="down", page=None)` sets one thing and drops another."""

    def address(to: str | None = None, **changed: object) -> str:
        kept = {name: value for name, value in asked.items() if name not in ("said", "good", "by") and value}
        merged = {**kept, **{name: str(value) for name, value in changed.items() if value is not None}}
        for name, value in changed.items():
            if value is None:
                merged.pop(name, None)
        return (to or path) + (f"?{urlencode(merged)}" if merged else "")

    return address
