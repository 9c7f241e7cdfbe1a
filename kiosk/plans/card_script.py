"""Something the issuer writes onto her own card in the slot: it is switched on, its PIN unblocked, the senior concession set.

The centre permits it and gives the commands, sealed for this card and this moment; writing them is the pivot. When its answer is
lost the card itself is looked at: its "in use" flag, its card kind, its try counter. A script can be asked for again at any time;
what was written twice is as what was written once. The commands are good for one session only and are never kept.
"""
from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

from card.apdu import ApduError, Command, demand
from card.elementary_file import FileMalformed
from card.pin import PinBlocked
from card.purse import Purse
from card.secure_messaging import challenge
from card.transport import CardError, CardOutcomeUnknown, CardTransport
from kiosk.citizen_slot import MACHINE, CitizenSlot
from kiosk.parts import Parts
from kiosk.plans.on_the_card import is_written
from kiosk.plans.one_call import CENTRE, accepted, asked, first_answer, for_good
from kiosk.plans.purse_session import Hindered, hindered, pin_pad, purse_of_card, slot_of
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
from remote.messages import (
    BeginCardScript,
    CardCommand,
    CardScript,
    CardScriptBegun,
    CitizenCardState,
    ConfirmCardScript,
    FindCitizenCards,
)
from remote.platform import PlatformAway, PlatformRefused

KIND = "card_script"
PERMIT, WRITE, CONFIRM = "permit_script", "write_card", "confirm_script"
DONE, UNKNOWN = "done", "unknown"
"""The fact `result` of WRITE, done: whether the card has it."""


def card_script(parts: Parts, log: PlanLog) -> Plan:
    """The opened row carries `request` (BeginCardScript without challenge and PIN), `serial`, `person_ref`, `claim_code`. A new
    PIN is in the slot, in memory."""
    script = Script(parts, log)
    return Plan(
        log.plan, KIND, before=(Act(PERMIT, script.permit, undo=script.take_back),), pivot=Act(WRITE, script.write),
        probe=script.probe, after=(Act(CONFIRM, script.confirm),), let_go=script.let_go,
    )  # fmt: skip


