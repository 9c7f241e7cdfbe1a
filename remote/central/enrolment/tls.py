"""TLS ended by our own server, and the terminal's certificate handed on to the application (ASGI TLS extension), which uvicorn
does not do (facts/remote.md 5.1). A certificate is asked for and not demanded: phones and technicians have none on this port.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from remote.central.centre import Centre
from remote.central.enrolment.events import record

NO_CHECK_TIME = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME: an expired certificate passes the handshake, so that `authenticate` refuses it by name and keeps it
as a security event; the handshake would only hang up. Its end is looked at with every request."""


class PeerProtocol(H11Protocol):
    """Puts what TLS saw into each request's scope: `extensions.tls.client_cert_chain`, empty where no certificate was shown."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        tls = transport.get_extra_info("ssl_object")
        if tls is None:
            return
        peer = tls.getpeercert(binary_form=True)
        seen = {"client_cert_chain": [ssl.DER_cert_to_PEM_cert(peer)] if peer else []}
        inner: Any = self.app

        async def with_peer(scope: dict[str, Any], receive: Any, send: Any) -> None:
            await inner({**scope, "extensions": {**scope.get("extensions", {}), "tls": seen}}, receive, send)

        self.app = with_peer


def server_options(centre: Centre, names: tuple[str, ...], folder: Path) -> dict[str, Any]:
    """For uvicorn: protocol and context. `folder`: private and empty; the server's key lies there while this process runs."""
    context = server_context(centre, names, folder)
    return {"http": PeerProtocol, "ssl_context_factory": lambda _config, _default: context}


def server_context(centre: Centre, names: tuple[str, ...], folder: Path) -> ssl.SSLContext:
    own = folder / "server.pem"
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(centre.authority().server_pem(names, centre.true_clock()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(own)
    context.load_verify_locations(cadata=centre.authority().pem)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    context.sslobject_class = _telling(lambda words: _tell(centre, words))
    return context


def _telling(tell: Callable[[str], None]) -> type[ssl.SSLObject]:
    class Telling(ssl.SSLObject):
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except ssl.SSLCertVerificationError as error:
                tell(error.verify_message)
                raise

    return Telling


def _tell(centre: Centre, words: str) -> None:
    """A certificate of somebody else's CA. Written beside the loop: a flood is one row a minute."""

    def write() -> None:
        centre.write(lambda connection: record(connection, "stranger_tls", "", "", words, centre.true_clock()))

    asyncio.get_running_loop().run_in_executor(None, write)
