"""The station while the real service stops, dies, hangs, loses its readers; and two services side by side."""
from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from card import pcsc
from card.conditions import ReaderBusy
from card.pcsc import Manners, PcscStation, reader_names, terminal_slots
from card.transport import CardOutcomeUnknown, CardRemoved, ReaderGone, ServiceDown, atr_of
from card.virtual.card import Manner, VirtualCard
from card.virtual.tear import Moment, Tear
from tests.card.places import slot_at, until_hung
from tests.card.private_pcscd import CHOSEN_BY, READER, SECOND_READER, Pair, PrivatePcscd, private_pcscd
from tests.hall.process import Child, python

READ = bytes.fromhex("00B095001E")  # nothing is selected: 6A82
NOT_FOUND = b"\x6a\x82"
STUCK_S = 30.0


@asynccontextmanager
async def a_card_in(pcscd: PrivatePcscd) -> AsyncIterator[tuple[Pair, VirtualCard]]:
    card = VirtualCard.blank()
    with trio.fail_after(STUCK_S):
        async with pcscd.a_pair() as pair, slot_at(pair.port) as slot:
            slot.insert(card)
            yield pair, card


async def until_served(station: PcscStation) -> None:
    """A service that has just started may not know its reader yet, or that its card is in."""
    while True:
        try:
            async with station.power_up() as chip:
                assert await chip.transmit(READ) == NOT_FOUND
            return
        except (ServiceDown, ReaderGone):
            await trio.sleep(0.02)


@pytest.mark.parametrize("end", [PrivatePcscd.stop, PrivatePcscd.kill])
def test_the_service_ends_between_two_commands(pcscd: PrivatePcscd, end: Callable[[PrivatePcscd], None]) -> None:
    async def main() -> None:
        async with a_card_in(pcscd) as (pair, _):
            station = PcscStation(pair.reader)
            async with station.power_up() as chip:
                await chip.transmit(READ)
                await trio.sleep(2 * pcsc.LOOK_AGAIN_S)
                end(pcscd)
                try:
                    with pytest.raises(ServiceDown):
                        await chip.transmit(READ)
                    with pytest.raises(ServiceDown):
                        async with PcscStation(pair.sam_reader, seen_within_s=0.0).power_up():
                            pass
                finally:
                    pcscd.start()
                with pytest.raises(ServiceDown):  # what was open stays dead
                    await chip.transmit(READ)
            await until_served(station)

    trio.run(main)


def test_the_service_dies_right_after_an_answer(pcscd: PrivatePcscd) -> None:
    """Nobody asked it again: the command may have been sent."""

    async def main() -> None:
        async with a_card_in(pcscd) as (pair, _):
            station = PcscStation(pair.reader)
            async with station.power_up() as chip:
                await chip.transmit(READ)
                pcscd.kill()
                try:
                    with pytest.raises((CardOutcomeUnknown, ServiceDown)):
                        await chip.transmit(READ)
                finally:
                    pcscd.start()
            await until_served(station)

    trio.run(main)


def test_the_service_dies_in_the_middle_of_a_command(pcscd: PrivatePcscd) -> None:
    async def main() -> None:
        async with a_card_in(pcscd) as (pair, card):
            station = PcscStation(pair.reader)
            async with station.power_up() as chip, trio.open_nursery() as nursery:
                card.tear = Tear(Moment.HANG)

                async def kill() -> None:
                    await until_hung(card)
                    pcscd.kill()

                nursery.start_soon(kill)
                try:
                    with pytest.raises(CardOutcomeUnknown):
                        await chip.transmit(READ)
                finally:
                    pcscd.start()
            assert (station.hanging, station.given_up) == (0, 0)
            await until_served(station)

    trio.run(main)


def test_the_service_hangs_while_a_card_is_powered_up(pcscd: PrivatePcscd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc, "SERVICE_TIMEOUT_S", 0.3)

    async def main() -> None:
        async with a_card_in(pcscd) as (pair, _):
            station = PcscStation(pair.reader)
            pcscd.freeze()
            try:
                with pytest.raises(ServiceDown):
                    async with station.power_up():
                        pass
                assert station.hanging == 1
                before = threading.active_count()
                for _ in range(3):
                    with pytest.raises(ServiceDown):
                        await station.check()
                assert threading.active_count() == before  # one question at a time
            finally:
                pcscd.thaw()
            await until_served(station)
            assert station.hanging == 0

    trio.run(main)


