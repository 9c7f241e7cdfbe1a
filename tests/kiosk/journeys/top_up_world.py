"""A hall with slots for citizen cards, cards of the centre's own issue, and the money that moved: for stories of J18, J19."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import trio

from card.files import Holder, PublicInformation, serial_of
from card.virtual import issue
from card.virtual.card import VirtualCard
from kiosk.prompts import Prompt, ToPay
from kiosk.terminal import House
from remote.central.keys.software import masters_of_seed
from remote.central.loads.tables import loads
from remote.central.payment.simulated import refunds
from remote.central.payment.tables import orders, payments
from remote.central.store.schema import obligations
from remote.messages import IdentityEvidence
from tests.kiosk.rig import Hall, Hand, Person, Post, Settings, in_hall

SEED = 1                     # of the rig's centre
BEFORE = 1230                # fen on the card
REFUNDED_AFTER_S = 45 * 60.0     # tariffs.yaml: 30 minutes, and the bank's own time
ROUNDS = 5
CELL = "purse/1001/02"       # balance 4, online number 2, offline number 2


def settings() -> Settings:
    house = House(offered=("top_up", "card_balance", "my_matters"), identity=IdentityEvidence.CARD_ALONE)
    return Settings(citizen_card=True, house=house)


def a_card(number: str = "3416000012345678", *, balance: int = BEFORE, **more: Any) -> VirtualCard:
    public = PublicInformation(
        issuer=bytes.fromhex("00003416FFFFFFFF"), serial=serial_of(number), start=date(2026, 1, 1), expiry=date(2046, 1, 1)
    )
    seed = more.pop("seed", SEED)
    return issue.citizen_card(
        public, Holder("王秀英", "34160219440307251X"), masters_of_seed(seed)[0, 1], balance=balance, **more
    )


def on_card(card: VirtualCard) -> int:
    """Fen, straight from its memory."""
    return int.from_bytes(card.eeprom[CELL][:4], "big")


class Holder_(Person):
    """Somebody with a citizen card in her hand."""

    def __init__(self, post: Post, card: VirtualCard, **answers: str | Hand) -> None:
        super().__init__(post)
        self.answers |= {**USUAL, **answers}
        self.card = card

    def inserts(self, card: VirtualCard | None = None) -> None:
        if self.post.card_slot.card is None:
            self.post.card_slot.insert(card or self.card)

    def pulls(self) -> None:
        self.post.card_slot.remove()

    async def tops_up(self, *until: str) -> Prompt:
        return await self.begins("top_up", *until)

    async def begins(self, service: str, *until: str) -> Prompt:
        await self.goes("insert_card", "take_citizen_card", service=service)
        return await self.goes_on(*(until or ("home",)))


async def inserts(person: Person) -> None:
    await trio.sleep(1)
    assert isinstance(person, Holder_)
    person.inserts()


async def pulls(person: Person) -> None:
    await trio.sleep(1)
    assert isinstance(person, Holder_)
    person.pulls()


async def pays(person: Person) -> None:
    """Her phone reads the code on the screen."""
    await trio.sleep(5)
    prompt = person.post.screen.prompt
    assert prompt is not None
    shown = next(content for content in prompt.contents if isinstance(content, ToPay))
    bank = person.post.hall.centre.bank
    assert bank is not None
    bank.pay(shown.qr.rsplit("/", 1)[1])


def amount(yuan: int) -> Hand:
    return lambda person: person.post.touch(f"amount_{yuan}", str(yuan))


USUAL: dict[str, str | Hand] = {
    "insert_card": inserts, "card_out_early": inserts, "choose_amount": amount(50), "pay_amount": "pay_show_qr",
    "pay_now": pays, "topped_up": "finish", "take_citizen_card": pulls, "pay_cancelled": "understood",
    "pay_expired": "understood", "pay_refunding": "understood", "paid_not_made": "refund_now", "paid_kept": "finish",
    "same_card_again": inserts, "load_pending": "finish", "load_in_doubt": "finish", "earlier_load_is_there": "understood",
    "earlier_load_missing": "load_it_now", "purse_full": "understood", "citizen_card_unreadable": "understood",
    "not_citizen_card": "understood", "card_slot_away": "understood", "card_pin_blocked": "understood",
    "amount_not_possible": "understood", "card_balance": "finish", "submit_failed": "understood",
}  # fmt: skip


# -- the books --------------------------------------------------------------------------------------------------------

def money(hall: Hall) -> dict[str, int]:
    """Fen by where they are: earned by what is on a card, gone back, still owed."""
    with hall.centre.engine.connect() as connection:
        moved = connection.execute(sa.select(payments, orders.c.fulfilled_at, orders.c.order_id).join(orders)).all()
        back = sum(row.fen for row in connection.execute(sa.select(refunds)).all())
        owed_ids = set(connection.execute(
            sa.select(obligations.c.obligation_id).where(obligations.c.settled_at.is_(None))).scalars())  # fmt: skip
    earned = sum(row.fen for row in moved if row.state == "holds" and row.fulfilled_at is not None)
    waiting = [row for row in moved if row.state != "refunded" and not (row.state == "holds" and row.fulfilled_at is not None)]
    assert all(f"order:{row.order_id}" in owed_ids for row in waiting), "money that nobody owes"
    return {"earned": earned, "back": back, "owed": sum(row.fen for row in waiting)}


def load_states(hall: Hall) -> list[str]:
    with hall.centre.engine.connect() as connection:
        return list(connection.execute(sa.select(loads.c.state).order_by(loads.c.since)).scalars())


def settled_how(hall: Hall) -> list[str]:
    with hall.centre.engine.connect() as connection:
        return list(connection.execute(sa.select(loads.c.settled_how).order_by(loads.c.since)).scalars())


def agree(hall: Hall, card: VirtualCard, *, before: int = BEFORE) -> None:
    """What is on the card was paid for, and what was paid for is on the card, gone back, or owed by somebody."""
    assert on_card(card) - before == money(hall)["earned"]


async def what_nobody_fetches_goes_back(hall: Hall) -> None:
    """The halls close, and the bank has its time: virtual hours in which only the centre works."""
    for post in hall.posts:
        await post.kill()
    hall.bank_rests = True
    await trio.sleep(REFUNDED_AFTER_S)
    for _ in range(ROUNDS):
        hall.centre.payment.round()
        await trio.sleep(60)


def words_on_slips(post: Post) -> str:
    return "".join(post.slips_out).replace("\n", "")


def story(tell: Callable[[Hall], Awaitable[None]], terminals: int = 1) -> Callable[[Path], None]:
    def test(tmp_path: Path) -> None:
        in_hall(tmp_path, tell, settings=settings(), terminals=terminals)

    test.__name__, test.__doc__ = getattr(tell, "__name__", "test"), tell.__doc__
    return test
