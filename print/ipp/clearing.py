"""No page comes out for the next citizen: cancelling, reading the cancellation back, and holding the printer meanwhile."""
from __future__ import annotations

import contextlib

import trio

from print.ipp.errors import NotReady, PrinterAway, PrinterError
from print.ipp.looking import Eyes, Listed, ours
from print.ipp.patience import Patience, Strangers
from print.ipp.readings import PrinterReading
from print.ipp.reasons import Hindrance
from print.ipp.terms import PrinterState


class Clearing:
    """The queues of one printer. A hold is a job that may still come out; while there is one, nothing else is sent."""

    def __init__(self, eyes: Eyes, patience: Patience, strangers: Strangers) -> None:
        self._eyes, self._patience, self._strangers = eyes, patience, strangers
        self._holds: dict[str, float] = {}

    @property
    def held(self) -> frozenset[str]:
        """Keys of jobs that may still come out."""
        return frozenset(self._holds)

    def hold(self, key: str) -> None:
        self._holds[key] = trio.current_time()

    def release(self, key: str) -> None:
        self._holds.pop(key, None)

    async def stop(self, key: str) -> bool:
        """Cancel the job everywhere, again and again, until no queue lists it any more. False: that could not be read back."""
        with trio.move_on_after(self._patience.cancel):
            while True:
                with contextlib.suppress(PrinterAway):
                    if not await self._cancel([one for one in await self._eyes.waiting() if one.reading.name == key]):
                        return True
                await trio.sleep(self._patience.again)
        return False

    async def make_way(self) -> None:
        """Empty the queues by rule. Raises NotReady where they are not empty, or a hold stands; PrinterAway."""
        with trio.move_on_after(self._patience.cancel):
            while left := await self._eyes.waiting():
                strange = [one for one in left if not ours(one.reading)]
                if strange and self._strangers is Strangers.REFUSE:
                    raise NotReady(Hindrance.STRANGE_JOB, f"{len(strange)} in the queue")
                await self._cancel(left)
                await trio.sleep(self._patience.again)
            await self._look_at_holds(await self._eyes.printer())
            return
        raise NotReady(Hindrance.LEFTOVER, "a job in the queue cannot be cancelled")

    async def tidy(self) -> bool:
        """Cancel what is left of held jobs, and release those that can no longer come out. True: none is held."""
        with contextlib.suppress(PrinterAway):
            if not await self._cancel([one for one in await self._eyes.waiting() if one.reading.name in self._holds]):
                with contextlib.suppress(NotReady):
                    await self._look_at_holds(await self._eyes.printer())
        return not self._holds

    async def _look_at_holds(self, printer: PrinterReading) -> None:
        """Called with no job of the terminal in any queue. What nobody lists can come out for `late` seconds more at most,
        and only while the machine moves."""
        moving = printer.state is not PrinterState.IDLE and printer.state is not PrinterState.STOPPED
        now = trio.current_time()
        for key, since in list(self._holds.items()):
            if not moving and now - since >= self._patience.late:
                self.release(key)
        if self._holds:
            raise NotReady(Hindrance.HELD, ", ".join(sorted(self._holds)))

    async def _cancel(self, jobs: list[Listed]) -> int:
        """Ask for it; what became of it the next look tells, whatever the answer says."""
        for one in jobs:
            if one.reading.id is not None:
                with contextlib.suppress(PrinterError):
                    await one.where.cancel_job(one.reading.id)
        return len(jobs)
