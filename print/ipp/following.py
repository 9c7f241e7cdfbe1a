"""A job on its way: followed to its end, stopped after any fault, and judged when the counters have followed the paper."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import trio

from print.ipp.clearing import Clearing
from print.ipp.client import IppClient
from print.ipp.errors import PrinterAway, PrinterError
from print.ipp.job import Look, Outcome, Progress, Stage, Ticket, Why, judge, progress
from print.ipp.looking import Eyes
from print.ipp.patience import Patience

Watch = Callable[[Progress], None]


class Following:
    """The jobs of one printer, one at a time."""

    def __init__(self, eyes: Eyes, clearing: Clearing, patience: Patience) -> None:
        self._eyes, self._clearing, self._patience = eyes, clearing, patience

    async def follow(self, ticket: Ticket, watch: Watch | None) -> Outcome:
        """To its end, whichever comes: the machine's, or that of our patience."""
        await self._stop_doubles(ticket)
        told: Progress | None = None
        limits = _Limits(self._patience, ticket)
        while True:
            try:
                look = await self._eyes.look(ticket.key)
            except PrinterAway:
                seen = limits.silent()
            else:
                if is_over(look) or (not look.listed and judge(ticket, look).end is Stage.DELIVERED):
                    return await self.ended(ticket, look)
                now = progress(look)
                seen = limits.seen(now) if look.listed else limits.missing()
                if watch is not None and now != told and look.listed:
                    watch(now)
                    told = now
            if seen:
                outcome = await self.stop(ticket)
                return outcome if told is None or outcome.reasons else replace(outcome, reasons=told.reasons)
            await trio.sleep(self._patience.look)

    async def _stop_doubles(self, ticket: Ticket) -> None:
        """A job that was taken twice prints once: the younger ones are cancelled before their turn comes."""
        try:
            listed = [one for one in await self._eyes.waiting() if one.reading.name == ticket.key]
        except PrinterAway:
            return
        for place in self._eyes.places:
            known = await self._known(place, ticket)
            for one in listed:
                if one.where is place and known is not None and one.reading.id not in (None, known):
                    await self._ask_to_cancel(one.where, one.reading.id or 0)

    async def _known(self, place: IppClient, ticket: Ticket) -> int | None:
        try:
            found = await self._eyes.find(place, ticket.key)
        except PrinterAway:
            return None
        return None if found is None else found.id

    async def _ask_to_cancel(self, place: IppClient, number: int) -> None:
        try:
            await place.cancel_job(number)
        except PrinterError:
            return  # whether it was done the counters and the queue tell at the end

    async def stop(self, ticket: Ticket) -> Outcome:
        """After any fault: cancel, read it back, and judge by what the machine counts then."""
        if not await self._clearing.stop(ticket.key):
            return Outcome(Stage.UNKNOWN, Why.CANCEL_NOT_CONFIRMED, held=True)
        return await self.ended(ticket)

    async def ended(self, ticket: Ticket, seen: Look | None = None) -> Outcome:
        """Wait until the counters follow the paper, then judge, and see that nothing of the job is left in a queue.
        `seen`: the look that showed the end; where it proves delivery nothing more is waited for."""
        if seen is not None and (first := judge(ticket, seen)).end is Stage.DELIVERED:
            return await self._closed(ticket, first)
        outcome = Outcome(Stage.UNKNOWN, Why.CANCEL_NOT_CONFIRMED, held=True)
        since = trio.current_time()
        while trio.current_time() - since <= self._patience.cancel:
            try:
                look = await self._eyes.look(ticket.key)
            except PrinterAway as away:
                outcome = replace(outcome, detail=str(away))
            else:
                outcome = judge(ticket, look)
                if outcome.end is not Stage.DELIVERED and not look.over:
                    outcome = replace(outcome, end=Stage.UNKNOWN, why=Why.CANCEL_NOT_CONFIRMED, held=True)
                waited = trio.current_time() - since >= self._patience.settle
                if outcome.end is Stage.DELIVERED or (look.over and waited):
                    break
            await trio.sleep(self._patience.look)
        return await self._closed(ticket, outcome)

    async def _closed(self, ticket: Ticket, outcome: Outcome) -> Outcome:
        """The hold goes when the machine says that nothing can come any more. What was seen to be delivered stays delivered
        even where the machine is gone a moment later."""
        if outcome.held or not await self._clearing.stop(ticket.key):
            known = outcome.end is Stage.DELIVERED
            return replace(outcome, end=Stage.DELIVERED if known else Stage.UNKNOWN, held=True)
        if outcome.why in (Why.JOB_GONE, Why.RESTARTED):
            return replace(outcome, held=True)  # released after a while by the look at the queue (Patience.late)
        self._clearing.release(ticket.key)
        self._eyes.forget(ticket.key)
        return outcome


class _Limits:
    """No state without an end: each answers whether the job is given up now."""

    def __init__(self, patience: Patience, ticket: Ticket) -> None:
        self._patience = patience
        self._whole = patience.start + patience.page * ticket.impressions[0]
        self._last = trio.current_time()
        self._spent: dict[str, float] = {}

    def silent(self) -> bool:
        return self._more("silent") > self._patience.silent

    def missing(self) -> bool:
        self._spent.pop("silent", None)
        return self._more("missing") > self._patience.appear

    def seen(self, now: Progress) -> bool:
        self._spent.pop("silent", None)
        self._spent.pop("missing", None)
        if now.stage is Stage.PAUSED:
            return self._more("paused") > self._patience.paused
        self._spent.pop("paused", None)
        return self._more("running") > self._whole

    def _more(self, what: str) -> float:
        now = trio.current_time()
        self._spent[what] = self._spent.get(what, 0.0) + now - self._last
        self._last = now
        return self._spent[what]


def is_over(look: Look) -> bool:
    """Final wherever it is listed, and listed where it counts."""
    return bool(look.listed) and all(one.final for one in look.listed)
