"""The centre with the console, served in a thread of this process, and people who are signed in."""
from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from remote.central.access.sessions import COOKIE, open_session
from remote.central.access.web import Access
from remote.central.centre import Centre
from remote.central.http import make_app
from tests.console.town import Watch

TECHNICIAN, QIAOCHENG, AUDITOR, ADMINISTRATOR, VIEWER = "wang", "zhao", "sun", "admin", "zhou"   # remote/central/access/demo.py
RELEASE_MANAGER = "chen"
UP_WITHIN_S = 20.0


@dataclass
class City:
    centre: Centre
    clock: Watch
    url: str

    def cookie(self, name: str) -> str:
        return open_session(self.centre.engine, name, "password", self.clock())

    def cookies(self, name: str, language: str = "zh_CN", night: str = "day") -> list[dict[str, str]]:
        given = {COOKIE: self.cookie(name), "console_language": language, "console_night": night}
        return [{"name": key, "value": value, "url": self.url} for key, value in given.items()]


@contextmanager
def served(centre: Centre, clock: Watch) -> Iterator[City]:
    app = make_app(centre, Access(centre.engine, clock))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, name="the centre under test", daemon=True)
    thread.start()
    up = threading.Event()
    for _ in range(int(UP_WITHIN_S / 0.02)):
        if server.started or not thread.is_alive():
            break
        up.wait(0.02)
    assert server.started, "the centre did not come up"
    try:
        yield City(centre, clock, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join(UP_WITHIN_S)
        centre.engine.dispose()
