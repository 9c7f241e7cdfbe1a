"""The centre that is attacked: over real HTTP, with what an attacker could want in it, and every row of it compared."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import uvicorn

from remote.central.access.sessions import open_session
from remote.central.centre import Centre
from remote.central.enrolment import certificates
from remote.central.http import make_app
from remote.central.settings import demo_settings
from remote.central.store.database import writing
from remote.central.times import beijing_now
from remote.enrolment.signing import Signer
from tests.remote.identities import enrolled

UP_WITHIN_S = 20.0
MAY_CHANGE = {
    "request_nonces": "a signed request uses its nonce up, whatever is answered",
    "security_events": "that somebody was refused is written down",
}
"""Tables that a request may write although it is not believed."""
MAY_MOVE = {
    "access_people": ("tries", "locked_until"),  # wrong passwords are counted
    "access_sessions": ("seen_at",),  # a page was looked at
    "terminal_certificates": ("used_at",),  # the first signed request under it
}
"""Columns of the same kind."""
State = dict[str, Counter[tuple[Any, ...]]]


@dataclass
class Target:
    """`t1`: a terminal of its own right. `t2`: another one, whose rows nobody else may touch."""

    centre: Centre
    url: str
    t1: Signer
    t2: Signer
    revoked: Signer
    cookie: str
    description: dict[str, Any]
    host: str = "127.0.0.1"
    port: int = 0
    requests: int = 0
    server_errors: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def heard(self, what: str, status: int) -> None:
        """Of one request; 503 is the stated answer of a centre that cannot say now."""
        with self.lock:
            self.requests += 1
            if status >= 500 and status != 503:
                self.server_errors.append(f"{status} {what}")

    def effect(self, what: str) -> None:
        self.effects.append(what)

    def state(self) -> State:
        """Every row of every table as often as it is there, without what may change."""
        with self.centre.engine.connect() as connection:
            tables = sa.inspect(connection)
            return {
                name: Counter(map(tuple, connection.exec_driver_sql(f"SELECT {self._columns(tables, name)} FROM \"{name}\"")))
                for name in tables.get_table_names() if name not in MAY_CHANGE
            }  # fmt: skip

    @staticmethod
    def _columns(tables: Any, name: str) -> str:
        kept = [column["name"] for column in tables.get_columns(name) if column["name"] not in MAY_MOVE.get(name, ())]
        return ", ".join(f'"{column}"' for column in kept)

    @contextmanager
    def nothing_changes(self, what: str) -> Iterator[None]:
        before = self.state()
        yield
        after = self.state()
        for name in before:
            came, went = after[name] - before[name], before[name] - after[name]
            if came or went:
                self.effect(f"{what}: {name}: {[*came.elements()][:2]} instead of {[*went.elements()][:2]}")

    @contextmanager
    def nothing_changes_of(self, terminal: str, what: str) -> Iterator[None]:
        """What is T1's own to do it may; rows in which another terminal is named stay as they are, and nobody new comes in."""
        before = self._of(terminal)
        yield
        after = self._of(terminal)
        for name in before:
            if before[name] != after[name]:
                self.effect(f"{what}: {name}")

    def _of(self, terminal: str) -> State:
        whole = ("access_people", "access_grants", "access_sessions", "pairing_codes")
        return {
            name: rows if name in whole else Counter({row: times for row, times in rows.items() if terminal in row})
            for name, rows in self.state().items()
        }


@contextmanager
def attacked(folder: Path) -> Iterator[Target]:
    """A centre without chores: whatever changes, somebody asked for it."""
    settings = replace(demo_settings(20, 1), staff_pin="no such pin", bend_time=False)
    centre = Centre.open(f"sqlite:///{folder / 'centre.db'}", settings)
    t1, t2, revoked = (enrolled(centre, name) for name in ("T1", "T2", "T3"))
    now = beijing_now()
    with writing(centre.engine) as connection:
        certificates.revoke(connection, "T3", by="test", why="stolen", now=now - timedelta(seconds=1))
    app = make_app(centre)
    stop = app.router.lifespan_context

    @asynccontextmanager
    async def quiet(_app: Any) -> AsyncIterator[None]:
        yield

    app.router.lifespan_context = quiet
    assert stop is not quiet
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", access_log=False))
    thread = threading.Thread(target=server.run, name="the centre under attack", daemon=True)
    thread.start()
    up = threading.Event()
    for _ in range(int(UP_WITHIN_S / 0.02)):
        if server.started or not thread.is_alive():
            break
        up.wait(0.02)
    assert server.started, "the centre did not come up"
    port = server.servers[0].sockets[0].getsockname()[1]
    cookie = open_session(centre.engine, "zhou", "password", now)
    try:
        yield Target(centre, f"http://127.0.0.1:{port}", t1, t2, revoked, cookie, app.openapi(), port=port)
    finally:
        server.should_exit = True
        thread.join(UP_WITHIN_S)
        centre.engine.dispose()
