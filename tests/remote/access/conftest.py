"""A centre's access control over a fresh database, a clock that stands still until told, and cheap password hashes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import argon2
import pyotp
import pytest
import sqlalchemy as sa
from fastapi import Depends, FastAPI
from starlette.testclient import TestClient

from remote.central.access import people
from remote.central.access.rights import Grant, Person, Right, Role
from remote.central.access.routes import login_router
from remote.central.access.web import Access, must, require
from remote.central.store.database import open_engine, writing
from remote.central.store.migrate import migrate_engine
from remote.central.times import BEIJING

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class StandingClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=BEIJING)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Office:
    """The console's door, with two pages behind it: what a viewer sees and what a technician of a region does."""

    engine: sa.Engine
    clock: StandingClock
    access: Access

    def code(self) -> str:
        return pyotp.TOTP(SECRET).at(self.clock.now)

    def browser(self) -> TestClient:
        app = FastAPI()
        app.state.access = self.access
        app.include_router(login_router())

        @app.get("/console")
        def home(person: Person = Depends(require(Right.SEE))) -> str:  # noqa: B008
            return f"{person.name} {person.csrf}"

        @app.post("/console/restart/{region}")
        def restart(region: str, person: Person = Depends(require(Right.COMMAND))) -> str:  # noqa: B008
            must(person, Right.COMMAND, region)
            return "restarted"

        return TestClient(app, follow_redirects=False)

    def sign_in(self, name: str, password: str = PASSWORD, code: str | None = None) -> TestClient:
        browser = self.browser()
        fields = {"name": name, "password": password, "code": code or self.code(), "onward": "/console"}
        browser.last = browser.post("/console/login", data=fields)  # type: ignore[attr-defined]
        self.clock.pass_by(seconds=30)  # the next sign-in has a code of its own
        return browser


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("access") / "centre.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate_engine(engine)
    engine.dispose()
    return path


@pytest.fixture
def engine(tmp_path: Path, migrated: Path) -> Iterator[sa.Engine]:
    shutil.copy(migrated, tmp_path / "centre.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'centre.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    people._nobody.cache_clear()


@pytest.fixture
def office(engine: sa.Engine, cheap_hashes: None) -> Office:
    clock = StandingClock()
    office = Office(engine, clock, Access(engine, clock))
    with writing(engine) as connection:
        for name, given in (
            ("zhao", [Grant(Role.TECHNICIAN, "341602")]),
            ("zhou", [Grant(Role.VIEWER, "3416")]),
            ("admin", [Grant(Role.ADMINISTRATOR)]),
        ):
            people.add(connection, name, "", given, by="test", now=clock.now, password=PASSWORD, totp_secret=SECRET)
    return office
