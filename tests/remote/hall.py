"""A hall for tests: a centre at a fixed moment, and short words for what terminals say to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from remote.central.centre import Centre
from remote.central.demo_citizens import DemoCitizen
from remote.central.settings import Settings
from remote.central.store import schema
from remote.central.times import BEIJING
from remote.enrolment.signing import Signer
from remote.messages import (
    CaseAnswer,
    CheckPerson,
    Message,
    PersonAnswer,
    Problem,
    Register,
    Registered,
    Release,
    Reserve,
    ReserveAnswer,
    SubmitCase,
)
from tests.remote.identities import enrolled

NOON = datetime(2027, 3, 9, 12, 0, tzinfo=BEIJING)


FACE_MODEL = "yunet-2023mar-int8bq+sface-2021dec-int8bq"
GOOD_FACE: dict[str, Any] = {"score": 0.81, "threshold": 0.4, "model": FACE_MODEL}
"""What a terminal writes of a comparison that is enough."""


class TurnedClock:
    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)


def no_photo_drawn(_seed: int, _sex: str, _age: int) -> bytes:
    return b"\x89PNG"


@dataclass
class Hall:
    clock: TurnedClock = field(default_factory=TurnedClock)
    settings: Settings | None = None
    centre: Centre = field(init=False)
    signers: dict[str, Signer] = field(init=False)

    def __post_init__(self) -> None:
        self.centre = Centre.in_memory(1, 40, self.clock, self.settings, draw_photo=no_photo_drawn)
        self.signers = {terminal: enrolled(self.centre, terminal) for terminal in ("T1", "T2")}
        self.citizens = self.centre.demo_citizens()

    def citizen(self, key: str) -> DemoCitizen:
        return self.citizens[key]

    def check(self, key: str, terminal: str = "T1", **changed: Any) -> PersonAnswer:
        who = self.citizen(key)
        ask = {"id_number": who.id_number, "name": who.name, "birth": who.birth, "id_valid_to": who.valid_to, **changed}
        answer = self.centre.handle(terminal, "check_person", CheckPerson(**ask))
        assert isinstance(answer, PersonAnswer)
        return answer

    def ask(self, operation: str, body: Message, key: str, terminal: str = "T1") -> Message:
        return self.centre.handle(terminal, operation, body, key)

    def submit(self, citizen: str, service: str, key: str = "p:submit:1", terminal: str = "T1", **changed: Any) -> CaseAnswer:
        person = self.check(citizen)
        fields = {
            "person_ref": person.person_ref,
            "service": service,
            "delivery": "instant",
            "photo": "population",
            "identity": "card_alone",
            "loss_stated": service == "lost",
            "claim_code": "7K3M9QZT",
            **changed,
        }
        answer = self.ask("submit_case", SubmitCase(**fields), key, terminal)
        assert isinstance(answer, CaseAnswer), answer
        return answer

    def case_of(self, citizen: str, service: str = "new", key: str = "p:submit:1", **changed: Any) -> str:
        answer = self.submit(citizen, service, key, **changed)
        assert answer.case is not None, answer.refusal
        return answer.case.case_id

    def reserve(self, case_id: str, key: str = "p:reserve:1", terminal: str = "T1") -> ReserveAnswer | Problem:
        answer = self.ask("reserve", Reserve(case_id=case_id), key, terminal)
        assert isinstance(answer, ReserveAnswer | Problem)
        return answer

    def reserved(self, citizen: str, service: str = "new", terminal: str = "T1") -> str:
        """A number in the hands of a terminal, reserved with p:reserve:1."""
        answer = self.reserve(self.case_of(citizen, service), terminal=terminal)
        assert isinstance(answer, ReserveAnswer) and answer.reservation is not None
        return answer.reservation.number

    def register(self, end: str, key: str = "p:register:1", reserve_key: str = "p:reserve:1", terminal: str = "T1") -> Registered:
        body = Register(reserve_key=reserve_key, end=end, place="T1号机", blank_serial="B7", reason="because")
        answer = self.ask("register", body, key, terminal)
        assert isinstance(answer, Registered), answer
        return answer

    def release(self, key: str = "p:release:1", reserve_key: str = "p:reserve:1", terminal: str = "T1") -> Message:
        return self.ask("release", Release(reserve_key=reserve_key), key, terminal)

    def rows(self, table: sa.Table, **where: Any) -> list[Any]:
        query = sa.select(table)
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        with self.centre.engine.connect() as connection:
            return list(connection.execute(query).all())

    def reservations(self) -> list[Any]:
        """Those of this test, without the kept card a demo citizen begins with."""
        return [row for row in self.rows(schema.reservations) if not row.reserve_key.startswith("past")]

    def card_states(self) -> dict[str, str]:
        return {row.number: row.state for row in self.rows(schema.cards)}

    def live_cards(self, citizen: str) -> list[str]:
        person = self.rows(schema.persons, id_number=self.citizen(citizen).id_number)[0]
        return [row.number for row in self.rows(schema.cards, person_id=person.person_id, state="live")]
