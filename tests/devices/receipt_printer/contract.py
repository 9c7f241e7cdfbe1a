"""What every receipt printer must do, simulated or real."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest
import trio

from devices.receipt_printer.driver import Paper, PrintEnd, ReceiptPrinter
from devices.receipt_printer.items import Cut, NotPrintable, Text
from tests.devices.receipt_printer.hall import SLIP


class Rig(Protocol):
    """A printer under test, with paper in it."""

    printer: ReceiptPrinter

    async def slips_out(self) -> int:
        """How many slips have come out, whole and cut, since this was asked last (or since the rig began)."""

    async def until_it_rests(self) -> None:
        """Longer than a slip takes: a machine prints on while nobody listens."""


async def with_paper_and_a_closed_cover_it_is_ready(rig: Rig) -> None:
    status = await rig.printer.status()
    assert status.paper in (Paper.OK, Paper.LOW)
    assert status.hindrance is None


async def a_slip_said_to_be_delivered_has_come_out_once(rig: Rig) -> None:
    assert (await rig.printer.print_items(SLIP)).end is PrintEnd.DELIVERED
    assert await rig.slips_out() == 1


async def two_slips_come_out_as_two(rig: Rig) -> None:
    for _ in range(2):
        assert (await rig.printer.print_items(SLIP)).end is PrintEnd.DELIVERED
    assert await rig.slips_out() == 2


async def what_the_font_lacks_is_refused_before_anything_is_sent(rig: Rig) -> None:
    with pytest.raises(NotPrintable):
        await rig.printer.print_items([Text("领取人"), Text("𠮷田"), Cut()])
    assert await rig.slips_out() == 0


async def a_call_given_up_half_way_leaves_nothing_for_the_next_citizen(rig: Rig) -> None:
    with trio.move_on_after(0.01):
        await rig.printer.print_items(SLIP)
    await rig.until_it_rests()
    await rig.slips_out()
    assert (await rig.printer.print_items([Text("下一位"), Cut()])).end is PrintEnd.DELIVERED
    assert await rig.slips_out() == 1


async def a_line_let_go_is_taken_again(rig: Rig) -> None:
    await rig.printer.status()
    await rig.printer.aclose()
    await rig.printer.aclose()
    assert (await rig.printer.print_items(SLIP)).end is PrintEnd.DELIVERED
    assert await rig.slips_out() == 1


CONTRACT: tuple[Callable[[Rig], Awaitable[None]], ...] = (
    with_paper_and_a_closed_cover_it_is_ready,
    a_slip_said_to_be_delivered_has_come_out_once,
    two_slips_come_out_as_two,
    what_the_font_lacks_is_refused_before_anything_is_sent,
    a_call_given_up_half_way_leaves_nothing_for_the_next_citizen,
    a_line_let_go_is_taken_again,
)
