"""The database is broken under every check that decides whether somebody is let in, and under every route of the centre."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from remote.central.access import people
from remote.central.access.checks import CHECKS, PUBLIC
from remote.central.access.rights import RIGHTS, Grant, Role
from remote.central.access.sessions import COOKIE, csrf_of, open_session
from remote.central.access.tables import people as access_people
from remote.central.alarms.tables import alarms, windows
from remote.central.centre import Centre
from remote.central.http import make_app
from remote.central.settings import demo_settings
from remote.central.store.database import open_engine, writing
from remote.central.store.schema import terminals
from remote.central.times import beijing_now
from remote.console.pages import PAGES
from remote.enrolment.identity import request_for
from remote.messages import OPERATIONS
from tests.remote.identities import enrolled, signed

EXCHANGE = 2  # RENAME_EXCHANGE, linux/fs.h
BARE = {
    **PUBLIC,
    "/verify/{document_id}": "anybody may hold a paper against the books",
    "/verify/revoked": "the signed list of papers that are void",
    "/v1/identity/ca": "a certificate, no secret",
    "/static": "files of the pages",
}
"""Routes that may answer although nobody could be asked who it is: each with its reason."""
DENIED = (303, 307, 401, 403, 404, 405, 409, 413, 415, 422, 429, 503)


def closed(engine: sa.Engine, path: Path) -> None:
    away = path.with_name("away")
    away.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)  # in one instant: the centre's chores would make an empty file in between
    assert libc.renameat2(-100, str(path).encode(), -100, str(away).encode(), EXCHANGE) == 0, os.strerror(ctypes.get_errno())
    engine.dispose()  # nothing can be opened there any more


def without_its_tables(engine: sa.Engine, path: Path) -> None:
    with engine.connect() as connection:
        asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        names = connection.exec_driver_sql(asked).scalars().all()
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")
        for name in names:
            connection.exec_driver_sql(f'ALTER TABLE "{name}" RENAME TO "gone_{name}"')


def overwritten(engine: sa.Engine, path: Path) -> None:
    engine.dispose()
    for beside in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        beside.unlink(missing_ok=True)
    path.write_bytes(b"this is no database" * 500)


BREAKS = [closed, without_its_tables, overwritten]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("open") / "centre.db"
    Centre.open(f"sqlite:///{path}", demo_settings(0, 1)).engine.dispose()
    return path


class Place:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.centre = Centre(open_engine(f"sqlite:///{path}"), demo_settings(0, 1))
        self.signer = enrolled(self.centre, "T1")
        self.cookie = open_session(self.centre.engine, "wang", "password", beijing_now())
        self.code = self.centre.pairing_code("T9", "hall", "341602", "wang")
        self.app = make_app(self.centre)


@pytest.fixture
def place(tmp_path: Path, filled: Path) -> Iterator[Place]:
    shutil.copy(filled, tmp_path / "centre.db")
    place = Place(tmp_path / "centre.db")
    yield place
    place.centre.engine.dispose()


def terminal(place: Place, client: TestClient) -> Any:
    return client.post("/v1/clock", content=b"{}", headers=signed(place.signer, "/v1/clock", b"{}"))


def pairing(place: Place, client: TestClient) -> Any:
    request = request_for("T9", ec.generate_private_key(ec.SECP256R1()))
    return client.post("/v1/identity/enrol", json={"terminal": "T9", "secret": place.code.secret, "request": request})


def session(place: Place, client: TestClient) -> Any:
    client.cookies.set(COOKIE, place.cookie)
    return client.get("/console/password")


def right(place: Place, client: TestClient) -> Any:
    client.cookies.set(COOKIE, place.cookie)
    return client.get("/console/fleet")


def sign_in(place: Place, client: TestClient) -> Any:
    from remote.central.access.demo import shown

    name, password, code = shown(beijing_now())[0]
    return client.post("/console/login", data={"name": name, "password": password, "code": code})


def by_oidc(place: Place, client: TestClient) -> Any:
    return client.get("/console/oidc/done?state=x&code=y")  # tests/remote/access/test_oidc.py breaks it in the middle


HOW: dict[str, tuple[Callable[[Place, TestClient], Any], int]] = {
    "request of a terminal": (terminal, 200),
    "pairing of a terminal": (pairing, 200),
    "console session": (session, 200),
    "console right": (right, 200),
    "console sign-in by password": (sign_in, 303),
    "console sign-in by OIDC": (by_oidc, 404),
}
"""Registered check -> how it is passed, and what the whole database answers."""


def test_every_registered_check_is_in_the_table_of_this_test() -> None:
    assert set(HOW) == set(CHECKS), "a check that decides who is let in must be broken here too"


@pytest.mark.parametrize("broken", BREAKS)
@pytest.mark.parametrize("name", HOW)
def test_a_check_whose_database_is_broken_lets_nobody_in(place: Place, name: str, broken: Callable[..., None]) -> None:
    how, usual = HOW[name]
    with TestClient(place.app, follow_redirects=False, raise_server_exceptions=False) as client:
        broken(place.centre.engine, place.path)
        answer = how(place, client)
    assert answer.status_code in (503, 404 if usual == 404 else 503), answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("name", HOW)
def test_the_same_check_passes_on_a_whole_database(place: Place, name: str) -> None:
    how, usual = HOW[name]
    with TestClient(place.app, follow_redirects=False) as client:
        assert how(place, client).status_code == usual


def routes(app: Any) -> list[tuple[str, str]]:
    """(method, path) of everything the centre answers, without what may be public."""
    found = []
    for route in walked(app.routes):
        assert isinstance(route, APIRoute) or route.path == "/openapi.json", route
        if not any(route.path == bare or route.path.startswith("/static") for bare in BARE):
            found += [(method, route.path) for method in route.methods if method != "HEAD"]
    return found


def walked(routes: Any) -> Iterator[Any]:
    """This FastAPI keeps an included router as one route of its app."""
    for route in routes:
        inside = getattr(route, "original_router", None)
        if inside is None:
            yield route
        else:
            assert not route.include_context.prefix, "a prefix given while including is not looked at here"
            yield from walked(inside.routes)


CITIZENS = ("/checkout/", "/pay/notify/", "/phone", "/demo/", "/verify/chain.pem")
"""Doors without a session: the bank's signed calls, a demonstration's phones and clock (tests/remote, tests/attack)."""
DESK = ("/counter", "/orders", "/messages", "/payments", "/reconciliation")
HALL = "谯城区绝密大厅"
"""What stands on the pages of those who may see it, and on nobody else's."""
SOMETHING = {"terminal": "T1", "alarm": "1"}
"""In place of what stands in braces in a path: it exists."""
FORM = {
    "terminal": "T1", "place": HALL, "region": "341602", "replaces": "yes", "why": "stolen", "name": "wang", "reason": "because",
    "words": "because", "kind": "restart_application", "minutes": "30", "hours": "1", "until": "60", "to": "zhao", "who": "zhao",
    "scope": "terminal", "subject": "T1", "window": "1", "ends": "2099-01-01T00:00", "for": "1h",
}  # fmt: skip


