"""A small HTTP server of our own for each test: real sockets, so that lost answers and time-outs are real."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Protocol

from tests.remote.payment.till import Trouble


class Asked(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]                # names in small letters
    body: bytes


class Said(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes
    trouble: Trouble | None = None


class Answers(Protocol):
    def answer(self, asked: Asked) -> Said: ...


@contextlib.contextmanager
def served(site: Answers) -> Iterator[str]:
    """Base address, "http://127.0.0.1:port"."""
    ending = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = site.answer(Asked(self.command, self.path, headers, self.rfile.read(length)))
            if said.trouble is Trouble.HANGS_AFTER:
                ending.wait(30)
            if said.trouble in (Trouble.HANGS_AFTER, Trouble.LOST_AFTER, Trouble.LOST_BEFORE):
                self.close_connection = True
                return
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        do_GET = do_POST = _any

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        ending.set()
        server.shutdown()
        thread.join()
        server.server_close()
