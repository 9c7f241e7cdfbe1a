"""The column of `./run tear` in which the PC/SC service dies: a real pcscd with vpcd readers, killed before and in an exchange.

In real time, so without a screen: the plan of the top-up, its journal and the centre are the product's own; purchases as in
purchase.py. Afterwards the service stands again and the card is asked, at the same terminal or at another one.
"""
from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import trio

from card.pcsc import PcscStation
from card.virtual import vpcd
from card.virtual.card import VirtualCard
from card.virtual.slot import ChipSlot
from kiosk.plans.load_fate import found_out
from kiosk.plans.top_up import KIND
from kiosk.terminal import Terminal
from kiosk.transaction.plan import Later
from remote.central.payment.prices import top_up_ref
from remote.central.payment.tables import orders
from remote.central.store.database import reading
from remote.messages import CreateOrder, FindLoads, OrderAnswer, PayMethod, Purpose
from tests.card.private_pcscd import Pair, PrivatePcscd, private_pcscd
from tests.kiosk.journeys.top_up_world import BEFORE, a_card, load_states, money, on_card, settings
from tests.kiosk.rig import Hall, Post
from tests.tear.cuts import Cut
from tests.tear.purchase import KEYS, Bought, Place, torn_purchase
from tests.tear.station import Tearing, Torn
from tests.tear.world import FEN, Found

SEEN_WITHIN_S = 10.0         # an upper limit; a card is there after half a second
SETTLED_WITHIN_S = 30.0
LOOK_AGAIN_S = 0.2
ROUNDS = 6
CLAIM = "K7QF2M9X"


class LaterHall(Hall):
    """Real time; hours in which nobody comes are skipped."""

    ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now().astimezone() + self.ahead


class Service:
    """One private pcscd for all tears of a process; two terminals at it, each with a pair of slots."""

    def __init__(self, daemon: PrivatePcscd) -> None:
        self._daemon = daemon
        self._dead = False

    def die(self) -> None:
        self._daemon.kill()
        self._dead = True

    def stand_again(self) -> None:
        if self._dead:
            self._daemon.start()
            self._dead = False

    def pairs(self) -> list[Pair]:
        first, second = (self._daemon.pairs[0], self._daemon.pairs[1])
        self._daemon.pairs.rotate(-2)
        return [first, second]

    async def top_up(self, cut: Cut) -> Found:
        with tempfile.TemporaryDirectory(prefix="tear-") as folder:
            hall = LaterHall(Path(folder), 2, settings())
            async with trio.open_nursery() as hall.nursery:
                for post, pair in zip(hall.posts, self.pairs(), strict=True):
                    hall.nursery.start_soon(vpcd.offer, post.card_slot, "127.0.0.1", pair.port)
                    post.card_station = PcscStation(pair.reader, seen_within_s=SEEN_WITHIN_S)
                found = await self._torn_load(hall, cut)
                hall.nursery.cancel_scope.cancel()
        return found

    async def _torn_load(self, hall: LaterHall, cut: Cut) -> Found:
        card, (first, second) = a_card(), hall.posts
        order_id, serial = paid(hall)
        tearing = Tearing(cut.at, cut.how, self.die)
        first.card_station = Torn(first.card_station, lambda: first.card_slot.card, tearing, lambda: None)
        first.card_slot.insert(card)
        terminals = [post.assemble() for post in hall.posts]
        try:
            heart = terminals[0].heart
            heart.enter(hall.nursery)
            data = {"order_id": order_id, "serial": serial, "fen": FEN, "person_ref": "", "claim_code": CLAIM}
            await heart.begin(heart.new_plan_id(), KIND, data).finished.wait()
            tearing.counting = False
            self.stand_again()
            if cut.elsewhere:
                first.card_slot.remove()
                await trio.sleep(vpcd.CHANGE_S)
                second.card_slot.insert(card)
                await settled_by_the_next(second, terminals[1], serial)
            await nothing_left_open(terminals[0])
            return counted(hall, card, tearing, len(heart.journal.open_plans()))
        finally:
            for terminal in terminals:
                terminal.heart.journal.close()

    async def purchase(self, cut: Cut) -> Bought:
        async with trio.open_nursery() as nursery:
            first, second = (self._place(nursery, pair) for pair in self.pairs())
            tearing = Tearing(cut.at, cut.how, self.die)
            bought = await torn_purchase(cut, first, second, tearing, self.stand_again, vpcd.CHANGE_S)
            nursery.cancel_scope.cancel()
        return bought

    def _place(self, nursery: trio.Nursery, pair: Pair) -> Place:
        slot, sam_slot = ChipSlot(), ChipSlot(KEYS.psam())
        for offered, port in ((slot, pair.port), (sam_slot, pair.port + 1)):
            nursery.start_soon(vpcd.offer, offered, "127.0.0.1", port)
        card, sam = (PcscStation(reader, seen_within_s=SEEN_WITHIN_S) for reader in (pair.reader, pair.sam_reader))
        return Place(slot, sam_slot, card, sam)


def paid(hall: Hall) -> tuple[str, str]:
    """A paid order for a card of the centre; (its id, the card's serial)."""
    serial = "00003416000012345678"
    ask = CreateOrder(
        purpose=Purpose.TOP_UP, purpose_ref=top_up_ref(serial, FEN), method=PayMethod.SHOW_QR, shown_fen=FEN, claim_code=CLAIM
    )  # fmt: skip
    answer = hall.centre.handle("T1", "create_order", ask, "ab" * 16 + ":order:1")
    assert isinstance(answer, OrderAnswer) and answer.order is not None, answer
    hall.centre.payment.round()
    with reading(hall.centre.engine) as connection:
        qr = str(connection.execute(sa.select(orders.c.qr)).scalar_one())
    assert hall.centre.bank is not None
    hall.centre.bank.pay(qr.rsplit("/", 1)[1])
    hall.centre.payment.round()
    return answer.order.order_id, serial


async def settled_by_the_next(post: Post, terminal: Terminal, serial: str) -> None:
    """Another terminal reads the card: what is open on it is found out there."""
    with trio.fail_after(SETTLED_WITHIN_S):
        for load in (await terminal.parts.platform.find_loads(FindLoads(serial=serial))).loads:
            while True:
                try:
                    await found_out(terminal.parts, load, "cd" * 16 + ":find:1")
                    break
                except Later:
                    await trio.sleep(LOOK_AGAIN_S)


async def nothing_left_open(terminal: Terminal) -> None:
    with trio.move_on_after(SETTLED_WITHIN_S):
        while terminal.heart.journal.open_plans():
            await terminal.heart.settle_open()
            await trio.sleep(LOOK_AGAIN_S)


def counted(hall: LaterHall, card: VirtualCard, tearing: Tearing, open_plans: int) -> Found:
    """What nobody fetches goes back: three quarters of an hour later."""
    for minutes in (45, *(1,) * ROUNDS):
        hall.ahead += timedelta(minutes=minutes)
        hall.centre.payment.round()
    where = money(hall)
    return Found(
        taken=sum(where.values()), on_card=on_card(card) - BEFORE, back=where["back"], owed=where["owed"], open_plans=open_plans,
        exchanges=tuple(tearing.exchanges), loads=tuple(load_states(hall)), happened=tearing.happened,
    )  # fmt: skip


@contextmanager
def a_service() -> Iterator[Service]:
    """At most one in a process."""
    with private_pcscd() as daemon:
        yield Service(daemon)
