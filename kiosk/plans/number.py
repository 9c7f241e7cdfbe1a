"""The card number of one person: taken at the centre before anything moves, registered when the card is handed over."""
from __future__ import annotations

from kiosk.parts import Parts
from kiosk.plans.one_call import CENTRE, accepted, asked, for_good
from kiosk.stock import FEED
from kiosk.transaction.journal import PLAN
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Attempt, Facts, Later, Mark, Refused
from remote.messages import CardEnd, Done, Message, Register, Registered, Release, Reservation, Reserve
from remote.platform import PlatformAway, PlatformRefused


def reservation_of(log: PlanLog) -> Reservation:
    """What the centre reserved for this plan. Raises LookupError before the number is there."""
    facts = log.facts("reserve", Mark.DONE)
    if facts is None or not facts.get("reservation"):
        raise LookupError("no number is reserved")
    return Reservation.model_validate(facts["reservation"])


class Number:
    def __init__(self, parts: Parts, log: PlanLog, fed_by: str = FEED) -> None:
        """`fed_by`: the act that takes its card out of a pile."""
        self._parts = parts
        self._log = log
        self._fed_by = fed_by

    @property
    def _reserve_key(self) -> str:
        return Attempt(self._log.plan, "reserve", 1).key

    async def reserve(self, this: Attempt) -> Facts:
        self._parts.stage(this.plan, "reserve")
        return accepted(await asked(self._reserve(str(self._log.opened["case_id"]), this.key)))

    async def release(self, this: Attempt) -> Facts:
        """Undo: also bars a reserve that is still on its way. `released` False: the number had gone further (in doubt)
        and stays as it is until the counter has settled it."""
        feed = self._log.facts(self._fed_by, Mark.UNDONE) or {}
        spoiled = int(feed.get("spoiled", 0))
        try:
            answer = await self._release(Release(reserve_key=this.key, blanks_spoiled=spoiled), f"{this.key}:release:{spoiled}")
        except PlatformAway as error:
            raise Later(CENTRE) from error
        except PlatformRefused as error:
            if not for_good(error):
                raise Later(CENTRE) from error
            return {"released": False, "problem": error.problem.error}
        return {"released": answer.done}

    async def register(self, this: Attempt) -> Facts:
        """After the pivot: tell the centre where the card went. TAKEN makes it the live card and the old one dead."""
        self._parts.stage(this.plan, "register")
        handed = self._log.facts("hand_over", Mark.DONE) or {}
        return await self._tell(CardEnd(handed["end"]), this)

    async def freeze(self, this: Attempt) -> Facts:
        """Nobody knows where the card is: the number is frozen until two people at the counter have settled it."""
        why = self._log.facts(PLAN, Mark.IN_DOUBT) or {}
        return await self._tell(CardEnd.IN_DOUBT, this, str(why.get("reason", "")))

    async def _tell(self, end: CardEnd, this: Attempt, reason: str = "") -> Facts:
        request = Register(reserve_key=self._reserve_key, end=end, place=self._parts.place, reason=reason)
        try:
            answer = await self._register(request, this.key)
        except PlatformAway as error:
            raise Later(CENTRE) from error
        except PlatformRefused as error:
            if not for_good(error):
                raise Later(CENTRE) from error
            raise Refused(error.problem.error) from error
        if answer.incident:
            raise Refused(answer.incident)
        return answer.model_dump(mode="json")

    # -- whose book it is ---------------------------------------------------------------------------------------------

    async def _reserve(self, case_id: str, key: str) -> Message:
        return await self._parts.platform.reserve(Reserve(case_id=case_id), key=key)

    async def _release(self, request: Release, key: str) -> Done:
        return await self._parts.platform.release(request, key=key)

    async def _register(self, request: Register, key: str) -> Registered:
        return await self._parts.platform.register(request, key=key)
