"""Asking the centre for something that must happen once: each is a plan of its own, shielded from the visit."""
from __future__ import annotations

from kiosk import leaflet
from kiosk.journeys.claims import claim_of
from kiosk.journeys.paper import unknown_slip
from kiosk.plans.one_call import CALL
from kiosk.prompts import Claim
from kiosk.transaction.claim import claim_code
from kiosk.transaction.heart import Run
from kiosk.transaction.plan import End, Facts, Mark
from kiosk.visit import Left, Refused, Visit
from remote.messages import Address, CaseView, ConvertCase, MailCase, Message, Refusal, ReportLoss, SubmitCase, WithdrawCase


class NotSent(Exception):
    """Nothing came of it, or nobody knows yet; the citizen has been told which."""


async def submit(visit: Visit, request: SubmitCase) -> tuple[CaseView, Claim]:
    """The application. Raises Refused, NotSent."""
    plan = visit.heart.new_plan_id()
    facts = await once(visit, plan, "submit_case", request.model_copy(update={"claim_code": claim_code(plan)}))
    return CaseView.model_validate(facts["case"]), claim_of(plan)


async def convert(visit: Visit, case_id: str) -> tuple[CaseView, Claim]:
    """Mail into instant, only while nothing was produced. Raises Refused, NotSent."""
    plan = visit.heart.new_plan_id()
    facts = await once(visit, plan, "convert_case", ConvertCase(case_id=case_id, claim_code=claim_code(plan)))
    return CaseView.model_validate(facts["case"]), claim_of(plan)


async def mail_instead(visit: Visit, case_id: str, address: Address) -> CaseView:
    """Instant into mail, only while nothing was produced. Raises Refused, NotSent."""
    person_ref = visit.person.said.person_ref if visit.person else ""
    request = MailCase(person_ref=person_ref, case_id=case_id, address=address)
    facts = await once(visit, visit.heart.new_plan_id(), "mail_case", request)
    return CaseView.model_validate(facts["case"])


async def withdraw(visit: Visit, case_id: str) -> None:
    """Raises Refused (produced meanwhile), NotSent."""
    await once(visit, visit.heart.new_plan_id(), "withdraw_case", WithdrawCase(case_id=case_id))


async def withdraw_if_sure(visit: Visit, case_id: str) -> None:
    """Asked once more, then withdrawn and told. Raises Left, Refused."""
    if (await visit.ask(leaflet.sure("withdraw_confirm", "withdraw_yes"))).choice != "withdraw_yes":
        raise Left
    try:
        await withdraw(visit, case_id)
    except NotSent:
        return
    await visit.last_look(leaflet.settled("withdrawn"))


async def report_loss(visit: Visit, person_ref: str) -> None:
    """Effective at once: the live card is dead from now on. Raises Refused, NotSent."""
    await once(visit, visit.heart.new_plan_id(), "report_loss", ReportLoss(person_ref=person_ref))


async def once(visit: Visit, plan: str, operation: str, request: Message) -> Facts:
    visit.talk.tell(leaflet.submitting())
    run = visit.heart.begin(plan, operation, {"request": request.model_dump(mode="json")})
    end = await run.wait()
    if end is End.FORWARD:
        return run.log.facts(CALL, Mark.DONE) or {}
    if end is End.BACK:
        refusal = (run.log.facts(CALL, Mark.NOT_DONE) or {}).get("refusal")
        if refusal:
            raise Refused(Refusal.model_validate(refusal))
        await visit.ask(leaflet.submit_failed())
        raise NotSent
    if end is None and not run.log.has(CALL, Mark.INTENT):      # the journal broke before anything was sent
        await visit.ask(leaflet.submit_failed())
        raise NotSent
    await not_known(visit, run)
    raise NotSent


async def not_known(visit: Visit, run: Run) -> None:
    """X9: sent, and no answer. Never sent again by itself; found out by its key as soon as the centre answers."""
    claim = claim_of(run.plan)
    await unknown_slip(visit, run, claim)
    await visit.ask(leaflet.with_claim("submit_unknown", claim, fault_code="P-302"))
