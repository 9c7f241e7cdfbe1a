"""The measured table of what PC/SC does (facts/card.md 5.1), walked against the real service: what the station makes of it."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import pytest
import trio
import trio.testing
from smartcard import scard

from card.conditions import ChipMute, ReaderBusy
from card.monitor import ReaderMonitor
from card.pcsc import Manners, PcscStation, Transmission, terminal_slots
from card.transport import CardOutcomeUnknown, CardRemoved, CardTransport, ReaderGone, atr_of
from card.virtual.card import UNREADABLE_ATR, Manner, VirtualCard
from card.virtual.slot import ChipSlot
from card.virtual.tear import Moment, Tear
from tests.card import test_pcsc_service
from tests.card.places import sharing, slot_at, somebody_else, until_hung, watching
from tests.card.private_pcscd import Pair, PrivatePcscd
from tests.card.reader_faults import FAULTS, PLAYED_BY
from tests.card.side_by_side import Outcomes, side_by_side

READ = bytes.fromhex("00B095001E")  # nothing is selected: 6A82
ONLY_T1 = bytes.fromhex("3B800181")
NOT_FOUND = b"\x6a\x82"
STUCK_S = 30.0
AT_ONCE_S = 1.0


@dataclass(frozen=True)
class Place:
    pair: Pair
    slot: ChipSlot
    monitor: ReaderMonitor

    @property
    def reader(self) -> str:
        return self.pair.reader

    async def put(self, card: VirtualCard) -> VirtualCard:
        """Into the slot, and seen."""
        self.slot.insert(card)
        await self.monitor.until_inserted(self.reader)
        return card

    async def pull(self) -> None:
        """Out of the slot, and seen to be."""
        self.slot.remove()
        await self.monitor.until_removed(self.reader)


Row = Callable[[Place], Awaitable[None]]
TABLE: dict[str, Row] = {}


def row(function: Row) -> Row:
    TABLE[function.__name__] = function
    return function


async def refused(station: PcscStation, error: type[Exception]) -> None:
    with trio.fail_after(AT_ONCE_S), pytest.raises(error) as raised:
        async with station.power_up():
            pass
    assert type(raised.value) is error


async def fails(chip: CardTransport, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        await chip.transmit(READ)
    assert type(raised.value) is error


async def until_none_hangs(station: PcscStation) -> None:
    with trio.fail_after(STUCK_S):
        while station.hanging:
            await trio.sleep(0.02)


@row
async def no_card(place: Place) -> None:
    await refused(PcscStation(place.reader, seen_within_s=0.0), CardRemoved)


@row
async def somebody_has_it_shared(place: Place) -> None:
    await place.put(VirtualCard.blank())
    async with somebody_else(place.reader, scard.SCARD_SHARE_SHARED):
        await refused(PcscStation(place.reader), ReaderBusy)


@row
async def somebody_has_it_alone(place: Place) -> None:
    await place.put(VirtualCard.blank())
    async with somebody_else(place.reader, scard.SCARD_SHARE_EXCLUSIVE):
        await refused(PcscStation(place.reader), ReaderBusy)


@row
async def we_have_it_alone(place: Place) -> None:
    await place.put(VirtualCard.blank())
    async with PcscStation(place.reader).power_up():
        await refused(PcscStation(place.reader), ReaderBusy)


@row
async def somebody_is_in_the_middle_of_a_transaction(place: Place) -> None:
    """Connecting waits as long as that lasts, and so does a command where the card is shared: the watchdog ends both."""
    await place.put(VirtualCard.blank())
    async with somebody_else(place.reader, scard.SCARD_SHARE_SHARED) as other:
        await other.begin_transaction()
        station = PcscStation(place.reader)
        with pytest.raises(ReaderBusy):
            async with station.power_up():
                pass
        assert station.hanging == 1
        await other.end_transaction()
        await until_none_hangs(station)
        shared = PcscStation(place.reader, manners=Manners(answer_within_s=0.3), api=sharing())
        async with shared.power_up() as chip:
            await other.begin_transaction()
            await fails(chip, CardOutcomeUnknown)
        assert shared.hanging == 1
        await other.end_transaction()
        await until_none_hangs(shared)


@row
async def t1_with_a_card_that_speaks_t0(place: Place) -> None:
    await place.put(VirtualCard.blank(manner=Manner.T0))
    await refused(PcscStation(place.reader, manners=Manners(seen_within_s=0.0, transmission=Transmission.T1)), ChipMute)
    async with PcscStation(place.reader, manners=Manners(transmission=Transmission.T0)).power_up() as chip:
        assert (await chip.transmit(READ), atr_of(chip)) == (NOT_FOUND, Manner.T0.value)


@row
async def a_card_that_offers_both_protocols(place: Place) -> None:
    await place.put(VirtualCard.blank())
    for transmission in Transmission:
        async with PcscStation(place.reader, manners=Manners(transmission=transmission)).power_up() as chip:
            assert (await chip.transmit(READ), atr_of(chip)) == (NOT_FOUND, Manner.T1.value)


@row
async def t0_with_a_card_that_speaks_t1(place: Place) -> None:
    await place.put(VirtualCard(atr=ONLY_T1))
    await refused(PcscStation(place.reader, manners=Manners(seen_within_s=0.0, transmission=Transmission.T0)), ChipMute)
    async with PcscStation(place.reader, manners=Manners(transmission=Transmission.T1)).power_up() as chip:
        assert (await chip.transmit(READ), atr_of(chip)) == (NOT_FOUND, ONLY_T1)


@row
async def pulled_and_the_service_has_not_looked_yet(place: Place) -> None:
    """It cannot know whether the command got through."""
    await place.put(VirtualCard.blank())
    async with PcscStation(place.reader).power_up() as chip:
        await chip.transmit(READ)
        place.slot.remove()
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises((CardOutcomeUnknown, CardRemoved)):
            await chip.transmit(READ)
        await fails(chip, CardRemoved)


@row
async def pulled_and_the_service_has_looked(place: Place) -> None:
    await place.put(VirtualCard.blank())
    async with PcscStation(place.reader).power_up() as chip:
        await chip.transmit(READ)
        await place.pull()
        await fails(chip, CardRemoved)


@row
async def pulled_while_a_command_is_in_flight(place: Place) -> None:
    """PC/SC calls it a success without an answer."""
    card = await place.put(VirtualCard.blank())
    async with PcscStation(place.reader).power_up() as chip:
        card.tear = Tear(Moment.AFTER_COMMIT)
        await fails(chip, CardOutcomeUnknown)
        await fails(chip, CardRemoved)


@row
async def put_back(place: Place) -> None:
    card = await place.put(VirtualCard.blank())
    station = PcscStation(place.reader)
    async with station.power_up() as chip:
        await place.pull()
        await place.put(card)
        await fails(chip, CardRemoved)
        await fails(chip, CardRemoved)
    async with station.power_up() as chip:
        assert await chip.transmit(READ) == NOT_FOUND


@row
async def reset_by_somebody_else(place: Place) -> None:
    """Possible only where it was shared: everything verified is gone, so this stay is over."""
    await place.put(VirtualCard.blank())
    station = PcscStation(place.reader, api=sharing())
    for pause in (0.0, 0.2):  # before and after the service is asked again
        async with station.power_up() as chip:
            await chip.transmit(READ)
            async with somebody_else(place.reader, scard.SCARD_SHARE_SHARED) as other:
                await other.reset()
            await trio.sleep(pause)
            await fails(chip, CardRemoved)
    async with station.power_up() as chip:
        assert await chip.transmit(READ) == NOT_FOUND


@row
async def a_hung_card_that_is_pulled(place: Place) -> None:
    card = await place.put(VirtualCard.blank())
    async with PcscStation(place.reader).power_up() as chip, trio.open_nursery() as nursery:
        card.tear = Tear(Moment.HANG)

        async def pull() -> None:
            await until_hung(card)
            place.slot.remove()

        nursery.start_soon(pull)
        with trio.fail_after(AT_ONCE_S):
            await fails(chip, CardOutcomeUnknown)


@row
async def a_hung_card_that_stays(place: Place) -> None:
    card = await place.put(VirtualCard.blank())
    station = PcscStation(place.reader, manners=Manners(seen_within_s=0.2, answer_within_s=0.2))
    async with station.power_up() as chip:
        card.tear = Tear(Moment.HANG)
        await fails(chip, CardOutcomeUnknown)
        await fails(chip, CardRemoved)
    assert station.hanging == 1
    await refused(station, ReaderBusy)
    await place.pull()
    await place.put(card)
    station._seen_within_s = STUCK_S
    async with station.power_up() as chip:
        assert await chip.transmit(READ) == NOT_FOUND
    assert (station.hanging, station.given_up) == (0, 1)


@row
async def an_answer_to_reset_that_is_garbage(place: Place) -> None:
    await place.put(VirtualCard(atr=UNREADABLE_ATR))
    seen = place.monitor.slot(place.reader)
    assert seen is not None and seen.present
    await refused(PcscStation(place.reader, seen_within_s=0.0), ChipMute)


@row
async def the_other_slot_is_not_held_up_by_a_hung_card(place: Place) -> None:
    card = await place.put(VirtualCard.blank())
    slots = terminal_slots(place.reader, place.pair.sam_reader, manners=Manners(answer_within_s=0.3))
    async with slot_at(place.pair.port + 1) as sam_slot, slots.user.power_up() as chip:
        sam_slot.insert(VirtualCard.blank(manner=Manner.T0))
        async with slots.sam.power_up() as sam, trio.open_nursery() as nursery:
            card.tear = Tear(Moment.HANG)
            nursery.start_soon(partial(fails, chip, CardOutcomeUnknown))
            await until_hung(card)
            assert (await sam.transmit(READ), atr_of(sam)) == (NOT_FOUND, Manner.T0.value)
            assert slots.user.hanging == 0  # it answered while the other still hung


@row
async def a_reader_nobody_has(place: Place) -> None:
    await refused(PcscStation("Another make"), ReaderGone)
    await refused(PcscStation(99), ReaderGone)
    await refused(terminal_slots(place.reader, "Another make").user, ReaderGone)


@row
async def a_long_command(place: Place) -> None:
    """Extended length, as far as it was measured (facts/card.md 3.2)."""
    await place.put(VirtualCard.blank())
    command = bytes.fromhex("00D69500") + b"\x00" + (65000).to_bytes(2, "big") + bytes(65000)
    async with PcscStation(place.reader).power_up() as chip:
        assert len(await chip.transmit(command)) == 2


@pytest.fixture(scope="module")
def walked(request: pytest.FixtureRequest, pcscd: PrivatePcscd) -> Outcomes:
    """All rows that were asked for at the same time."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    wanted = {item.callspec.params["name"] for item in items if item.originalname == test_against_the_real_service.__name__}

    @asynccontextmanager
    async def opened():  # type: ignore[no-untyped-def]
        async with pcscd.a_pair() as pair, slot_at(pair.port) as slot, watching() as monitor:
            yield Place(pair, slot, monitor)

    async def one(case: Row) -> None:
        with trio.fail_after(STUCK_S):
            async with opened() as place:
                await case(place)

    return side_by_side({name: partial(one, TABLE[name]) for name in TABLE if name in wanted}, len(pcscd.pairs))


@pytest.mark.parametrize("name", TABLE)
def test_against_the_real_service(name: str, walked: Outcomes) -> None:
    walked[name].unwrap()


def test_every_fault_of_the_reader_is_played() -> None:
    played = {*TABLE, *(name for name in dir(test_pcsc_service) if name.startswith("test_"))}
    assert set(PLAYED_BY) == set(FAULTS)
    assert all(set(names) <= played for names in PLAYED_BY.values())
