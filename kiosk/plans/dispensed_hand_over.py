"""The pivot at a dispenser: the card leaves by the gate. The same four ends as at the card printer (hand_over.py), told by other
senses: a gate sensor, and a count of what fell into the bin. A card that is neither inside, nor at the gate, nor in the bin was
taken; where the machine cannot count, nobody knows."""
from __future__ import annotations

import contextlib

import trio

from devices.card_dispenser.judging import Act, Evidence, Verdict, judge
from devices.card_dispenser.seam import CardDispenser
from devices.card_dispenser.words import DeviceState, Media, PathMedia, TakenEnd
from devices.errors import DeviceError, DeviceFailed, DeviceRefused
from kiosk.parts import Parts
from kiosk.plans.dispensed_blank import MACHINE, dispensing_of
from kiosk.plans.hand_over import STILL_THERE_S, done, unknown
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Answer, Attempt, Facts, Later, Mark, NotDone, Probed, Unknown
from remote.messages import CardEnd

WATCH_S = 2.0                # [A] so often it is asked whether somebody stands there


class DispensedHandOver:
    def __init__(self, parts: Parts, log: PlanLog) -> None:
        self._parts = parts
        self._log = log

    @property
    def _machine(self) -> CardDispenser:
        return dispensing_of(self._parts).machine

    async def count_before(self, this: Attempt) -> Facts:
        try:
            return (await self._machine.evidence()).as_json()
        except DeviceError as error:
            raise Later(MACHINE) from error

    async def over(self, this: Attempt) -> Facts:
        """Out to the gate, wait for a hand, capture what was not taken."""
        self._parts.stage(this.plan, "present")
        try:
            await self._machine.present()
        except DeviceRefused as error:
            raise NotDone("not_presented", code=error.code) from error
        except DeviceError as error:
            raise Unknown(MACHINE) from error
        limits = self._parts.limits
        patience = limits.take_card_elder_s if self._log.opened.get("elder") else limits.take_card_s
        self._parts.stage(this.plan, "at_exit")
        try:
            end = await self._taken_or_kept(self._before(this), patience, longer=True)
        except DeviceError as error:
            raise Unknown(MACHINE) from error
        if end is None:
            raise Unknown(MACHINE)
        return {"end": end.value}

    def _before(self, this: Attempt) -> Evidence:
        return Evidence.from_json(self._log.facts(this.act, Mark.INTENT) or {})

    async def _taken_or_kept(self, before: Evidence, patience_s: float, *, longer: bool = False) -> CardEnd | None:
        """None: sensors and counter contradict each other, or nobody saw. `before`: while the card was certainly inside."""
        match await self._watched(patience_s, longer=longer):
            case TakenEnd.TAKEN:
                return await self._taken(before)
            case TakenEnd.NEVER_SEEN:
                return None
        self._parts.stage(self._log.plan, "capturing")
        at_gate = await self._machine.evidence()
        said = False
        with contextlib.suppress(DeviceRefused, DeviceFailed):  # taken in this very moment, or stuck: the sensors say which
            await self._machine.capture()
            said = True
        after = await self._machine.evidence()
        captured = judge(Act.CAPTURE, at_gate, after)
        if captured.verdict is Verdict.DONE:
            return CardEnd.KEPT
        if captured.verdict is Verdict.UNKNOWN:
            return CardEnd.KEPT if said and at_gate.retained is None and nowhere(after) else None
        return await self._taken(before) if nowhere(after) else None

    async def _watched(self, patience_s: float, *, longer: bool) -> TakenEnd:
        """`longer` while somebody stands there (X16)."""
        now = trio.current_time()
        until, latest = now + patience_s, now + patience_s + self._parts.limits.somebody_more_s
        while True:
            if longer and self._parts.somebody_there():
                until = min(latest, max(until, trio.current_time() + STILL_THERE_S))
            left = until - trio.current_time()
            end = await self._machine.wait_taken(max(0.0, min(WATCH_S, left)))
            if end is not TakenEnd.STILL_THERE or trio.current_time() >= until:
                return end

    async def _taken(self, before: Evidence) -> CardEnd | None:
        """The gate was seen empty after a card was seen there: not inside again, and not in the bin."""
        after = await self._machine.evidence()
        return CardEnd.TAKEN if nowhere(after) and not after.fallen_since(before) else None

    async def probe(self, this: Attempt) -> Probed:
        """After a cut, or when the movement stumbled. Captures a card that still lies at the gate, after calling its owner."""
        try:
            return await self._look(self._before(this))
        except DeviceError as error:
            raise Later(MACHINE) from error

    async def _look(self, before: Evidence) -> Probed:
        await self._at_rest()
        after = await self._machine.evidence()
        if after.gate is Media.PRESENT:
            return await self._call_and_capture(before)
        judged = judge(Act.PRESENT, before, after)
        match judged.verdict:
            case Verdict.DONE:
                return done(CardEnd.TAKEN)
            case Verdict.NOT_DONE if after.path.inside:
                return Probed(Answer.NOT_DONE, {"reason": "not_presented"})
            case Verdict.NOT_DONE:                          # drawn in before the cut: nothing else puts a card there
                return done(CardEnd.KEPT)
        return unknown(judged.because)

    async def _at_rest(self) -> None:
        """A movement that began before the cut may still be going on."""
        status = await self._machine.status()
        with trio.move_on_after(self._parts.limits.settle_moving_s):
            while status.device is DeviceState.BUSY:
                await trio.sleep(self._parts.limits.exit_poll_s)
                status = await self._machine.status()
        if status.device is DeviceState.BUSY:
            raise Later(MACHINE)

    async def _call_and_capture(self, before: Evidence) -> Probed:
        called_before = (self._log.facts("hand_over", Mark.OWED) or {}).get("waits_for") == "card_at_exit"
        patience = 0.0 if called_before else self._parts.limits.recovery_present_s
        if not called_before:
            self._parts.stage(self._log.plan, "still_at_exit")
        try:
            end = await self._taken_or_kept(before, patience)
            if end is None and (await self._machine.status()).gate is Media.PRESENT:
                raise Later("card_at_exit")         # everybody knows where it is: the bin is full, or it is stuck
        finally:
            self._parts.stage(self._log.plan, "settled")
        return done(end) if end else unknown("the card at the gate could not be followed")


def nowhere(evidence: Evidence) -> bool:
    """Neither inside nor at the gate, for certain."""
    return (evidence.path, evidence.gate) == (PathMedia.NOT_PRESENT, Media.NOT_PRESENT)
