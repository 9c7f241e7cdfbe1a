"""What goes out over real sockets: a mail server, a webhook, a gateway; each may be away, slow to come back, or say no."""
from __future__ import annotations

import email
import email.policy
import hashlib
import hmac
import json
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from remote.central.alarms import notices
from remote.central.alarms.channels import NotTaken, send
from remote.central.alarms.notices import TRIES, Batch, Line
from remote.central.alarms.routes import Email, Routes, RoutesWrong, Sms, Webhook, load_routes
from remote.central.alarms.tables import notices as rows
from remote.central.store.database import writing
from tests.remote.alarms.watch import HALL, OPS, Watch
from tests.remote.hall import NOON


def batch(channel: str, addressee: str, *what: str, count: int = 1) -> Batch:
    row = {
        "alarm": 7, "terminal": "bz-01", "place": HALL, "region": "341602", "kind": "device_red", "subject": "card_printer",
        "severity": "major", "words": "card_printer_away", "since": NOON,
    }  # fmt: skip
    lines = tuple(Line(number, name, row) for number, name in enumerate((what or ("opened",)) * count))
    return Batch(channel, addressee, lines, "alarms-1-1-1")


class Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as one message needs; `server.refuses` says no to the recipient."""

    def handle(self) -> None:
        self.wfile.write(b"220 city\r\n")
        while line := self.rfile.readline().strip():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                self.server.mails.append(body)  # type: ignore[attr-defined]
            if word == b"RCPT" and self.server.refuses:  # type: ignore[attr-defined]
                self.wfile.write(b"550 nobody here\r\n")
            else:
                self.wfile.write(b"250 yes\r\n" if word != b"QUIT" else b"221 bye\r\n")


class Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(self.server.answer)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Nothing on the tests' stderr."""


@pytest.fixture
def mail_server() -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as server:
        server.mails, server.refuses = [], False  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def web_server() -> Iterator[Any]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        server.heard, server.answer = [], 200  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def mail_routes(server: Any) -> Routes:
    return Routes(Email("127.0.0.1", server.server_address[1], "none", "terminals@city.example"))


def web(server: Any) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/x"


def test_a_mail_says_in_plain_chinese_what_and_where(mail_server: Any) -> None:
    send(batch("email", "ops@city.example"), mail_routes(mail_server))
    mail = email.message_from_bytes(mail_server.mails[0], policy=email.policy.default)
    assert mail["To"] == "ops@city.example" and mail["Subject"] == f"1条:{HALL} 设备不能用"
    assert f"[新告警·重要] bz-01 {HALL} 设备不能用 (card_printer card_printer_away) 自03-09 12:00起" in mail.get_content()


def test_forty_alarms_are_twenty_lines_and_a_word_about_the_rest(mail_server: Any) -> None:
    send(batch("email", "ops@city.example", count=40), mail_routes(mail_server))
    text = email.message_from_bytes(mail_server.mails[0], policy=email.policy.default).get_content()
    assert len(text.strip().splitlines()) == 21 and "还有20条" in text


def test_a_mail_server_that_knows_nobody_or_is_away_is_said(mail_server: Any) -> None:
    mail_server.refuses = True
    with pytest.raises(NotTaken, match="nobody here|Refused"):
        send(batch("email", "ops@city.example"), mail_routes(mail_server))
    with pytest.raises(NotTaken, match="ConnectionRefusedError"):
        send(batch("email", "ops@city.example"), Routes(Email("127.0.0.1", 1, "none", "terminals@city.example")))


def test_a_webhook_can_tell_who_called_and_that_it_is_the_same_again(web_server: Any) -> None:
    routes = Routes(webhooks={"duty": Webhook(web(web_server), "secret")})
    for _ in range(2):
        send(batch("webhook", "duty"), routes)
    (headers, body), (again, _) = web_server.heard
    assert headers["X-Signature"] == hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    assert headers["Idempotency-Key"] == again["Idempotency-Key"] == json.loads(body)["id"]
    assert json.loads(body)["alarms"][0]["terminal"] == "bz-01"


@pytest.mark.parametrize("answer", [500, 404, 302])
def test_a_webhook_that_did_not_take_it_is_not_called_told(web_server: Any, answer: int) -> None:
    web_server.answer = answer
    with pytest.raises(NotTaken, match=str(answer)):
        send(batch("webhook", "duty"), Routes(webhooks={"duty": Webhook(web(web_server))}))


def test_a_text_message_is_short(web_server: Any) -> None:
    send(batch("sms", "13800000000", count=40), Routes(sms=Sms(web(web_server), "t")))
    headers, body = web_server.heard[0]
    assert headers["Authorization"] == "Bearer t" and json.loads(body)["to"] == ["13800000000"]
    assert len(json.loads(body)["text"]) <= 300


# -- trying again ----------------------------------------------------------------------------------------------------


def test_what_was_not_taken_is_tried_again_more_and_more_slowly_and_then_given_up_in_sight() -> None:
    watch = Watch()
    watch.now_wrong("terminal_down")
    watch.for_(90)
    tried: list[float] = []
    for _ in range(4000):
        watch.clock.now += timedelta(seconds=1)
        with writing(watch.engine) as connection:
            for one in notices.due(connection, watch.clock.now):
                notices.begun(connection, one)
                notices.ended(connection, watch.clock.now, one, "HTTP 500")
                if (one.channel, one.addressee) == OPS:
                    tried.append(watch.clock.now.timestamp())
    pauses = [b - a for a, b in zip(tried, tried[1:], strict=False)]
    assert len(tried) == TRIES and pauses == sorted(pauses) and pauses[0] >= 10
    with watch.engine.connect() as connection:
        states = {(row.state, row.error) for row in connection.execute(sa.select(rows))}
    assert states == {("failed", "HTTP 500")}


# -- the file --------------------------------------------------------------------------------------------------------

FILE = """
[email]
host = "smtp.city.example"
port = 465
sender = "terminals@city.example"
user = "terminals"
password_file = "password"
[[route]]
regions = ["341602"]
least = "major"
to = ["email:ops@city.example"]
"""


def test_routes_are_read_with_their_secrets_from_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p\n")
    (tmp_path / "routes.toml").write_text(FILE)
    routes = load_routes(tmp_path / "routes.toml")
    assert routes.email is not None and routes.email.password == "p" and "'p'" not in repr(routes)
    assert list(routes.addressees("341602", "critical", 0)) == [OPS]
    assert not list(routes.addressees("341602", "minor", 0)) and not list(routes.addressees("341621", "critical", 0))
    assert not list(routes.addressees("341602", "critical", 1))


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("email:ops", "pager:ops", "pager"), ('least = "major"', 'least = "bad"', "least"), ("host", "hots", "host"),
        ("email:ops@city.example", "email:ops", "email:A@B"), ("[[route]]", "[[rotue]]", "rotue"),
    ],
)  # fmt: skip
def test_a_route_that_leads_nowhere_is_refused_by_name(tmp_path: Path, old: str, new: str, word: str) -> None:
    (tmp_path / "password").write_text("p\n")
    (tmp_path / "routes.toml").write_text(FILE.replace(old, new))
    with pytest.raises(RoutesWrong, match=word):
        load_routes(tmp_path / "routes.toml")