class Script:
    def __init__(self, parts: Parts, log: PlanLog) -> None:
        self._parts = parts
        self._log = log
        self._chip = AsyncExitStack()
        self._transport: CardTransport | None = None
        self._commands: Sequence[CardCommand] = ()

    @property
    def _which(self) -> CardScript:
        return CardScript(self._log.opened["request"]["script"])

    @property
    def _serial(self) -> str:
        return str(self._log.opened["serial"])

    async def let_go(self) -> None:
        """Power off, and the commands forgotten. Safe to repeat."""
        self._transport, self._commands = None, ()
        await self._chip.aclose()

    # -- before anything is written ----------------------------------------------------------------------------------

    async def permit(self, this: Attempt) -> Facts:
        slot, new_pin = slot_of(self._parts), b""
        try:
            self._transport = await self._chip.enter_async_context(slot.power_up())
            purse, _ = await purse_of_card(self._transport, self._serial)
            tries = await tries_left(purse, slot)
            if self._which is CardScript.UNBLOCK_PIN:
                new_pin = pin_pad(purse, slot).reload_message(slot.new_pin)
            drawn = await challenge(self._transport)
        except Hindered as error:
            raise NotDone(error.why) from None
        except ValueError:
            raise NotDone("pin_needed") from None
        except (ApduError, CardError, FileMalformed) as error:
            raise NotDone(hindered(error).why) from error
        request = BeginCardScript.model_validate({
            **self._log.opened["request"], "challenge": drawn.hex().upper(), "new_pin": new_pin.hex().upper(),
        })  # fmt: skip
        begun = await asked(self._parts.platform.begin_card_script(request, key=this.key))
        accepted(begun)
        self._commands = begun.commands
        return {"tries": tries}

    async def take_back(self, this: Attempt) -> Facts:
        """Undo: the centre hears that nothing was written."""
        await self.let_go()
        if not self._log.has(PERMIT, Mark.DONE, this.number) and not await self._was_permitted(this):
            return {"state": "never"}
        return await self._told(this, done=False)

    async def _was_permitted(self, this: Attempt) -> bool:
        if self._log.has(PERMIT, Mark.NOT_DONE, this.number):
            return False
        answer = await first_answer(self._parts, this.key)
        return answer is not None and CardScriptBegun.model_validate(answer).refusal is None

    # -- onto the card -----------------------------------------------------------------------------------------------

    async def write(self, this: Attempt) -> Facts:
        if self._transport is None or not self._commands:
            raise NotDone("card_gone")
        self._parts.stage(this.plan, WRITE)
        try:
            for number, one in enumerate(self._commands):
                await self._send(one, first=number == 0)
        finally:
            await self.let_go()
        return {"result": DONE}

    async def _send(self, one: CardCommand, *, first: bool) -> None:
        """After the first one something is written: then a refusal does not say that nothing was."""
        assert self._transport is not None
        try:
            await demand(self._transport, Command.decode(bytes.fromhex(one.apdu)), *(int(sw, 16) for sw in one.expected))
        except CardOutcomeUnknown:
            raise Unknown(MACHINE) from None
        except CardError:
            if first:
                raise NotDone("card_gone") from None
            raise Unknown(MACHINE) from None
        except ApduError as error:
            if first:
                raise NotDone("card_refused", sw=f"{error.sw:04X}") from None
            raise Unknown(MACHINE) from None

    async def probe(self, this: Attempt) -> Probed:
        """The card, where it is here; else what the centre has heard of it since."""
        await self.let_go()
        slot = self._parts.citizen_card
        try:
            if slot is None:
                raise Hindered("card_gone")
            async with slot.power_up() as transport:
                purse, _ = await purse_of_card(transport, self._serial)
                before = (self._log.facts(PERMIT, Mark.DONE) or {}).get("tries")
                written = await is_written(self._which, purse, slot, before)
        except (Hindered, ApduError, CardError, FileMalformed):
            return await self._without_the_card()
        if written is None:
            return Probed(Answer.DONE, {"result": UNKNOWN})
        return Probed(Answer.DONE, {"result": DONE}) if written else Probed(Answer.NOT_DONE, {"reason": "not_written"})

    async def _without_the_card(self) -> Probed:
        """Raises Later. Of a PIN the centre knows nothing; where nobody here has the new one any more, nobody can ask again."""
        if self._which is CardScript.UNBLOCK_PIN:
            if self._parts.citizen_card is None or not self._parts.citizen_card.new_pin:
                return Probed(Answer.DONE, {"result": UNKNOWN})
            raise Later(MACHINE)
        try:
            found = await self._parts.platform.find_citizen_cards(FindCitizenCards(serial=self._serial))
        except (PlatformAway, PlatformRefused) as error:
            raise Later(CENTRE) from error
        for card in found.cards:
            if card.state in (CitizenCardState.LOST, CitizenCardState.REPLACED, CitizenCardState.EXPIRED, CitizenCardState.VOID):
                return Probed(Answer.NOT_DONE, {"reason": "card_dead"})
            now = card.concession if self._which is CardScript.SET_CONCESSION else card.state is CitizenCardState.ACTIVE
            if now:
                return Probed(Answer.DONE, {"result": DONE})
        raise Later(MACHINE)

    # -- the centre --------------------------------------------------------------------------------------------------

    async def confirm(self, this: Attempt) -> Facts:
        if (self._log.facts(WRITE, Mark.DONE) or {}).get("result") != DONE:
            return {"state": UNKNOWN}
        return await self._told(Attempt(this.plan, PERMIT, 1), done=True)

    async def _told(self, permit: Attempt, *, done: bool) -> Facts:
        """Raises Later, and Refused where the centre will never take it."""
        request = ConfirmCardScript(script_key=permit.key, done=done)
        try:
            answer = await self._parts.platform.confirm_card_script(request, key=f"{permit.key}:{'done' if done else 'not_done'}")
        except PlatformAway as error:
            raise Later(CENTRE) from error
        except PlatformRefused as error:
            if not done and for_good(error):
                return {"state": "never"}
            if for_good(error):
                raise Refused(error.problem.error) from error
            raise Later(CENTRE) from error
        if answer.refusal is not None:
            raise Refused(answer.refusal.code.value)
        return {"state": "done" if done else "not_done"}


async def tries_left(purse: Purse, slot: CitizenSlot) -> int | None:
    """Raises Hindered (card_dead) for a PIN that nothing unblocks any more, ApduError and what the transport raises."""
    try:
        return await pin_pad(purse, slot).tries_left()
    except PinBlocked:
        raise Hindered("pin_dead") from None
