"""Top-up and purchase torn at every command and every moment: no fen is lost and none is made.

The ledger is the issuer's: what the purse must hold follows from what it was loaded with and what was taken, as the terminal
found out; the card is asked only at the very end. Where the card is not asked again at once, it is first used elsewhere.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product

import pytest

from card.inprocess import InProcessStation
from card.purse import Purse
from card.sam import Psam
from card.settling import (
    LoadBegun,
    LoadFate,
    Proofs,
    PurchaseBegun,
    PurchaseFate,
    look,
    what_a_fresh_offer_proves,
    what_became_of_load,
    what_became_of_purchase,
)
from card.transport import CardError, CardOutcomeUnknown
from card.virtual.card import Manner, VirtualCard
from card.virtual.eeprom import Eeprom
from card.virtual.profiles import FULL_CARD, FULL_CARD_PROVING_AFTER
from card.virtual.slot import ChipSlot
from card.virtual.tear import Moment, Tear
from card.virtual.tree import CardProfile
from tests.card.keyholder import MOMENT, PIN, PUBLIC, TERMINAL, KeyHolder, load
from tests.virtual_time import run_in_virtual_time

KEYS = KeyHolder()
LATER = bytes.fromhex("20261121093000")
EARLIER = bytes.fromhex("20261120170000")
CUTS = (Moment.BEFORE_COMMIT, Moment.IN_COMMIT, Moment.AFTER_COMMIT, Moment.IN_ANSWER, Moment.GARBAGE)
KINDS = tuple(product((FULL_CARD, FULL_CARD_PROVING_AFTER), Manner))
START, AMOUNT = 1_000, 300
LOADED_BEFORE = 50


@dataclass
class World:
    """A card with a history, one slot, and the ledger. `said`: what the terminal came to know of the cut-off transaction."""

    profile: CardProfile
    manner: Manner
    slot: ChipSlot = field(default_factory=ChipSlot)
    ledger: int = START
    load: LoadBegun | None = None
    purchase: PurchaseBegun | None = None
    said: LoadFate | PurchaseFate | None = None
    commands: int = 0

    def __post_init__(self) -> None:
        self.card = KEYS.card(balance=START, profile=self.profile, manner=self.manner)
        self.station = InProcessStation(lambda: self.slot.card)

    def put_in(self) -> None:
        """The card comes back, as another object: only what is in its memory came along."""
        self.slot.remove()
        memory = Eeprom.from_bytes(self.card.eeprom.export())
        self.card = VirtualCard(memory, profile=self.profile, manner=self.manner)
        self.slot.insert(self.card)


async def _history(world: World) -> None:
    """One load before, so that a card that counts after the increment has a proof that looks like the next one's."""
    world.put_in()
    async with world.station.power_up() as chip:
        await load(await Purse.select(chip), KEYS, LOADED_BEFORE, moment=EARLIER)
    world.ledger += LOADED_BEFORE


async def _top_up(world: World) -> None:
    async with world.station.power_up() as chip:
        purse = await Purse.select(chip)
        serial = (await purse.public()).serial
        await purse.pin.verify(PIN)
        offer = await purse.initialise_load(AMOUNT, TERMINAL)
        mac2 = KEYS.permit(offer, AMOUNT, 2)
        world.load = LoadBegun(serial, 2, offer.balance, offer.sequence, AMOUNT, TERMINAL, MOMENT, mac2)
        tac = await purse.credit(MOMENT, mac2)
        assert KEYS.is_load_tac(world.load, tac)
        world.said = LoadFate.CREDITED
        assert await purse.balance() == world.load.balance_after


async def _buy(world: World) -> None:
    sam = KEYS.psam()
    async with InProcessStation(lambda: sam).power_up() as sam_chip, world.station.power_up() as chip:
        psam, purse = await Psam.select(sam_chip), await Purse.select(chip)
        public = await purse.public()
        offer = await purse.initialise_purchase(AMOUNT, psam.terminal)
        permit = await psam.initialise_purchase(offer, AMOUNT, 6, MOMENT, public)
        world.purchase = PurchaseBegun(
            public.serial, 6, offer.balance, offer.sequence, AMOUNT, TERMINAL, permit.terminal_seq, MOMENT
        )
        done = await purse.debit(permit.terminal_seq, MOMENT, permit.mac1)
        await psam.credit(done.mac2)
        world.said = PurchaseFate.DEBITED


async def _elsewhere(world: World) -> None:
    """A bus takes its fare before the card comes back."""
    world.put_in()
    sam = KEYS.psam()
    async with InProcessStation(lambda: sam).power_up() as sam_chip, world.station.power_up() as chip:
        psam, purse = await Psam.select(sam_chip), await Purse.select(chip)
        offer = await purse.initialise_purchase(AMOUNT, psam.terminal)
        permit = await psam.initialise_purchase(offer, AMOUNT, 6, LATER, PUBLIC)
        await psam.credit((await purse.debit(permit.terminal_seq, LATER, permit.mac1)).mac2)
    world.ledger -= AMOUNT


