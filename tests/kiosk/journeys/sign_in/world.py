"""A hall with slot, scanner and telephones, and somebody who left her ID card at home: for stories of J2, J21 and X2."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import trio

from card.files import Holder, PublicInformation, serial_of
from card.virtual import issue
from card.virtual.card import VirtualCard
from kiosk.prompts import Prompt
from kiosk.terminal import House
from remote.central.citizen_cards.tables import citizen_cards
from remote.central.citizen_services.tables import voucher_redemptions
from remote.central.demo_citizens import citizen_card_number
from remote.central.keys.software import masters_of_seed
from remote.central.sign_in.identity_codes import draw
from remote.central.sign_in.tables import sign_ins
from remote.central.store.schema import persons
from remote.messages import IdentityEvidence
from tests.kiosk.rig import Hall, Hand, Person, Post, Settings, in_hall

SEED = 1                     # of the rig's centre
HER = "senior_card_new"
PIN, WRONG = "123456", "999999"


def settings(*evidence: IdentityEvidence, trusted: bool = True, **more: Any) -> Settings:
    house = House(
        offered=("citizen_card", "my_matters"), identity=IdentityEvidence.CARD_ALONE if trusted else None, evidence=evidence
    )
    return Settings(**{"citizen_card": True, "scanner": True, "house": house, **more})


def her_card(hall: Hall, *, seed: int = SEED, **more: Any) -> VirtualCard:
    citizen = hall.citizens[HER]
    public = PublicInformation(
        issuer=bytes.fromhex("00003416FFFFFFFF"), serial=serial_of(more.pop("number", citizen_card_number(citizen.id_number))),
        start=date(2024, 3, 1), expiry=date(2044, 2, 28),
    )  # fmt: skip
    return issue.citizen_card(public, Holder(citizen.name, citizen.id_number), masters_of_seed(seed)[0, 1], **more)


class Her(Person):
    """She has her citizen card and her telephone with her."""

    def __init__(self, post: Post, card: VirtualCard | None = None, **answers: str | Hand) -> None:
        super().__init__(post, HER, **{**USUAL, **answers})
        self.card = card or her_card(post.hall)

    async def wants(self, *until: str, service: str = "my_services") -> Prompt:
        """From home until one of `until`, without her ID card."""
        await self.post.shows("home")
        if service == "my_services":
            self.post.touch("citizen_card")
            await self.post.shows("citizen_card_menu")
            self.post.touch("card_more")
            await self.post.shows("card_more_menu")
        await trio.sleep(0.5)
        self.post.touch(service)
        await self.post.shows("privacy", within_s=30)
        return await self.goes_on(*until)

    def inserts(self) -> None:
        if self.post.card_slot.card is None:
            self.post.card_slot.insert(self.card)

    def pulls(self) -> None:
        self.post.card_slot.remove()

    def newest_code(self) -> str:
        """The digits on her telephone."""
        phones = self.post.hall.centre.phones
        assert phones is not None
        self.post.hall.centre.codes.round()
        return phones.on(self.citizen.phone or "")[0].text.split("验证码")[1][:6]


async def inserts(person: Person) -> None:
    await trio.sleep(1)
    assert isinstance(person, Her)
    person.inserts()


async def pulls(person: Person) -> None:
    await trio.sleep(1)
    assert isinstance(person, Her)
    person.pulls()


def types(*numbers: str) -> Hand:
    """One after the other, each time the screen asks; the last one again and again."""
    left = list(numbers)
    return lambda person: person.post.touch("done", left.pop(0) if len(left) > 1 else left[0])


def types_her_number(person: Person) -> None:
    person.post.touch("done", person.citizen.id_number)


def types_the_code(person: Person) -> None:
    assert isinstance(person, Her)
    person.post.touch("done", person.newest_code())


def shows(text: str) -> Hand:
    """Her phone before the scanner, and away again."""

    async def hand(person: Person) -> None:
        await trio.sleep(1)
        person.post.codes.model.show(text.encode())
        await trio.sleep(6)             # longer than a scanner rests that has just read something else
        person.post.codes.model.take_away()

    return hand


def code_of(hall: Hall, seconds: float = 0.0) -> str:
    """Drawn so many seconds from now."""
    with hall.centre.engine.begin() as connection:
        mine = sa.select(persons.c.person_id).where(persons.c.id_number == hall.citizens[HER].id_number)
        return draw(connection, connection.execute(mine).scalar_one(), hall.now() + timedelta(seconds=seconds))


async def shows_her_code(person: Person) -> None:
    await shows_code(person)


async def shows_code(person: Person) -> None:
    done = shows(code_of(person.post.hall))(person)
    if done is not None:
        await done


USUAL: dict[str, str | Hand] = {
    "lay_id": "other_way", "other_ways": "way_citizen_card", "insert_card": inserts, "card_out_early": inserts,
    "pin_or_other": "by_pin", "card_pin": types(PIN), "take_citizen_card": pulls, "show_identity_code": shows_code,
    "not_an_identity_code": shows_code, "identity_code_over": shows_code, "identity_code_used": shows_code,
    "type_id_number": types_her_number, "type_phone_code": types_the_code, "own_printed": "understood",
    "card_taken_out": "understood", "use_citizen_or_id_card": "understood", "voucher": "use_voucher",
    "voucher_sure": "use_voucher_yes", "voucher_redeemed": "finish", "voucher_redeemed_no_slip": "finish",
}  # fmt: skip


def sets_card(hall: Hall, state: str) -> None:
    number = citizen_card_number(hall.citizens[HER].id_number)
    with hall.centre.engine.begin() as connection:
        connection.execute(sa.update(citizen_cards).where(citizen_cards.c.number == number).values(state=state))


def signed_in(hall: Hall) -> list[tuple[str, str]]:
    """(way, proof), in order."""
    with hall.centre.engine.connect() as connection:
        return [(row.way, row.proof) for row in connection.execute(sa.select(sign_ins).order_by(sign_ins.c.at)).all()]


def redemptions(hall: Hall) -> list[Any]:
    with hall.centre.engine.connect() as connection:
        return list(connection.execute(sa.select(voucher_redemptions)).all())


def story(tell: Callable[[Hall], Awaitable[None]], given: Settings | None = None) -> Callable[[Path], None]:
    def test(tmp_path: Path) -> None:
        in_hall(tmp_path, tell, settings=given or settings())

    test.__name__, test.__doc__ = getattr(tell, "__name__", "test"), tell.__doc__
    return test
