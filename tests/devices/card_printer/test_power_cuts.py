"""The mains go at any instant: where the card is, what the machine still knows, what a hand did meanwhile."""
from __future__ import annotations

import random

import pytest
import trio

from devices.card_printer.codec import Command
from devices.card_printer.driver import CardPrinter
from devices.card_printer.model import CardPrinterModel
from devices.card_printer.status import Media, PathMedia, RejectEnd, Station
from devices.errors import DeviceGone, OutcomeUnknown
from devices.wire import MemoryWire, Wire
from tests.devices.card_printer.hall import Hall, face, in_hall


async def cut_after(hall: Hall, seconds: float) -> None:
    await trio.sleep(seconds)
    hall.machine.power_off()


def test_power_cut_in_mid_feed_leaves_the_card_between_the_stations() -> None:
    async def visit(hall: Hall) -> None:
        boot = (await hall.printer.counters()).boot
        hall.nursery.start_soon(cut_after, hall, 2.0)
        with pytest.raises(OutcomeUnknown):
            await hall.printer.feed(Station.CONTACT)
        with pytest.raises(DeviceGone):
            await hall.printer.status()
        hall.machine.power_on()
        assert (await hall.printer.status()).path is PathMedia.IN_TRANSPORT
        counters = await hall.printer.counters()
        assert counters.boot != boot
        assert counters.fed == 1  # EEPROM
        assert await hall.printer.reject() is RejectEnd.CARD_REJECTED

    in_hall(visit)


def test_power_cut_in_mid_print_leaves_a_half_printed_card_that_the_machine_does_not_know_as_printed() -> None:
    async def visit(hall: Hall) -> None:
        await hall.printer.feed(Station.CONTACT)
        hall.nursery.start_soon(cut_after, hall, 10.0)
        with pytest.raises(OutcomeUnknown):
            await hall.printer.print_card(face())
        hall.machine.power_on()
        assert (await hall.printer.status()).path is PathMedia.IN_TRANSPORT
        assert set(hall.machine.path[0].printed["front"]) == {"y", "m"}  # 3.6 s each, cut in the third

    in_hall(visit)


def test_a_printed_card_inside_is_only_a_card_inside_after_a_power_cut() -> None:
    async def visit(hall: Hall) -> None:
        await hall.printer.feed(Station.CONTACT)
        await hall.printer.print_card(face())
        hall.machine.power_off()
        hall.machine.power_on()
        assert (await hall.printer.status()).path is PathMedia.IN_TRANSPORT
        await hall.printer.present()

    in_hall(visit)


@pytest.mark.parametrize(("seconds", "exit_after"), [(0.5, Media.NOT_PRESENT), (1.2, Media.PRESENT)])
def test_power_cut_while_the_card_comes_out(seconds: float, exit_after: Media) -> None:
    async def visit(hall: Hall) -> None:
        await hall.printer.feed(Station.CONTACT)
        hall.nursery.start_soon(cut_after, hall, seconds)
        with pytest.raises(OutcomeUnknown):
            await hall.printer.present()
        hall.machine.power_on()
        status = await hall.printer.status()
        assert status.exit is exit_after
        assert status.path is (PathMedia.IN_TRANSPORT if exit_after is Media.NOT_PRESENT else PathMedia.NOT_PRESENT)
        assert (await hall.printer.counters()).presented == 0  # it forgets

    in_hall(visit)


@pytest.mark.parametrize("forgets", [True, False])
def test_a_card_taken_in_the_dark_is_counted_by_nobody(forgets: bool) -> None:
    machine = CardPrinterModel(blanks=20, forgets=forgets, rng=random.Random(1))

    async def visit(hall: Hall) -> None:
        await hall.printer.feed(Station.CONTACT)
        await hall.printer.present()
        before = await hall.printer.counters()
        machine.power_off()
        assert machine.take_card() is not None
        machine.power_on()
        after = await hall.printer.counters()
        assert (await hall.printer.status()).exit is Media.NOT_PRESENT
        assert after.taken == 0
        assert after.presented == (0 if forgets else 1)
        assert after.comparable(before) is not forgets

    in_hall(visit, machine=machine)


def test_settings_lost_at_power_on_are_set_again_before_the_next_movement() -> None:
    async def visit(hall: Hall) -> None:
        await hall.printer.feed(Station.CONTACT)
        hall.machine.power_off()
        hall.machine.power_on()
        await hall.printer.present()  # without Pem;4 there would be no answer to it
        assert hall.simulator.commands.count("Pem") == 2

    in_hall(visit)


def test_terminal_killed_in_mid_print_finds_the_machine_moving_and_waits_for_it() -> None:
    async def visit(hall: Hall) -> None:
        await hall.printer.feed(Station.CONTACT)
        with trio.move_on_after(5):
            await hall.printer.print_card(face())
        successor = hall.another_driver()
        assert (await successor.status()).moving is True
        assert await successor.reject() is RejectEnd.CARD_REJECTED
        assert set(hall.machine.rejected.cards[0].printed["front"]) == {"y", "m"}  # the panel under way was finished

    in_hall(visit)


def test_terminal_killed_while_the_card_comes_out_does_not_stop_the_card() -> None:
    async def visit(hall: Hall) -> None:
        await hall.printer.feed(Station.CONTACT)
        with trio.move_on_after(0.5):
            await hall.printer.present()
        successor = hall.another_driver()
        await hall.until(lambda: not hall.machine.moving)
        assert (await successor.status()).exit is Media.PRESENT
        assert (await successor.counters()).presented == 1

    in_hall(visit)


def test_terminal_killed_in_mid_download_is_understood_again_on_the_same_line() -> None:
    """A serial line does not notice that its client died: the machine still waits for the rest of the panel."""

    async def visit(hall: Hall) -> None:
        near, far = MemoryWire.pair()
        hall.nursery.start_soon(hall.simulator.serve, far)
        await near.send(Command("Db", ("y", "64"), b"\r" * 400_000).encode())

        async def same_line() -> Wire:
            await trio.lowlevel.checkpoint()
            return near

        successor = CardPrinter(same_line)
        await successor.feed(Station.CONTACT)
        assert (await successor.status()).path is PathMedia.AT_CONTACT

    in_hall(visit)
