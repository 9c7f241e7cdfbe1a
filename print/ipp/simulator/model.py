"""The page printer of paper and toner: tray, path, output, cover, counters, and the queue of jobs in its memory.

`printed` is the truth: every side that lies in the output, in the order it came. The counters are what the machine says.
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import trio

from print.ipp.simulator.faults import Faults
from print.ipp.terms import JobState

TRAY_SHEETS = 250
OUTPUT_SHEETS = 150
WARM_UP_S = 2.0  # [assumed: first page out in 6-8 s for a small laser printer, from sleep longer]
SIDE_S = 3.0  # 20 sides a minute
LOOK_EVERY_S = 0.5
TONER_PER_SIDE = 0.04  # per cent: 2,500 sides a cartridge
TONER_LOW_AT = 10.0
COUNT_LATE_S = 1.0
HISTORY = 100
"""Finished jobs that are remembered."""


@dataclass
class SimJob:
    """`document`: as it was sent; `pages` of it, each of `copies` copies."""

    id: int
    name: str
    user: str
    pages: int
    copies: int = 1
    two_sided: bool = False
    media: str = ""
    format: str = ""
    document: bytes = b""
    state: JobState = JobState.PENDING
    reasons: set[str] = field(default_factory=set)
    impressions: int = 0
    sheets: int = 0
    started_at: int | None = None
    cancelling: bool = False

    @property
    def sides(self) -> int:
        return self.pages * self.copies


@dataclass(frozen=True)
class Side:
    """One printed side as it lies in the output."""

    job: str
    page: int
    copy: int
    format: str
    document: bytes


COUNTED_BEFORE = (1_000, 900)
"""Impressions and sheets of its life before: a counter never begins at nought."""


class PagePrinterModel:
    """`speed` divides all machine times."""

    def __init__(
        self,
        *,
        sheets: int = TRAY_SHEETS,
        speed: float = 1.0,
        faults: Faults | None = None,
        sleep: Callable[[float], Awaitable[None]] = trio.sleep,
        clock: Callable[[], float] = trio.current_time,
    ) -> None:
        self.faults = faults or Faults()
        self.sheets_in_tray, self.toner = sheets, 80.0
        self.media = "iso_a4_210x297mm"
        self.cover_open = self.jammed = self.tray_missing = False
        self.in_output = 0
        self.printed: list[Side] = []
        self.impressions, self.sheets = COUNTED_BEFORE
        self._counted_late: list[float] = []
        self.jobs: list[SimJob] = []
        self.powered, self.boots, self.speed = True, 1, speed
        self._sleep, self._clock = sleep, clock
        self._booted_at: float | None = None
        self._next_job = 1
        self._at: tuple[int, int] | None = None  # job and side that are on their way
        self._power = trio.CancelScope()

    # Sensors

    @property
    def up_time(self) -> int:
        if self._booted_at is None:
            self._booted_at = self._clock()
        return int(self._clock() - self._booted_at) + 1

    @property
    def active(self) -> SimJob | None:
        return next((one for one in self.jobs if one.state in (JobState.PROCESSING, JobState.STOPPED)), None)

    @property
    def waiting(self) -> list[SimJob]:
        return [one for one in self.jobs if not one.state.final]

    @property
    def obstacles(self) -> list[str]:
        """printer-state-reasons for which no page moves."""
        found = {
            "cover-open-error": self.cover_open,
            "media-jam-error": self.jammed,
            "media-empty-error": self.sheets_in_tray <= 0,
            "input-tray-missing-error": self.tray_missing,
            "marker-supply-empty-error": self.toner <= 0,
            "output-area-full-error": self.in_output >= OUTPUT_SHEETS,
        }
        return [reason for reason, so in found.items() if so]

    @property
    def warnings(self) -> list[str]:
        low = ["marker-supply-low-warning"] if 0 < self.toner <= TONER_LOW_AT else []
        return low + (["media-low-warning"] if 0 < self.sheets_in_tray <= TRAY_SHEETS // 10 else [])

    def counters(self) -> tuple[int, int]:
        """Sides and sheets, as the machine says."""
        self._counted_late = [at for at in self._counted_late if at > self._clock()]
        missing = len(self._counted_late)
        return self.impressions - missing, self.sheets - missing

    # People

    def load(self, sheets: int = TRAY_SHEETS) -> None:
        self.sheets_in_tray = sheets
        self.tray_missing = False

    def take_output(self) -> list[Side]:
        """Somebody takes what lies there."""
        taken, self.printed, self.in_output = self.printed, [], 0
        return taken

    def clear_jam(self) -> None:
        """The sheet inside is pulled out, torn; the machine prints that side again."""
        self.jammed = False

    def new_toner(self) -> None:
        self.toner = 100.0

    def power_off(self) -> None:
        """At this instant: a page on its way stays inside."""
        self.powered = False
        self._power.cancel()
        keeps = self.faults.is_set("keeps_jobs_over_power_cuts")
        for one in self.waiting if keeps else ():
            one.state, one.impressions, one.sheets = JobState.PENDING, 0, 0
        self.jobs = self.waiting if keeps else []

    def power_on(self) -> None:
        if not self.powered:
            self.boots += 1
            self._booted_at = self._clock()
        self.powered = True

    # Jobs

    def accept(self, job: SimJob) -> SimJob:
        """Into the queue, with a number."""
        job.id, self._next_job = self._next_job, self._next_job + 1
        self.jobs.append(job)
        del self.jobs[: max(0, len(self.jobs) - HISTORY)]
        return job

    def strange_job(self, name: str = "somebody's letter", user: str = "somebody", pages: int = 1) -> SimJob:
        """Sent by a computer that is none of ours."""
        return self.accept(SimJob(0, name, user, pages))

    def cancel(self, job: SimJob) -> None:
        """At once while it waits or stands; a side on its way comes out first."""
        if job.state.final:
            return
        if job.state is JobState.PROCESSING and not self.obstacles and not self.faults.is_set("stuck"):
            job.cancelling = True
            job.reasons.add("processing-to-stop-point")
            return
        self._end(job, JobState.CANCELED, "job-canceled-by-user")

    # Work

    async def work(self) -> None:
        """Print what is in the queue, for ever; a power cut stops it wherever it is."""
        while True:
            with trio.CancelScope() as self._power:
                while self.powered:
                    job = next((one for one in self.jobs if one.state is JobState.PENDING), None)
                    if job is None:
                        await self._sleep(LOOK_EVERY_S)
                    else:
                        await self._print(job)
            await self._sleep(LOOK_EVERY_S)

    async def _print(self, job: SimJob) -> None:
        job.state, job.started_at = JobState.PROCESSING, self.up_time
        if self._ended_by_fault(job):
            return
        await self._sleep(WARM_UP_S / self.speed)
        last = job.sides - (1 if self.faults.take("completed_short") else 0)
        for side in range(last):
            if not await self._way_free(job):
                return
            if not await self._side(job, side):
                return
        while self.faults.is_set("stuck") and not job.state.final:
            await self._sleep(LOOK_EVERY_S)
        if not job.state.final:
            errors = self.faults.take("completed_with_errors")
            self._end(job, JobState.COMPLETED, "job-completed-with-errors" if errors else "job-completed-successfully")

    def _ended_by_fault(self, job: SimJob) -> bool:
        if self.faults.take("job_dropped"):
            self.jobs.remove(job)
            return True
        if self.faults.take("completed_without_paper"):
            job.impressions, job.sheets = job.sides, _sheets(job, job.sides)
            self._end(job, JobState.COMPLETED, "job-completed-successfully")
            return True
        if self.faults.take("aborts"):
            self._end(job, JobState.ABORTED, "aborted-by-system")
            return True
        return False

    async def _way_free(self, job: SimJob) -> bool:
        """Wait until a side can move. False: the job was cancelled."""
        while True:
            if job.cancelling:
                self._end(job, JobState.CANCELED, "job-canceled-by-user")
            if job.state.final:
                return False
            if not self.obstacles and not self.faults.is_set("stuck"):
                job.reasons.discard("printer-stopped")
                return True
            if self.obstacles:
                job.reasons.add("printer-stopped")
            await self._sleep(LOOK_EVERY_S)

    async def _side(self, job: SimJob, side: int) -> bool:
        """One side through the machine. False: the job is over."""
        await self._sleep(SIDE_S / self.speed)
        while self.obstacles:
            if not await self._way_free(job):
                return False
        new_sheet = not job.two_sided or side % job.pages % 2 == 0
        self.printed.append(Side(job.name, side % job.pages, side // job.pages, job.format, job.document))
        self.toner = max(0.0, self.toner - TONER_PER_SIDE)
        self._count(job, new_sheet)
        if self.faults.take("runs_out_in_mid_job"):
            self.sheets_in_tray = 0
        if self.faults.take("jam_in_mid_job"):
            self.jammed = True
        if self.faults.take("dies_in_mid_job"):
            self.power_off()
            await trio.lowlevel.checkpoint()
        return True

    def _count(self, job: SimJob, new_sheet: bool) -> None:
        self.impressions += 1
        self.sheets += new_sheet
        self.sheets_in_tray -= new_sheet
        self.in_output += new_sheet
        job.impressions += 1
        job.sheets += new_sheet
        if self.faults.is_set("counts_late"):
            self._counted_late.append(self._clock() + COUNT_LATE_S / self.speed)

    def _end(self, job: SimJob, state: JobState, reason: str) -> None:
        job.state, job.reasons, job.cancelling = state, {reason}, False
        if self.faults.is_set("forgets_jobs"):
            self.jobs.remove(job)

    def everything(self) -> dict[str, Any]:
        """For the bench and the hall."""
        return {
            "powered": self.powered, "tray": self.sheets_in_tray, "toner": round(self.toner), "output": self.in_output,
            "printed": len(self.printed), "impressions": self.impressions, "cover_open": self.cover_open,
            "jammed": self.jammed, "jobs": [{"name": one.name, "state": one.state.name.lower()} for one in self.waiting],
            "faults": self.faults.active(),
        }


def _sheets(job: SimJob, sides: int) -> int:
    per_copy = (job.pages + 1) // 2 if job.two_sided else job.pages
    return per_copy * (sides // job.pages)
