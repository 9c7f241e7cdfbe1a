"""The terminal's way through an MQTT 5 broker, behind the same seam as HTTP: heartbeats and facts go through it while it is
connected; everything else, and these too where the broker is away or gives no answer, goes over HTTP.

paho-mqtt has a thread of its own for its socket; nothing of the terminal runs in it.
"""

from __future__ import annotations

import contextlib
import secrets
import ssl
from dataclasses import dataclass, field
from typing import Any

import trio
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from remote.enrolment.identity import Identity, IdentityError, IdentityFolder, NotEnrolled, serial_bytes
from remote.messages import BY_NAME
from remote.messages.broker import (
    CARRIED,
    KEEPALIVE_S,
    SESSION_S,
    STATUS,
    WILL_DELAY_S,
    Here,
    answer_topic,
    ask_topic,
    presence_topic,
)
from remote.transport import NoAnswer, NotSent, Transport, true_now

ANSWER_S = {"heartbeat": 2.5, "tell_facts": 10.0}  # before remote/agent.py gives the call up
OVER_HTTP_S = 60.0             # [A] after an answer that did not come
LOOK_EVERY_S = 30.0            # for a renewed certificate: the connection was made under the old one
RECONNECT_S = (1, 30)
WITH_WILL = ReasonCode(PacketTypes.DISCONNECT, "Disconnect with will message")
NAME_OF = {BY_NAME[name].path: name for name in CARRIED}


@dataclass
class _Asked:
    answered: trio.Event = field(default_factory=trio.Event)
    status: int = 0
    body: bytes = b""


class BrokerTransport:
    """A `Transport`. `boot_id`: the agent's, so that the last will speaks of this life of the terminal only."""

    def __init__(self, host: str, port: int, identity: IdentityFolder, boot_id: str, otherwise: Transport) -> None:
        self._host, self._port, self._identity, self._boot_id = host, port, identity, boot_id
        self._otherwise = otherwise
        self._asked: dict[bytes, _Asked] = {}
        self._client: Client | None = None
        self._silent_until = float("-inf")
        self._token: trio.lowlevel.TrioToken | None = None

    @property
    def connected(self) -> bool:
        return self._client is not None and self._client.is_connected()

    async def run(self) -> None:
        """Next to the terminal, for ever. Without a certificate there is no connection, and it is looked for again."""
        self._token = trio.lowlevel.current_trio_token()
        while True:
            try:
                identity = self._identity.load()
            except (NotEnrolled, IdentityError):
                await trio.sleep(LOOK_EVERY_S)
                continue
            await self._connected_as(identity)

    async def _connected_as(self, identity: Identity) -> None:
        client = self._made(identity)
        client.connect_async(self._host, self._port, KEEPALIVE_S, clean_start=False, properties=_session())
        client.loop_start()
        self._client = client
        try:
            await self._renewed(identity)
        finally:
            self._client = None
            client.disconnect(WITH_WILL)               # it is gone all the same, unless it comes back within the will's delay
            with trio.CancelScope(shield=True):
                await trio.to_thread.run_sync(client.loop_stop)

    async def _renewed(self, identity: Identity) -> None:
        """Until the certificate is another, or none."""
        with contextlib.suppress(NotEnrolled, IdentityError):
            while serial_bytes(self._identity.load().certificate) == serial_bytes(identity.certificate):  # noqa: ASYNC110  a file
                await trio.sleep(LOOK_EVERY_S)

    def _made(self, identity: Identity) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, identity.terminal, protocol=MQTTProtocolVersion.MQTTv5)
        context = ssl.create_default_context(cafile=str(self._identity.authority_file))
        context.load_cert_chain(self._identity.file)
        client.tls_set_context(context)
        client.reconnect_delay_set(*RECONNECT_S)
        delayed = Properties(PacketTypes.WILLMESSAGE)  # type: ignore[no-untyped-call]
        delayed.WillDelayInterval = WILL_DELAY_S
        topic = presence_topic(identity.terminal)
        client.will_set(topic, self._here("gone"), qos=1, retain=True, properties=delayed)

        def on_connect(client: Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Any) -> None:
            if not reason.is_failure:
                client.subscribe(answer_topic(identity.terminal), qos=0)
                client.publish(topic, self._here("up"), qos=1, retain=True)

        client.on_connect = on_connect
        client.on_message = self._heard
        return client

    def _here(self, status: str) -> bytes:
        return Here.model_validate({"status": status, "boot_id": self._boot_id}).model_dump_json().encode()

    # -- asking ---------------------------------------------------------------------------------------------------------

    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """As `Transport.call`."""
        name, client = NAME_OF.get(path), self._client
        if name is None or client is None or not self.connected or trio.current_time() < self._silent_until:
            return await self._otherwise.call(path, body, headers)
        try:
            identity = self._identity.load()
        except (NotEnrolled, IdentityError) as error:
            raise NotSent(type(error).__name__) from error
        number, asked = secrets.token_bytes(12), _Asked()
        self._asked[number] = asked
        try:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.CorrelationData = number
            signed = identity.signer(true_now).headers(path, body, headers)
            properties.UserProperty = list((headers | signed).items())
            told = client.publish(ask_topic(identity.terminal, name), body, qos=0, properties=properties)
            if told.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
                raise NotSent("the broker is away")
            with trio.move_on_after(ANSWER_S[name]):
                await asked.answered.wait()
                return asked.status, asked.body
            self._silent_until = trio.current_time() + OVER_HTTP_S
            raise NoAnswer("nobody answered through the broker")
        finally:
            del self._asked[number]

    def _heard(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        """In paho's thread. What has no number of ours is an answer to an earlier life."""
        properties = message.properties
        number = getattr(properties, "CorrelationData", None)
        status = dict(getattr(properties, "UserProperty", ())).get(STATUS, "")
        if self._token is not None and isinstance(number, bytes) and status.isdigit():
            with contextlib.suppress(trio.RunFinishedError):
                self._token.run_sync_soon(self._answered, number, int(status), bytes(message.payload))

    def _answered(self, number: bytes, status: int, body: bytes) -> None:
        asked = self._asked.get(number)
        if asked is not None:
            asked.status, asked.body = status, body
            asked.answered.set()




def _session() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = SESSION_S
    return properties
