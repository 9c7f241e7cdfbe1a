"""What every card printer must do, simulated or real."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest

from devices.card_printer.driver import CardPrinter
from devices.card_printer.status import Counters, Media, PathMedia, RejectEnd, Station, Supply
from devices.errors import DeviceRefused
from tests.devices.card_printer.hall import face


class Rig(Protocol):
    """A printer under test, its path empty, blanks in its hopper."""

    printer: CardPrinter

    async def take_card(self) -> None:
        """Take the card that waits at the exit."""

    async def books_agree(self) -> None:
        """Raises AssertionError where cards came or went that nothing accounts for (a real machine keeps counters only)."""


async def it_says_what_it_is_and_what_it_has(rig: Rig) -> None:
    capabilities = await rig.printer.capabilities()
    assert capabilities.model and capabilities.serial
    status = await rig.printer.status()
    assert status.hopper in (Supply.OK, Supply.LOW)
    assert status.path in (PathMedia.NOT_PRESENT, PathMedia.UNKNOWN)


async def an_empty_path_has_nothing_to_reject(rig: Rig) -> None:
    before = await rig.printer.counters()
    assert await rig.printer.reject() is RejectEnd.PATH_WAS_EMPTY
    _must_have_counted(before, await rig.printer.counters(), fed=0, rejected=0)


async def a_card_is_fed_printed_presented_and_taken(rig: Rig) -> None:
    before = await rig.printer.counters()
    await rig.printer.feed(Station.CONTACT)
    await rig.printer.print_card(face())
    assert (await rig.printer.status()).path is PathMedia.PRINTED_INSIDE
    await rig.printer.present()
    assert (await rig.printer.status()).exit is Media.PRESENT
    await rig.take_card()
    assert (await rig.printer.status()).exit is Media.NOT_PRESENT
    _must_have_counted(before, await rig.printer.counters(), fed=1, presented=1, taken=1, captured=0, rejected=0)
    await rig.books_agree()


async def no_blank_is_fed_onto_a_card_inside(rig: Rig) -> None:
    before = await rig.printer.counters()
    await rig.printer.feed(Station.CONTACT)
    with pytest.raises(DeviceRefused):
        await rig.printer.feed(Station.CONTACT)
    assert await rig.printer.reject() is RejectEnd.CARD_REJECTED
    _must_have_counted(before, await rig.printer.counters(), fed=1, presented=0, rejected=1)
    await rig.books_agree()


async def a_card_not_taken_is_captured(rig: Rig) -> None:
    before = await rig.printer.counters()
    await rig.printer.feed(Station.CONTACTLESS)
    await rig.printer.present()
    await rig.printer.capture()
    assert (await rig.printer.status()).exit is Media.NOT_PRESENT
    _must_have_counted(before, await rig.printer.counters(), fed=1, presented=1, taken=0, captured=1, rejected=0)
    await rig.books_agree()


async def a_line_let_go_is_taken_again_and_the_same_machine_goes_on(rig: Rig) -> None:
    before = await rig.printer.counters()
    await rig.printer.feed(Station.CONTACT)
    await rig.printer.aclose()
    await rig.printer.aclose()
    assert (await rig.printer.status()).path is PathMedia.AT_CONTACT
    assert await rig.printer.reject() is RejectEnd.CARD_REJECTED
    _must_have_counted(before, await rig.printer.counters(), fed=1, presented=0, rejected=1)


def _must_have_counted(before: Counters, after: Counters, **expected: int) -> None:
    assert after.comparable(before)
    counted = {name: getattr(after, name) - getattr(before, name) for name in expected}
    assert counted == expected


CONTRACT: tuple[Callable[[Rig], Awaitable[None]], ...] = (
    it_says_what_it_is_and_what_it_has,
    an_empty_path_has_nothing_to_reject,
    a_card_is_fed_printed_presented_and_taken,
    no_blank_is_fed_onto_a_card_inside,
    a_card_not_taken_is_captured,
    a_line_let_go_is_taken_again_and_the_same_machine_goes_on,
)
