"""What is open in her name: a case by mail that she may turn into a card now, a card that was not made, one that is kept."""
from __future__ import annotations

from kiosk import leaflet
from kiosk.journeys.citizen_card.make import open_citizen_case, ordered_citizen_card
from kiosk.journeys.claims import claim_from
from kiosk.journeys.identify import identify
from kiosk.journeys.make_card import by_mail, make_card
from kiosk.journeys.my_payments import by_slip, known_orders, my_payments, status
from kiosk.journeys.paper import copy_of_slip, matter_slip
from kiosk.journeys.prove import prove
from kiosk.journeys.requests import NotSent, convert, report_loss, withdraw_if_sure
from kiosk.leaflet import payments
from kiosk.visit import Left, Person, Visit
from remote.messages import CaseState, OpenCase

ITEM = "my_matters"


async def my_matters(visit: Visit) -> None:
    """我办的事. Raises Left, Refused, WalkedAway."""
    person = await identify(visit, item=ITEM)
    orders = await known_orders(visit) or []
    ordered = await ordered_citizen_card(visit, person) if person.said.open_case is None else None
    if person.said.open_case is not None or ordered is not None:
        if any(status(order) != "payment_closed" for order in orders) and (
            answer := await visit.ask(payments.matter_or_payments())
        ).choice != "open_matter":
            return await my_payments(visit, orders) if answer.choice == "my_payments" else None
        if ordered is not None:
            return await open_citizen_case(visit, person, ordered)
        return await open_matter(visit, person)
    live = person.said.live_card
    may_report = visit.can_prove and person.signed is None
    tail = live.tail if live else ""
    answer = await visit.ask(leaflet.my_matters_none(tail, may_report=may_report, payments=bool(orders)))
    if answer.choice == "my_payments":
        return await my_payments(visit, orders)
    if answer.choice == "by_slip":
        return await by_slip(visit)
    if answer.choice == "report_loss":
        await loss_report(visit, person)
    elif answer.choice == "print_slip" and live is not None:
        await copy_of_slip(visit, live)
    return None


async def open_matter(visit: Visit, person: Person) -> None:
    case = person.said.open_case
    assert case is not None
    match case.state:
        case CaseState.APPROVED if case.can_produce_here:
            await unfinished(visit, person, case)
        case CaseState.KEPT:
            await elsewhere(visit, "kept_elsewhere", case)
        case CaseState.IN_DOUBT:
            await elsewhere(visit, "in_doubt_elsewhere", case)
        case CaseState.PRODUCING:
            await elsewhere(visit, "produced_elsewhere", case)
        case _:
            await on_its_way(visit, person, case)


async def unfinished(visit: Visit, person: Person, case: OpenCase) -> None:
    """Approved and not made: any terminal makes it, with the ID card alone. Raises Refused where nobody can check her face."""
    await prove(visit, person, ITEM)
    here = visit.health.can_make_cards()
    answer = await visit.ask(leaflet.owed(case.submitted_on, here=here, can_withdraw=case.can_withdraw))
    match answer.choice:
        case "produce_here":
            await make_card(visit, case.case_id, claim_from(case.claim_code))
        case "mail_instead":
            await by_mail(visit, case.case_id)
        case "withdraw":
            await withdraw_if_sure(visit, case.case_id)
        case _:
            raise Left


async def on_its_way(visit: Visit, person: Person, case: OpenCase) -> None:
    """Applied for by mail, here or on the phone."""
    days = (visit.now.date() - case.submitted_on).days
    known = visit.can_prove
    can_convert = known and case.can_convert and visit.health.can_make_cards()
    can_withdraw = known and case.can_withdraw
    answer = await visit.ask(leaflet.open_case(days, case.delivery, can_convert=can_convert, can_withdraw=can_withdraw))
    match answer.choice:
        case "convert_now":
            await prove(visit, person, ITEM)
            try:
                converted, claim = await convert(visit, case.case_id)
            except NotSent:
                return
            await make_card(visit, converted.case_id, claim)
        case "withdraw":
            await prove(visit, person, ITEM)
            await withdraw_if_sure(visit, case.case_id)
        case _:
            raise Left


async def loss_report(visit: Visit, person: Person) -> None:
    """A loss report is effective at once; a new card can follow today or later."""
    await prove(visit, person, ITEM)
    if (await visit.ask(leaflet.sure("loss_report_confirm", "report_yes"))).choice != "report_yes":
        raise Left
    try:
        await report_loss(visit, person.said.person_ref)
    except NotSent:
        return
    await visit.last_look(leaflet.settled("loss_reported"))


async def elsewhere(visit: Visit, name: str, case: OpenCase) -> None:
    answer = await visit.ask(leaflet.matter_elsewhere(name, case.place or ""))
    if answer.choice == "print_slip":
        await matter_slip(visit, name, case)
