"""A centre, a terminal or two, and somebody without her ID card: for situations of signing in."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from card.files import Holder
from card.purse import Purse
from card.virtual import issue
from card.virtual.card import VirtualCard
from remote.central.centre import Centre
from remote.central.citizen_cards.tables import citizen_cards
from remote.central.demo_citizens import DemoCitizen, citizen_card_number
from remote.central.keys.software import masters_of_seed
from remote.central.settings import Settings, demo_settings
from remote.central.sign_in.identity_codes import draw
from remote.central.sign_in.tables import sms_codes
from remote.central.store.database import reading, writing
from remote.central.store.schema import persons
from remote.central.times import BEIJING
from remote.messages import (
    AskChallenge,
    AskSmsCode,
    Challenge,
    SignedIn,
    SignInByCard,
    SignInByCode,
    SignInBySms,
    SmsAsked,
)
from tests.remote.identities import enrolled
from tests.remote.loads.town import public_of, with_card

SEED = 7


@dataclass
class Office:
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 2, 9, 0, tzinfo=BEIJING))
    keyed: int = 0
    settings: Settings | None = None

    def __post_init__(self) -> None:
        self.centre = Centre.in_memory(SEED, 20, clock=lambda: self.now, settings=self.settings or demo_settings(20, SEED))
        for terminal in ("T1", "T2"):
            enrolled(self.centre, terminal, f"{terminal}号机")
        self.citizens = self.centre.demo_citizens()

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def key(self) -> str:
        self.keyed += 1
        return f"{self.keyed:032x}:sign_in:1"

    def ask(self, operation: str, body: Any, key: str | None = None, terminal: str = "T1") -> Any:
        return self.centre.handle(terminal, operation, body, key)

    def does(self, operation: str, body: Any, terminal: str = "T1") -> Any:
        return self.ask(operation, body, self.key(), terminal)

    def who(self, key: str = "senior_card_new") -> DemoCitizen:
        return self.citizens[key]

    def ref(self, key: str = "senior_card_new") -> str:
        with reading(self.centre.engine) as connection:
            return str(connection.execute(
                sa.select(persons.c.person_ref).where(persons.c.id_number == self.who(key).id_number)).scalar_one())  # fmt: skip

    # -- with the card ---------------------------------------------------------------------------------------------

    def card(self, key: str = "senior_card_new", *, seed: int = SEED, algorithm: int = 0, number: str = "") -> VirtualCard:
        holder = Holder("李秀英", self.who(key).id_number)
        public = public_of(number or citizen_card_number(self.who(key).id_number))
        return issue.citizen_card(public, holder, masters_of_seed(seed)[algorithm, 1], algorithm=algorithm)

    def sets_card(self, state: str, key: str = "senior_card_new") -> None:
        with writing(self.centre.engine) as connection:
            number = citizen_card_number(self.who(key).id_number)
            connection.execute(sa.update(citizen_cards).where(citizen_cards.c.number == number).values(state=state))

    def dies(self, key: str) -> None:
        with writing(self.centre.engine) as connection:
            mine = persons.c.id_number == self.who(key).id_number
            connection.execute(sa.update(persons).where(mine).values(deceased=True))

    def challenge(self, terminal: str = "T1") -> Challenge:
        answer = self.does("ask_challenge", AskChallenge(), terminal)
        assert isinstance(answer, Challenge), answer
        return answer

    def asked_with(self, card: VirtualCard, challenge: Challenge, *, pin: bool = False) -> SignInByCard:
        async def work(purse: Purse) -> SignInByCard:
            public, holder = await purse.public(), await purse.holder()
            cryptogram = await purse.internal_authenticate(bytes.fromhex(challenge.challenge))
            return SignInByCard(
                issuer=public.issuer.hex().upper(), serial=public.serial, id_number=holder.id_number,
                challenge_id=challenge.challenge_id, cryptogram=cryptogram.hex().upper(), pin=pin,
            )  # fmt: skip

        return with_card(card, work)

    def by_card(self, card: VirtualCard | None = None, *, pin: bool = False, terminal: str = "T1") -> SignedIn:
        ask = self.asked_with(card or self.card(), self.challenge(terminal), pin=pin)
        answer = self.does("sign_in_by_card", ask, terminal)
        assert isinstance(answer, SignedIn), answer
        return answer

    # -- with the telephone ----------------------------------------------------------------------------------------

    def code(self, key: str = "senior_card_new") -> SignInByCode:
        with writing(self.centre.engine) as connection:
            person_id = connection.execute(
                sa.select(persons.c.person_id).where(persons.c.id_number == self.who(key).id_number)).scalar_one()  # fmt: skip
            token, ends = draw(connection, person_id, self.now).removeprefix("identity:").split(".")
        return SignInByCode(token=token, ends=int(ends))

    def by_code(self, code: SignInByCode | None = None, terminal: str = "T1") -> SignedIn:
        answer = self.does("sign_in_by_code", code or self.code(), terminal)
        assert isinstance(answer, SignedIn), answer
        return answer

    def sms(self, id_number: str = "", terminal: str = "T1") -> SmsAsked:
        answer = self.does("ask_sms_code", AskSmsCode(id_number=id_number or self.who().id_number), terminal)
        assert isinstance(answer, SmsAsked), answer
        return answer

    def on_the_phone(self, ask_id: str | None) -> str:
        """What the gateway is to send; "" nothing."""
        with reading(self.centre.engine) as connection:
            return str(connection.execute(sa.select(sms_codes.c.text).where(sms_codes.c.ask_id == ask_id)).scalar_one())

    def digits(self, ask_id: str | None) -> str:
        return self.on_the_phone(ask_id).split("验证码")[1][:6]

    def by_sms(self, ask_id: str | None, code: str, terminal: str = "T1") -> SignedIn:
        answer = self.does("sign_in_by_sms", SignInBySms(ask_id=ask_id or "", code=code), terminal)
        assert isinstance(answer, SignedIn), answer
        return answer


def refused(answer: Any) -> str:
    return "" if answer.refusal is None else str(answer.refusal.code.value)


def other(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1) % 10**6:06d}"