def asked_of(path: str) -> str:
    return re.sub(r"{(\w+)(?::path)?}", lambda found: SOMETHING.get(found[1], "x-1"), path)


def console(place: Place) -> list[tuple[str, str]]:
    found = [(method, path) for method, path in routes(place.app) if path.startswith("/console")]
    pages = {f"/console/{page.path}" for page in PAGES} | {f"/console/{page.path}.csv" for page in PAGES if page.table}
    acts = {f"/console/{act.path}" for page in PAGES for act in page.acts}
    assert {("GET", path) for path in pages} | {("POST", path) for path in acts} <= set(found)
    return found


def somebody(place: Place, name: str, *given: Grant) -> str:
    """A cookie of somebody who has just these roles."""
    now = beijing_now()
    with writing(place.centre.engine) as connection:
        people.add(connection, name, "", given, by="test", now=now, password="correct horse battery", totp_secret="A" * 32)
        connection.execute(sa.update(access_people).values(must_change=False))
    return open_session(place.centre.engine, name, "password", now)


def tell(place: Place) -> None:
    """T1 stands in the hall that nobody of elsewhere may read of, with an alarm that is open."""
    now = beijing_now()
    with writing(place.centre.engine) as connection:
        connection.execute(sa.update(terminals).where(terminals.c.terminal == "T1").values(place=HALL, region="341602"))
        alarm = {
            "alarm": 1, "terminal": "T1", "place": HALL, "region": "341602", "kind": "silent", "subject": "", "severity": "major",
            "words": "", "since": now - timedelta(minutes=9), "opened_at": now, "times": 0, "under": 0, "level": 0,
            "reminders": 0,
        }  # fmt: skip
        connection.execute(sa.insert(alarms).values(**alarm))
        soon = now + timedelta(hours=1)
        window = {"window": 1, "terminal": "T1", "region": "341602", "begins": now, "ends": soon, "why": HALL, "by": "wang"}
        connection.execute(sa.insert(windows).values(**window))


def everything_kept(engine: sa.Engine) -> dict[str, list[Any]]:
    """Every row of every table, without what any request may write: its nonce, its session's last use, that it was refused."""
    with engine.connect() as connection:
        names = sa.inspect(connection).get_table_names()
        kept = [name for name in names if name not in ("request_nonces", "security_events", "access_sessions")]
        return {name: sorted(map(repr, connection.exec_driver_sql(f'SELECT * FROM "{name}"'))) for name in kept}


