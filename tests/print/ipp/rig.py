"""A printer, the machine behind it and nothing but memory between them."""
from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import trio

from print.ipp.client import IppClient
from print.ipp.document import rasterised
from print.ipp.job import Outcome, Progress, Ticket
from print.ipp.patience import Strangers
from print.ipp.printer import A4Printer
from print.ipp.pwg import Plan
from print.ipp.simulator.machine import PagePrinter
from print.ipp.simulator.model import PagePrinterModel
from print.ipp.simulator.service import IppService
from print.ipp.terms import PDF, PWG_RASTER
from tests.print.ipp.papers import pdf
from tests.virtual_time import run_in_virtual_time

URI = "ipp://printer.test/ipp/print"


async def rasterise_here(content: bytes, plan: Plan, pages: int) -> bytes:
    await trio.lowlevel.checkpoint()
    return rasterised(content, plan, pages)


class Rig:
    """`printer` as the terminal has it; `machine` as the hall has it."""

    def __init__(self, machine: PagePrinter, strangers: Strangers = Strangers.REFUSE) -> None:
        self.machine, self.model, self.faults = machine, machine.model, machine.faults
        self.seen: list[Progress] = []
        self._keys = itertools.count(1)
        self._strangers = strangers
        self.printer = self.terminal()

    def terminal(self) -> A4Printer:
        """As it is after a restart: nothing remembered."""
        client = IppClient(self.machine.post, URI)
        return A4Printer(client, client, strangers=self._strangers, rasterise=rasterise_here)

    def new_key(self) -> str:
        return f"plan:print_page:{next(self._keys)}"

    async def ticket(self, pages: int = 1, **more: Any) -> Ticket:
        return await self.printer.prepare(pdf(pages), job_name=self.new_key(), **more)

    async def print(self, pages: int = 1, **more: Any) -> Outcome:
        return await self.printer.print(pdf(pages), await self.ticket(pages, **more), self.seen.append)

    @property
    def keys_out(self) -> list[str]:
        """Whose sides lie in the output, in order."""
        return [side.job for side in self.model.printed]


@asynccontextmanager
async def memory_rig(
    *, strangers: Strangers = Strangers.REFUSE, formats: tuple[str, ...] = (PDF, PWG_RASTER)
) -> AsyncIterator[Rig]:
    model = PagePrinterModel()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(model.work)
        yield Rig(PagePrinter(model, IppService(model, formats)), strangers)
        nursery.cancel_scope.cancel()


def with_rig(situation: Callable[[Rig], Awaitable[None]]) -> Callable[[], None]:
    """Decorator: run the situation in virtual time."""

    async def main() -> None:
        async with memory_rig() as rig:
            await situation(rig)

    def test() -> None:
        run_in_virtual_time(main)

    test.__name__, test.__doc__ = getattr(situation, "__name__", "test"), situation.__doc__
    return test
