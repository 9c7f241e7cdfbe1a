"""The A4 printer as the terminal uses it: one document, once, and what really became of it.

Two ways by configuration: `A4Printer(direct)` to a machine that speaks IPP; `A4Printer(queue, machine)` through CUPS where
a driver is needed, with the machine's own IPP answers beside it, or `A4Printer(queue, None)` where it has none: then no
print is ever called delivered, and staff look.
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import trio

from print.ipp import document as paper
from print.ipp.clearing import Clearing
from print.ipp.client import IppClient, Submission
from print.ipp.errors import HttpRefused, IppRefused, NotReady, NotSent, PrinterAway, PrinterError
from print.ipp.following import Following, Watch, is_over
from print.ipp.job import Outcome, Progress, Stage, Ticket, Why, judge, progress
from print.ipp.looking import Eyes
from print.ipp.patience import Patience, Strangers
from print.ipp.pwg import Plan
from print.ipp.readings import Capabilities
from print.ipp.reasons import Hindrance, Reason
from print.ipp.status import PrinterStatus, status_of
from print.ipp.terms import A4, PDF, WORTH_ANOTHER_TRY, Sides

SUBMIT_TRIES = 3
"""Only after a refusal that says "busy": nothing was done then."""
LONGEST_KEY = 100
CERTAIN_BELOW = 0x0500
"""client-error-*: the printer looked at the request and did not take it. Of the server-errors only "busy" is as clear."""

Rasterise = Callable[[bytes, Plan, int], Awaitable[bytes]]


@dataclass(frozen=True)
class Cancelled:
    """Read back: the job is over by cancellation, and no queue lists it. The outcome says what had come out before."""

    outcome: Outcome


@dataclass(frozen=True)
class NotCancelled:
    """It was over already."""

    outcome: Outcome


@dataclass(frozen=True)
class CancelUnknown:
    """It may still come out; the printer is held."""

    outcome: Outcome


async def _in_a_thread(pdf: bytes, plan: Plan, pages: int) -> bytes:
    return await trio.to_thread.run_sync(paper.rasterised, pdf, plan, pages)


class A4Printer:
    """One printer; one job at a time."""

    def __init__(
        self,
        entry: IppClient,
        machine: IppClient | None,
        *,
        strangers: Strangers = Strangers.REFUSE,
        colour: bool = True,
        patience: Patience | None = None,
        rasterise: Rasterise = _in_a_thread,
    ) -> None:
        """`machine`: the same client as `entry` where jobs go to the machine itself."""
        self._patience = patience or Patience()
        self._eyes = Eyes(entry, machine)
        self._clearing = Clearing(self._eyes, self._patience, strangers)
        self._following = Following(self._eyes, self._clearing, self._patience)
        self._entry, self._colour, self._rasterise = entry, colour, rasterise
        self._one = trio.Lock()

    # Before

    @property
    def held(self) -> frozenset[str]:
        """Keys of jobs that may still come out."""
        return self._clearing.held

    @property
    def at_work(self) -> bool:
        """A job of this terminal is on its way in this moment."""
        return self._one.locked()

    async def status(self, media: str = A4) -> PrinterStatus:
        """Moves nothing. Raises PrinterAway."""
        return status_of(await self._eyes.printer(), media, bool(self.held))

    async def prepare(
        self, document: bytes, *, job_name: str, sides: Sides = Sides.ONE, media: str = A4, copies: int = 1
    ) -> Ticket:
        """Make way, and read the counters; nothing of the document is sent. Write the ticket down before `print`.

        `job_name` is the key by which the job is found again, after a kill -9 too: never used before, up to 100 printable
        ASCII characters, nothing about a person. Raises NotReady, PrinterAway, NotPrintable, ValueError.
        """
        if not (0 < len(job_name) <= LONGEST_KEY and job_name.isascii() and job_name.isprintable()) or copies < 1:
            raise ValueError("not a key, or no copy")
        pages = paper.page_count(document)
        async with self._one:
            await self._clearing.make_way()
            status = await self.status(media)
            self._check(status)
            ticket = Ticket(job_name, pages, copies, sides, media, status.counters, (await self._eyes.printer()).up_time)
            self._submission(ticket, await self._entry_capabilities(), b"")
            return ticket

    # The job

    async def print(self, document: bytes, ticket: Ticket, watch: Watch | None = None) -> Outcome:
        """Send it once and follow it to its end. A call that is cancelled cancels the job and reads that back."""
        async with self._one:
            try:
                await self._check_again(ticket)
                submission = await self._ready_to_send(document, ticket)
            except NotReady as error:
                return _not_started(error.hindrance, error.detail)
            except PrinterError as error:
                return _not_started(Hindrance.AWAY, str(error))
            self._clearing.hold(ticket.key)
            try:
                return await self._send_and_follow(submission, ticket, watch)
            except BaseException:
                with trio.CancelScope(shield=True):
                    await self._following.stop(ticket)
                raise

    async def follow(self, ticket: Ticket, watch: Watch | None = None) -> Outcome:
        """Of a job sent before a restart of the terminal: to its end, with the same limits."""
        async with self._one:
            self._clearing.hold(ticket.key)
            return await self._following.follow(ticket, watch)

    async def find(self, ticket: Ticket) -> Outcome | Progress:
        """Ask what became of a job, and do nothing about it. Raises PrinterAway."""
        look = await self._eyes.look(ticket.key)
        return judge(ticket, look) if is_over(look) or not look.listed else progress(look)

    async def cancel(self, ticket: Ticket) -> Cancelled | NotCancelled | CancelUnknown:
        """Cancel a job and read that back: no queue lists it, and its state says canceled or aborted."""
        async with self._one:
            self._clearing.hold(ticket.key)
            before = await self._over_already(ticket)
            if before is not None:
                return NotCancelled(before)
            outcome = await self._following.stop(ticket)
            if outcome.held:
                return CancelUnknown(outcome)
            return NotCancelled(outcome) if outcome.end is Stage.DELIVERED else Cancelled(outcome)

    async def keep_watch(self) -> None:
        """For ever: as soon as a lost printer answers again, what it still holds of a given-up job is cancelled, before the
        next citizen stands there."""
        while True:
            await trio.sleep(self._patience.again)
            if self.held:
                async with self._one:
                    await self._clearing.tidy()

    # Sending

    async def _check_again(self, ticket: Ticket) -> None:
        """What `prepare` found must still be so; and a key that the printer knows was used."""
        await self._clearing.make_way()
        status = await self.status(ticket.media)
        self._check(status)
        if status.counters != ticket.before:
            raise NotReady(Hindrance.COUNTER_MOVED, "something was printed since the ticket was made")
        for place in self._eyes.places:
            if await self._eyes.find(place, ticket.key) is not None:
                raise NotReady(Hindrance.USED_KEY, "the printer knows a job of that name")

    def _check(self, status: PrinterStatus) -> None:
        if status.hindrances:
            first, *others = sorted(status.hindrances)
            raise NotReady(first, ", ".join(others))

    async def _entry_capabilities(self) -> Capabilities:
        try:
            return await self._entry.capabilities()
        except PrinterError as error:
            raise PrinterAway(str(error)) from error

    async def _ready_to_send(self, document: bytes, ticket: Ticket) -> Submission:
        if paper.page_count(document) != ticket.pages:
            raise ValueError("not the document of this ticket")
        able = await self._entry_capabilities()
        submission = self._submission(ticket, able, document)
        if submission.format == PDF:
            return submission
        pixels = await self._rasterise(document, paper.raster_plan(ticket, able, self._colour), ticket.pages)
        return replace(submission, document=pixels)

    def _submission(self, ticket: Ticket, able: Capabilities, document: bytes) -> Submission:
        kind = paper.format_for(able)
        if kind != PDF:
            paper.raster_plan(ticket, able, self._colour)
        return Submission(ticket.key, kind, document, paper.template(ticket, able, self._colour))

    async def _send_and_follow(self, submission: Submission, ticket: Ticket, watch: Watch | None) -> Outcome:
        if watch is not None:
            watch(Progress(Stage.SUBMITTED))
        refused = await self._send(submission, ticket)
        if refused is None:
            return await self._following.follow(ticket, watch)
        if refused.why is Why.NOT_STARTED or refused.why is Why.REFUSED:
            self._clearing.release(ticket.key)
        return refused

    async def _send(self, submission: Submission, ticket: Ticket) -> Outcome | None:
        """None: it was accepted, or may have been."""
        for attempt in range(SUBMIT_TRIES):
            if attempt:
                await trio.sleep(self._patience.busy)
            try:
                accepted = await self._entry.print_job(submission)
            except NotSent as error:
                return _not_started(Hindrance.AWAY, str(error))
            except IppRefused as refused:
                if refused.status >= CERTAIN_BELOW and refused.status not in WORTH_ANOTHER_TRY:
                    return None
                if refused.status < CERTAIN_BELOW:
                    return _refused(Hindrance.REFUSED, str(refused))
            except HttpRefused as refused:
                if not refused.busy:
                    return _refused(Hindrance.REFUSED, str(refused)) if refused.certain else None
            except PrinterError:
                return None
            else:
                if accepted.job.id is not None:
                    self._eyes.learn(ticket.key, accepted.job.id)
                if not accepted.substituted:
                    return None
                stopped = await self._following.stop(ticket)
                detail = f"the printer would have changed {', '.join(accepted.substituted)}"
                return replace(stopped, detail=detail, hindrance=Hindrance.UNSUITABLE)
        return _refused(Hindrance.BUSY, f"busy {SUBMIT_TRIES} times")

    async def _over_already(self, ticket: Ticket) -> Outcome | None:
        try:
            look = await self._eyes.look(ticket.key)
        except PrinterAway:
            return None
        return await self._following.ended(ticket) if is_over(look) else None


def _not_started(hindrance: str, detail: str) -> Outcome:
    return Outcome(Stage.FAILED, Why.NOT_STARTED, detail, 0, hindrance=_word(hindrance))


def _refused(hindrance: Hindrance, detail: str) -> Outcome:
    return Outcome(Stage.FAILED, Why.REFUSED, detail, 0, hindrance=hindrance)


def _word(hindrance: str) -> Hindrance | Reason:
    return Hindrance(hindrance) if hindrance in set(Hindrance) else Reason(hindrance)
