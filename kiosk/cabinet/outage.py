"""X17, in one visit: what the machine has begun is finished, then she hears where her card is, and keeps her slip."""
from __future__ import annotations

import trio

from devices.card_printer.status import Media
from devices.errors import DeviceError
from devices.receipt_printer.driver import PrintEnd
from kiosk.cabinet.guard import Guard
from kiosk.cabinet.guide import Guide
from kiosk.leaflet import power
from kiosk.parts import Parts
from kiosk.prompts import Claim, Prompt, SlipShown
from kiosk.stage import StageBoard
from kiosk.transaction.heart import Heart
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Mark
from remote.messages import CardEnd

LOOK_EVERY_S = 0.25
LOW_GRACE_S = 60.0           # [A] a battery called low lasts minutes; the plan is settled after the start if need be


class Outage:
    """Made when a visit begins: plans that told of themselves before are not hers."""

    def __init__(self, guard: Guard, guide: Guide, heart: Heart, parts: Parts, board: StageBoard) -> None:
        self.guard, self.guide, self.heart, self.parts, self.board = guard, guide, heart, parts, board
        self._before = frozenset(board.plans())

    async def ends_the_visit(self) -> Prompt:
        """Returns what to tell her, once the mains are gone and the machine has finished what it had begun.

        On a low battery what can still be undone is, and nobody waits longer than LOW_GRACE_S.
        """
        while not self.guard.on_battery:
            await self.guard.changed()
        self.guide.on_battery = True
        low_since: float | None = None
        while self.heart.busy or not self.guide.waits_for_her:
            if self.guard.battery_low:
                low_since = trio.current_time() if low_since is None else low_since
                self.heart.cancel_running()
                if trio.current_time() - low_since > LOW_GRACE_S:
                    break
            await trio.sleep(LOOK_EVERY_S)
        return await self.words()

    async def words(self) -> Prompt:
        """By the plans' own rows where they know, else by the exit's sensor."""
        logs = [self.heart.log_of(plan) for plan in self._plans()]
        shown = self.guide.shown.contents if self.guide.shown else ()
        slip = any(slip_delivered(log) for log in logs) or any(isinstance(one, SlipShown) for one in shown)
        claims = tuple(one for one in shown if isinstance(one, Claim))
        if await self._at_exit():
            return power.power_cut_card_out(slip=slip, still_there=True)
        end = next((end for log in reversed(logs) if (end := handed_over(log)) is not None), None)
        match end:
            case CardEnd.TAKEN:
                return power.power_cut_card_out(slip=slip, still_there=False)
            case CardEnd.KEPT:
                return power.power_cut_card_kept(slip=slip, claims=claims)
            case _:
                return power.power_cut(slip=slip, claims=claims)

    def _plans(self) -> list[str]:
        return [plan for plan in self.board.plans() if plan not in self._before]

    async def _at_exit(self) -> bool:
        if not self._plans():
            return False
        try:
            return (await self.parts.card_printer.status()).exit is Media.PRESENT
        except DeviceError:
            return False


def handed_over(log: PlanLog) -> CardEnd | None:
    facts = log.facts("hand_over", Mark.DONE)
    return CardEnd(facts["end"]) if facts and "end" in facts else None


def slip_delivered(log: PlanLog) -> bool:
    return (log.facts("slip", Mark.DONE) or {}).get("outcome") == PrintEnd.DELIVERED.value
