"""The centre as a consumer of the broker: several processes of one centre share the asks; each goes through the one writer and
the same checks as over HTTP (signature, nonce, revocation), and is answered after its commit."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from pydantic import ValidationError

from remote.central.centre import Centre
from remote.central.enrolment.authenticate import Arrived
from remote.central.store.writer import Writer
from remote.central.telemetry.presence import Gone
from remote.central.wire import UNKNOWN, admitted, answer_of, encode
from remote.messages import BY_NAME, Message, Operation
from remote.messages.broker import CARRIED, KEEPALIVE_S, ROOT, STATUS, Here, answer_topic, presence_topic

ASKS = f"$share/centre/{ROOT}/+/ask/+"
PRESENCE = presence_topic("+")         # not shared: retained words are kept from shared subscriptions
LARGEST = 1_000_000                    # bytes
MOST_WAITING = 5_000                   # asks before the writer; more are not taken: the terminals ask again
RECONNECT_S = (1, 10)


class Consumer:
    """`broker`: HOST:PORT of a listener that demands certificates of the centre's CA."""

    def __init__(self, centre: Centre, writer: Writer, broker: str, name: str) -> None:
        self._centre, self._writer, self._waiting = centre, writer, 0
        host, _, port = broker.rpartition(":")
        self._host, self._port = host, int(port)
        self._client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5)
        self._client.tls_set_context(_context(centre))
        self._client.reconnect_delay_set(*RECONNECT_S)
        self._client.on_connect = self._connected
        self._client.on_message = self._heard
        self._subscribed = False
        self._client.on_subscribe = self._may_hear

    @property
    def listens(self) -> bool:
        return self._subscribed and self._client.is_connected()

    def start(self) -> None:
        """In a thread of its own; comes back to a broker that was away."""
        self._client.connect_async(self._host, self._port, KEEPALIVE_S, clean_start=True)
        self._client.loop_start()

    def stop(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _connected(self, client: Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any) -> None:
        self._subscribed = False
        if reason.is_failure:
            print(f"broker: {reason}", flush=True)
            return
        client.subscribe([(ASKS, 0), (PRESENCE, 1)])

    def _may_hear(self, _client: Client, _data: Any, _id: int, reasons: list[ReasonCode], _properties: Any) -> None:
        self._subscribed = not any(reason.is_failure for reason in reasons)

    # -- what arrives, in paho's thread -----------------------------------------------------------------------------------

    def _heard(self, client: Client, _data: Any, message: MQTTMessage) -> None:
        _, terminal, what, *rest = message.topic.split("/")
        if what == "presence":
            self._presence(terminal, message)
            return
        operation = BY_NAME[rest[0]] if rest and rest[0] in CARRIED else None
        number = getattr(message.properties, "CorrelationData", None)
        if operation is None or not isinstance(number, bytes) or len(message.payload) > LARGEST or self._waiting >= MOST_WAITING:
            return
        headers = {name.lower(): value for name, value in getattr(message.properties, "UserProperty", ())}
        arrived = Arrived("POST", operation.path, bytes(message.payload), headers, source="broker")
        self._waiting += 1
        done = self._writer.submit(lambda connection: self._answer(connection, operation, arrived, terminal))
        done.add_done_callback(lambda future: self._reply(client, terminal, number, future))

    def _answer(self, connection: sa.Connection, operation: Operation, arrived: Arrived, terminal: str) -> Message:
        """Who signed must be who published: the broker keeps each terminal to its own topics."""
        who = admitted(self._centre, connection, arrived)
        return answer_of(self._centre, connection, operation, arrived, who) if who == terminal else UNKNOWN

    def _reply(self, client: Client, terminal: str, number: bytes, future: Future[Any]) -> None:
        """Nothing where the database failed: the terminal asks again."""
        self._waiting -= 1
        if future.exception() is not None:
            return
        status, body = encode(future.result())
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.CorrelationData = number
        properties.UserProperty = [(STATUS, str(status))]
        client.publish(answer_topic(terminal), body, qos=0, properties=properties)

    def _presence(self, terminal: str, message: MQTTMessage) -> None:
        """A retained word may be old: those who are gone since are found by the clock."""
        if message.retain:
            return
        with contextlib.suppress(ValidationError):
            here = Here.model_validate_json(message.payload)
            if here.status == "gone":
                self._centre.ear.gone.append(Gone(terminal, here.boot_id))


def _context(centre: Centre) -> ssl.SSLContext:
    """Our own certificate lives as long as this process."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=centre.authority().pem)
    with TemporaryDirectory(prefix="centre-broker-") as folder:
        own = Path(folder) / "own.pem"
        own.touch(0o600)
        own.write_bytes(centre.authority().consumer_pem(centre.true_clock()))
        context.load_cert_chain(own)
    return context


@contextlib.contextmanager
def consuming(centre: Centre, writer: Writer, broker: str | None, name: str) -> Iterator[Consumer | None]:
    """As long as the centre listens; nothing where no broker is configured."""
    consumer = Consumer(centre, writer, broker, name) if broker else None
    if consumer is None:
        yield None
        return
    consumer.start()
    try:
        yield consumer
    finally:
        consumer.stop()
