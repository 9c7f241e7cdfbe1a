"""A centre, its bank, and citizen cards of its own issue in somebody's hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
import trio

from card.files import Holder, PublicInformation, serial_of
from card.inprocess import InProcessStation
from card.purse import LoadOffer, Purse
from card.virtual import issue
from card.virtual.card import VirtualCard
from remote.central.centre import Centre
from remote.central.keys.software import masters_of_seed
from remote.central.loads.tables import loads
from remote.central.payment.tables import orders
from remote.central.store.database import reading
from remote.central.times import BEIJING
from remote.messages import (
    BeginLoad,
    CardOffer,
    ConfirmLoad,
    CreateOrder,
    FindLoads,
    FoundLoads,
    LoadAnswer,
    LoadBegun,
    PayMethod,
    ProveLoad,
    Purpose,
)
from tests.remote.identities import enrolled

T = TypeVar("T")
FEN = 5000
SEED = 7
TERMINAL_NUMBER = bytes.fromhex("341600000001")


def public_of(number: str = "3416000012345678", **more: Any) -> PublicInformation:
    given = {"issuer": bytes.fromhex("00003416FFFFFFFF"), "serial": serial_of(number), "start": date(2026, 1, 1),
             "expiry": date(2046, 1, 1)}  # fmt: skip
    return PublicInformation(**{**given, **more})


def card_of(number: str = "3416000012345678", *, balance: int = 1230, seed: int = SEED, algorithm: int = 0) -> VirtualCard:
    masters = masters_of_seed(seed)[algorithm, 1]
    return issue.citizen_card(
        public_of(number), Holder("王秀英", "34160219440307251X"), masters, balance=balance, algorithm=algorithm
    )


def with_card(card: VirtualCard, work: Callable[[Purse], Awaitable[T]]) -> T:
    """Put it in, do something in one session, take it out."""

    async def session() -> T:
        async with InProcessStation(lambda: card).power_up() as transport:
            purse = await Purse.select(transport)
            return await work(purse)

    return trio.run(session)


def balance_of(card: VirtualCard) -> int:
    return with_card(card, lambda purse: purse.balance())


@dataclass
class Town:
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 2, 9, 0, tzinfo=BEIJING))
    keyed: int = 0

    def __post_init__(self) -> None:
        self.centre = Centre.in_memory(SEED, 20, clock=lambda: self.now)
        for terminal in ("T1", "T2"):
            enrolled(self.centre, terminal, f"{terminal}号机")

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def key(self, act: str) -> str:
        self.keyed += 1
        return f"{self.keyed:032x}:{act}:1"

    def ask(self, operation: str, body: Any, key: str | None = None, terminal: str = "T1") -> Any:
        return self.centre.handle(terminal, operation, body, key)

    def paid(self, card: VirtualCard, fen: int = FEN, *, pay: bool = True) -> str:
        """The id of a paid order for this card."""
        ref = f"{serial(card)}/{fen}"
        create = CreateOrder(
            purpose=Purpose.TOP_UP, purpose_ref=ref, method=PayMethod.SHOW_QR, shown_fen=fen, claim_code="K7QF2M9X"
        )
        answer = self.ask("create_order", create, self.key("order"))
        assert answer.order is not None, answer
        self.centre.payment.round()
        if pay:
            assert self.centre.bank is not None
            with reading(self.centre.engine) as connection:
                qr = connection.execute(sa.select(orders.c.qr).where(orders.c.order_id == answer.order.order_id)).scalar_one()
            self.centre.bank.pay(qr.rsplit("/", 1)[1])
            self.later(seconds=3)
            self.centre.payment.round()
        return str(answer.order.order_id)

    def begin(self, order_id: str, offer: CardOffer, fen: int = FEN, *, key: str = "", terminal: str = "T1") -> LoadBegun:
        answer = self.ask("begin_load", BeginLoad(order_id=order_id, fen=fen, offer=offer), key or self.key("permit"), terminal)
        assert isinstance(answer, LoadBegun), answer
        return answer

    def confirm(self, load_id: str, tac: bytes, *, terminal: str = "T1") -> LoadAnswer:
        answer = self.ask("confirm_load", ConfirmLoad(load_id=load_id, tac=tac.hex().upper()), self.key("confirm"), terminal)
        assert isinstance(answer, LoadAnswer), answer
        return answer

    def prove(self, load_id: str, offer: CardOffer, *, terminal: str = "T1") -> Any:
        return self.ask("prove_load", ProveLoad(load_id=load_id, offer=offer), self.key("prove"), terminal)

    def found(self, **ask: str) -> FoundLoads:
        answer = self.ask("find_loads", FindLoads(**ask))
        assert isinstance(answer, FoundLoads), answer
        return answer

    def order(self, order_id: str) -> Any:
        with reading(self.centre.engine) as connection:
            return connection.execute(sa.select(orders).where(orders.c.order_id == order_id)).one()

    def states(self) -> list[str]:
        with reading(self.centre.engine) as connection:
            return list(connection.execute(sa.select(loads.c.state).order_by(loads.c.since)).scalars())


def serial(card: VirtualCard) -> str:
    return with_card(card, lambda purse: purse.public()).serial


def as_message(offer: LoadOffer, public: PublicInformation, terminal_number: bytes) -> CardOffer:
    return CardOffer(
        issuer=public.issuer.hex().upper(), serial=public.serial, balance=offer.balance, sequence=offer.sequence,
        key_version=offer.key_version, algorithm=offer.algorithm, random=offer.random.hex().upper(),
        mac1=offer.mac1.hex().upper(), terminal_number=terminal_number.hex().upper(),
    )  # fmt: skip


def offered(card: VirtualCard, fen: int = FEN, terminal_number: bytes = TERMINAL_NUMBER) -> CardOffer:
    """INITIALIZE FOR LOAD, and the card is out again."""

    async def ask(purse: Purse) -> CardOffer:
        public = await purse.public()
        await purse.pin.verify("123456")
        return as_message(await purse.initialise_load(fen, terminal_number), public, terminal_number)

    return with_card(card, ask)


def loaded(town: Town, card: VirtualCard, order_id: str, fen: int = FEN, *, confirm: bool = True) -> tuple[str, bytes]:
    """A whole load that goes well at the card. Returns (load id, TAC)."""

    async def work(purse: Purse) -> tuple[str, bytes]:
        public = await purse.public()
        await purse.pin.verify("123456")
        offer = as_message(await purse.initialise_load(fen, TERMINAL_NUMBER), public, TERMINAL_NUMBER)
        begun = town.begin(order_id, offer, fen)
        assert begun.load is not None and begun.refusal is None, begun.refusal
        return begun.load.load_id, await purse.credit(bytes.fromhex(begun.load.moment), bytes.fromhex(begun.mac2))

    load_id, tac = with_card(card, work)
    if confirm:
        town.confirm(load_id, tac)
    return load_id, tac
