"""What holds at every chip station and every blank: the same cases in-process, over TCP and through the real pcscd."""
from __future__ import annotations

from datetime import date
from functools import partial

import pytest
import trio

from card.apdu import SW, ApduError
from card.conditions import ChipMute
from card.files import Holder, HolderFile, PublicInformation, PublicInformationFile, serial_of
from card.personalise import (
    ChipContent,
    activate,
    compare,
    is_blank,
    read_back,
    serial,
    write,
    write_and_verify,
)
from card.session import INS_READ_BINARY, INS_UPDATE_BINARY, ApplicationMissing, CitizenCard
from card.transport import CardOutcomeUnknown, CardRemoved
from card.virtual.card import UNREADABLE_ATR, Manner, VirtualCard
from card.virtual.tear import Moment, Tear
from card.virtual.tree import EMPTY_CARD
from tests.card import conformance_holder, conformance_purse, conformance_torn
from tests.card.benches import Bench
from tests.card.registry import CASES, IMPATIENT_CASES, Case, case, impatient

assert conformance_holder and conformance_purse and conformance_torn  # their cases are in CASES now
__all__ = ["CASES", "HOLDER", "IMPATIENT_CASES", "PUBLIC", "Case"]

PUBLIC = PublicInformation(
    issuer=bytes.fromhex("00003416FFFFFFFF"),
    serial=serial_of("3416000000012345678"),
    start=date(2026, 11, 21),
    expiry=date(2046, 11, 20),
)
HOLDER = Holder("王𬱖英", "34160219440307251X")
PATIENCE_S = 0.3  # given to a chip that hangs

@case
async def a_blank_is_written_and_reads_back_after_power_was_off(bench: Bench) -> None:
    card = VirtualCard.blank(chip_serial=0x01020304)
    bench.slot.insert(card)
    async with bench.station.power_up() as chip:
        assert await is_blank(chip)
        own = await serial(chip)
        assert own is not None and own[4:8] == bytes.fromhex("01020304")
        await write_and_verify(chip, PUBLIC, HOLDER)
    async with bench.station.power_up() as chip:
        assert await read_back(chip) == (PUBLIC, HOLDER)
        assert not await is_blank(chip)
        assert await compare(chip, PUBLIC, HOLDER) is ChipContent.WRITTEN
        session = await CitizenCard.select(chip)
        assert session.public_information == PublicInformationFile.encode(PUBLIC)


@case
async def a_card_that_speaks_t0_is_written_the_same_way(bench: Bench) -> None:
    bench.slot.insert(VirtualCard.blank(manner=Manner.T0))
    async with bench.station.power_up() as chip:
        await write_and_verify(chip, PUBLIC, HOLDER)
        assert await read_back(chip) == (PUBLIC, HOLDER)
        assert await serial(chip) is not None
        assert (await CitizenCard.select(chip)).public_information == PublicInformationFile.encode(PUBLIC)


@case
async def a_card_of_another_kind_is_refused_before_anything_is_written(bench: Bench) -> None:
    card = VirtualCard(profile=EMPTY_CARD)
    bench.slot.insert(card)
    before = card.eeprom.export()
    async with bench.station.power_up() as chip:
        with pytest.raises(ApplicationMissing):
            await write_and_verify(chip, PUBLIC, HOLDER)
        assert await serial(chip) is None
    assert card.eeprom.export() == before


@case
async def a_card_in_use_refuses_plain_writing_and_still_reads(bench: Bench) -> None:
    bench.slot.insert(VirtualCard.blank())
    async with bench.station.power_up() as chip:
        await write_and_verify(chip, PUBLIC, HOLDER)
        await activate(chip)
        await activate(chip)
        with pytest.raises(ApduError) as refused:
            await write(chip, PUBLIC, Holder("李四", "34160219440307251X"))
        assert refused.value.sw == SW.SECURE_MESSAGING_MISSING
        assert await read_back(chip) == (PUBLIC, HOLDER)


@case
async def what_was_selected_is_forgotten_without_power(bench: Bench) -> None:
    bench.slot.insert(VirtualCard.blank())
    async with bench.station.power_up() as chip:
        session = await CitizenCard.select(chip)
        assert await session.read_raw(PublicInformationFile) == bytes(30)
    async with bench.station.power_up() as chip:
        with pytest.raises(ApduError) as refused:
            await CitizenCard(chip, b"").read_raw(PublicInformationFile)
        assert refused.value.sw == SW.FILE_NOT_FOUND


@case
async def reading_says_what_is_wrong(bench: Bench) -> None:
    bench.slot.insert(VirtualCard.blank())
    async with bench.station.power_up() as chip:
        session = await CitizenCard.select(chip)
        for sfi, offset, length, sw in ((0x1E, 0, 1, SW.FILE_NOT_FOUND), (0x15, 30, 1, SW.WRONG_OFFSET)):
            with pytest.raises(ApduError) as refused:
                await session.read_binary(sfi, offset, length)
            assert refused.value.sw == sw
        with pytest.raises(ApduError) as refused:
            await session.read_record(0x18, 1, 23)
        assert refused.value.sw == SW.RECORD_NOT_FOUND
        assert len(await session.read_binary(0x16, 50, 200)) == 5  # 6C05, repeated with the right length
        await session.update_binary(0x17, 50, b"0123456789")
        assert await session.read_binary(0x17, 48, 12) == b"\x00\x000123456789"


