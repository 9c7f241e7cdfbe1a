"""Has something of the issuer written onto her card, and finds out what became of it where it was pulled out."""
from __future__ import annotations

from kiosk.journeys.card_slot import same_card, slot_of
from kiosk.journeys.citizen_card.hers import ITEM
from kiosk.journeys.prove import prove
from kiosk.leaflet import card_scripts
from kiosk.plans.card_script import CONFIRM, DONE, KIND, PERMIT, UNKNOWN, WRITE
from kiosk.transaction.claim import claim_code
from kiosk.transaction.heart import Run
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import End, Mark
from kiosk.visit import Person, Proof, Refused, Visit
from remote.messages import CardScript, FaceNote, IdentityEvidence, Refusal

TRIES = 3                    # [A] of one visit, for what is worth a second try
WORKING = {
    CardScript.ACTIVATE: "activating_card", CardScript.SET_CONCESSION: "setting_concession",
    CardScript.UNBLOCK_PIN: "resetting_pin",
}  # fmt: skip
REGISTERING = "registering"  # on the card, and the centre has not heard of it yet


async def written(visit: Visit, person: Person, serial: str, script: CardScript) -> tuple[str, Run] | None:
    """DONE, REGISTERING or UNKNOWN, and the plan; None: nothing was written, for certain, and she knows. Raises Left, Refused,
    WalkedAway."""
    for number in range(1, TRIES + 1):
        proof = await prove(visit, person, ITEM)
        if not await same_card(visit, serial, card_scripts.card_again):
            return None
        run = begun(visit, request_of(person, proof, serial, script))
        if proof.evidence is IdentityEvidence.STAFF:
            person.proof = None                            # the word of a member of staff is good for one request
        visit.talk.tell(card_scripts.working(WORKING[script]))
        await run.finished.wait()
        if run.end is End.UNDECIDED:
            await found_out(visit, run, serial, script)
        log = visit.heart.log_of(run.plan)
        if log.has(WRITE, Mark.DONE):
            return how(log), run
        if log.has(WRITE, Mark.INTENT) and not log.has(WRITE, Mark.NOT_DONE):
            return UNKNOWN, run
        refusal = (log.facts(PERMIT, Mark.NOT_DONE) or {}).get("refusal")
        if refusal:
            raise Refused(Refusal.model_validate(refusal))
        answer = await visit.ask(card_scripts.not_written(again=number < TRIES))
        if answer.choice != "try_again":
            return None
    return None


def request_of(person: Person, proof: Proof, serial: str, script: CardScript) -> dict[str, object]:
    """BeginCardScript, without what only the powered card can say."""
    fields = dict(proof.fields)
    if isinstance(face := fields["face"], FaceNote):
        fields["face"] = face.model_dump(mode="json")
    return {"person_ref": person.said.person_ref, "serial": serial, "script": script.value, **fields}


def begun(visit: Visit, request: dict[str, object]) -> Run:
    plan = visit.heart.new_plan_id()
    return visit.heart.begin(plan, KIND, {
        "request": request, "serial": request["serial"], "person_ref": request["person_ref"], "claim_code": claim_code(plan),
    })  # fmt: skip


async def found_out(visit: Visit, run: Run, serial: str, script: CardScript) -> None:
    """The same card is looked at. Raises WalkedAway."""
    for _ in range(TRIES):
        if not await same_card(visit, serial, card_scripts.card_again):
            break
        visit.talk.tell(card_scripts.working("finding_card"))
        await visit.heart.settle_open(doubts=False)
        log = visit.heart.log_of(run.plan)
        if log.has(WRITE, Mark.DONE) or log.has(WRITE, Mark.NOT_DONE):
            return
    if script is CardScript.UNBLOCK_PIN:
        slot_of(visit).forget()                            # nobody can ask any more: the plan ends as it is, not known
        await visit.heart.settle_open(doubts=False)


def how(log: PlanLog) -> str:
    if (log.facts(WRITE, Mark.DONE) or {}).get("result") != DONE:
        return UNKNOWN
    return DONE if log.has(CONFIRM, Mark.DONE) else REGISTERING
