"""The card's own conformance suite through the dispenser's contacts and antenna, byte for byte over its serial line."""
from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from card.conditions import ChipMute, ReaderBusy
from card.transport import CardOutcomeUnknown, CardRemoved, ReaderGone
from card.virtual.card import UNREADABLE_ATR, VirtualCard
from devices.card_dispenser.words import PLACE_OF_STATION, Station
from kiosk.dispenser_station import DispenserChipStation
from tests.card.benches import Bench
from tests.card.conformance import CASES, IMPATIENT_CASES
from tests.devices.card_dispenser.chips import MachineSlot, VirtualChip
from tests.devices.card_dispenser.rig import CRT, CRT_591H, Hall, Make, hall
from tests.virtual_time import run_in_virtual_time

SELECT_MF = bytes.fromhex("00A40000023F00")


@asynccontextmanager
async def at(make: Make, station: Station) -> AsyncIterator[tuple[Hall, Bench]]:
    async with hall(make, cards=5) as place:
        await place.dispenser.status()
        slot = MachineSlot(place.model, PLACE_OF_STATION[station])
        yield place, Bench(slot, DispenserChipStation(place.dispenser.station(station)))


@pytest.mark.parametrize("name", [*CASES, *IMPATIENT_CASES])
@pytest.mark.parametrize("make", (CRT, CRT_591H), ids=str)
def test_conformance_at_the_contacts(make: Make, name: str) -> None:
    async def main() -> None:
        async with at(make, Station.CONTACT) as (_, bench):
            await {**CASES, **IMPATIENT_CASES}[name](bench)

    run_in_virtual_time(main)


@pytest.mark.parametrize("name", [*CASES, "an_empty_station"])
def test_conformance_under_the_antenna(name: str) -> None:
    async def main() -> None:
        async with at(CRT, Station.CONTACTLESS) as (_, bench):
            await {**CASES, **IMPATIENT_CASES}[name](bench)

    run_in_virtual_time(main)


def test_a_fed_blank_is_powered_where_it_was_brought() -> None:
    async def main() -> None:
        async with hall(CRT, cards=0) as place:
            place.model._new_chip = lambda _serial: VirtualChip(VirtualCard.blank())
            place.model.refill(1)
            await place.dispenser.feed_to(Station.CONTACT)
            async with DispenserChipStation(place.dispenser.station(Station.CONTACT)).power_up() as chip:
                assert (await chip.transmit(SELECT_MF))[-2:] == b"\x90\x00"
                assert place.model.chip_powered
            assert not place.model.chip_powered
            with pytest.raises(CardRemoved):
                async with DispenserChipStation(place.dispenser.station(Station.CONTACTLESS)).power_up():
                    pass
            await place.dispenser.present()

    run_in_virtual_time(main)


def unplug(place: Hall) -> None:
    place.unplug()


def power_cut(place: Hall) -> None:
    place.simulator.power_off()


def switched_off_and_on(place: Hall) -> None:
    place.simulator.power_off()
    place.simulator.power_on()


def chip_lost(place: Hall) -> None:
    place.faults.set("chip_lost_in_command", 1)


def chip_hangs(place: Hall) -> None:
    place.faults.set("chip_hangs", 1)


def answer_lost(place: Hall) -> None:
    place.faults.set("answer_lost")


def answer_damaged(place: Hall) -> None:
    place.faults.set("answer_damaged", 1)


def unheard(place: Hall) -> None:
    place.faults.set("not_understood", 1)


TROUBLE: list[tuple[Callable[[Hall], None], type[Exception] | None]] = [
    (unplug, ReaderGone),  # nothing was sent
    (power_cut, CardOutcomeUnknown),  # the line was good, the command sent: nobody knows whether the chip got it
    (switched_off_and_on, CardRemoved),
    (chip_lost, CardOutcomeUnknown),
    (chip_hangs, CardOutcomeUnknown),
    (answer_lost, CardOutcomeUnknown),
    (answer_damaged, None),
    (unheard, None),
]


@pytest.mark.parametrize(("trouble", "error"), TROUBLE, ids=lambda value: getattr(value, "__name__", ""))
def test_trouble_between_two_commands(trouble: Callable[[Hall], None], error: type[Exception] | None) -> None:
    async def main() -> None:
        async with at(CRT, Station.CONTACT) as (place, bench):
            bench.slot.insert(VirtualCard.blank())
            async with bench.station.power_up() as chip:
                assert (await chip.transmit(SELECT_MF))[-2:] == b"\x90\x00"
                trouble(place)
                if error is None:
                    assert (await chip.transmit(SELECT_MF))[-2:] == b"\x90\x00"
                    return
                with pytest.raises(error):
                    await chip.transmit(SELECT_MF)
                with pytest.raises(CardRemoved):
                    await chip.transmit(SELECT_MF)

    run_in_virtual_time(main)


def test_a_station_is_powered_for_one_at_a_time() -> None:
    async def main() -> None:
        async with at(CRT, Station.CONTACT) as (place, bench):
            bench.slot.insert(VirtualCard.blank())
            async with bench.station.power_up():
                with pytest.raises(ReaderBusy):
                    async with DispenserChipStation(place.dispenser.station(Station.CONTACT)).power_up():
                        pass
            async with bench.station.power_up():
                pass

    run_in_virtual_time(main)


def test_a_dead_chip_is_no_missing_card() -> None:
    async def main() -> None:
        async with at(CRT, Station.CONTACT) as (place, bench):
            bench.slot.insert(VirtualCard(atr=UNREADABLE_ATR))
            with pytest.raises(ChipMute):
                async with bench.station.power_up():
                    pass
            place.faults.set("chip_contacts_worn")
            with pytest.raises(ChipMute):
                async with bench.station.power_up():
                    pass

    run_in_virtual_time(main)


def test_a_machine_that_is_not_there_is_no_reader() -> None:
    async def main() -> None:
        async with at(CRT, Station.CONTACT) as (place, bench):
            place.unplug()
            with pytest.raises(ReaderGone):
                async with bench.station.power_up():
                    pass

    run_in_virtual_time(main)


def test_a_card_is_not_moved_while_its_contacts_are_down() -> None:
    async def main() -> None:
        async with at(CRT, Station.CONTACT) as (place, bench):
            bench.slot.insert(VirtualCard.blank())
            async with bench.station.power_up():
                with pytest.raises(Exception, match="contacts are still down"):
                    await place.dispenser.present()
            await place.dispenser.present()
            assert place.model.gate is not None

    run_in_virtual_time(main)


