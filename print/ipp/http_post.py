"""IPP over real HTTP: requests in worker threads. One POST, one answer, nothing repeated."""
from __future__ import annotations

import time

import requests
import trio
import urllib3
from urllib3.exceptions import MaxRetryError, NewConnectionError, SSLError

from print.ipp.address import http_url
from print.ipp.codec import LIMIT_BYTES
from print.ipp.errors import HttpRefused, NoAnswer, NotSent
from print.ipp.terms import Operation

CONNECT_TIMEOUT_S = 10.0
"""urllib3 waits as long for each piece of the document to be taken, and a printer takes it while its engine runs."""
READ_TIMEOUT_S = 30.0
CALLS_AT_ONCE = 4
CHUNK = 65_536
_QUESTIONS = frozenset(
    int(one).to_bytes(2, "big")
    for one in (Operation.GET_PRINTER_ATTRIBUTES, Operation.GET_JOBS, Operation.GET_JOB_ATTRIBUTES)
)


class HttpPost:
    """The Post of a real printer. `authority`: PEM file of who signed an ipps printer's certificate.

    The environment is not trusted: a proxy variable must not catch what is printed (facts/print.md 3.7). Questions keep
    their connection; a job goes over a new one, since a connection that the printer is just closing would leave it open
    whether the job arrived.
    """

    def __init__(
        self,
        uri: str,
        *,
        authority: str | None = None,
        connect_s: float = CONNECT_TIMEOUT_S,
        read_s: float = READ_TIMEOUT_S,
    ) -> None:
        self.url = http_url(uri)
        self._authority, self._timeout = authority, (connect_s, read_s)
        self._limiter = trio.CapacityLimiter(CALLS_AT_ONCE)
        self._kept = self._session()

    async def __call__(self, body: bytes) -> bytes:
        """Raises NotSent, NoAnswer, HttpRefused. A cancelled call may have been done."""
        return await trio.to_thread.run_sync(self._post, body, limiter=self._limiter, abandon_on_cancel=True)

    def close(self) -> None:
        self._kept.close()

    def _session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        if self._authority is not None:
            session.verify = self._authority
        return session

    def _post(self, body: bytes) -> bytes:
        if body[2:4] in _QUESTIONS:
            return self._post_on(self._kept, body, {})
        with self._session() as session:
            return self._post_on(session, body, {"Connection": "close"})

    def _post_on(self, session: requests.Session, body: bytes, more: dict[str, str]) -> bytes:
        headers = {"Content-Type": "application/ipp", "Accept": "application/ipp", "Accept-Encoding": "identity", **more}
        try:
            with session.post(
                self.url, data=body, headers=headers, timeout=self._timeout, allow_redirects=False, stream=True
            ) as answer:
                if answer.status_code != 200:
                    raise HttpRefused(answer.status_code)
                return self._whole(answer)
        except requests.ConnectionError as error:
            raise (NotSent if _never_connected(error) else NoAnswer)(type(error).__name__) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise NoAnswer(type(error).__name__) from error

    def _whole(self, answer: requests.Response) -> bytes:
        """All of it, within size and time; one that comes drop by drop is none. Compressed answers are not unpacked."""
        deadline = time.monotonic() + self._timeout[1]
        content = bytearray()
        while piece := answer.raw.read(CHUNK, decode_content=False):
            content += piece
            if len(content) > LIMIT_BYTES or time.monotonic() > deadline:
                raise NoAnswer("an answer without end")
        return bytes(content)


def _never_connected(error: requests.ConnectionError) -> bool:
    """Refused, unreachable, unknown name, TLS handshake failed: not one byte of the request went out."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    inner = error.args[0] if error.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError | SSLError)
