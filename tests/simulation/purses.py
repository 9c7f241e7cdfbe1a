"""Citizen cards in people's hands: one each, issued by the world's centre, torn and pulled out as hands do."""
from __future__ import annotations

from datetime import date
from random import Random
from typing import TYPE_CHECKING

import sqlalchemy as sa
import trio

from card.files import Holder, PublicInformation, serial_of
from card.virtual import issue
from card.virtual.card import VirtualCard
from card.virtual.purse_state import EP, purse_cell
from card.virtual.tear import Moment, Tear
from card.virtual.tree import EP_FID
from remote.central.keys.software import masters_of_seed
from remote.central.loads.tables import loads
from remote.central.payment.purse_tables import purchases
from remote.central.store.database import reading

if TYPE_CHECKING:
    from tests.simulation.people import Townsperson
    from tests.simulation.world import World

OPEN = ("begun", "in_doubt")
BEFORE = 1230                # fen on a card that nobody has topped up
IN_SLOT_S = 45.0             # longer than a terminal waits between two looks at what it owes
TORN_AT = (0x50, 0x52, 0x5C, 0xA4, 0x5A)
DEBIT = 0x54                 # where cards pay, twice as often as any other
TEARS = (Moment.BEFORE_COMMIT, Moment.AFTER_COMMIT, Moment.IN_ANSWER, Moment.IN_COMMIT)


class Purses:
    """`cards`: by serial; everybody's who ever put one in."""

    def __init__(self, world: World, rng: Random) -> None:
        self.world, self.rng = world, rng
        self.cards: dict[str, VirtualCard] = {}

    def of(self, person: Townsperson) -> VirtualCard:
        serial = serial_of(f"3416{person.person_id:012d}")
        if serial not in self.cards:
            public = PublicInformation(bytes.fromhex("00003416FFFFFFFF"), serial, date(2026, 1, 1), date(2046, 1, 1))
            masters = masters_of_seed(self.world.centre.settings.seed)[0, 1]
            self.cards[serial] = issue.citizen_card(
                public, Holder("持卡人", "34160219440307251X"), masters, balance=BEFORE, random=self.rng.randbytes
            )  # fmt: skip
        return self.cards[serial]

    def may_tear(self, card: VirtualCard, rng: Random) -> None:
        if rng.random() < self.world.setting.tears:
            torn_at = (*TORN_AT, DEBIT, DEBIT) if self.world.setting.modules else TORN_AT
            command = rng.choice(torn_at)
            card.tear = Tear(rng.choice(TEARS), command, skip=0 if command == DEBIT else rng.randrange(3))

    def is_in_a_slot(self, card: VirtualCard) -> bool:
        return any(cabinet.card_slot.card is card for cabinet in self.world.cabinets)

    def open_serials(self) -> list[str]:
        """Cards whose last load or purchase nobody knows the end of."""
        loaded = sa.select(loads.c.serial).where(loads.c.state == "permitted")
        paid = sa.select(purchases.c.serial).where(purchases.c.state.in_(OPEN))
        with reading(self.world.centre.engine) as connection:
            return sorted(set(connection.execute(loaded.union(paid)).scalars()))

    async def come_back(self) -> None:
        """Those whose load is open come once more and put their card in, at every terminal."""
        for serial in self.open_serials():
            card = self.cards[serial]
            card.tear = None
            for cabinet in self.world.cabinets:
                if cabinet.card_slot.card is None and not self.is_in_a_slot(card):
                    cabinet.card_slot.insert(card)
                    await trio.sleep(IN_SLOT_S)
                    if cabinet.card_slot.card is card:
                        cabinet.card_slot.remove()


def module(world: World, number: int) -> VirtualCard:
    """A purchase module of the world's city, for the terminal of this number."""
    return issue.psam(masters_of_seed(world.centre.settings.seed)[0, 1], bytes.fromhex(f"3416{number:08d}"))


def fen_on(card: VirtualCard) -> int:
    """Straight from its memory."""
    return int.from_bytes(card.eeprom[purse_cell(EP_FID, EP)][:4], "big")
