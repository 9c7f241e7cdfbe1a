"""Money that was paid for goes onto one citizen card: the card's offer to the centre, the credit, and the centre told.

CREDIT FOR LOAD is the pivot: when its answer is lost nobody here knows, and only the same card can tell. Without her card the
plan waits; whichever terminal the card is put in next settles it at the centre, and this plan hears of it there. The chip stays
powered from the offer to the credit: the permission is good for that one session.
"""
from __future__ import annotations

from contextlib import AsyncExitStack

from card.apdu import ApduError
from card.purse import Purse
from card.transport import CardError, CardOutcomeUnknown
from kiosk.citizen_slot import MACHINE
from kiosk.parts import Parts
from kiosk.plans.load_fate import as_the_centre_knows, confirmed, found_out
from kiosk.plans.one_call import accepted, asked, first_answer
from kiosk.plans.purse_session import Hindered, hindered, offer, purse_of_card, read_back, slot_of
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import (
    Act,
    Answer,
    Attempt,
    Facts,
    Later,
    Mark,
    NotDone,
    Plan,
    Probed,
    Refused,
    Unknown,
)
from remote.messages import BeginLoad, LoadBegun, LoadState, LoadView

KIND = "top_up"
PERMIT, CREDIT, CONFIRM = "permit", "credit", "confirm_load"
FATES = {
    LoadState.CREDITED: Answer.DONE, LoadState.NOT_CREDITED: Answer.NOT_DONE, LoadState.IN_DOUBT: Answer.UNKNOWN,
}  # fmt: skip


def top_up(parts: Parts, log: PlanLog) -> Plan:
    """The opened row carries `order_id` (paid), `serial` (20 digits), `fen`, `claim_code` and `person_ref` ("")."""
    load = Load(parts, log)
    return Plan(
        log.plan,
        KIND,
        before=(Act(PERMIT, load.permit, undo=load.take_back),),
        pivot=Act(CREDIT, load.credit),
        probe=load.probe,
        after=(Act(CONFIRM, load.confirm),),
        let_go=load.let_go,
    )


class Load:
    def __init__(self, parts: Parts, log: PlanLog) -> None:
        self._parts = parts
        self._log = log
        self._chip = AsyncExitStack()
        self._purse: Purse | None = None

    async def let_go(self) -> None:
        """Power off. Safe to repeat."""
        self._purse = None
        await self._chip.aclose()

    # -- before the credit -------------------------------------------------------------------------------------------

    async def permit(self, this: Attempt) -> Facts:
        self._parts.stage(this.plan, PERMIT)
        opened, slot = self._log.opened, slot_of(self._parts)
        try:
            transport = await self._chip.enter_async_context(slot.power_up())
            self._purse, public = await purse_of_card(transport, str(opened["serial"]))
            _, said = await offer(self._purse, public, slot, int(opened["fen"]), slot.number)
        except Hindered as error:
            raise NotDone(error.why, tries_left=error.tries_left) from error
        except CardError as error:
            raise NotDone(hindered(error).why) from error
        request = BeginLoad(order_id=str(opened["order_id"]), fen=int(opened["fen"]), offer=said)
        return accepted(await asked(self._parts.platform.begin_load(request, key=this.key)))

    async def take_back(self, this: Attempt) -> Facts:
        """Undo: the permission is void once the card has proven that it was not credited. What the card proves stands, also
        where another terminal has credited it since."""
        await self.let_go()
        load = await self._permitted(this)
        if load is None:
            return {"state": "never"}
        load = await found_out(self._parts, load, this.key)
        if load.state is LoadState.IN_DOUBT:
            raise Later("two people at the counter")
        return {"state": load.state.value}

    async def _permitted(self, this: Attempt) -> LoadView | None:
        """What the centre has permitted under this key; None: nothing, and never will."""
        known = self._log.facts(PERMIT, Mark.DONE, this.number)
        if known is not None:
            return LoadView.model_validate(known["load"])
        answer = await first_answer(self._parts, this.key)
        if answer is None:
            return None
        begun = LoadBegun.model_validate(answer)
        return begun.load if begun.mac2 else None

    # -- the credit --------------------------------------------------------------------------------------------------

    async def credit(self, this: Attempt) -> Facts:
        """The balance is read back from the card; None where that was not possible any more."""
        self._parts.stage(this.plan, CREDIT)
        begun = LoadBegun.model_validate(self._log.facts(PERMIT, Mark.DONE) or {})
        if self._purse is None or begun.load is None:
            raise NotDone("card_gone")
        try:
            tac = await self._purse.credit(bytes.fromhex(begun.load.moment), bytes.fromhex(begun.mac2))
            balance = await read_back(self._purse)
        except CardOutcomeUnknown as error:
            raise Unknown(MACHINE) from error
        except CardError as error:
            raise NotDone("card_gone") from error
        except ApduError as error:
            raise NotDone("card_refused", sw=f"{error.sw:04X}") from error
        finally:
            await self.let_go()
        return {"tac": tac.hex().upper(), "balance": balance}

    async def probe(self, this: Attempt) -> Probed:
        """PROVE, then what its next offer proves; or what another terminal has found out meanwhile."""
        await self.let_go()
        begun = LoadBegun.model_validate(self._log.facts(PERMIT, Mark.DONE) or {})
        assert begun.load is not None       # the pivot is not begun without a permission
        load = await found_out(self._parts, begun.load, this.key)
        return Probed(FATES[load.state], {"reason": load.state.value, "load_id": load.load_id})

    # -- the centre --------------------------------------------------------------------------------------------------

    async def confirm(self, this: Attempt) -> Facts:
        """The card's TAC. Where the centre does not take it, the card's next offer proves it."""
        self._parts.stage(this.plan, CONFIRM)
        begun = LoadBegun.model_validate(self._log.facts(PERMIT, Mark.DONE) or {})
        assert begun.load is not None
        tac = (self._log.facts(CREDIT, Mark.DONE) or {}).get("tac")
        load = begun.load
        if tac:
            load = await confirmed(self._parts, load, bytes.fromhex(str(tac)), this.key)
        else:
            load = await as_the_centre_knows(self._parts, load)
        if load.state is LoadState.PERMITTED:
            load = await found_out(self._parts, load, this.key)
        if load.state is not LoadState.CREDITED:
            raise Refused(f"the centre says {load.state.value}")
        return {"state": load.state.value}
