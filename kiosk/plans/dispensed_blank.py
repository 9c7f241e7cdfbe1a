"""The card of one plan out of the dispenser: to the station, written, read back; into the bin when the plan goes back.

The machine counts what falls into its bin and not what leaves its stacker: a feed that stumbled is judged by where a card is now
(devices/card_dispenser/judging.py).
"""
from __future__ import annotations

from card.personalise import ChipContent, compare
from card.transport import ChipStation
from devices.card_dispenser.judging import Evidence
from devices.card_dispenser.seam import CardDispenser
from devices.card_dispenser.words import Media, PathMedia, RejectEnd
from devices.errors import DeviceError, DeviceFailed, DeviceRefused
from kiosk.dispensing import Dispensing
from kiosk.parts import Parts
from kiosk.plans.citizen_blank import CHIP_TROUBLES, CitizenBlank
from kiosk.stock import DISPENSE
from kiosk.transaction.plan import Attempt, Facts, Later, Mark, NotDone, Unknown

MACHINE = "card_dispenser"


def dispensing_of(parts: Parts) -> Dispensing:
    """Raises Later: a plan is open and its machine was taken out of kiosk.toml."""
    if parts.dispensing is None:
        raise Later(MACHINE)
    return parts.dispensing


class DispensedBlank(CitizenBlank):
    @property
    def _machine(self) -> CardDispenser:
        return dispensing_of(self._parts).machine

    @property
    def _chip(self) -> ChipStation:
        return dispensing_of(self._parts).chip

    async def count_before(self, this: Attempt) -> Facts:
        try:
            evidence = await self._machine.evidence()
        except DeviceError as error:
            raise Later("dispenser_away") from error
        if (evidence.path, evidence.gate) != (PathMedia.NOT_PRESENT, Media.NOT_PRESENT):
            raise Later("dispenser_not_clear")
        return evidence.as_json()

    async def feed(self, this: Attempt) -> Facts:
        self._parts.stage(this.plan, "feed")
        try:
            await self._machine.feed_to(dispensing_of(self._parts).at)
        except (DeviceRefused, DeviceFailed) as error:
            raise NotDone("feed", code=error.code, moved=isinstance(error, DeviceFailed)) from error
        except DeviceError as error:
            raise Unknown(MACHINE) from error
        return {}

    async def take_back(self, this: Attempt) -> Facts:
        """Undo of the feed: whatever lies inside goes into the bin. Counts what fell since, by the machine's own counter."""
        before = self._log.facts(DISPENSE, Mark.INTENT, this.number)
        self._parts.stage(this.plan, "taking_back")
        try:
            inside = (await self._machine.evidence()).path.inside
            end = await self._machine.reject()
            after = await self._machine.evidence()
        except DeviceError as error:
            raise Later(MACHINE) from error
        if (after.path, after.gate) != (PathMedia.NOT_PRESENT, Media.NOT_PRESENT):
            raise Later(MACHINE)
        fallen = after.fallen_since(Evidence.from_json(before)) if before else None
        if fallen:
            return {"spoiled": fallen, "in_doubt": 0}
        return self._not_counted(this, binned=inside and end is RejectEnd.CARD_REJECTED, certain=fallen == 0)

    def _not_counted(self, this: Attempt, *, binned: bool, certain: bool) -> Facts:
        """No card was counted into the bin. `certain`: and none fell. One that was inside for certain, and is not now, somebody
        took out by hand; where nothing is counted, only a card that was seen inside before is known to lie there."""
        if binned and not certain:
            return {"spoiled": 1, "in_doubt": 0}
        refused = self._log.facts(DISPENSE, Mark.NOT_DONE, this.number)
        stayed = refused is not None and not refused.get("moved", True)
        was_inside = self._log.has(DISPENSE, Mark.DONE, this.number)
        return {"spoiled": 0, "in_doubt": int(was_inside or not certain and not stayed)}

    async def read_back(self, this: Attempt) -> Facts:
        """From cold, once more: what a reader will find in the chip is what the plan wanted there."""
        public, holder = self._content()
        try:
            async with self._chip.power_up() as transport:
                found = await compare(transport, public, holder)
        except CHIP_TROUBLES as error:
            raise NotDone("chip", problem=type(error).__name__) from error
        if found is not ChipContent.WRITTEN:
            raise NotDone("chip", problem=found.value)
        return {"possible": True}
