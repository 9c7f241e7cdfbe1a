"""A member of staff looks at her: called through the counter's page, and waited for with the time in words."""
from __future__ import annotations

import trio

from kiosk.leaflet import face
from kiosk.prompts import Answer
from kiosk.visit import Left, Person, Proof, Refused, Visit
from remote.messages import (
    AskStaff,
    AskStaffSaid,
    CancelStaff,
    IdentityEvidence,
    StaffAsked,
    StaffState,
)
from remote.platform import PlatformAway, PlatformRefused

WAIT_S = 300.0               # [A] as long as the centre keeps the question (remote/central/identity/staff.py)
ASK_EVERY_S = 2.0            # [A]
CANCEL_S = 3.0               # the question is taken back in the background of a screen that has gone on


async def by_staff(visit: Visit, person: Person, item: str) -> Proof:
    """Raises Left (she does not wait, or they cannot say it), Refused, WalkedAway."""
    while True:
        match await asked_once(visit, person, item):
            case (StaffState.SAME, request_id):
                return Proof(IdentityEvidence.STAFF, staff_request=request_id)
            case (StaffState.UNSURE, _):
                await visit.ask(face.staff_unsure())
                raise Left
            case (StaffState.CANCELLED, _):
                raise Left
        if (await visit.ask(face.staff_nobody())).choice != "wait_again":
            raise Left


async def asked_once(visit: Visit, person: Person, item: str) -> tuple[StaffState, str]:
    stopped = trio.Event()

    def hear(answer: Answer) -> None:
        if answer.choice == "stop_waiting":
            stopped.set()

    visit.talk.tell(face.staff_coming(WAIT_S), on_answer=hear)
    asked = await call(visit, person, item)
    if asked is None:
        return StaffState.EXPIRED, ""
    if asked.refusal is not None:
        raise Refused(asked.refusal)
    request_id = asked.request_id or ""
    state = StaffState.WAITING
    try:
        with trio.move_on_after(WAIT_S):
            while state is StaffState.WAITING and not stopped.is_set():
                with trio.move_on_after(ASK_EVERY_S):
                    await stopped.wait()
                state = await said(visit, request_id)
    finally:
        if state is StaffState.WAITING:
            await take_back(visit, request_id)
    if stopped.is_set() and state is StaffState.WAITING:
        return StaffState.CANCELLED, request_id
    return (StaffState.EXPIRED if state is StaffState.WAITING else state), request_id


async def call(visit: Visit, person: Person, item: str) -> StaffAsked | None:
    ask = AskStaff(person_ref=person.said.person_ref, item=item)
    try:
        return await visit.parts.platform.ask_staff(ask, key=f"{visit.heart.new_plan_id()}:ask_staff:1")
    except (PlatformAway, PlatformRefused):
        return None


async def said(visit: Visit, request_id: str) -> StaffState:
    """A network that is away for a moment is no answer: the waiting goes on."""
    try:
        return (await visit.parts.platform.staff_said(AskStaffSaid(request_id=request_id))).state
    except (PlatformAway, PlatformRefused):
        return StaffState.WAITING


async def take_back(visit: Visit, request_id: str) -> None:
    """So that nobody walks to a terminal where nobody waits. What is not heard expires by itself."""
    with trio.CancelScope(shield=True), trio.move_on_after(CANCEL_S):
        try:
            await visit.parts.platform.cancel_staff(
                CancelStaff(request_id=request_id), key=f"{visit.heart.new_plan_id()}:cancel_staff:1"
            )
        except (PlatformAway, PlatformRefused):
            return
