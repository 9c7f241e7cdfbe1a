"""J9: the yearly certification for the allowance of people of 80 and more - herself by her face or a member of staff, or a
visit at home where she cannot come."""
from __future__ import annotations

from datetime import date, timedelta

from kiosk import leaflet
from kiosk.journeys.identify import identify
from kiosk.journeys.paper import give, head
from kiosk.journeys.prove import prove
from kiosk.journeys.requests import NotSent, once
from kiosk.leaflet import certify as words
from kiosk.prompts import CERTIFY_STEPS, Facts, spoken_date
from kiosk.visit import Left, Person, Refused, Visit
from print.layouts.slip_allowance import Certified, HomeVisitAsked
from remote.messages import (
    AllowanceAnswer,
    AllowanceState,
    AskAllowance,
    Certify,
    CertifyAnswer,
    HomeVisitAnswer,
    Refusal,
    RefusalCode,
    RequestHomeVisit,
)
from remote.platform import PlatformAway, PlatformRefused

ITEM = "certify_80_plus"
HEARD = frozenset({RefusalCode.NOT_MATCHED, RefusalCode.ID_EXPIRED, RefusalCode.FENCED, RefusalCode.NEEDS_STAFF})
"""Of what the centre says about the ID card. The senior card's own rules (60 years, household) are none of this journey's."""


async def certify_80_plus(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    visit.talk.steps = CERTIFY_STEPS
    person = await identify(visit, hears=HEARD)
    said = await due(visit, person)
    answer = await visit.ask(words.certify_who())
    match answer.choice:
        case "here_myself":
            await in_person(visit, person)
        case "cannot_come":
            await at_home(visit, person, said)
        case _:
            raise Left


async def due(visit: Visit, person: Person) -> AllowanceAnswer:
    """Raises Refused where there is nothing to certify today, with the day on which there is."""
    visit.talk.tell(leaflet.checking())
    try:
        said = await visit.parts.platform.check_allowance(AskAllowance(person_ref=person.said.person_ref))
    except (PlatformAway, PlatformRefused):
        await visit.ask(leaflet.submit_failed())
        raise Left from None
    match said.state:
        case AllowanceState.TOO_YOUNG:
            why = Refusal(code=RefusalCode.TOO_YOUNG_FOR_ALLOWANCE, params=day("date", said.since), reason="未到80周岁")
            raise Refused(why)
        case AllowanceState.CERTIFIED:
            why = Refusal(code=RefusalCode.ALREADY_CERTIFIED, params=day("from", said.next_from), reason="今年已经认证过了")
            raise Refused(why)
        case AllowanceState.NEEDS_STAFF:
            raise Refused(Refusal(code=RefusalCode.NEEDS_STAFF, reason="需要工作人员核对"))
    return said


async def in_person(visit: Visit, person: Person) -> None:
    proof = await prove(visit, person, ITEM)
    request = Certify(person_ref=person.said.person_ref, **proof.fields)
    try:
        facts = await once(visit, visit.heart.new_plan_id(), "certify", request)
    except NotSent:
        return
    done = CertifyAnswer.model_validate(facts)
    if done.next_from is None or done.next_until is None or done.certified_on is None:
        raise Refused(Refusal(code=RefusalCode.NEEDS_STAFF, reason="认证结果不完整"))
    slip = await give(visit, Certified(head(visit, person), done.certified_on, done.next_from, done.next_until))
    if slip is None:
        await visit.ask(leaflet.slip_no_paper(Facts((("next_from", spoken_date(done.next_from)),))))
    await visit.last_look(words.certified(done.next_from, done.next_until, slip))


async def at_home(visit: Visit, person: Person, said: AllowanceAnswer) -> None:
    """Somebody has brought her ID card: that is enough to ask for a visit, and for nothing else."""
    if not said.may_ask_home_visit:
        raise Refused(Refusal(code=RefusalCode.NEEDS_STAFF, reason="需要工作人员核对"))
    address = person.said.addresses[0].masked if person.said.addresses else ""
    if (await visit.ask(words.home_visit_offer(address))).choice != "ask_visit":
        raise Left
    try:
        facts = await once(
            visit, visit.heart.new_plan_id(), "request_home_visit", RequestHomeVisit(person_ref=person.said.person_ref)
        )
    except NotSent:
        return
    asked = HomeVisitAnswer.model_validate(facts)
    until = visit.now.date() + timedelta(days=asked.within_days)
    number = asked.visit_no or ""
    slip = await give(visit, HomeVisitAsked(head(visit, person), number, asked.address_masked, until))
    if slip is None:
        await visit.ask(leaflet.slip_no_paper(Facts((("visit_no", number),))))
    await visit.last_look(words.home_visit_asked(until, number, slip))


def day(name: str, value: date | None) -> dict[str, str]:
    return {name: str(value)} if value is not None else {}
