"""The database is broken under every check that decides whether somebody is let in, and under every route of the centre."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from remote.central.access.checks import CHECKS, PUBLIC
from remote.central.access.sessions import COOKIE, csrf_of, open_session
from remote.central.centre import Centre
from remote.central.http import make_app
from remote.central.settings import demo_settings
from remote.central.store.database import open_engine
from remote.central.times import beijing_now
from remote.enrolment.identity import request_for
from remote.messages import OPERATIONS
from tests.remote.identities import enrolled, signed

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
    path.rename(path.with_suffix(".away"))
    path.mkdir()  # nothing can be opened there any more
    engine.dispose()


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
    for route in app.routes:
        if isinstance(route, APIRoute) and not any(route.path == bare or route.path.startswith("/static") for bare in BARE):
            found += [(method, route.path) for method in route.methods if method != "HEAD"]
    return found


CITIZENS = (
    "/checkout/", "/pay/", "/payment/notify", "/notify", "/counter", "/orders", "/messages", "/payments",
    "/reconciliation", "/demo/",
)  # fmt: skip
"""Other doors with checks of their own: the bank's signed notices, a citizen's phone, the counter's pages (tests/remote)."""


def test_a_stranger_gets_nothing_from_any_route(place: Place) -> None:
    with TestClient(place.app, follow_redirects=False, raise_server_exceptions=False) as client:
        for method, path in routes(place.app):
            if path.startswith(CITIZENS):
                continue
            asked = path.replace("{", "").replace("}", "")
            answer = client.request(method, asked)
            assert answer.status_code in DENIED, f"{method} {path}: {answer.status_code}"


def test_somebody_signed_in_gets_nothing_from_any_console_route_without_the_database(place: Place) -> None:
    with TestClient(place.app, follow_redirects=False, raise_server_exceptions=False) as client:
        client.cookies.set(COOKIE, place.cookie)
        without_its_tables(place.centre.engine, place.path)
        for method, path in routes(place.app):
            if path.startswith("/console"):
                asked = path.replace("{", "").replace("}", "")
                answer = client.request(method, asked, headers={"X-CSRF-Token": csrf_of(place.cookie)})
                assert answer.status_code in (503, 401, 403, 404, 405, 303), f"{method} {path}: {answer.status_code}"


def test_every_operation_of_terminals_is_a_route_with_a_check(place: Place) -> None:
    known = {path for _, path in routes(place.app)}
    assert {operation.path for operation in OPERATIONS} | {"/console/fleet", "/console/password"} <= known
