"""A centre, white cards, and terminals that make citizen cards of them as the product does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from card.crypto import KeyUse
from card.virtual.card import VirtualCard, cplc_of
from remote.central.citizen_cards.tables import citizen_cards, moves
from remote.central.keys.software import masters_of_seed
from remote.central.store.database import reading
from remote.central.store.schema import cases, incidents, persons
from remote.messages import (
    ApplyCitizenCard,
    CardCommands,
    CardEnd,
    CitizenReserveAnswer,
    FindCitizenCards,
    FoundCitizenCards,
    IdentityEvidence,
    PersonaliseCitizenCard,
    PhotoSource,
    Register,
    ReserveCitizenCard,
    Service,
)
from tests.hall.citizen_cards import white_card
from tests.remote.loads.town import SEED
from tests.remote.loads.town import Town as TownOfLoads

HER = "citizen_card_new"


def chip_of(serial: int) -> str:
    cplc = cplc_of(serial)
    return (cplc[0:4] + cplc[12:18]).hex().upper()


@dataclass
class Town(TownOfLoads):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.people = self.centre.demo_citizens()           # of the month in which this town begins

    def ask(self, operation: str, body: Any, key: str | None = None, terminal: str = "T1") -> Any:
        return super().ask(operation, body, key or self.key(operation), terminal)

    def ref(self, key: str = HER) -> str:
        with reading(self.centre.engine) as connection:
            number = self.people[key].id_number
            return str(connection.execute(sa.select(persons.c.person_ref).where(persons.c.id_number == number)).scalar_one())

    def hers(self, key: str = HER) -> FoundCitizenCards:
        answer = self.ask("find_citizen_cards", FindCitizenCards(person_ref=self.ref(key)))
        assert isinstance(answer, FoundCitizenCards)
        return answer

    def applied(self, key: str = HER, service: Service = Service.NEW, terminal: str = "T1") -> Any:
        return self.ask("apply_citizen_card", ApplyCitizenCard(
            person_ref=self.ref(key), service=service, photo=PhotoSource.POPULATION, loss_stated=service is Service.LOST,
            claim_code="K7QF2M9X", identity=IdentityEvidence.CARD_ALONE,
        ), terminal=terminal)  # fmt: skip

    def case(self, key: str = HER, service: Service = Service.NEW) -> str:
        answer = self.applied(key, service)
        assert answer.case is not None, answer.refusal
        return str(answer.case.case_id)

    def reserve(self, case_id: str, key: str = "p:reserve:1", terminal: str = "T1") -> CitizenReserveAnswer:
        answer = self.ask("reserve_citizen_card", ReserveCitizenCard(case_id=case_id), key, terminal)
        assert isinstance(answer, CitizenReserveAnswer), answer
        return answer

    def register(self, end: CardEnd, reserve_key: str = "p:reserve:1", terminal: str = "T1") -> Any:
        return self.ask("register_citizen_card", Register(reserve_key=reserve_key, end=end, place="大厅"), terminal=terminal)

    def white(self, serial: int = 77) -> VirtualCard:
        card = white_card(serial, masters_of_seed(SEED)[0, 1][KeyUse.TRANSPORT])
        card.power_on()
        return card

    def piece(self, chip: str, position: int = 0, answers: list[str] | None = None, terminal: str = "T1") -> Any:
        return self.ask("personalise_citizen_card", PersonaliseCitizenCard(
            reserve_key="p:reserve:1", chip=chip, position=position, answers=answers or []), terminal=terminal)  # fmt: skip

    def personalise(self, card: VirtualCard, serial: int = 77) -> CardCommands:
        """Every step, until it is done, refused, or the chip says no (AssertionError)."""
        said = self.piece(chip_of(serial))
        while said.commands:
            answers = []
            for command in said.commands:
                answer = card.handle(bytes.fromhex(command.apdu))
                assert answer[-2:].hex().upper() in command.expected, f"{command.purpose}: {answer[-2:].hex()}"
                answers.append(answer[:-2].hex().upper())
            said = self.piece(chip_of(serial), said.position, answers)
        return said

    def made(self, key: str = HER, service: Service = Service.NEW, end: CardEnd = CardEnd.TAKEN) -> VirtualCard:
        """A whole card, in her hand."""
        assert self.reserve(self.case(key, service)).reservation is not None
        card = self.white()
        assert self.personalise(card).done
        self.register(end)
        return card

    def cards(self, key: str = HER) -> list[str]:
        with reading(self.centre.engine) as connection:
            number = self.people[key].id_number
            query = sa.select(citizen_cards.c.state).join(persons).where(persons.c.id_number == number)
            return list(connection.execute(query.order_by(citizen_cards.c.opened_at, citizen_cards.c.number)).scalars())

    def case_states(self) -> list[str]:
        with reading(self.centre.engine) as connection:
            return list(connection.execute(sa.select(cases.c.state).where(cases.c.item == "citizen_card")).scalars())

    def moves(self) -> list[Any]:
        with reading(self.centre.engine) as connection:
            return list(connection.execute(sa.select(moves)).all())

    def incident_kinds(self) -> list[str]:
        with reading(self.centre.engine) as connection:
            return list(connection.execute(sa.select(incidents.c.kind)).scalars())
