"""How bytes get to the central platform and back, and what is known when they do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import requests
import trio
from urllib3.exceptions import MaxRetryError, NewConnectionError, SSLError

CONNECT_TIMEOUT_S = 3.0
READ_TIMEOUT_S = 8.0  # facts/journeys.md X19: after eight seconds the citizen is told
CALLS_AT_ONCE = 4


class NotSent(Exception):
    """Certainly not delivered: no connection came about. Nothing happened."""


class NoAnswer(Exception):
    """Sent, or begun to be sent, and no whole answer came: it may have been done."""


class Transport(Protocol):
    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """POST, and return status and body. Raises NotSent or NoAnswer; a cancelled call may have been done."""


@dataclass(frozen=True)
class Certificates:
    """mTLS: own certificate and key, and the authority the centre's certificate must come from. Paths to PEM files."""

    own: str
    key: str
    authority: str


class HttpTransport:
    """requests in worker threads. The environment (proxies, REQUESTS_CA_BUNDLE) is not trusted: it overrides `verify`
    without a word (facts/remote.md 5.1)."""

    def __init__(
        self,
        base_url: str,
        certificates: Certificates | None = None,
        connect_s: float = CONNECT_TIMEOUT_S,
        read_s: float = READ_TIMEOUT_S,
        authority: str | None = None,
    ) -> None:
        """`authority`: PEM file of who signed the centre's certificate, where the terminal has none of its own."""
        self._base = base_url.rstrip("/")
        self._timeout = (connect_s, read_s)
        self._limiter = trio.CapacityLimiter(CALLS_AT_ONCE)
        self._session = requests.Session()
        self._session.trust_env = False
        if authority is not None:
            self._session.verify = authority
        if certificates is not None:
            self._session.cert = (certificates.own, certificates.key)
            self._session.verify = certificates.authority

    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        return await trio.to_thread.run_sync(self._post, path, body, headers, limiter=self._limiter, abandon_on_cancel=True)

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        sent_headers = {"Content-Type": "application/json", **headers}
        try:
            answer = self._session.post(
                self._base + path, data=body, headers=sent_headers, timeout=self._timeout, allow_redirects=False
            )
        except requests.ConnectionError as error:
            raise (NotSent if _never_connected(error) else NoAnswer)(type(error).__name__) from error
        except requests.RequestException as error:
            raise NoAnswer(type(error).__name__) from error
        return answer.status_code, answer.content

    def close(self) -> None:
        self._session.close()


def _never_connected(error: requests.ConnectionError) -> bool:
    """Refused, unreachable, unknown name, TLS handshake failed: not one byte of the request went out."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    inner = error.args[0] if error.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError | SSLError)
