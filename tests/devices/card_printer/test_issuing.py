"""The life of a card from the hopper to a hand, a bin, or a drawer, over driver, wire, simulator and model."""
from __future__ import annotations

import pytest
import trio
from PIL import ImageChops

from devices.card_printer.model import CardPrinterModel
from devices.card_printer.status import Media, PathMedia, RejectEnd, Station, Supply
from devices.errors import DeviceRefused, OutcomeUnknown
from tests.devices.card_printer.hall import Hall, face, in_hall


def test_a_card_is_fed_printed_presented_and_taken() -> None:
    async def visit(hall: Hall) -> None:
        begun = trio.current_time()
        await hall.printer.feed(Station.CONTACT)
        assert (await hall.printer.status()).path is PathMedia.AT_CONTACT
        await hall.printer.print_card(face("front"), face("back", (0, 90, 200)))
        status = await hall.printer.status()
        assert (status.path, status.exit) == (PathMedia.PRINTED_INSIDE, Media.NOT_PRESENT)
        await hall.printer.present()
        status = await hall.printer.status()
        assert (status.path, status.exit) == (PathMedia.NOT_PRESENT, Media.PRESENT)
        assert 40 < trio.current_time() - begun < 50  # 3.5 feed, 2 x 18 print, 2 turn, 1.5 eject
        card = hall.machine.take_card()
        assert card is not None
        for side, sent in (("front", face("front")), ("back", face("back", (0, 90, 200)))):
            received = card.face(side)
            assert received is not None
            worst = max(high for _, high in ImageChops.difference(received.rgb, sent.rgb).getextrema())
            assert worst <= 4  # 64 levels of 256
        counters = await hall.printer.counters()
        assert (counters.fed, counters.presented, counters.taken, counters.captured) == (1, 1, 1, 0)
        assert counters.panels_printed == 10
        status = await hall.printer.status()
        assert (status.exit, status.hopper, status.ribbon_left) == (Media.NOT_PRESENT, Supply.OK, 98)

    in_hall(visit)


def test_the_chip_is_under_the_station_from_the_feed_until_the_print() -> None:
    heard: list[object | None] = []
    chips: dict[str, object] = {}

    def new_chip(serial: str) -> object:
        return chips.setdefault(serial, object())

    machine = CardPrinterModel(blanks=2, new_chip=new_chip)
    machine.on_station_change = heard.append

    async def visit(hall: Hall) -> None:
        await hall.printer.feed(Station.CONTACT)
        assert machine.chip_at_station is chips["B000001"]
        await hall.printer.print_card(face())
        assert machine.chip_at_station is None
        await hall.printer.bring(Station.CONTACTLESS)
        assert machine.chip_at_station is chips["B000001"]
        machine.power_off()
        assert machine.chip_at_station is None
        machine.power_on()
        assert machine.chip_at_station is chips["B000001"]
        await hall.printer.present()
        chip = chips["B000001"]
        assert heard == [chip, None, chip, None, chip, None]

    in_hall(visit, machine=machine)


def test_a_card_that_nobody_takes_is_captured_and_kept() -> None:
    async def visit(hall: Hall) -> None:
        await hall.printer.feed(Station.PRINT)
        await hall.printer.present()
        await hall.printer.capture()
        assert (await hall.printer.status()).exit is Media.NOT_PRESENT
        assert (await hall.printer.counters()).captured == 1
        assert [card.serial for card in hall.machine.captured.cards] == ["B000001"]
        with pytest.raises(DeviceRefused) as refused:
            await hall.printer.capture()
        assert refused.value.code == "NO_MEDIA"

    in_hall(visit)


def test_reject_says_whether_a_card_was_inside() -> None:
    async def visit(hall: Hall) -> None:
        assert await hall.printer.reject() is RejectEnd.PATH_WAS_EMPTY
        await hall.printer.feed(Station.CONTACTLESS)
        assert await hall.printer.reject() is RejectEnd.CARD_REJECTED
        assert await hall.printer.reject() is RejectEnd.PATH_WAS_EMPTY
        assert len(hall.machine.rejected.cards) == 1

    in_hall(visit)


def test_a_second_blank_is_refused_while_one_is_inside() -> None:
    async def visit(hall: Hall) -> None:
        await hall.printer.feed(Station.CONTACT)
        with pytest.raises(DeviceRefused) as refused:
            await hall.printer.feed(Station.CONTACT)
        assert refused.value.code == "OCCUPIED"
        assert (await hall.printer.counters()).fed == 1

    in_hall(visit)


def test_nothing_to_print_on_and_nothing_to_present_are_refused() -> None:
    async def visit(hall: Hall) -> None:
        for attempt in (lambda: hall.printer.print_card(face()), hall.printer.present):
            with pytest.raises(DeviceRefused) as refused:
                await attempt()
            assert refused.value.code == "NO_MEDIA"
        assert hall.machine.ribbon_sets == 100

    in_hall(visit)


def test_the_hopper_is_low_before_it_is_empty() -> None:
    async def visit(hall: Hall) -> None:
        assert (await hall.printer.status()).hopper is Supply.LOW
        await hall.printer.feed(Station.PRINT)
        await hall.printer.reject()
        assert (await hall.printer.status()).hopper is Supply.EMPTY
        with pytest.raises(DeviceRefused) as refused:
            await hall.printer.feed(Station.PRINT)
        assert refused.value.code == "HOPPER_EMPTY"
        hall.machine.refill(50)
        await hall.printer.feed(Station.PRINT)

    in_hall(visit, blanks=1)


def test_without_the_extension_the_driver_says_unknown_and_never_guesses() -> None:
    machine = CardPrinterModel(blanks=50, exit_sensor=False)

    async def visit(hall: Hall) -> None:
        capabilities = await hall.printer.capabilities()
        assert not capabilities.extension
        assert not (capabilities.capture_at_bezel or capabilities.exit_sensor or capabilities.read_back_after_print)
        await hall.printer.feed(Station.CONTACT)
        await hall.printer.print_card(face())
        status = await hall.printer.status()
        assert (status.path, status.exit, status.hopper) == (PathMedia.UNKNOWN, Media.UNKNOWN, Supply.OK)
        assert (status.boot, status.cover_open, status.reject_bin_full) == (None, None, None)
        with pytest.raises(OutcomeUnknown):
            await hall.printer.present()
        assert machine.exit is not None
        with pytest.raises(DeviceRefused):
            await hall.printer.capture()
        assert await hall.printer.reject() is RejectEnd.UNKNOWN
        counters = await hall.printer.counters()
        assert (counters.fed, counters.panels_printed, counters.taken) == (1, 5, None)
        assert not counters.comparable(counters)

    in_hall(visit, machine=machine, extension=False)


def test_the_machine_with_the_extension_says_so() -> None:
    async def visit(hall: Hall) -> None:
        capabilities = await hall.printer.capabilities()
        assert capabilities.extension and capabilities.capture_at_bezel and capabilities.exit_sensor
        assert (capabilities.model, capabilities.ribbon) == ("CR80-K1", "ymcko")

    in_hall(visit)
