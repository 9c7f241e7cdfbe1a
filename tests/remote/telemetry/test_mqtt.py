"""Heartbeats and facts through a real mosquitto: signed asks, answers after the commit, last wills, topics by certificate."""

from __future__ import annotations

import contextlib
import os
import platform
import pwd
import shutil
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import trio
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from remote.broker import BrokerTransport
from remote.central.centre import Centre
from remote.central.enrolment import certificates
from remote.central.settings import demo_settings
from remote.central.store.writer import Writer
from remote.central.telemetry.broker_files import write_broker_files
from remote.central.telemetry.mqtt import Consumer
from remote.central.telemetry.presence import Gone, sweep
from remote.central.telemetry.tables import facts, states
from remote.central.times import beijing_now
from remote.enrolment.identity import IdentityFolder
from remote.messages.broker import WILL_DELAY_S, answer_topic, ask_topic, presence_topic
from remote.messages.telemetry import Fact, Heartbeat, TelemetryBatch
from remote.platform import Limits, Platform, PlatformAway, PlatformRefused
from remote.transport import NotSent
from tests.hall.process import Child, python
from tests.remote.identities import identity_of

WITHIN_S = 20.0
ONCE = Limits(call_s=8.0, attempts=1, failures_that_open=1_000)


def mosquitto() -> str:
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        if "debian" in platform.freedesktop_os_release().get("ID", ""):
            pytest.fail("mosquitto: not installed, and this is a Debian (apt-get install mosquitto)")
        pytest.skip("mosquitto: no broker is installed here")
    return found


class OverHttp:
    """What the terminal falls back to: not there, and counted."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self.calls.append(path)
        await trio.lowlevel.checkpoint()
        raise NotSent("no way over HTTP in this test")


class Hall:
    """A centre that consumes, a broker, and terminals with identities in folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.centre = Centre.open(f"sqlite:///{folder / 'centre.db'}", demo_settings(0, 1))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        config = write_broker_files(self.centre.authority(), ("127.0.0.1",), folder / "broker", beijing_now(), self.port)
        self._readable(config.parent)
        command = python("-m", "tests.hall.child", mosquitto(), "-c", str(config))
        self.broker = Child("mosquitto", command, folder / "mosquitto.log")
        self.writer = Writer(self.centre.engine)
        self.consumer = Consumer(self.centre, self.writer, f"127.0.0.1:{self.port}", "centre-1")
        self.http = OverHttp()

    @staticmethod
    def _readable(folder: Path) -> None:
        """Started by root, mosquitto becomes its own user before it reads its keys."""
        if os.geteuid() == 0:
            with contextlib.suppress(KeyError):
                user = pwd.getpwnam("mosquitto")
                for one in (folder, *folder.iterdir()):
                    os.chown(one, user.pw_uid, user.pw_gid)
            for parent in (folder.parent, *folder.parent.parents)[:3]:
                parent.chmod(parent.stat().st_mode | 0o011)

    def start(self) -> None:
        self.broker.start()
        until(lambda: self._listening(), "the broker listens")
        self.consumer.start()
        until(lambda: self.consumer.listens, "the centre consumes")

    def _listening(self) -> bool:
        assert self.broker.running, self.broker.last_words()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        self.consumer.stop()
        self.broker.kill()
        self.writer.stop()
        self.centre.engine.dispose()

    def identity(self, name: str) -> IdentityFolder:
        own = IdentityFolder(self.folder / name)
        own.keep(identity_of(self.centre, name))
        return own

    def transport(self, own: IdentityFolder, boot_id: str = "life-1") -> BrokerTransport:
        return BrokerTransport("127.0.0.1", self.port, own, boot_id, self.http)

    def row(self, terminal: str) -> sa.Row[tuple[object, ...]] | None:
        with self.centre.engine.connect() as connection:
            return connection.execute(sa.select(states).where(states.c.terminal == terminal)).first()

    def raw(self, own: IdentityFolder) -> Client:
        """Somebody with a terminal's certificate and a client of his own."""
        client = Client(CallbackAPIVersion.VERSION2, "raw", protocol=MQTTProtocolVersion.MQTTv5)
        context = ssl.create_default_context(cafile=str(own.authority_file))
        context.load_cert_chain(own.file)
        client.tls_set_context(context)
        return client


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < end, f"not within {WITHIN_S:.0f} s: {what}"
        time.sleep(0.02)


async def connected(transport: BrokerTransport) -> None:
    with trio.fail_after(WITHIN_S):
        while not transport.connected:
            await trio.sleep(0.02)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    mosquitto()
    hall = Hall(tmp_path_factory.mktemp("broker"))
    try:
        hall.start()
        yield hall
    finally:
        hall.stop()


def beat(number: int = 1, boot_id: str = "life-1") -> Heartbeat:
    return Heartbeat(boot_id=boot_id, sequence=number, at=datetime.now(UTC), screen_beats=number)


def journey(fact_id: str, number: int) -> Fact:
    body = {"journey": "senior_card", "outcome": "done", "seconds": 90}
    return Fact(fact_id=fact_id, number=number, kind="journey", at=datetime.now(UTC), body=body)


