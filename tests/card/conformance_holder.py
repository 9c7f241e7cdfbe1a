"""Which card it is, whose it is, and who may change it: directory, social security, secure messaging, keys on a blank."""
from __future__ import annotations

from dataclasses import replace

import pytest

from card import crypto
from card.apdu import SW, ApduError, Command, exchange
from card.crypto import KeyUse
from card.files import Holder
from card.history import transaction_lines
from card.identify import CardType, identify
from card.personalise import activate, write_and_verify
from card.pin import PinEncoding
from card.purse import Purse
from card.secure_messaging import CentralSealing, write_keys
from card.session import CITY_UNION_EP, CitizenCard
from card.social_security import NotAuthenticated, SocialSecurityCard
from card.transit_files import CardKind, ManagementFile
from card.virtual.card import Manner, VirtualCard
from card.virtual.issue import PURSE_KEYS
from card.virtual.profiles import FULL_CARD, FULL_CARD_SM4
from card.virtual.tree import EMPTY_CARD
from tests.card.benches import Bench
from tests.card.keyholder import HOLDER, MANAGEMENT, PIN, PUBLIC, SOCIAL, KeyHolder, Refuses, load
from tests.card.registry import case

TDES, SM4 = KeyHolder(), KeyHolder(algorithm=0x04)


@case
async def a_card_says_what_it_is(bench: Bench) -> None:
    bench.slot.insert(TDES.card())
    async with bench.station.power_up() as chip:
        found = await identify(chip)
        assert (found.type, found.purse, found.public) == (CardType.CITIZEN, CITY_UNION_EP, PUBLIC)
        assert [entry.label for entry in found.directory] == ["CITIZEN EP", "MOT_T_EP", "SSSE"]
        assert found.has_transit and found.has_social_security
        assert found.atr in (None, Manner.T1.value)
        assert await (await Purse.select(chip)).holder() == HOLDER
    for card, kind in ((VirtualCard.blank(), CardType.BLANK), (VirtualCard(profile=EMPTY_CARD), CardType.OTHER)):
        bench.slot.remove()
        bench.slot.insert(card)
        async with bench.station.power_up() as chip:
            found = await identify(chip)
            assert (found.type, found.public) == (kind, None)
            assert (found.has_transit, found.has_social_security) == (False, False)


async def _holder_is_shown_to_the_centre_only(bench: Bench, keys: KeyHolder, manner: Manner) -> None:
    atr = manner.value
    profile = FULL_CARD if keys is TDES else FULL_CARD_SM4
    bench.slot.insert(keys.card(manner=manner, profile=profile))
    async with bench.station.power_up() as chip:
        card = await SocialSecurityCard.select(chip)
        assert card.algorithm == (0x01 if keys is TDES else 0x03)
        issuer = await card.issuer()
        assert (issuer, issuer.generation) == (SOCIAL.issuer, 3)
        with pytest.raises(NotAuthenticated):
            await card.holder()
        asked = await card.ask_authentication(issuer)
        with pytest.raises(Refuses):
            keys.admit(replace(asked, cryptogram=bytes(8)), atr=atr)
        answer = keys.admit(asked, atr=atr)
        with pytest.raises(NotAuthenticated) as wrong:
            await card.authenticate(bytes(16))
        assert wrong.value.sw == 0x63CE
        with pytest.raises(ApduError) as late:
            await card.authenticate(answer)
        assert late.value.sw == SW.REFERENCE_DATA_INVALID
        await card.authenticate(keys.admit(await card.ask_authentication(issuer), atr=atr))
        assert await card.holder() == SOCIAL.holder
        by_number = await exchange(chip, Command(0x00, 0xB2, 0x07, 0x2C, le=0x0B))  # facts/card.md 11.1
        assert by_number.data == b"\x07\x09A12345678"
        again = await SocialSecurityCard.select(chip)
        with pytest.raises(NotAuthenticated):
            await again.holder()


@case
async def the_holder_is_shown_after_the_centre_has_proven_itself(bench: Bench) -> None:
    await _holder_is_shown_to_the_centre_only(bench, TDES, Manner.T1)


@case
async def the_same_with_sm4_on_a_card_that_speaks_t0(bench: Bench) -> None:
    await _holder_is_shown_to_the_centre_only(bench, SM4, Manner.T0)


