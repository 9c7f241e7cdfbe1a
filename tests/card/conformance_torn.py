"""Top-up and purchase torn at the command that books, at every station; all boundaries are torn in test_torn.py."""
from __future__ import annotations

from functools import partial

import pytest

from card.purse import INS_CREDIT_FOR_LOAD, INS_DEBIT, Purse
from card.sam import Psam
from card.settling import (
    LoadBegun,
    LoadFate,
    PurchaseBegun,
    PurchaseFate,
    look,
    what_a_fresh_offer_proves,
    what_became_of_load,
    what_became_of_purchase,
)
from card.transport import CardOutcomeUnknown
from card.virtual.tear import Moment, Tear
from tests.card.benches import Bench
from tests.card.keyholder import MOMENT, PIN, PUBLIC, TERMINAL, KeyHolder
from tests.card.registry import CASES

KEYS = KeyHolder()
MOMENTS = {
    Moment.BEFORE_COMMIT: False,
    Moment.IN_COMMIT: False,
    Moment.AFTER_COMMIT: True,
    Moment.IN_ANSWER: True,
}


async def _torn_load(bench: Bench, moment: Moment, booked: bool) -> None:
    card = KEYS.card(balance=100)
    bench.slot.insert(card)
    async with bench.station.power_up() as chip:
        purse = await Purse.select(chip)
        await purse.pin.verify(PIN)
        offer = await purse.initialise_load(300, TERMINAL)
        mac2 = KEYS.permit(offer, 300, 2)
        begun = LoadBegun(PUBLIC.serial, 2, offer.balance, offer.sequence, 300, TERMINAL, MOMENT, mac2)
        card.tear = Tear(moment, ins=INS_CREDIT_FOR_LOAD)
        with pytest.raises(CardOutcomeUnknown):
            await purse.credit(MOMENT, mac2)
    bench.slot.insert(card)
    async with bench.station.power_up() as chip:
        purse = await Purse.select(chip)
        now, proofs = await look(purse, begun)
        assert now.balance == (400 if booked else 100)
        fate = LoadFate.CREDITED if booked else LoadFate.NOT_CREDITED
        assert what_became_of_load(begun, now, proofs) is fate
        assert [KEYS.is_load_tac(begun, proof.tac) for proof in proofs.all] == [True] * booked
        await purse.pin.verify(PIN)
        fresh = await purse.initialise_load(300, TERMINAL)
        KEYS.permit(fresh, 300, 2)
        assert what_a_fresh_offer_proves(begun, PUBLIC.serial, fresh) is fate


async def _torn_purchase(bench: Bench, moment: Moment, booked: bool) -> None:
    """The module keeps its power: with the proof's MAC2 it is told after all."""
    card = KEYS.card(balance=1_000)
    bench.slot.insert(card)
    bench.sam_slot.insert(KEYS.psam())
    async with bench.sam.power_up() as sam_chip:
        psam = await Psam.select(sam_chip)
        async with bench.station.power_up() as chip:
            purse = await Purse.select(chip)
            offer = await purse.initialise_purchase(300, TERMINAL)
            permit = await psam.initialise_purchase(offer, 300, 6, MOMENT, PUBLIC)
            begun = PurchaseBegun(
                PUBLIC.serial, 6, offer.balance, offer.sequence, 300, TERMINAL, permit.terminal_seq, MOMENT
            )
            card.tear = Tear(moment, ins=INS_DEBIT)
            with pytest.raises(CardOutcomeUnknown):
                await purse.debit(permit.terminal_seq, MOMENT, permit.mac1)
        bench.slot.insert(card)
        async with bench.station.power_up() as chip:
            now, proofs = await look(await Purse.select(chip), begun)
            assert now.balance == (700 if booked else 1_000)
            fate = PurchaseFate.DEBITED if booked else PurchaseFate.NOT_DEBITED
            assert what_became_of_purchase(begun, now, proofs) is fate
            if booked:
                await psam.credit(proofs.all[0].mac)
                assert KEYS.is_purchase_tac(300, 6, permit.terminal_seq, MOMENT, proofs.all[0].tac)


for _moment, _booked in MOMENTS.items():
    _name = _moment.value.replace(" ", "_")
    CASES[f"a_load_torn_{_name}"] = partial(_torn_load, moment=_moment, booked=_booked)
    CASES[f"a_purchase_torn_{_name}"] = partial(_torn_purchase, moment=_moment, booked=_booked)
