"""Real TLS sockets: the centre's own server, and who comes with which certificate."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa
import trio
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from remote.central.centre import Centre
from remote.central.enrolment import authority, certificates
from remote.central.enrolment.tables import certificates as rows
from remote.central.enrolment.tables import security_events
from remote.central.enrolment.tls import server_options
from remote.central.http import make_app
from remote.central.settings import demo_settings
from remote.central.store.database import open_engine, reading, writing
from remote.central.times import beijing_now
from remote.enrolment.enrol import EnrolFailed, enrol
from remote.enrolment.identity import Identity, IdentityFolder, request_for
from remote.transport import HttpTransport, NotSent
from tests.remote.identities import enrolled, identity_of, signed


@dataclass
class Served:
    centre: Centre
    url: str
    folder: Path

    def keep(self, identity: Identity, name: str = "identity") -> IdentityFolder:
        own = IdentityFolder(self.folder / name)
        own.keep(identity)
        return own

    def ask(self, own: IdentityFolder) -> tuple[int, bytes]:
        """As a terminal asks."""
        transport = HttpTransport(self.url, own, authority=str(self.ca))
        try:
            return trio.run(transport.call, "/v1/clock", b"{}", {})
        finally:
            transport.close()

    @property
    def ca(self) -> Path:
        path = self.folder / "ca.pem"
        path.write_text(self.centre.authority().pem)
        return path

    def raw(self, cert: Path | None, headers: dict[str, str]) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(self.ca)
            session.cert = str(cert) if cert is not None else None
            return session.post(f"{self.url}/v1/clock", data=b"{}", headers=headers, timeout=10)

    def events(self) -> set[str]:
        with reading(self.centre.engine) as connection:
            return set(connection.execute(sa.select(security_events.c.kind)).scalars())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "centre.db"
    Centre.open(f"sqlite:///{path}", demo_settings(0, 1)).engine.dispose()
    return path


@pytest.fixture
def served(tmp_path: Path, filled: Path) -> Iterator[Served]:
    shutil.copy(filled, tmp_path / "centre.db")
    centre = Centre(open_engine(f"sqlite:///{tmp_path / 'centre.db'}"), demo_settings(0, 1))
    fresh = authority.made(beijing_now())
    centre.authority = lambda: fresh
    (tmp_path / "tls").mkdir()
    options = server_options(centre, ("127.0.0.1", "localhost"), tmp_path / "tls")
    server = uvicorn.Server(uvicorn.Config(make_app(centre), port=0, log_level="error", **options))
    up = threading.Event()

    async def main() -> None:
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        up.set()
        await serving

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert up.wait(30)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Served(centre, f"https://127.0.0.1:{port}", tmp_path)
    server.should_exit = True
    thread.join(10)
    centre.engine.dispose()


def test_a_terminal_is_paired_over_tls_and_served_and_renewal_changes_what_tls_shows(served: Served) -> None:
    code = served.centre.pairing_code("T1", "一楼", "341602", "zhao")
    done = enrol(served.url, str(code), "T1", served.folder / "identity")
    own = IdentityFolder(served.folder / "identity")
    assert done.terminal == "T1" and served.ask(own)[0] == 200
    transport = HttpTransport(served.url, own)

    async def before_and_after() -> list[int]:
        first = (await transport.call("/v1/clock", b"{}", {}))[0]
        own.keep(identity_of(served.centre, "T1"))
        return [first, (await transport.call("/v1/clock", b"{}", {}))[0]]

    assert trio.run(before_and_after) == [200, 200] and served.events() == set()


def test_a_code_of_another_centre_sends_nothing(served: Served) -> None:
    other = Centre.in_memory(1, 0)
    code = other.pairing_code("T1", "一楼", "341602", "zhao")
    with pytest.raises(EnrolFailed) as failed:
        enrol(served.url, str(code), "T1", served.folder / "identity")
    assert failed.value.reason == "other_centre" and served.events() == set()


def test_signed_but_without_a_certificate(served: Served) -> None:
    signer = enrolled(served.centre, "T1")
    answer = served.raw(None, signed(signer, "/v1/clock", b"{}"))
    assert (answer.status_code, answer.content, served.events()) == (401, b"", {"no_peer"})


def test_the_certificate_of_another_terminal(served: Served) -> None:
    signer, other = enrolled(served.centre, "T1"), served.keep(identity_of(served.centre, "T2"))
    answer = served.raw(other.file, signed(signer, "/v1/clock", b"{}"))
    assert (answer.status_code, answer.content, served.events()) == (401, b"", {"other_peer"})


def test_a_certificate_without_a_signature(served: Served) -> None:
    own = served.keep(identity_of(served.centre, "T1"))
    assert served.raw(own.file, {}).status_code == 401 and served.events() == {"unsigned"}


def test_a_stranger_ca_with_the_same_name_is_hung_up_on_and_noted(served: Served) -> None:
    stranger, key = authority.made(beijing_now()), ec.generate_private_key(ec.SECP256R1())
    own = served.keep(Identity(key, stranger.issue("T1", request_for("T1", key), beijing_now()), stranger.certificate))
    try:
        assert served.ask(own)[0] != 200
    except Exception as error:  # noqa: BLE001  TLS 1.3 tells the client after its first bytes: how it is told varies
        assert type(error).__name__ in ("NotSent", "NoAnswer")
    for _ in range(100):
        if served.events():
            break
        threading.Event().wait(0.05)
    assert served.events() == {"stranger_tls"}


def test_a_revoked_certificate(served: Served) -> None:
    own = served.keep(identity_of(served.centre, "T1"))
    assert served.ask(own)[0] == 200
    with writing(served.centre.engine) as connection:
        certificates.revoke(connection, "T1", by="zhao", why="stolen", now=beijing_now())
    assert served.ask(own) == (401, b"") and served.events() == {"revoked"}


def test_an_expired_certificate_is_refused_by_name(served: Served) -> None:
    begun = beijing_now() - timedelta(days=31)
    served.centre.true_clock = lambda: begun
    own = served.keep(identity_of(served.centre, "T1"))
    served.centre.true_clock = beijing_now
    with reading(served.centre.engine) as connection:
        assert connection.execute(sa.select(rows.c.ends_at)).scalar_one() < beijing_now()
    assert served.ask(own) == (401, b"") and served.events() == {"expired"}


def test_a_terminal_whose_clock_is_wrong_is_told_the_time_and_heard(served: Served) -> None:
    own = served.keep(identity_of(served.centre, "T1"))
    transport = HttpTransport(served.url, own, now=lambda: beijing_now() - timedelta(hours=8))
    assert trio.run(transport.call, "/v1/clock", b"{}", {})[0] == 200
    transport.close()


def test_another_server_under_the_same_address_is_not_spoken_to(served: Served) -> None:
    own = served.keep(identity_of(served.centre, "T1"))
    other = served.folder / "other.pem"
    other.write_bytes(authority.made(beijing_now()).certificate.public_bytes(Encoding.PEM))
    transport = HttpTransport(served.url, own, authority=str(other))
    with pytest.raises(NotSent):
        trio.run(transport.call, "/v1/clock", b"{}", {})
