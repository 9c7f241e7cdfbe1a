"""Signing in through a real OpenID Connect provider on this machine: a good token, and every way in which it is not."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from joserfc import jwk, jwt

from remote.central.access.oidc import Oidc, OidcConfig
from remote.central.access.rights import Grant, Role
from remote.central.access.sessions import COOKIE
from remote.central.access.tables import people
from remote.central.access.web import Access
from remote.central.store.database import writing
from tests.remote.access.conftest import Office


class Provider:
    """Discovery, keys and token endpoint over HTTP; `changes` bend the next ID token."""

    def __init__(self) -> None:
        self.key = jwk.ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256", "use": "sig"})
        self.changes: dict[str, Any] = {}
        self.sign_with: Any = self.key
        self.unsigned = False
        self.nonce = ""
        self.now = time.time
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                base = provider.issuer
                if self.path == "/.well-known/openid-configuration":
                    self._json({"issuer": base, "authorization_endpoint": f"{base}/auth", "token_endpoint": f"{base}/token",
                                "jwks_uri": f"{base}/keys"})  # fmt: skip
                else:
                    self._json({"keys": [provider.key.as_dict(private=False)]})

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                assert form["code_verifier"] and form["code"] == ["the-code"]
                self._json({"access_token": "a", "token_type": "Bearer", "id_token": provider.token()})

            def _json(self, body: dict[str, Any]) -> None:
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_words: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def token(self) -> str:
        now = int(self.now())
        claims = {"iss": self.issuer, "sub": "u-1", "aud": "console", "iat": now, "exp": now + 300}
        claims |= {"nonce": self.nonce, "amr": ["otp"]}
        claims = {name: value for name, value in {**claims, **self.changes}.items() if value is not None}
        if self.unsigned:
            import base64

            parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
            return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
        return jwt.encode({"alg": "ES256", "kid": "one"}, claims, self.sign_with)


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.server.shutdown()
    provider.server.server_close()


@pytest.fixture
def city(office: Office, provider: Provider) -> Office:
    provider.now = lambda: office.clock.now.timestamp()
    config = OidcConfig(provider.issuer, "console", "secret", "http://testserver/console/oidc/done", amr=("otp", "hwk"))
    office.access = Access(office.engine, office.clock, Oidc(config))
    with writing(office.engine) as connection:
        connection.execute(sa.update(people).where(people.c.name == "zhou").values(oidc=f"{provider.issuer} u-1"))
    return office


def come_back(city: Office, provider: Provider, **instead: str) -> Any:
    browser = city.browser()
    sent = browser.get("/console/oidc/start?onward=/console").headers["location"]
    asked = parse_qs(urlsplit(sent).query)
    assert asked["code_challenge_method"] == ["S256"] and sent.startswith(f"{provider.issuer}/auth")
    provider.nonce = asked["nonce"][0]
    back = {"state": asked["state"][0], "code": "the-code", **instead}
    answer = browser.get("/console/oidc/done", params=back)
    return browser, answer, back


def test_who_the_provider_and_we_know_is_in_with_our_roles(city: Office, provider: Provider) -> None:
    browser, answer, _ = come_back(city, provider)
    assert answer.status_code == 200 and "SameSite=strict" in answer.headers["set-cookie"]
    assert browser.get("/console").text.startswith('"zhou ')
    assert Grant(Role.VIEWER, "3416").role == Role.VIEWER


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "somebody-else"}, {"aud": None}, {"iss": "https://elsewhere.example"},
        {"exp": 1_700_000_000}, {"exp": None}, {"sub": "u-2"}, {"sub": None}, {"amr": ["pwd"]}, {"amr": None},
        {"azp": "somebody-else"},
    ],
    ids=str,
)  # fmt: skip
def test_a_token_that_is_not_good_lets_nobody_in(city: Office, provider: Provider, changes: dict[str, Any]) -> None:
    provider.changes = changes
    browser, answer, _ = come_back(city, provider)
    assert answer.status_code == 401 and COOKIE not in browser.cookies


def test_a_token_without_a_signature_or_signed_by_another(city: Office, provider: Provider) -> None:
    provider.unsigned = True
    assert come_back(city, provider)[1].status_code == 401
    provider.unsigned = False
    provider.sign_with = jwk.ECKey.generate_key("P-256", {"kid": "one"})
    assert come_back(city, provider)[1].status_code == 401


def test_a_state_serves_once_and_only_the_one_given_out(city: Office, provider: Provider) -> None:
    browser, answer, back = come_back(city, provider)
    assert browser.get("/console/oidc/done", params=back).status_code == 401
    assert come_back(city, provider, state="made-up")[1].status_code == 401


def test_a_sign_in_that_took_too_long(city: Office, provider: Provider) -> None:
    browser = city.browser()
    asked = parse_qs(urlsplit(browser.get("/console/oidc/start").headers["location"]).query)
    provider.nonce = asked["nonce"][0]
    city.clock.pass_by(minutes=11)
    assert browser.get("/console/oidc/done", params={"state": asked["state"][0], "code": "the-code"}).status_code == 401


def test_the_provider_is_away_or_the_database_breaks_in_the_middle(city: Office, provider: Provider) -> None:
    browser = city.browser()
    asked = parse_qs(urlsplit(browser.get("/console/oidc/start").headers["location"]).query)
    provider.nonce = asked["nonce"][0]
    with writing(city.engine) as connection:
        connection.exec_driver_sql("ALTER TABLE access_people RENAME TO gone")
    answer = browser.get("/console/oidc/done", params={"state": asked["state"][0], "code": "the-code"})
    assert answer.status_code == 503 and COOKIE not in browser.cookies
    provider.server.shutdown()
    provider.server.server_close()
    assert browser.get("/console/oidc/start").status_code == 503
