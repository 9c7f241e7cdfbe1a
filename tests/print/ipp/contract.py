"""What every A4 printer must do, simulated or real."""
from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest

from print.ipp.document import NotPrintable
from print.ipp.job import Stage, Ticket
from print.ipp.printer import A4Printer, NotCancelled
from print.ipp.terms import Sides
from tests.print.ipp.papers import pdf


class Rig(Protocol):
    """A printer under test, with A4 in it and nothing in its queue."""

    printer: A4Printer

    def terminal(self) -> A4Printer:
        """The same printer as a terminal sees it that was just started."""

    async def sides_out(self) -> int:
        """How many printed sides have come out since this was asked last (or since the rig began)."""


def new_key() -> str:
    return f"contract:{secrets.token_hex(8)}"


async def with_paper_and_nothing_open_it_is_ready_and_counts(rig: Rig) -> None:
    status = await rig.printer.status()
    assert status.ready, status.hindrances
    assert status.queued in (0, None)


async def a_document_said_to_be_delivered_has_come_out_once(rig: Rig) -> None:
    for pages in (1, 2):
        ticket = await rig.printer.prepare(pdf(pages), job_name=new_key())
        outcome = await rig.printer.print(pdf(pages), ticket)
        assert outcome.end is Stage.DELIVERED, outcome
        assert await rig.sides_out() == pages


async def two_sided_it_is_counted_as_two_sides(rig: Rig) -> None:
    ticket = await rig.printer.prepare(pdf(2), job_name=new_key(), sides=Sides.LONG_EDGE)
    outcome = await rig.printer.print(pdf(2), ticket)
    assert outcome.end is Stage.DELIVERED, outcome
    assert await rig.sides_out() == 2


async def a_finished_job_is_found_again_by_a_terminal_just_started(rig: Rig) -> None:
    ticket = await rig.printer.prepare(pdf(), job_name=new_key())
    outcome = await rig.printer.print(pdf(), ticket)
    again, same = rig.terminal(), Ticket.of(ticket.facts())
    found = await again.find(same)
    assert getattr(found, "end", None) is outcome.end is Stage.DELIVERED
    ended = await again.cancel(same)
    assert isinstance(ended, NotCancelled) and ended.outcome.end is Stage.DELIVERED
    assert await rig.sides_out() == 1


async def what_is_no_document_is_not_sent(rig: Rig) -> None:
    with pytest.raises(NotPrintable):
        await rig.printer.prepare(b"%PDF-1.7 of nothing", job_name=new_key())
    with pytest.raises(ValueError):
        await rig.printer.prepare(pdf(), job_name="王")
    assert await rig.sides_out() == 0


CONTRACT: tuple[Callable[[Rig], Awaitable[None]], ...] = (
    with_paper_and_nothing_open_it_is_ready_and_counts,
    a_document_said_to_be_delivered_has_come_out_once,
    two_sided_it_is_counted_as_two_sides,
    a_finished_job_is_found_again_by_a_terminal_just_started,
    what_is_no_document_is_not_sent,
)
