"""Signing in through the city's own OpenID Connect provider: authorisation code with PKCE, state and nonce kept in the database.

A signed ID token names a subject; who that is here is written in `access_people.oidc` by an administrator: nobody is let in
because a provider knows them. Roles and regions are always ours.
"""

from __future__ import annotations

import hashlib
import secrets
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import sqlalchemy as sa
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from remote.central.access.tables import oidc_logins, people
from remote.central.store.database import reading, writing

ALGORITHMS = ["ES256", "RS256", "PS256"]  # never "none", never a shared secret
LOGIN_MAY_TAKE = timedelta(minutes=10)
LEEWAY_S = 60
TIMEOUT_S = 8.0


class ProviderAway(Exception):
    """The provider does not answer, or not as OIDC asks."""


class NotBelieved(Exception):
    """State, token or subject is not good. The text is for the log, not for the page."""


class OidcConfigError(Exception):
    """Names the key and what is expected."""


@dataclass(frozen=True)
class OidcConfig:
    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    label: str = "统一身份认证"
    amr: tuple[str, ...] = ()  # with it: the provider must say that one of these was used, e.g. "otp", "mfa", "hwk"


def load_oidc(path: Path) -> OidcConfig:
    """TOML: issuer, client_id, client_secret_file, redirect_uri, [label], [amr]. Raises OidcConfigError, OSError."""
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    for key in ("issuer", "client_id", "client_secret_file", "redirect_uri"):
        if not isinstance(given.get(key), str) or not given[key]:
            raise OidcConfigError(f"{path}: {key}: expected a text")
    unknown = set(given) - {"issuer", "client_id", "client_secret_file", "redirect_uri", "label", "amr"}
    if unknown:
        raise OidcConfigError(f"{path}: {sorted(unknown)[0]}: no such setting")
    if not _safe(given["issuer"]):
        raise OidcConfigError(f"{path}: issuer: expected https")
    secret = (path.parent / given["client_secret_file"]).read_text(encoding="utf-8").strip()
    label = str(given.get("label", OidcConfig.label))
    return OidcConfig(given["issuer"], given["client_id"], secret, given["redirect_uri"], label, tuple(given.get("amr", ())))


class Oidc:
    def __init__(self, config: OidcConfig) -> None:
        self._config = config

    @property
    def label(self) -> str:
        return self._config.label

    def start(self, engine: sa.Engine, onward: str, now: datetime) -> str:
        """Where to send the browser. Raises ProviderAway, SQLAlchemyError."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        where = self._provider()["authorization_endpoint"]
        with writing(engine) as connection:
            connection.execute(sa.delete(oidc_logins).where(oidc_logins.c.ends_at < now))
            connection.execute(
                sa.insert(oidc_logins).values(
                    state_hash=_hash(state), nonce=nonce, verifier=verifier, onward=onward, ends_at=now + LOGIN_MAY_TAKE
                )
            )
        url, _state = self._session().create_authorization_url(where, state=state, code_verifier=verifier, nonce=nonce)
        return str(url)

    def finish(self, engine: sa.Engine, state: str, code: str, now: datetime) -> tuple[str, str]:
        """(name of the person, page to go on to). Raises NotBelieved, ProviderAway, SQLAlchemyError."""
        with writing(engine) as connection:
            begun = connection.execute(sa.select(oidc_logins).where(oidc_logins.c.state_hash == _hash(state))).first()
            connection.execute(sa.delete(oidc_logins).where(oidc_logins.c.state_hash == _hash(state)))
        if begun is None or begun.ends_at <= now:
            raise NotBelieved("no such sign-in is under way")
        subject = self._subject(code, begun.verifier, begun.nonce, now)
        with reading(engine) as connection:
            name = connection.execute(
                sa.select(people.c.name)
                .where(people.c.oidc == f"{self._config.issuer} {subject}", people.c.disabled_at.is_(None))
            ).scalar()
        if name is None:
            raise NotBelieved("the provider's subject is nobody here")
        return str(name), str(begun.onward)

    def _subject(self, code: str, verifier: str, nonce: str, now: datetime) -> str:
        provider = self._provider()
        try:
            given = self._session().fetch_token(
                provider["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier, timeout=TIMEOUT_S
            )
            keys = jwk.KeySet.import_key_set(_get(provider["jwks_uri"]))
            token = jwt.decode(str(given.get("id_token", "")), keys, algorithms=ALGORITHMS)
            wanted = {"iss": self._config.issuer, "aud": self._config.client_id}
            claims = CodeIDToken(
                token.claims,
                token.header,
                {name: {"essential": True, "value": value} for name, value in wanted.items()},
                {"nonce": nonce, "client_id": self._config.client_id},
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
        except requests.RequestException as error:
            raise ProviderAway(type(error).__name__) from error
        except (JoseError, AuthlibBaseError, ValueError, KeyError) as error:
            raise NotBelieved(f"{type(error).__name__}: {error}") from error
        used = token.claims.get("amr")
        if self._config.amr and not (isinstance(used, list) and set(used) & set(self._config.amr)):
            raise NotBelieved("the provider does not say that a second factor was used")
        return str(token.claims["sub"])

    def _provider(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = _get(self._config.issuer.rstrip("/") + "/.well-known/openid-configuration")
            if found["issuer"] != self._config.issuer:
                raise ProviderAway("discovery names another issuer")
            if not all(_safe(str(found[name])) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")):
                raise ProviderAway("discovery names an address without https")
        except (requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise ProviderAway(type(error).__name__) from error
        return found

    def _session(self) -> Any:
        config = self._config
        session = OAuth2Session(
            config.client_id, config.client_secret, scope="openid", redirect_uri=config.redirect_uri, code_challenge_method="S256"
        )
        session.trust_env = False
        return session


def _get(url: str) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(url, timeout=TIMEOUT_S, allow_redirects=False)
        answer.raise_for_status()
        return answer.json()


def _safe(url: str) -> bool:
    """https, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))


def _hash(state: str) -> bytes:
    return hashlib.sha256(state.encode()).digest()
