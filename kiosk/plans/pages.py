"""Pages out of the A4 printer as the one act of a plan that has no way back: made ready, printed, and asked for after a cut.

Only the printer's own counts say that they came out. The PDF lives in the plan's memory only.
"""
from __future__ import annotations

from collections.abc import Callable

from kiosk.parts import Parts
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Answer, Attempt, Facts, Later, Mark, NotDone, Probed, Unknown
from print.ipp.document import NotPrintable
from print.ipp.errors import NotReady, PrinterError
from print.ipp.job import Outcome, Progress, Stage, Ticket, Why
from print.ipp.printer import A4Printer
from print.ipp.terms import Sides

MACHINE = "a4_printer"
PRINT = "print"


class Pages:
    def __init__(self, parts: Parts, log: PlanLog) -> None:
        self._parts = parts
        self._log = log
        self._pdf = b""

    @property
    def _printer(self) -> A4Printer:
        if self._parts.a4_printer is None:
            raise Later(MACHINE)
        return self._parts.a4_printer

    async def make_ready(self, this: Attempt) -> Facts:
        """The ticket, with the printer's counts before the first page. What hinders it is the reason to go back."""
        try:
            ticket = await self._printer.prepare(self._pdf, job_name=job_name(self._log.plan), sides=Sides.ONE)
        except NotReady as error:
            raise Later(str(error.hindrance)) from error
        except (PrinterError, NotPrintable) as error:
            raise Later(MACHINE) from error
        return {"ticket": ticket.facts()}

    async def print(self, this: Attempt) -> Facts:
        outcome = await self._printer.print(self._pdf, self._ticket(), self._told(this.plan))
        self._pdf = b""
        return came_out(outcome)

    async def probe(self, this: Attempt) -> Probed:
        """After a cut, or when the printer could not say it at the end. What has not begun to come out is cancelled. In doubt
        the printer is free for others; what it has counted since they printed says nothing about these pages any more."""
        if self._log.begun_by_others(PRINT):
            return Probed(Answer.UNKNOWN, {"reason": "others_printed", "sheets": 0})
        outcome = await self._found(this)
        try:
            return Probed(Answer.DONE, came_out(outcome))
        except NotDone as error:
            return Probed(Answer.NOT_DONE, {"reason": error.reason, **error.facts})
        except Unknown:
            return Probed(Answer.UNKNOWN, {"reason": f"{outcome.why} {outcome.detail}".strip(), "sheets": outcome.pages_out or 0})

    async def _found(self, this: Attempt) -> Outcome:
        ticket = self._ticket()
        try:
            found = await self._printer.find(ticket)
            if isinstance(found, Outcome):
                return found
            if found.stage is Stage.PRINTING:
                return await self._printer.follow(ticket, self._told(this.plan))
            return (await self._printer.cancel(ticket)).outcome
        except PrinterError as error:
            raise Later(MACHINE) from error

    def _ticket(self) -> Ticket:
        return Ticket.of((self._log.facts(PRINT, Mark.INTENT) or {})["ticket"])

    def _told(self, plan: str) -> Callable[[Progress], None]:
        return lambda progress: self._parts.stage(plan, stage_of(progress))


def job_name(plan: str) -> str:
    """The printer knows the job by this; nothing about the person."""
    return f"bz-{plan}"


def came_out(outcome: Outcome) -> Facts:
    """Sheets are counted as sides: one side a sheet. Raises NotDone where it certainly did not come out whole, Unknown."""
    sheets = outcome.pages_out or 0
    if outcome.end is Stage.DELIVERED:
        return {"sheets": sheets}
    hindrance = str(outcome.hindrance or next(iter(sorted(outcome.reasons)), ""))
    if outcome.end is Stage.FAILED:
        raise NotDone(hindrance or str(outcome.why), sheets=sheets)
    if outcome.why is Why.PART_CAME_OUT and not outcome.held:   # cancelled, read back, and fewer sides than it has
        raise NotDone(hindrance or "part_came_out", sheets=sheets)
    raise Unknown(MACHINE)


def stage_of(progress: Progress) -> str:
    """`submitted`, `accepted`, `printing`, or `paused:<reason>` where the printer waits for somebody."""
    if progress.stage is Stage.PAUSED:
        return f"paused:{next(iter(sorted(progress.reasons)), '')}"
    return progress.stage.value
