"""Where a job can be seen: at the machine itself, and at the print service before it. One look at both."""
from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Literal

from print.ipp.client import IppClient
from print.ipp.errors import IppRefused, NoAnswer, NotSent, PrinterAway, PrinterError
from print.ipp.job import Look
from print.ipp.readings import JobReading, PrinterReading
from print.ipp.terms import USER, PrinterState, Status

LISTS: tuple[Literal["not-completed", "completed"], ...] = ("not-completed", "completed")
ATTEMPTS = 2
"""Of a question, which moves nothing: one garbled or refused answer is no news."""


@dataclass(frozen=True)
class Listed:
    """A job in one of the queues."""

    where: IppClient
    reading: JobReading


class Eyes:
    """`entry` is where jobs are sent. `machine` is the printer itself: the same client where it takes jobs by IPP; None
    where it cannot be asked (a driver's USB printer)."""

    def __init__(self, entry: IppClient, machine: IppClient | None) -> None:
        self.entry, self.machine = entry, machine
        self.places = [entry] if machine is None or machine is entry else [entry, machine]
        self._numbers: dict[tuple[int, str], int] = {}

    async def printer(self) -> PrinterReading:
        """Of the machine where it can be asked, else of the service. Raises PrinterAway."""
        return await self._printer(self.machine or self.entry)

    async def look(self, key: str) -> Look:
        """Everything there is to see of the job `key`. Raises PrinterAway."""
        printer = await self.printer()
        machine = self.machine is not None and not printer.is_spooler
        at_entry = await self.find(self.entry, key)
        if self.machine is None or not machine:
            return Look(job=None, machine=False, through_service=True, service=at_entry, busy=False)
        direct = self.machine is self.entry
        return Look(
            job=at_entry if direct else await self.find(self.machine, key),
            now=printer.counters,
            up_time=printer.up_time,
            hindering=printer.hindering,
            stopped=printer.state is PrinterState.STOPPED,
            busy=printer.state is PrinterState.PROCESSING,
            through_service=not direct,
            service=None if direct else at_entry,
        )

    async def find(self, where: IppClient, key: str) -> JobReading | None:
        """The job of that name: by its number where that is known, else in the lists. Raises PrinterAway."""
        number = self._numbers.get((id(where), key))
        if number is not None:
            with contextlib.suppress(_Unlisted):
                reading = await _asked(where, number)
                if reading.name in (None, key):
                    return reading
        for which in LISTS:
            for reading in await self._jobs(where, which):
                if reading.name == key:
                    if reading.id is not None:
                        self._numbers[(id(where), key)] = reading.id
                    return reading
        return None

    def learn(self, key: str, number: int) -> None:
        """The entry's number of a job just accepted."""
        self._numbers[(id(self.entry), key)] = number

    def forget(self, key: str) -> None:
        for place in self.places:
            self._numbers.pop((id(place), key), None)

    async def waiting(self) -> list[Listed]:
        """Every job in a queue that is not over, the service's first. Raises PrinterAway."""
        return [
            Listed(place, reading)
            for place in self.places
            for reading in await self._jobs(place, "not-completed")
            if not reading.final
        ]

    async def _printer(self, where: IppClient) -> PrinterReading:
        for attempt in range(ATTEMPTS):
            try:
                return await where.printer()
            except PrinterError as error:
                _give_up(error, attempt)
        raise AssertionError("unreachable")

    async def _jobs(self, where: IppClient, which: Literal["not-completed", "completed"]) -> tuple[JobReading, ...]:
        for attempt in range(ATTEMPTS):
            try:
                return await where.jobs(which)
            except PrinterError as error:
                _give_up(error, attempt)
        raise AssertionError("unreachable")


def ours(reading: JobReading) -> bool:
    return reading.user == USER


class _Unlisted(Exception):
    """The printer knows no job of that number."""


async def _asked(where: IppClient, number: int) -> JobReading:
    for attempt in range(ATTEMPTS):
        try:
            return await where.job(number)
        except IppRefused as refused:
            if refused.status in (Status.NOT_FOUND, Status.GONE):
                raise _Unlisted from refused
            _give_up(refused, attempt)
        except PrinterError as error:
            _give_up(error, attempt)
    raise AssertionError("unreachable")


def _give_up(error: PrinterError, attempt: int) -> None:
    """Raises PrinterAway after the last attempt, or at once where asking again cannot help."""
    if attempt + 1 >= ATTEMPTS or isinstance(error, NotSent | NoAnswer):
        raise PrinterAway(str(error)) from error
