"""Codes on their way to telephones: who sends them, and the simulated telephones of a demonstration.

A code is a row from the moment it is drawn (tables.sms_codes); its text is emptied as soon as a gateway has taken it, or when
it is too late. A gateway that is away holds nothing up: the next round tries again, until the code is over.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa

from remote.central.sign_in.tables import sms_codes
from remote.central.store.database import reading, writing
from remote.central.times import Clock

AT_ONCE = 50
KEPT = 200  # messages a simulated telephone company remembers
TO_SEND = (
    sa.select(sms_codes.c.ask_id, sms_codes.c.phone, sms_codes.c.text, sms_codes.c.expires_at)
    .where(sms_codes.c.text != "")
    .order_by(sms_codes.c.at)
    .limit(AT_ONCE)
)


class GatewayAway(Exception):
    """It does not take the message now."""


class SmsGateway(Protocol):
    def send(self, ask_id: str, phone: str, text: str) -> None:
        """May be asked twice about one `ask_id`: send once. Raises GatewayAway."""


@dataclass(frozen=True)
class Arrived:
    phone: str
    text: str
    at: datetime


class SimulatedPhones:
    """Every telephone there is, in this process's memory."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: deque[str] = deque(maxlen=KEPT)
        self.messages: deque[Arrived] = deque(maxlen=KEPT)
        self.away = False

    def send(self, ask_id: str, phone: str, text: str) -> None:
        if self.away:
            raise GatewayAway
        if ask_id not in self._seen:
            self._seen.append(ask_id)
            self.messages.append(Arrived(phone, text, self._clock()))

    def on(self, phone: str) -> list[Arrived]:
        """Newest first."""
        return [message for message in reversed(self.messages) if message.phone == phone]


class CodeSender:
    def __init__(self, engine: sa.Engine, clock: Clock, gateway: SmsGateway | None) -> None:
        self._engine, self._clock = engine, clock
        self.gateway = gateway

    def round(self) -> int:
        """How many went out or were given up. Any thread; one at a time."""
        if self.gateway is None:
            return 0
        with reading(self._engine) as connection:
            waiting = connection.execute(TO_SEND).all()
        done = [row.ask_id for row in waiting if row.expires_at <= self._clock()]
        for row in waiting:
            if row.ask_id in done:
                continue
            try:
                self.gateway.send(row.ask_id, row.phone, row.text)
            except GatewayAway:
                break
            done.append(row.ask_id)
        if done:
            with writing(self._engine) as connection:
                emptied = {"text": "", "phone": ""}
                connection.execute(sa.update(sms_codes).where(sms_codes.c.ask_id.in_(done)).values(**emptied))
        return len(done)
