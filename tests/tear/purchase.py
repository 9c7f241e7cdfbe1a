"""One purchase from a card's purse with a purchase module, torn once at the card or at the module, and found out with the same
card: what was taken off it was sold, and what was sold was taken off it.

What is sold is decided as a terminal decides it: by what was written down before the debit and by what the card proves after.
"""
from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import trio
import trio.lowlevel

from card.apdu import ApduError
from card.inprocess import InProcessStation
from card.purse import Purse
from card.sam import Psam
from card.settling import PurchaseBegun, PurchaseFate, look, what_became_of_purchase
from card.transport import CardError, ChipStation
from card.virtual.slot import ChipSlot
from tests.card.keyholder import MOMENT, KeyHolder
from tests.tear.cuts import Cut
from tests.tear.station import How, Tearing, Torn

KEYS = KeyHolder()
BEFORE, FEN = 5_100, 1_200
PURCHASE_KIND = 6


@dataclass(frozen=True)
class Bought:
    """Fen. `known`: whether what became of it could be said for certain once the card was back."""

    taken: int
    sold: int
    known: bool
    exchanges: tuple[int, ...]
    happened: bool

    @property
    def lost(self) -> int:
        """Off the card, and nothing for it."""
        return max(0, self.taken - self.sold)

    @property
    def made(self) -> int:
        return max(0, self.sold - self.taken)

    @property
    def good(self) -> bool:
        return self.known and not self.lost and not self.made


@dataclass
class Place:
    """A terminal's two slots, and what survives its death."""

    slot: ChipSlot
    sam_slot: ChipSlot
    station: ChipStation
    sam: ChipStation
    journal: list[PurchaseBegun] = field(default_factory=list)
    tacs: list[bytes] = field(default_factory=list)

    @classmethod
    def in_process(cls) -> Place:
        slot, sam_slot = ChipSlot(), ChipSlot(KEYS.psam())
        return cls(slot, sam_slot, InProcessStation(lambda: slot.card), InProcessStation(lambda: sam_slot.card))


async def buys(place: Place, card: ChipStation, sam: ChipStation) -> None:
    """Raises CardError and ApduError where it was torn."""
    async with card.power_up() as chip, sam.power_up() as module:
        purse, psam = await Purse.select(chip), await Psam.select(module)
        public = await purse.public()
        offer = await purse.initialise_purchase(FEN, psam.terminal)
        permit = await psam.initialise_purchase(offer, FEN, PURCHASE_KIND, MOMENT, public)
        place.journal.append(PurchaseBegun(
            public.serial, PURCHASE_KIND, offer.balance, offer.sequence, FEN, psam.terminal, permit.terminal_seq, MOMENT
        ))  # fmt: skip
        done = await purse.debit(permit.terminal_seq, MOMENT, permit.mac1)
        place.tacs.append(done.tac)
        await psam.credit(done.mac2)


async def found_out(begun: PurchaseBegun, station: ChipStation) -> PurchaseFate:
    async with station.power_up() as chip:
        now, proofs = await look(await Purse.select(chip), begun)
    genuine = any(
        KEYS.is_purchase_tac(begun.amount, begun.kind, begun.terminal_seq, begun.moment, proof.tac) for proof in proofs.all
    )
    return what_became_of_purchase(begun, now, replace(proofs, genuine=genuine if proofs.all else None))


async def torn_purchase(
    cut: Cut, first: Place, second: Place, tearing: Tearing, set_up_again: Callable[[], None] = lambda: None,
    change_s: float = 0.0,
) -> Bought:
    """At `first`, and found out there or at `second`. `set_up_again`: what was torn down stands again. `change_s`: how long a
    card that was taken out stays out."""
    card = KEYS.card(balance=BEFORE)
    first.slot.insert(card)
    at_card = Torn(first.station, lambda: first.slot.card, tearing, first.slot.remove)
    at_module = Torn(first.sam, lambda: first.sam_slot.card, tearing, lambda: None)
    with trio.CancelScope() as process, contextlib.suppress(CardError, ApduError):
        if tearing.how in (How.KILLED_BEFORE, How.KILLED_AFTER):
            tearing.die = process.cancel
        await buys(first, at_card, at_module)
    tearing.counting = False
    set_up_again()
    place = second if cut.elsewhere else first
    if first.slot.card is not None:
        first.slot.remove()
        await trio.sleep(change_s)
    place.slot.insert(card)
    sold, known = len(first.tacs) * FEN, True
    if first.journal and not first.tacs:
        fate = await found_out(first.journal[0], place.station)
        sold, known = (FEN if fate is PurchaseFate.DEBITED else 0), fate is not PurchaseFate.UNKNOWN
    async with place.station.power_up() as chip:
        balance = await (await Purse.select(chip)).balance()
    return Bought(BEFORE - balance, sold, known, tuple(tearing.exchanges), tearing.happened)


def run_purchase(cut: Cut) -> Bought:
    async def run() -> Bought:
        return await torn_purchase(cut, Place.in_process(), Place.in_process(), Tearing(cut.at, cut.how, lambda: None))

    return trio.run(run)