async def _settle(world: World, *, with_keys: bool) -> None:
    """What the terminal says after it has looked; with keys it has the TAC checked and asks for a fresh offer."""
    world.put_in()
    async with world.station.power_up() as chip:
        purse = await Purse.select(chip)
        if world.load is not None and world.said is None:
            now, proofs = await look(purse, world.load)
            if with_keys and proofs.all:
                genuine = any(KEYS.is_load_tac(world.load, proof.tac) for proof in proofs.all)
                proofs = Proofs(proofs.at, proofs.after, genuine)
            world.said = what_became_of_load(world.load, now, proofs)
            if with_keys:
                await purse.pin.verify(PIN)
                offer = await purse.initialise_load(AMOUNT, TERMINAL)
                KEYS.permit(offer, AMOUNT, 2)
                proven = what_a_fresh_offer_proves(world.load, now.serial, offer)
                assert world.said in (proven, LoadFate.UNKNOWN)
                world.said = proven
        elif world.purchase is not None and world.said is None:
            now, proofs = await look(purse, world.purchase)
            if with_keys and proofs.all:
                begun = world.purchase
                genuine = any(
                    KEYS.is_purchase_tac(AMOUNT, 6, begun.terminal_seq, MOMENT, proof.tac) for proof in proofs.all
                )
                proofs = Proofs(proofs.at, proofs.after, genuine)
            world.said = what_became_of_purchase(world.purchase, now, proofs)
        world.ledger += {LoadFate.CREDITED: AMOUNT, PurchaseFate.DEBITED: -AMOUNT}.get(world.said, 0)  # type: ignore[arg-type]
        await _the_books_agree(world, purse)


async def _the_books_agree(world: World, purse: Purse) -> None:
    balance = await purse.balance()
    if world.said in (LoadFate.UNKNOWN, PurchaseFate.UNKNOWN):
        return
    assert balance == world.ledger, f"{balance - world.ledger:+} fen"


async def _torn(world: World, transaction: object, tear: Tear | None, *, elsewhere: bool, with_keys: bool) -> bool:
    """False: the tear came after the transaction's last command, so there is nothing more to tear."""
    await _history(world)
    world.put_in()
    world.card.tear = tear
    torn = False
    try:
        await transaction(world)  # type: ignore[operator]
    except CardError as error:
        torn = True
        assert isinstance(error, CardOutcomeUnknown)
    if elsewhere:
        await _elsewhere(world)
    await _settle(world, with_keys=with_keys)
    return torn


@pytest.mark.parametrize("moment", CUTS, ids=lambda moment: moment.value)
@pytest.mark.parametrize("transaction", (_top_up, _buy))
@pytest.mark.parametrize(("profile", "manner"), KINDS, ids=lambda value: getattr(value, "name", ""))
def test_torn_at_every_command(profile: CardProfile, manner: Manner, transaction: object, moment: Moment) -> None:
    """The same card is back at once. Nothing is left unknown."""
    for number in range(40):
        world = World(profile, manner)
        if not run_in_virtual_time(_once, world, transaction, Tear(moment, skip=number), False, False):
            break
        assert world.said not in (LoadFate.UNKNOWN, PurchaseFate.UNKNOWN)
    assert 3 <= number < 20


@pytest.mark.parametrize("with_keys", (True, False), ids=("centre asked", "centre away"))
@pytest.mark.parametrize("transaction", (_top_up, _buy))
@pytest.mark.parametrize(("profile", "manner"), KINDS, ids=lambda value: getattr(value, "name", ""))
def test_torn_and_used_elsewhere_for_just_as_much(
    profile: CardProfile, manner: Manner, transaction: object, with_keys: bool
) -> None:
    """The trap of the balance alone: credited and spent again looks like never credited. What is said is true, or unknown."""
    for moment in CUTS:
        for number in range(40):
            world = World(profile, manner)
            torn = run_in_virtual_time(_once, world, transaction, Tear(moment, skip=number), True, with_keys)
            assert not with_keys or world.said is not LoadFate.UNKNOWN
            if not torn:
                break


async def _once(world: World, transaction: object, tear: Tear, elsewhere: bool, with_keys: bool) -> bool:
    return await _torn(world, transaction, tear, elsewhere=elsewhere, with_keys=with_keys)


def test_an_answer_that_cannot_be_fetched_is_no_refusal() -> None:
    """T=0: the purse is credited, and the card is gone between 61xx and GET RESPONSE."""
    world = World(FULL_CARD, Manner.T0)

    async def main() -> None:
        await _history(world)
        world.put_in()
        world.card.tear = Tear(Moment.BEFORE_COMMIT, ins=0xC0, skip=2)
        with pytest.raises(CardOutcomeUnknown):
            await _top_up(world)
        assert world.load is not None and world.said is None
        await _settle(world, with_keys=False)
        assert world.said is LoadFate.CREDITED

    run_in_virtual_time(main)