def test_heartbeat_and_facts_through_the_broker_are_stored_once_and_answered(hall: Hall) -> None:
    own = hall.identity("bz-01")

    async def main() -> None:
        transport = hall.transport(own)
        platform = Platform(transport, "bz-01", ONCE)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(transport.run)
            await connected(transport)
            heard = await platform.heartbeat(beat())
            assert heard.next_s == hall.centre.settings.telemetry.heartbeat_s
            batch = TelemetryBatch(origin="disk-1", facts=[journey("f-1", 1), journey("f-2", 2)])
            for _ in range(2):                       # the second time as if the first answer had been lost
                assert (await platform.tell_facts(batch)).stored == ["f-1", "f-2"]
            nursery.cancel_scope.cancel()

    trio.run(main)
    row = hall.row("bz-01")
    assert row is not None and row.presence == "alive" and hall.http.calls == []
    with hall.centre.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).where(facts.c.terminal == "bz-01")).scalar_one() == 2


def test_revoked_certificate_still_connects_and_is_refused_by_the_centre(hall: Hall) -> None:
    own = hall.identity("bz-02")
    hall.centre.write(lambda c: certificates.revoke(c, "bz-02", by="wang", why="stolen", now=hall.centre.true_clock()))

    async def main() -> None:
        transport = hall.transport(own)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(transport.run)
            await connected(transport)
            with pytest.raises(PlatformRefused) as refused:
                await Platform(transport, "bz-02", ONCE).heartbeat(beat())
            assert refused.value.status == 401
            nursery.cancel_scope.cancel()

    trio.run(main)
    row = hall.row("bz-02")
    assert row is None or row.presence == "never_seen"


def test_terminal_reaches_its_own_topics_only_and_a_copied_ask_is_refused(hall: Hall) -> None:
    victim, thief = hall.identity("bz-03"), hall.identity("bz-04")
    body = beat().model_dump_json().encode()
    signed = victim.load().signer(lambda: hall.centre.true_clock()).headers("/v1/telemetry/heartbeat", body, {})
    client = hall.raw(thief)
    heard: list[str] = []
    client.on_message = lambda _client, _data, message: heard.append(message.topic)
    client.connect("127.0.0.1", hall.port)
    client.loop_start()
    try:
        client.subscribe([(answer_topic("bz-03"), 0), ("bozhou/+/presence", 0), ("#", 0)])
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.UserProperty = list(signed.items())
        properties.CorrelationData = b"n"
        client.publish(presence_topic("bz-03"), b'{"status": "gone", "boot_id": "life-1"}', qos=1).wait_for_publish(WITHIN_S)
        client.publish(ask_topic("bz-03", "heartbeat"), body, qos=1, properties=properties).wait_for_publish(WITHIN_S)
        client.publish(ask_topic("bz-04", "heartbeat"), body, qos=1, properties=properties).wait_for_publish(WITHIN_S)
        until(lambda: bool(heard), "an answer on its own topic")
    finally:
        client.disconnect()
        client.loop_stop()
    assert set(heard) == {answer_topic("bz-04")} and not hall.centre.ear.gone
    row = hall.row("bz-03")
    assert row is None or row.presence == "never_seen"


def test_stranger_without_a_certificate_of_ours_is_not_let_in(hall: Hall) -> None:
    client = Client(CallbackAPIVersion.VERSION2, "stranger", protocol=MQTTProtocolVersion.MQTTv5)
    client.tls_set_context(ssl.create_default_context(cafile=str(hall.folder / "broker" / "ca.pem")))
    entered: list[object] = []
    client.on_connect = lambda *told: entered.append(told)
    with contextlib.suppress(OSError):
        client.connect("127.0.0.1", hall.port)
        end = time.monotonic() + WITHIN_S
        while client.loop(0.1) == 0 and not entered and time.monotonic() < end:
            pass
    assert entered == []


def test_killed_terminal_is_down_by_its_last_will_before_the_clock_says_so(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remote.broker.WILL_DELAY_S", 1)
    own = hall.identity("bz-05")
    transport = hall.transport(own, "life-5")
    hall.centre.ear.gone.clear()

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(transport.run)
            await connected(transport)
            await Platform(transport, "bz-05", ONCE).heartbeat(beat(boot_id="life-5"))
            client = transport._client
            assert client is not None
            dead = client.socket()
            assert isinstance(dead, socket.socket)
            client.reconnect_delay_set(300, 300)       # longer than this test
            dead.shutdown(socket.SHUT_RDWR)            # its line is cut, and it never comes back
            nursery.cancel_scope.cancel()

    trio.run(main)
    until(lambda: Gone("bz-05", "life-5") in hall.centre.ear.gone, "the last will")
    now = hall.centre.clock() + timedelta(seconds=WILL_DELAY_S)
    with hall.centre.engine.begin() as connection:
        worse = sweep(connection, now, hall.centre.ear, hall.centre.settings.telemetry)
    assert ("bz-05", "down") in worse


def test_broker_that_is_away_leaves_the_way_over_http(tmp_path: Path) -> None:
    centre = Centre.in_memory(1, 0)
    own = IdentityFolder(tmp_path / "bz-01")
    own.keep(identity_of(centre, "bz-01"))
    http = OverHttp()
    with socket.socket() as taken:                     # bound and not listening: refused
        taken.bind(("127.0.0.1", 0))

        async def main() -> None:
            transport = BrokerTransport("127.0.0.1", int(taken.getsockname()[1]), own, "life-1", http)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(transport.run)
                with pytest.raises(PlatformAway):
                    await Platform(transport, "bz-01", ONCE).heartbeat(beat())
                nursery.cancel_scope.cancel()

        trio.run(main)
    assert http.calls == ["/v1/telemetry/heartbeat"]
