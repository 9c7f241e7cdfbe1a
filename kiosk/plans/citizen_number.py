"""The number of one citizen card: as the senior card's, asked of the centre's other book."""
from __future__ import annotations

from kiosk.plans.number import Number
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Mark
from remote.messages import CitizenReservation, CitizenReserveAnswer, Done, Register, Registered, Release, ReserveCitizenCard

KIND = "citizen_production"


def citizen_reservation_of(log: PlanLog) -> CitizenReservation:
    """Raises LookupError before the number is there."""
    facts = log.facts("reserve", Mark.DONE)
    if facts is None or not facts.get("reservation"):
        raise LookupError("no number is reserved")
    return CitizenReservation.model_validate(facts["reservation"])


class CitizenNumber(Number):
    async def _reserve(self, case_id: str, key: str) -> CitizenReserveAnswer:
        return await self._parts.platform.reserve_citizen_card(ReserveCitizenCard(case_id=case_id), key=key)

    async def _release(self, request: Release, key: str) -> Done:
        return await self._parts.platform.release_citizen_card(request, key=key)

    async def _register(self, request: Register, key: str) -> Registered:
        return await self._parts.platform.register_citizen_card(request, key=key)