def test_the_service_hangs_with_a_command_in_it(pcscd: PrivatePcscd) -> None:
    async def main() -> None:
        async with a_card_in(pcscd) as (pair, _):
            station = PcscStation(pair.reader, manners=Manners(answer_within_s=0.3))
            async with station.power_up() as chip:
                pcscd.freeze()
                try:
                    with pytest.raises(CardOutcomeUnknown):
                        await chip.transmit(READ)
                    with pytest.raises(CardRemoved):
                        await chip.transmit(READ)
                finally:
                    pcscd.thaw()
            await until_served(station)

    trio.run(main)


def test_the_service_is_killed_while_it_hangs_and_a_new_one_serves_at_once(pcscd: PrivatePcscd) -> None:
    async def main() -> None:
        async with a_card_in(pcscd) as (pair, _):
            station = PcscStation(pair.reader, manners=Manners(answer_within_s=0.3))
            async with station.power_up() as chip:
                pcscd.freeze()
                with pytest.raises(CardOutcomeUnknown):
                    await chip.transmit(READ)
            pcscd.kill()
            pcscd.start()
            await until_served(station)
            assert (station.hanging, station.given_up) == (0, 1)

    trio.run(main)


def test_the_reader_is_unplugged_and_plugged_in(pcscd: PrivatePcscd) -> None:
    async def main() -> None:
        async with a_card_in(pcscd) as (pair, _):
            station = PcscStation(pair.reader)
            async with station.power_up() as chip:
                pcscd.stop()
                pcscd.start(plugged=False)
                with pytest.raises(ServiceDown):
                    await chip.transmit(READ)
            with pytest.raises(ReaderGone) as raised:
                async with station.power_up():
                    pass
            assert not isinstance(raised.value, ReaderBusy)
            assert reader_names() == []
            pcscd.stop()
            pcscd.start()
            await until_served(station)

    trio.run(main)


@pytest.mark.parametrize("by_name", [(True, True), (False, False), (False, True)])
def test_the_citizens_slot_and_the_modules(pcscd: PrivatePcscd, by_name: tuple[bool, bool]) -> None:
    async def main() -> None:
        async with a_card_in(pcscd) as (pair, _), slot_at(pair.port + 1) as sam_slot:
            sam_slot.insert(VirtualCard.blank(manner=Manner.T0))
            names = pair.reader, pair.sam_reader
            chosen = [name if by else reader_names().index(name) for name, by in zip(names, by_name, strict=True)]
            slots = terminal_slots(*chosen)
            async with slots.user.power_up() as chip, slots.sam.power_up() as module:
                assert (atr_of(chip), atr_of(module)) == (Manner.T1.value, Manner.T0.value)

    trio.run(main)


def test_two_services_side_by_side(pcscd: PrivatePcscd, tmp_path: Path) -> None:
    """A process speaks to one of them only, so the second one's terminal is a process of its own."""

    async def main() -> None:
        with private_pcscd(entries=1, ours=False) as other, trio.fail_after(STUCK_S):
            async with a_card_in(pcscd) as (pair, _), slot_at(other.port) as other_slot:
                other_slot.insert(VirtualCard(atr=Manner.T0.value))
                terminal = Child(
                    "terminal", python("-m", "tests.card.look_once", READER), tmp_path / "log",
                    more={CHOSEN_BY: str(other.socket_path)},
                )  # fmt: skip
                try:
                    seen = await terminal.start_ready()
                finally:
                    await terminal.stop()
                assert seen == {"readers": [READER, SECOND_READER], "atr": Manner.T0.value.hex()}
                async with PcscStation(pair.reader).power_up() as chip:
                    assert atr_of(chip) == Manner.T1.value
                other.kill()
                assert reader_names() == sorted(pcscd.slots)

    trio.run(main)
