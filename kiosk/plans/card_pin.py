"""Her citizen card's PIN is changed by the card itself: the old one opens it, the new one takes its place.

CHANGE PIN is the pivot: when its answer is lost only the same card can tell, by which of the two PINs it takes. The try counter
is full then (the old one was right a moment before), so asking costs at most one try, and the right PIN gives it back. PINs are
never written down: once she has gone nobody here can ask any more, the plan ends as not known and she has been told so.
"""
from __future__ import annotations

from contextlib import AsyncExitStack

from card.apdu import ApduError
from card.pin import PinBlocked, PinPad, PinWrong
from card.transport import CardError, CardOutcomeUnknown
from kiosk.citizen_slot import MACHINE
from kiosk.parts import Parts
from kiosk.plans.purse_session import Hindered, hindered, pin_pad, purse_of_card, slot_of
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Answer, Attempt, Facts, Later, Mark, NotDone, Plan, Probed, Unknown

KIND = "change_card_pin"
OPEN, CHANGE = "open_card", "change_pin"
NEW, OLD, UNKNOWN = "new", "old", "unknown"
"""Which PIN the card takes now: the fact `holds` of CHANGE, done."""
LEAST_TRIES = 2          # left before one may be spent on a question: never the last one


def card_pin(parts: Parts, log: PlanLog) -> Plan:
    """The opened row carries `serial` (20 digits), `claim_code` and `person_ref` (""). The PINs are in the slot, in memory."""
    change = PinChange(parts, log)
    return Plan(
        log.plan, KIND, before=(Act(OPEN, change.open),), pivot=Act(CHANGE, change.change), probe=change.probe,
        let_go=change.let_go,
    )  # fmt: skip


class PinChange:
    def __init__(self, parts: Parts, log: PlanLog) -> None:
        self._parts = parts
        self._log = log
        self._chip = AsyncExitStack()
        self._pad: PinPad | None = None

    async def let_go(self) -> None:
        """Power off. Safe to repeat."""
        self._pad = None
        await self._chip.aclose()

    async def open(self, this: Attempt) -> Facts:
        """This very card, and the old PIN is right: the counter is full from here on."""
        slot = slot_of(self._parts)
        if not slot.her_pin or not slot.new_pin:
            raise NotDone("pin_needed")
        try:
            transport = await self._chip.enter_async_context(slot.power_up())
            purse, _ = await purse_of_card(transport, str(self._log.opened["serial"]))
            self._pad = pin_pad(purse, slot)
            if await self._pad.tries_left() == 0:
                raise PinBlocked
            await self._pad.verify(slot.her_pin)
            return {"tries": await self._pad.tries_left()}
        except Hindered as error:
            raise NotDone(error.why) from None
        except PinWrong as wrong:
            raise NotDone("pin_wrong", tries_left=wrong.tries_left) from None
        except PinBlocked:
            raise NotDone("pin_blocked") from None
        except (ApduError, CardError) as error:
            raise NotDone(hindered(error).why) from None

    async def change(self, this: Attempt) -> Facts:
        slot = slot_of(self._parts)
        if self._pad is None or not slot.her_pin or not slot.new_pin:
            raise NotDone("card_gone")
        try:
            await self._pad.change(slot.her_pin, slot.new_pin)
            return {"holds": NEW if await self._shown() else UNKNOWN}
        except CardOutcomeUnknown:
            raise Unknown(MACHINE) from None
        except CardError:
            raise NotDone("card_gone") from None
        except (PinWrong, PinBlocked, ApduError):
            raise NotDone("card_refused") from None
        finally:
            await self.let_go()

    async def _shown(self) -> bool:
        """The card has said that it took the new PIN; it is asked once. Taken out before that, its word stands."""
        assert self._pad is not None
        try:
            await self._pad.verify(slot_of(self._parts).new_pin)
        except (PinWrong, PinBlocked):
            return False
        except (ApduError, CardError):
            return True
        return True

    # -- the answer was lost -----------------------------------------------------------------------------------------

    async def probe(self, this: Attempt) -> Probed:
        await self.let_go()
        slot = self._parts.citizen_card
        if slot is None or not slot.her_pin or not slot.new_pin:
            return Probed(Answer.DONE, {"holds": UNKNOWN})
        try:
            async with slot.power_up() as transport:
                purse, _ = await purse_of_card(transport, str(self._log.opened["serial"]))
                full = (self._log.facts(OPEN, Mark.DONE) or {}).get("tries")
                return self._said(await which_holds(pin_pad(purse, slot), slot.her_pin, slot.new_pin, full))
        except (Hindered, ApduError, CardError) as error:
            raise Later(MACHINE) from error

    def _said(self, holds: str) -> Probed:
        if holds == OLD:
            return Probed(Answer.NOT_DONE, {"reason": "pin_not_changed", "holds": OLD})
        return Probed(Answer.DONE, {"holds": holds})


async def which_holds(pad: PinPad, old: str, new: str, full: int | None) -> str:
    """NEW, OLD or UNKNOWN. `full`: the tries there were before CHANGE; fewer now: the new one was presented already, and was
    wrong. Spends no try where fewer than two are left. Raises ApduError and what the transport raises."""
    try:
        left = await pad.tries_left()
        if left is not None and left < LEAST_TRIES:
            return UNKNOWN
        if left == full and await _takes(pad, new):
            return NEW
        return OLD if await _takes(pad, old) else UNKNOWN      # right a moment ago: this gives the try back
    except PinBlocked:
        return UNKNOWN


async def _takes(pad: PinPad, pin: str) -> bool:
    """Raises PinBlocked where no second question may be asked."""
    try:
        await pad.verify(pin)
    except PinWrong as wrong:
        if wrong.tries_left < LEAST_TRIES:
            raise PinBlocked from None
        return False
    return True


def holds(log: PlanLog) -> str:
    """As it is written now."""
    for mark in (Mark.DONE, Mark.NOT_DONE):
        if facts := log.facts(CHANGE, mark):
            return str(facts.get("holds", OLD if mark is Mark.NOT_DONE else UNKNOWN))
    return OLD if not log.has(CHANGE, Mark.INTENT) else UNKNOWN
