"""The pivot: the card leaves the slot. Four ends: taken, kept, not presented, unknown (design.md, Handing over)."""
from __future__ import annotations

import contextlib

import trio

from devices.card_printer.status import Counters, Media, PathMedia, Status
from devices.errors import DeviceError, DeviceFailed, DeviceRefused
from kiosk.parts import Parts
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Answer, Attempt, Facts, Later, Mark, NotDone, Probed, Unknown
from remote.messages import CardEnd

MACHINE = "card_printer"
STILL_THERE_S = 10.0         # [A] how long a card waits on after the last sight of somebody in front


class HandOver:
    def __init__(self, parts: Parts, log: PlanLog) -> None:
        self._parts = parts
        self._log = log

    async def count_before(self, this: Attempt) -> Facts:
        try:
            return as_facts(await self._parts.card_printer.counters())
        except DeviceError as error:
            raise Later(MACHINE) from error

    async def over(self, this: Attempt) -> Facts:
        """Eject, wait for a hand, capture what was not taken."""
        self._parts.stage(this.plan, "present")
        try:
            await self._parts.card_printer.present()
        except DeviceRefused as error:
            raise NotDone("not_presented", code=error.code) from error
        except DeviceError as error:
            raise Unknown(MACHINE) from error
        limits = self._parts.limits
        patience = limits.take_card_elder_s if self._log.opened.get("elder") else limits.take_card_s
        self._parts.stage(this.plan, "at_exit")
        try:
            before = from_facts(self._log.facts(this.act, Mark.INTENT) or {})
            end = await self.taken_or_kept(before, patience, longer=True)
        except DeviceError as error:
            raise Unknown(MACHINE) from error
        if end is None:
            raise Unknown(MACHINE)
        return {"end": end.value}

    async def taken_or_kept(self, before: Counters, patience_s: float, *, longer: bool = False) -> CardEnd | None:
        """Watch the exit for `patience_s`, `longer` while somebody stands there (X16), then draw the card in. `before`: counters
        read while the card was certainly still the machine's. None: sensors and counters contradict each other."""
        printer = self._parts.card_printer
        with trio.move_on_after(patience_s) as waiting:
            latest = waiting.deadline + self._parts.limits.somebody_more_s
            while True:
                if longer and self._parts.somebody_there():
                    waiting.deadline = min(latest, max(waiting.deadline, trio.current_time() + STILL_THERE_S))
                status = await printer.status()
                if status.exit is Media.PRESENT and status.boot != before.boot:
                    before = await printer.counters()       # it forgot what it had counted, and still has the card
                elif status.exit is Media.NOT_PRESENT:      # an exit sensor can go blind: its counter has to have seen a hand
                    end = what_the_counters_say(before, await printer.counters(), status)
                    if end is not None:
                        return end                          # else it may see again before the time is up
                await trio.sleep(self._parts.limits.exit_poll_s)
        self._parts.stage(self._log.plan, "capturing")
        with contextlib.suppress(DeviceRefused, DeviceFailed):  # taken in this very moment, or stuck: the counters say which
            await printer.capture()
        after, status = await printer.counters(), await printer.status()
        return what_the_counters_say(before, after, status)

    async def probe(self, this: Attempt) -> Probed:
        """After a cut, or when the eject stumbled. Captures a card that still lies at the exit, after calling its owner."""
        intent = self._log.facts(this.act, Mark.INTENT) or {}
        try:
            return await self._look(from_facts(intent))
        except DeviceError as error:
            raise Later(MACHINE) from error

    async def _look(self, before: Counters) -> Probed:
        await self._at_rest()
        counters = await self._parts.card_printer.counters()
        status = await self._parts.card_printer.status()        # after the counters: what is at the exit now is not in them
        if before.fed is not None and counters.fed is not None and counters.fed != before.fed:
            return unknown("the machine was used since")
        if status.exit is Media.PRESENT:
            return await self._call_and_capture(counters)
        if Media.UNKNOWN is status.exit or status.path is PathMedia.UNKNOWN:
            return unknown("a sensor does not answer")
        if status.path is not PathMedia.NOT_PRESENT:
            return Probed(Answer.NOT_DONE, {"reason": "not_presented"})
        counters = await self._parts.card_printer.counters()
        if not counters.comparable(before):
            return unknown("the machine has lost its counters")
        end = what_the_counters_say(before, counters, status)
        return done(end) if end else unknown("no sensor has seen the card leave")

    async def _at_rest(self) -> None:
        """A movement that began before the cut may still be going on."""
        status = await self._parts.card_printer.status()
        with trio.move_on_after(self._parts.limits.settle_moving_s):
            while status.moving:
                await trio.sleep(self._parts.limits.exit_poll_s)
                status = await self._parts.card_printer.status()
        if status.moving:
            raise Later(MACHINE)

    async def _call_and_capture(self, before: Counters) -> Probed:
        called_before = (self._log.facts("hand_over", Mark.OWED) or {}).get("waits_for") == "card_at_exit"
        patience = 0.0 if called_before else self._parts.limits.recovery_present_s
        if not called_before:
            self._parts.stage(self._log.plan, "still_at_exit")
        try:
            end = await self.taken_or_kept(before, patience)
            if end is None and (await self._parts.card_printer.status()).exit is Media.PRESENT:
                raise Later("card_at_exit")         # everybody knows where it is: a bin is full, or it is stuck
        finally:
            self._parts.stage(self._log.plan, "settled")
        return done(end) if end else unknown("the card at the exit could not be followed")


def what_the_counters_say(before: Counters, after: Counters, status: Status) -> CardEnd | None:
    """One card went somewhere between two readings of the same power-on; None where they do not say where."""
    if status.exit is not Media.NOT_PRESENT or not after.comparable(before):
        return None
    if None in (before.taken, after.taken, before.captured, after.captured):
        return None
    captured, taken = (after.captured or 0) - (before.captured or 0), (after.taken or 0) - (before.taken or 0)
    if (captured, taken) == (1, 0):
        return CardEnd.KEPT
    return CardEnd.TAKEN if (captured, taken) == (0, 1) else None


def done(end: CardEnd) -> Probed:
    return Probed(Answer.DONE, {"end": end.value})


def unknown(why: str) -> Probed:
    return Probed(Answer.UNKNOWN, {"reason": why})


def as_facts(counters: Counters) -> Facts:
    return {
        "boot": counters.boot, "fed": counters.fed, "presented": counters.presented, "taken": counters.taken,
        "captured": counters.captured, "rejected": counters.rejected, "panels_printed": counters.panels_printed,
        "volatile": counters.volatile,
    }


def from_facts(facts: Facts) -> Counters:
    return Counters(**{**dict.fromkeys(("boot", "fed", "presented", "taken", "captured", "rejected", "panels_printed")), **facts})