@case
async def a_card_pulled_between_two_commands(bench: Bench) -> None:
    bench.slot.insert(VirtualCard.blank())
    async with bench.station.power_up() as chip:
        session = await CitizenCard.select(chip)
        card = bench.slot.remove()
        assert card is not None
        at_first = CardRemoved if bench.sees_removal_at_once else (CardRemoved, CardOutcomeUnknown)
        await _settle(bench)
        with pytest.raises(at_first):
            await session.read_raw(HolderFile)
        with pytest.raises(CardRemoved):
            await session.read_raw(HolderFile)
    bench.slot.insert(card)
    async with bench.station.power_up() as chip:
        assert await is_blank(chip)


@case
async def a_chip_that_hangs_can_be_given_up_and_works_after_it_was_pulled(bench: Bench) -> None:
    card = VirtualCard.blank()
    bench.slot.insert(card)
    card.tear = Tear(Moment.HANG, ins=INS_UPDATE_BINARY)
    async with bench.station.power_up() as chip:
        with trio.move_on_after(PATIENCE_S) as scope:
            await write(chip, PUBLIC, HOLDER)
        assert scope.cancelled_caught
        with pytest.raises(CardRemoved):
            await is_blank(chip)
    bench.slot.remove()
    bench.slot.insert(card)
    async with bench.station.power_up() as chip:
        assert await is_blank(chip)
        await write_and_verify(chip, PUBLIC, HOLDER)


@case
async def a_chip_that_hangs_and_is_pulled_leaves_the_outcome_unknown(bench: Bench) -> None:
    card = VirtualCard.blank()
    bench.slot.insert(card)
    card.tear = Tear(Moment.HANG, ins=INS_UPDATE_BINARY)
    async with bench.station.power_up() as chip, trio.open_nursery() as nursery:
        nursery.start_soon(_pull_when_hung, bench, card)
        with pytest.raises(CardOutcomeUnknown):
            await write(chip, PUBLIC, HOLDER)


@case
async def an_answer_that_is_none_is_an_unknown_outcome(bench: Bench) -> None:
    card = VirtualCard.blank()
    bench.slot.insert(card)
    async with bench.station.power_up() as chip:
        card.tear = Tear(Moment.GARBAGE, ins=INS_READ_BINARY, garbage=b"\xde\xad\xbe\xef")
        with pytest.raises(CardOutcomeUnknown):
            await is_blank(chip)
        card.tear = Tear(Moment.GARBAGE, ins=INS_READ_BINARY, garbage=b"\x90")
        with pytest.raises(CardOutcomeUnknown):
            await is_blank(chip)
    async with bench.station.power_up() as chip:
        assert await is_blank(chip)


@case
async def a_visit_cancelled_in_the_middle_leaves_the_chip_without_power(bench: Bench) -> None:
    card = VirtualCard.blank()
    bench.slot.insert(card)
    with trio.CancelScope() as visit:
        async with bench.station.power_up() as chip:
            await CitizenCard.select(chip)
            visit.cancel()
            await is_blank(chip)
    assert visit.cancelled_caught
    async with bench.station.power_up() as chip:
        with pytest.raises(ApduError):
            await CitizenCard(chip, b"").read_raw(HolderFile)


TORN = (
    # which of the two writes, when, and what the chip then holds
    (0, Moment.BEFORE_COMMIT, ChipContent.BLANK),
    (0, Moment.IN_COMMIT, ChipContent.OTHER),
    (0, Moment.AFTER_COMMIT, ChipContent.OTHER),
    (1, Moment.BEFORE_COMMIT, ChipContent.OTHER),
    (1, Moment.IN_COMMIT, ChipContent.OTHER),
    (1, Moment.AFTER_COMMIT, ChipContent.WRITTEN),
    (1, Moment.IN_ANSWER, ChipContent.WRITTEN),
)


async def _torn(bench: Bench, write_no: int, moment: Moment, holds: ChipContent) -> None:
    """The same error whatever happened; only reading the card again tells, and writing again always mends it."""
    card = VirtualCard.blank()
    bench.slot.insert(card)
    card.tear = Tear(moment, ins=INS_UPDATE_BINARY, skip=write_no)
    async with bench.station.power_up() as chip:
        with pytest.raises(CardOutcomeUnknown):
            await write_and_verify(chip, PUBLIC, HOLDER)
        with pytest.raises(CardRemoved):
            await is_blank(chip)
    bench.slot.insert(card)
    async with bench.station.power_up() as chip:
        assert await compare(chip, PUBLIC, HOLDER) is holds
        assert await is_blank(chip) is (holds is ChipContent.BLANK)
        await write_and_verify(chip, PUBLIC, HOLDER)


for _write_no, _moment, _holds in TORN:
    CASES[f"torn_{_moment.value.replace(' ', '_')}_of_write_{_write_no + 1}"] = partial(
        _torn, write_no=_write_no, moment=_moment, holds=_holds
    )

@impatient
async def an_empty_station(bench: Bench) -> None:
    with pytest.raises(CardRemoved) as found:
        async with bench.station.power_up():
            pass
    assert not isinstance(found.value, ChipMute)


@impatient
async def a_card_whose_chip_cannot_be_read(bench: Bench) -> None:
    bench.slot.insert(VirtualCard(atr=UNREADABLE_ATR))
    with pytest.raises(ChipMute):
        async with bench.station.power_up():
            pass


async def _pull_when_hung(bench: Bench, card: VirtualCard) -> None:
    while card.tear is not None:  # noqa: ASYNC110  (the chip has no event to tell that it hangs)
        await trio.sleep(0.01)
    bench.slot.remove()


async def _settle(bench: Bench) -> None:
    """Let the card's end of a socket close."""
    if bench.sees_removal_at_once:
        await trio.testing.wait_all_tasks_blocked()
