"""J16, 缴费: her bills of water and power, or any by its account number; chosen, paid, and the receipt in her hand."""
from __future__ import annotations

from kiosk.health.needs import PAGES
from kiosk.health.offers import Offered
from kiosk.journeys.identify import identify
from kiosk.journeys.my_payments import find_payment
from kiosk.journeys.pages import heard
from kiosk.journeys.paper import give, head
from kiosk.journeys.paying import Paid, nobodys_head, pay, person_ref
from kiosk.journeys.print_certificate import print_it
from kiosk.journeys.prove import prove
from kiosk.leaflet import bills
from kiosk.prompts import BILL_STEPS, Facts
from kiosk.visit import Left, Refused, Visit
from print.layouts import slip as slips
from print.layouts.formats import yuan
from remote.messages import BillView, DocumentKind, DocumentWish, FindBills, FoundBills, Purpose, RefusalCode

ITEM = "print_certificate"


async def pay_bills(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    visit.talk.steps = BILL_STEPS
    ask = await whose(visit)
    if ask is None:
        return await find_payment(visit)
    while True:
        visit.talk.steps = BILL_STEPS
        visit.talk.tell(bills.finding_bills())
        found = await heard(visit, visit.parts.platform.find_bills(ask))
        bill = await choose(visit, found)
        paid = await pay(visit, Purpose.BILL, bill.ref)
        if paid is None or not await receipt(visit, bill, paid, more=len(found.bills) > 1):
            return None


async def whose(visit: Visit) -> FindBills | None:
    """None: she asks for one that she has paid. Raises Left, Refused, WalkedAway."""
    allowed = await heard(visit, visit.parts.platform.find_bills(FindBills()))
    wish = await wished(visit, by_number=allowed.by_number)
    if wish == "find_payment":
        return None
    if wish == "my_bills":
        await identify(visit)
        return FindBills(person_ref=person_ref(visit))
    while True:
        supplier = await visit.ask(bills.which_supplier())
        if supplier.choice == "back":
            raise Left
        typed = await visit.ask(bills.account_number())
        if typed.value and typed.choice != "back":
            return FindBills(household=f"{supplier.value}{typed.value}")


async def wished(visit: Visit, *, by_number: bool) -> str:
    answer = await visit.ask(bills.whose_bills(by_number=by_number))
    if answer.choice == "back":
        raise Left
    return answer.choice


async def choose(visit: Visit, found: FoundBills) -> BillView:
    """Also where there is only one: she sees whose and which month before any amount is asked for. Raises Left, Refused."""
    if found.refusal is not None and found.refusal.code is RefusalCode.NOTHING_TO_PAY:
        await visit.ask(bills.no_bills())
        raise Left
    if found.refusal is not None:
        raise Refused(found.refusal)
    rows = tuple((bill.ref, f"{bill.title}  {bill.household}  {yuan(bill.fen)}元") for bill in found.bills)
    answer = await visit.ask(bills.choose_bill(rows))
    chosen = next((bill for bill in found.bills if bill.ref == answer.value), None)
    if chosen is None:
        raise Left
    return chosen


async def receipt(visit: Visit, bill: BillView, paid: Paid, *, more: bool) -> bool:
    """True: she wants to pay another one."""
    lines = tuple(slips.PaidLine(line.payee, line.what, line.fen) for line in bill.lines)
    who = head(visit, visit.person) if visit.person is not None else nobodys_head(visit)
    shown = await give(visit, slips.BillPaid(who, bill.household, lines, paid.order_no))
    facts = Facts((("household", bill.household), ("order_no", paid.order_no)))
    sealed = visit.person is not None and isinstance(visit.health.offer(PAGES), Offered) and visit.can_prove
    answer = await visit.ask(bills.bill_paid(yuan(paid.fen), shown, facts, more=more, receipt=sealed))
    if answer.choice == "print_receipt":
        await sealed_receipt(visit, paid)
    return answer.choice == "pay_another"


async def sealed_receipt(visit: Visit, paid: Paid) -> None:
    """缴费凭证, with the seal and the verification code. Raises Left, Refused, WalkedAway."""
    person = visit.person
    assert person is not None
    proof = await prove(visit, person, ITEM)
    wish = DocumentWish(
        person_ref=person.said.person_ref, kind=DocumentKind.PAYMENT_RECEIPT, period=paid.order_no,
        large_print=visit.talk.look.elder, **proof.fields,
    )  # fmt: skip
    await print_it(visit, person, wish, None)
