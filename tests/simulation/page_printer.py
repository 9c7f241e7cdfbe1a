"""The A4 printer of one cabinet: the real simulated machine, which sleeps while there is nothing to print, and every side that
ever came out of it, with the moment."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import trio

from print.ipp.simulator.machine import PagePrinter
from print.ipp.simulator.model import LOOK_EVERY_S, PagePrinterModel, SimJob
from print.ipp.terms import JobState
from tests.simulation.life import Life


@dataclass(frozen=True)
class SideOut:
    """`job` is its name at the printer; `page` from 0."""

    at: float
    job: str
    page: int


class SleepyPagePrinter(PagePrinterModel):
    """A day has thousands of seconds: it does not look twice in each of them whether there is a job."""

    def __init__(self, came_out: Callable[[str], None]) -> None:
        super().__init__(sleep=self._rest)
        self.out: list[SideOut] = []
        self.cancelled: set[str] = set()        # jobs that somebody wanted cancelled, whatever became of it
        self._came_out = came_out
        self._awake = trio.Event()

    async def _rest(self, seconds: float) -> None:
        if seconds == LOOK_EVERY_S and not (self.powered and self._has_work()):
            await self._awake.wait()
            self._awake = trio.Event()
        await trio.sleep(seconds)

    def _has_work(self) -> bool:
        return self.active is not None or any(job.state is JobState.PENDING for job in self.jobs)

    def accept(self, job: SimJob) -> SimJob:
        self._awake.set()
        return super().accept(job)

    def power_on(self) -> None:
        super().power_on()
        self._awake.set()

    def cancel(self, job: SimJob) -> None:
        self.cancelled.add(job.name)
        super().cancel(job)

    def _count(self, job: SimJob, new_sheet: bool) -> None:
        super()._count(job, new_sheet)
        self.out.append(SideOut(trio.current_time(), job.name, self.printed[-1].page))
        self._came_out(job.name)


@dataclass
class MortalPost:
    """The terminal's end of the line to the printer. A process that dies may have sent its job or not."""

    life: Life
    printer: PagePrinter

    async def __call__(self, body: bytes) -> bytes:
        chance = self.life.hazard().send if self.life.hot() else 0.0
        self.life.risk(chance, "before a question to the printer")
        answer = await self.printer.post(body)
        self.life.risk(chance, "after a question to the printer")
        return answer


