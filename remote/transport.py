"""How bytes get to the central platform and back, and what is known when they do not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol

import requests
import trio
from urllib3.exceptions import MaxRetryError, NewConnectionError, SSLError

from remote.enrolment.identity import Identity, IdentityError, IdentityFolder, NotEnrolled, serial_bytes

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 8.0  # facts/journeys.md X19: after eight seconds the citizen is told
CALLS_AT_ONCE = 4
CLOCK_OFF = timedelta(seconds=30)  # from the centre's Date, after a refusal: then it is the clock that is wrong


class NotSent(Exception):
    """Certainly not delivered: no connection came about. Nothing happened."""


class NoAnswer(Exception):
    """Sent, or begun to be sent, and no whole answer came: it may have been done."""


class Transport(Protocol):
    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """POST, signed anew each time, and return status and body. Raises NotSent or NoAnswer; a cancelled call may have
        been done."""


def true_now() -> datetime:
    return datetime.now(UTC)


class HttpTransport:
    """requests in worker threads. Every request is signed by this terminal's key (remote/enrolment/signing.py), and over
    https its certificate is shown as well. The environment (proxies, REQUESTS_CA_BUNDLE) is not trusted: it overrides
    `verify` without a word (facts/remote.md 5.1)."""

    def __init__(
        self,
        base_url: str,
        identity: IdentityFolder | None = None,
        connect_s: float = CONNECT_TIMEOUT_S,
        read_s: float = READ_TIMEOUT_S,
        authority: str | None = None,
        now: Callable[[], datetime] = true_now,
    ) -> None:
        """`authority`: PEM file of who signed the centre's certificate; without it the CA this terminal was enrolled with.
        Without an identity nothing is signed."""
        self._base = base_url.rstrip("/")
        self._timeout = (connect_s, read_s)
        self._limiter = trio.CapacityLimiter(CALLS_AT_ONCE)
        self._identity, self._authority, self._now = identity, authority, now
        self._ahead = timedelta()  # of the centre's clock before ours, once it mattered
        self._lock = threading.Lock()
        self._serial = b""
        self._session = _session(authority)

    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        return await trio.to_thread.run_sync(self._post, path, body, headers, limiter=self._limiter, abandon_on_cancel=True)

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        try:
            identity = self._identity.load() if self._identity is not None else None
        except (NotEnrolled, IdentityError) as error:
            raise NotSent(type(error).__name__) from error
        answer = self._send(path, body, headers, identity)
        if answer.status_code == 401 and identity is not None and self._clock_was_wrong(answer.headers.get("Date", "")):
            answer = self._send(path, body, headers, identity)  # once: it was refused, so nothing happened
        return answer.status_code, answer.content

    def _send(self, path: str, body: bytes, headers: dict[str, str], identity: Identity | None) -> requests.Response:
        sent = {"Content-Type": "application/json", **headers}
        if identity is not None:
            sent |= identity.signer(lambda: self._now() + self._ahead).headers(path, body, headers)
        try:
            return self._session_of(identity).post(
                self._base + path, data=body, headers=sent, timeout=self._timeout, allow_redirects=False
            )
        except requests.ConnectionError as error:
            raise (NotSent if _never_connected(error) else NoAnswer)(type(error).__name__) from error
        except requests.RequestException as error:
            raise NoAnswer(type(error).__name__) from error

    def _session_of(self, identity: Identity | None) -> requests.Session:
        """Connections made under a certificate that was renewed are not used any more: TLS showed the old one."""
        if identity is None or self._identity is None:
            return self._session
        with self._lock:
            if serial_bytes(identity.certificate) != self._serial:
                self._serial = serial_bytes(identity.certificate)
                self._session = _session(self._authority or str(self._identity.authority_file), self._identity.file)
            return self._session

    def _clock_was_wrong(self, date: str) -> bool:
        """The centre's own Date says how far. Whether a terminal with such a clock may serve is settled elsewhere (X24)."""
        try:
            ahead = parsedate_to_datetime(date) - self._now()
        except (ValueError, TypeError):
            return False
        before, self._ahead = self._ahead, ahead if abs(ahead - self._ahead) > CLOCK_OFF else self._ahead
        return self._ahead != before

    def close(self) -> None:
        self._session.close()


def _session(authority: str | None, own: Path | None = None) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    if authority is not None:
        session.verify = authority
    if own is not None:
        session.cert = str(own)
    return session


def _never_connected(error: requests.ConnectionError) -> bool:
    """Refused, unreachable, unknown name, TLS handshake failed: not one byte of the request went out."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    inner = error.args[0] if error.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError | SSLError)
