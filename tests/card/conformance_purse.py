"""The purse at every station: its commands, its refusals, its keys; both manners, both profiles, both PIN encodings."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from card import crypto
from card.apdu import SW, ApduError, Command, demand, exchange
from card.crypto import KeyUse
from card.history import What, transaction_lines, trip_lines
from card.pin import PinBlocked, PinEncoding, PinWrong
from card.purse import ED, BalanceTooSmall, MacRefused, NotNow, PinNotVerified, Purse
from card.sam import ModuleBlocked, Psam
from card.session import CitizenCard
from card.transit import TransitPurse
from card.transit_files import Trip, TripFile, TripType
from card.transport import CardTransport
from card.virtual.card import Manner, VirtualCard
from card.virtual.keys import key_cell
from card.virtual.profiles import FULL_CARD_PROVING_AFTER
from card.virtual.purse_state import EP, PurseState, purse_cell
from card.virtual.tree import EP_FID, PURSE_LIMIT_FEN
from tests.card import vectors
from tests.card.benches import Bench
from tests.card.keyholder import MOMENT, NOW, PIN, PUBLIC, TERMINAL, KeyHolder, fixed, load
from tests.card.registry import case

TDES, SM4 = KeyHolder(), KeyHolder(algorithm=0x04)


@case
async def the_published_values_come_out_of_the_card_itself(bench: Bench) -> None:
    """facts/card.md 8.2: the load is of type 01 (ED), the purchase of type 06 (EP)."""
    card = TDES.card(random=fixed("11223344"))
    card.eeprom.commit(
        {
            key_cell(EP_FID, use, 1): crypto.key_record(use, key)
            for use, key in ((KeyUse.LOAD, vectors.KEY), (KeyUse.PURCHASE, vectors.KEY), (KeyUse.TAC, vectors.TAC_KEY))
        }
    )
    card.eeprom.commit(PurseState(purse_cell(EP_FID, EP), vectors.AMOUNT, 0, 0).writes())
    bench.slot.insert(card)
    async with bench.station.power_up() as chip:
        passbook = await Purse.select(chip, purse=ED)
        await passbook.pin.verify(PIN)
        offer = await passbook.initialise_load(vectors.AMOUNT, vectors.TERMINAL)
        assert (offer.balance, offer.sequence, offer.random) == (0, 0, vectors.RANDOM)
        assert offer.mac1 == bytes.fromhex("2988AE5A")
        assert await passbook.credit(vectors.LOADED_AT, bytes.fromhex("3A845BF0")) == bytes.fromhex("CF1B865C")
        assert await passbook.balance() == vectors.AMOUNT
        purse = await Purse.select(chip)
        assert (await purse.initialise_purchase(vectors.AMOUNT, vectors.TERMINAL)).sequence == 0
        done = await purse.debit(1, vectors.BOUGHT_AT, bytes.fromhex("F15CAB75"))
        assert (done.tac, done.mac2) == (bytes.fromhex("732610A3"), bytes.fromhex("56988A13"))
        assert (await purse.balance(), await passbook.balance()) == (0, vectors.AMOUNT)


async def _all_of_a_purses_life(bench: Bench, keys: KeyHolder, manner: Manner) -> None:
    """Load twice, buy, ride, prove, take out: the books agree with the card at every step."""
    bench.slot.insert(keys.card(balance=100, manner=manner))
    bench.sam_slot.insert(keys.psam())
    async with bench.station.power_up() as chip, bench.sam.power_up() as sam_chip:
        purse, psam = await Purse.select(chip), await Psam.select(sam_chip)
        assert (await purse.public(), psam.terminal) == (PUBLIC, TERMINAL)
        begun = await load(purse, keys, 5_000)
        assert (await purse.balance(), begun.balance, begun.sequence) == (5_100, 100, 0)
        proof = await purse.prove(2, begun.sequence)
        assert proof is not None and proof.mac == begun.mac2 and keys.is_load_tac(begun, proof.tac)
        assert await purse.prove(2, begun.sequence + 1) is None and await purse.prove(6, 0) is None
        assert (await load(purse, keys, 20)).sequence == 1

        offer = await purse.initialise_purchase(120, psam.terminal)
        assert (offer.balance, offer.sequence, offer.overdraft) == (5_120, 0, 0)
        permit = await psam.initialise_purchase(offer, 120, 6, MOMENT, PUBLIC)
        done = await purse.debit(permit.terminal_seq, MOMENT, permit.mac1)
        with pytest.raises(MacRefused):
            await psam.credit(b"\x00\x00\x00\x00")
        await psam.credit(done.mac2)
        assert keys.is_purchase_tac(120, 6, permit.terminal_seq, MOMENT, done.tac)
        proof = await purse.prove(6, 0)
        assert proof is not None and (proof.mac, proof.tac) == (done.mac2, done.tac)

        await purse.pin.verify(PIN)
        out = await purse.initialise_unload(5_000, TERMINAL)
        mac2 = keys.permit(out, 5_000, 3, use=KeyUse.UNLOAD)
        mac3 = await purse.debit_unload(MOMENT, mac2)
        session = keys.profile.session_key(keys.key(KeyUse.UNLOAD), crypto.load_seed(out.random, out.sequence))
        assert mac3 == keys.profile.mac(session, crypto.unload_mac3(0, 2, 5_000, 3, TERMINAL, MOMENT))
        assert await purse.balance() == 0
        lines = transaction_lines(await purse.transactions())
        assert [(line.what, line.fen) for line in lines] == [
            (What.UNLOAD, -5_000),
            (What.PURCHASE, -120),
            (What.LOAD, 20),
            (What.LOAD, 5_000),
        ]
        assert {(line.at, line.place) for line in lines} == {(NOW, TERMINAL.hex().upper())}


@case
async def a_purses_life_with_3des(bench: Bench) -> None:
    await _all_of_a_purses_life(bench, TDES, Manner.T1)


@case
async def a_purses_life_with_sm4_on_a_card_that_speaks_t0(bench: Bench) -> None:
    await _all_of_a_purses_life(bench, SM4, Manner.T0)


@case
async def a_ride_is_booked_together_with_its_trip(bench: Bench) -> None:
    bench.slot.insert(TDES.card(balance=1_000))
    bench.sam_slot.insert(TDES.psam())
    async with bench.station.power_up() as chip, bench.sam.power_up() as sam_chip:
        transit, psam = await TransitPurse.select(chip), await Psam.select(sam_chip)
        management = await transit.management()
        assert management is not None and management.city == "3416"
        for number, (kind, fare) in enumerate(((TripType.ENTRY, 0), (TripType.EXIT, 200))):
            trip = Trip(kind, bytes(8), 1, bytes(7), fare, 1_000 - fare, datetime(2026, 11, 21, 8, number), "3416", bytes(8))
            offer = await transit.initialise_purchase(fare, TERMINAL, composite=True)
            await transit.update_cache(TripFile.sfi(), 0, TripFile.encode(trip))
            if number:
                assert len(await _trips_before(bench, chip)) == 1  # and that other command ended this one
                with pytest.raises(NotNow):
                    await transit.debit(1, MOMENT, bytes(4))
                offer = await transit.initialise_purchase(fare, TERMINAL, composite=True)
                await transit.update_cache(TripFile.sfi(), 0, TripFile.encode(trip))
            permit = await psam.initialise_purchase(offer, fare, 9, MOMENT, PUBLIC)
            await psam.credit((await transit.debit(permit.terminal_seq, MOMENT, permit.mac1)).mac2)
        lines = trip_lines(await transit.trips())
        assert [(line.what, line.fen) for line in lines] == [(What.EXIT, -200), (What.ENTRY, 0)]
        assert await transit.balance() == 800 and await (await Purse.select(chip)).balance() == 800
        assert [line.what for line in transaction_lines(await transit.transactions())] == [What.TRIP, What.TRIP]


async def _trips_before(bench: Bench, chip: CardTransport) -> list[object]:
    card = CitizenCard(chip, b"")
    return [await card.read_record(TripFile.sfi(), 1, TripFile.SIZE)]


@case
async def what_the_purse_refuses_costs_nothing(bench: Bench) -> None:
    card = TDES.card(balance=100)
    bench.slot.insert(card)
    async with bench.station.power_up() as chip:
        purse = await Purse.select(chip)
        with pytest.raises(PinNotVerified):
            await purse.initialise_load(500, TERMINAL)
        with pytest.raises(NotNow):
            await purse.credit(MOMENT, bytes(4))
        with pytest.raises(NotNow):
            await purse.debit(1, MOMENT, bytes(4))
        with pytest.raises(BalanceTooSmall):
            await purse.initialise_purchase(101, TERMINAL)
        await purse.pin.verify(PIN)
        with pytest.raises(NotNow):
            await purse.initialise_load(PURSE_LIMIT_FEN, TERMINAL)
        for key_index in (0, 2):
            assert await _sw(purse.initialise_load(500, TERMINAL, key_index)) == SW.KEY_INDEX_NOT_SUPPORTED
        assert await _sw(purse.initialise_load(0, TERMINAL)) == SW.WRONG_DATA
        offer = await purse.initialise_load(500, TERMINAL)
        with pytest.raises(MacRefused):
            await purse.credit(MOMENT, bytes(4))
        mac2 = TDES.permit(offer, 500, 2)
        with pytest.raises(NotNow):
            await purse.credit(MOMENT, mac2)  # one attempt: the right MAC comes too late
        offer = await purse.initialise_load(500, TERMINAL)
        mac2 = TDES.permit(offer, 500, 2)
        await purse.balance()
        with pytest.raises(NotNow):
            await purse.credit(MOMENT, mac2)  # another command came between
        offer = await purse.initialise_load(500, TERMINAL)
        with pytest.raises(MacRefused):
            await purse.credit(MOMENT, mac2)  # of the offer before
        offer = await purse.initialise_purchase(60, TERMINAL)
        with pytest.raises(MacRefused):
            await purse.debit(1, MOMENT, bytes(4))
        assert await purse.balance() == 100 and await purse.transactions() == []
        assert await purse.prove(2, 0) is None and await purse.prove(6, 0) is None
        for wrong in (
            Command(0x80, 0x50, 0x02, 0x02, bytes(11), 16),
            Command(0x80, 0x50, 0x00, 0x03, bytes(11), 16),
            Command(0x80, 0x5C, 0x00, 0x07, le=4),
        ):
            assert (await exchange(chip, wrong)).sw == SW.WRONG_P1_P2
        assert (await exchange(chip, Command(0x80, 0x50, 0x00, 0x02, bytes(10)))).sw == SW.WRONG_LENGTH


async def _sw(refused: object) -> int:
    with pytest.raises(ApduError) as error:
        await refused  # type: ignore[misc]
    return error.value.sw


@case
async def the_pin_in_both_encodings(bench: Bench) -> None:
    for encoding in PinEncoding:
        bench.slot.insert(TDES.card(pin=encoding.encode(PIN)))
        async with bench.station.power_up() as chip:
            pin = (await Purse.select(chip, pin_encoding=encoding)).pin
            assert await pin.tries_left() == 3
            with pytest.raises(PinWrong) as wrong:
                await pin.verify("654321")
            assert wrong.value.tries_left == await pin.tries_left() == 2
            with pytest.raises(PinWrong) as wrong:
                await pin.change("000000", "777777")
            assert wrong.value.tries_left == 1
            await pin.change(PIN, "777777")
            assert await pin.tries_left() == 3
            await pin.verify("777777")
            for _ in range(2):
                with pytest.raises(PinWrong):
                    await pin.verify(PIN)
            with pytest.raises(PinBlocked):
                await pin.verify(PIN)
            with pytest.raises(PinBlocked):
                await pin.verify("777777")
            assert await pin.tries_left() == 0
            key, profile = TDES.key(KeyUse.PIN_UNBLOCK), TDES.profile
            challenge = await pin.unblock_challenge()
            header = bytes.fromhex("84240001")
            await pin.unblock(profile.seal(key, challenge, header, pin.reload_message("4321"), encrypted=True))
            await pin.verify("4321")
            new = pin.reload_message("888888")
            assert await _sw(pin.reload("888888", bytes(4))) == SW.PURSE_MAC_INVALID
            await pin.reload("888888", profile.tac(TDES.key(KeyUse.PIN_RELOAD), new))
            await pin.verify("888888")
        await _out(bench)


@case
async def three_wrong_unblocks_end_the_application_for_ever(bench: Bench) -> None:
    bench.slot.insert(TDES.card(balance=100))
    async with bench.station.power_up() as chip:
        purse = await Purse.select(chip)
        assert await _sw(purse.pin.unblock(bytes(12))) == SW.REFERENCE_DATA_INVALID
        for _ in range(2):
            await purse.pin.unblock_challenge()
            assert await _sw(purse.pin.unblock(bytes(12))) == SW.SECURE_MESSAGING_MAC_WRONG
        await purse.pin.unblock_challenge()
        with pytest.raises(PinBlocked) as blocked:
            await purse.pin.unblock(bytes(12))
        assert blocked.value.for_ever
    async with bench.station.power_up() as chip:
        purse = await Purse.select(chip)
        with pytest.raises(PinBlocked):
            await purse.pin.verify(PIN)
        assert await _sw(purse.balance()) == SW.APPLICATION_BLOCKED_FOR_EVER
        assert await _sw(purse.initialise_purchase(1, TERMINAL)) == SW.APPLICATION_BLOCKED_FOR_EVER


@case
async def the_pin_is_forgotten_without_power_and_with_the_application(bench: Bench) -> None:
    bench.slot.insert(TDES.card())
    async with bench.station.power_up() as chip:
        purse = await Purse.select(chip)
        await purse.pin.verify(PIN)
        purse = await Purse.select(chip)
        with pytest.raises(PinNotVerified):
            await purse.initialise_load(500, TERMINAL)
        await purse.pin.verify(PIN)
    async with bench.station.power_up() as chip:
        with pytest.raises(PinNotVerified):
            await (await Purse.select(chip)).initialise_load(500, TERMINAL)


@case
async def a_load_survives_power_and_an_offer_does_not(bench: Bench) -> None:
    """And a card that wants the number after the increment in GET TRANSACTION PROVE."""
    bench.slot.insert(TDES.card(profile=FULL_CARD_PROVING_AFTER))
    async with bench.station.power_up() as chip:
        purse = await Purse.select(chip)
        await load(purse, TDES, 700)
        await purse.pin.verify(PIN)
    async with bench.station.power_up() as chip:
        purse = await Purse.select(chip)
        assert await purse.balance() == 700
        assert await purse.prove(2, 0) is None and await purse.prove(2, 1) is not None
        await purse.pin.verify(PIN)
        offer = await purse.initialise_load(300, TERMINAL)
        mac2 = TDES.permit(offer, 300, 2)
    async with bench.station.power_up() as chip:
        purse = await Purse.select(chip)
        with pytest.raises(NotNow):
            await purse.credit(MOMENT, mac2)
        assert await purse.prove(2, 1) is None  # the new INITIALIZE took its place
        assert await purse.balance() == 700


@case
async def a_purchase_module_that_is_lied_to_locks_itself(bench: Bench) -> None:
    bench.slot.insert(TDES.card(balance=100))
    bench.sam_slot.insert(TDES.psam(tries=3))
    async with bench.station.power_up() as chip, bench.sam.power_up() as sam_chip:
        purse, psam = await Purse.select(chip), await Psam.select(sam_chip)
        with pytest.raises(ApduError) as refused:
            await psam.credit(bytes(4))
        assert refused.value.sw == SW.CONDITIONS_NOT_SATISFIED
        offer = await purse.initialise_purchase(1, TERMINAL)
        other = replace(PUBLIC, serial="0" * 19 + "7")
        wrong_card = await psam.initialise_purchase(offer, 1, 6, MOMENT, other)
        with pytest.raises(MacRefused):
            await purse.debit(wrong_card.terminal_seq, MOMENT, wrong_card.mac1)
        offer = await purse.initialise_purchase(1, TERMINAL)
        permit = await psam.initialise_purchase(offer, 1, 6, MOMENT, PUBLIC)
        assert permit.terminal_seq == wrong_card.terminal_seq + 1
        with pytest.raises(ApduError):
            await psam.initialise_purchase(replace(offer, key_version=9), 1, 6, MOMENT, PUBLIC)
        await psam.initialise_purchase(offer, 1, 6, MOMENT, PUBLIC)
        for _ in range(2):
            with pytest.raises(MacRefused):
                await psam.credit(bytes(4))
        with pytest.raises(ModuleBlocked):
            await psam.credit(bytes(4))
        with pytest.raises(ModuleBlocked):
            await psam.initialise_purchase(offer, 1, 6, MOMENT, PUBLIC)


@case
async def a_module_delivers_the_keys_it_may(bench: Bench) -> None:
    bench.slot.insert(TDES.card())
    bench.sam_slot.insert(TDES.psam())
    async with bench.station.power_up() as chip, bench.sam.power_up() as sam_chip:
        purse, psam = await Purse.select(chip), await Psam.select(sam_chip)
        challenge = bytes(range(8))
        for use in (2, 7):
            if use == 2:
                with pytest.raises(ApduError):
                    await psam.deliver_key(use, 1, *PUBLIC.factors)
                with pytest.raises(ApduError):
                    await psam.cipher(challenge)
                continue
            await psam.deliver_key(use, 1, *PUBLIC.factors)
            assert await psam.cipher(challenge) == await purse.internal_authenticate(challenge)
            key = TDES.key(KeyUse.INTERNAL_AUTHENTICATION)
            assert await psam.cipher(b"message", p1=1) == TDES.profile.file_mac(key, bytes(4), b"message")
            assert await psam.cipher(b"\x01\x02\x03\x04\x00\x00\x00\x00message", p1=5) == TDES.profile.file_mac(
                key, b"\x01\x02\x03\x04", b"message"
            )


@case
async def a_blank_has_no_purse_yet(bench: Bench) -> None:
    bench.slot.insert(VirtualCard.blank())
    async with bench.station.power_up() as chip:
        purse = await Purse.select(chip)
        assert await purse.balance() == 0
        with pytest.raises(NotNow):
            await purse.initialise_purchase(1, TERMINAL)
        assert await _sw(purse.pin.verify(PIN)) == SW.REFERENCED_DATA_NOT_FOUND
        with pytest.raises(ApduError):
            await demand(chip, Command(0x00, 0x88, 0x00, 0x01, bytes(8), 8))


async def _out(bench: Bench) -> None:
    bench.slot.remove()