@case
async def files_of_a_card_in_use_change_under_the_centres_seal_only(bench: Bench) -> None:
    for keys in (TDES, SM4):
        bench.slot.insert(keys.card())
        async with bench.station.power_up() as chip:
            plain = await CitizenCard.select(chip)
            with pytest.raises(ApduError) as refused:
                await plain.update_binary(0x17, ManagementFile.KIND_AT, bytes((CardKind.SENIOR,)))
            assert refused.value.sw == SW.SECURE_MESSAGING_MISSING
            sealed = CitizenCard(chip, plain.fci, CentralSealing(keys.seal))
            await sealed.update_binary(0x17, ManagementFile.KIND_AT, bytes((CardKind.SENIOR,)))
            assert await plain.read(ManagementFile) == replace(MANAGEMENT, kind=CardKind.SENIOR)
            married = Holder("李𬱖英", HOLDER.id_number)
            await sealed.update_binary(0x16, 2, "李".encode("gb18030"))
            assert await (await Purse.select(chip)).holder() == married
            wrong = CitizenCard(chip, plain.fci, CentralSealing(_wrong))
            with pytest.raises(ApduError) as refused:
                await wrong.update_binary(0x17, ManagementFile.KIND_AT, b"\x00")
            assert refused.value.sw == SW.SECURE_MESSAGING_MAC_WRONG
            no_challenge = await exchange(chip, Command(0x04, 0xD6, 0x97, 0x0A, bytes(5)))
            assert no_challenge.sw == SW.REFERENCE_DATA_INVALID
            assert (await plain.read(ManagementFile)).kind == CardKind.SENIOR
        bench.slot.remove()


async def _wrong(challenge: bytes, header: bytes, data: bytes) -> bytes:
    return data + bytes(4)


@case
async def a_card_is_made_on_the_spot_without_a_key_ever_being_seen(bench: Bench) -> None:
    """Files, keys sealed under the maker's transport key, PIN, activation: then its first load."""
    transport_key = bytes(range(0x40, 0x50))
    bench.slot.insert(VirtualCard.blank(profile=FULL_CARD, transport_key=transport_key))
    keys = TDES

    async def seal(use: KeyUse, key_id: int, challenge: bytes, header: bytes) -> bytes:
        if use is KeyUse.PIN:
            record = crypto.pin_record(PinEncoding.BCD.encode(PIN))
        else:
            record = crypto.key_record(use, keys.key(use))
        return keys.profile.seal(transport_key, challenge, header, record, encrypted=True)

    others = [(use, 1) for use in PURSE_KEYS if use is not KeyUse.MAINTENANCE]
    async with bench.station.power_up() as chip:
        await write_and_verify(chip, PUBLIC, HOLDER)
        card = await CitizenCard.select(chip)
        plain = crypto.key_record(KeyUse.LOAD, bytes(16))
        assert (await exchange(chip, Command(0x80, 0xD4, 0x01, 0x01, plain))).sw == SW.SECURE_MESSAGING_MISSING
        await write_keys(card, [*others, (KeyUse.PIN, 0), (KeyUse.MAINTENANCE, 1)], seal)
        with pytest.raises(ApduError) as refused:
            await write_keys(card, [(KeyUse.LOAD, 1)], seal)
        assert refused.value.sw == SW.SECURE_MESSAGING_MAC_WRONG
        await activate(chip)
    async with bench.station.power_up() as chip:
        purse = await Purse.select(chip)
        await load(purse, keys, 2_000)
        assert await purse.balance() == 2_000 and len(transaction_lines(await purse.transactions())) == 1


@case
async def the_chip_proves_itself_and_lets_itself_be_proven_to(bench: Bench) -> None:
    for keys in (TDES, SM4):
        bench.slot.insert(keys.card())
        async with bench.station.power_up() as chip:
            purse = await Purse.select(chip)
            challenge = bytes(range(8))
            key = keys.key(KeyUse.INTERNAL_AUTHENTICATION)
            assert await purse.internal_authenticate(challenge) == crypto.simple_authentication(keys.profile, key, challenge)
            external = keys.key(KeyUse.EXTERNAL_AUTHENTICATION)
            for size in (4, 8):
                given = (await exchange(chip, Command(0x00, 0x84, le=size))).data
                answer = crypto.simple_authentication(keys.profile, external, given)
                assert (await exchange(chip, Command(0x00, 0x82, 0x00, 0x01, answer))).ok
                assert (await exchange(chip, Command(0x00, 0x82, 0x00, 0x01, answer))).sw == SW.REFERENCE_DATA_INVALID
            await exchange(chip, Command(0x00, 0x84, le=8))
            assert (await exchange(chip, Command(0x00, 0x82, 0x00, 0x01, bytes(8)))).sw == 0x63CE
            assert (await exchange(chip, Command(0x00, 0x82, 0x00, 0x05, bytes(8)))).sw == SW.REFERENCED_DATA_NOT_FOUND
            assert (await exchange(chip, Command(0x00, 0x84, le=5))).sw == SW.WRONG_LENGTH
        bench.slot.remove()