@contextmanager
def quiet(place: Place) -> Iterator[TestClient]:
    """A browser of a centre that does nothing by itself: whatever changes, somebody asked for it."""

    @asynccontextmanager
    async def life(_app: Any) -> AsyncIterator[None]:
        yield

    place.app.router.lifespan_context = life
    with TestClient(place.app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def test_every_route_is_seen(place: Place) -> None:
    known = {path for _, path in routes(place.app)}
    assert {operation.path for operation in OPERATIONS} | {"/console/fleet", "/console/password", "/counter"} <= known
    assert console(place)


def test_a_stranger_gets_nothing_from_any_route(place: Place) -> None:
    tell(place)
    with quiet(place) as client:
        before = everything_kept(place.centre.engine)
        for method, path in routes(place.app):
            if path.startswith(CITIZENS) or path in ("/counter/login", "/counter/logout"):
                continue
            for cookie in (None, "", "forged", place.cookie + "x"):
                client.cookies.clear()
                if cookie is not None:
                    client.cookies.set(COOKIE, cookie)
                answer = client.request(method, asked_of(path), data=FORM if method == "POST" else None)
                known = (401, 403, 422) if path.startswith(("/v1/", *DESK)) else (303, 401)
                assert answer.status_code in known, f"{method} {path}: {answer.status_code}"
                assert HALL not in answer.text, path
        assert everything_kept(place.centre.engine) == before


def test_a_form_of_no_session_or_of_another_one_changes_nothing(place: Place) -> None:
    tell(place)
    other = csrf_of(open_session(place.centre.engine, "admin", "password", beijing_now()))
    with quiet(place) as client:
        client.cookies.set(COOKIE, place.cookie)
        before = everything_kept(place.centre.engine)
        for method, path in console(place):
            for token in ("", "0" * 64, other, csrf_of(place.cookie).upper(), "\u00e9"):
                if method == "POST" and path not in BARE:
                    answer = client.post(asked_of(path), data={**FORM, "csrf": token})
                    assert answer.status_code == 403, path
        assert everything_kept(place.centre.engine) == before


def test_somebody_without_the_right_gets_nothing_from_any_page_or_act(place: Place) -> None:
    tell(place)
    cookies = {role: somebody(place, f"only-{role.value}".replace("_", "-"), Grant(role)) for role in Role}
    wanted = {f"/console/{page.path}": page.right for page in PAGES}
    wanted |= {f"/console/{page.path}.csv": page.right for page in PAGES if page.table}
    acts = {f"/console/{act.path}": act.right for page in PAGES for act in page.acts}
    with quiet(place) as client:
        before = everything_kept(place.centre.engine)
        for method, rights in (("GET", wanted), ("POST", acts)):
            for path, right in rights.items():
                lacking = [role for role in Role if right not in RIGHTS[role]]
                assert lacking, f"{right}: everybody has it"
                for role in lacking:
                    client.cookies.set(COOKIE, cookies[role])
                    form = {**FORM, "csrf": csrf_of(cookies[role])} if method == "POST" else None
                    answer = client.request(method, asked_of(path), data=form)
                    assert answer.status_code == 403, f"{method} {path} {role}"
                    assert HALL not in answer.text, path
        assert everything_kept(place.centre.engine) == before


def test_somebody_of_another_county_sees_and_does_nothing_there(place: Place) -> None:
    tell(place)
    elsewhere = somebody(place, "elsewhere", *(Grant(role, "341621") for role in Role))
    at_home = somebody(place, "at-home", *(Grant(role, "341602") for role in Role))
    seen = 0
    with quiet(place) as client:
        before = everything_kept(place.centre.engine)
        for method, path in console(place):
            if method == "GET":
                client.cookies.set(COOKIE, elsewhere)
                assert HALL not in client.get(asked_of(path)).text, path
                client.cookies.set(COOKIE, at_home)
                seen += HALL in client.get(asked_of(path)).text
            elif path.removeprefix("/console/") in {act.path for page in PAGES for act in page.acts}:
                client.cookies.set(COOKIE, elsewhere)
                answer = client.post(asked_of(path), data={**FORM, "csrf": csrf_of(elsewhere)})
                assert answer.status_code in (303, 403, 404), f"{path}: {answer.status_code}"
        assert everything_kept(place.centre.engine) == before
    assert seen >= 3, "whoever may look sees it: otherwise this test would prove nothing"


@pytest.mark.parametrize("broken", BREAKS)
def test_somebody_signed_in_gets_nothing_from_any_route_without_the_database(place: Place, broken: Callable[..., None]) -> None:
    tell(place)
    everywhere = somebody(place, "everywhere", *(Grant(role) for role in Role))
    with quiet(place) as client:
        client.post("/counter/login", data={"staff": "王敏"})
        client.cookies.set(COOKIE, everywhere)
        broken(place.centre.engine, place.path)
        for method, path in routes(place.app):
            if path.startswith(("/checkout/", "/pay/", "/demo/", "/counter/log")) or path in ("/verify/chain.pem", "/phone"):
                continue
            form = {**FORM, "csrf": csrf_of(everywhere)}
            signature = signed(place.signer, path, b"{}", {"Idempotency-Key": "k"}) if path.startswith("/v1/") else {}
            given: dict[str, Any] = {"content": b"{}"} if signature else {"data": form} if method == "POST" else {}
            answer = client.request(method, asked_of(path), headers=signature, **given)
            known = (401, 403, 404, 422, 503) if not path.startswith(("/console", "/v1/")) else (503, 422)
            assert answer.status_code in known, f"{method} {path}: {answer.status_code}"
            assert HALL not in answer.text, path
