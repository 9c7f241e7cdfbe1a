"""J16: she sees what it costs and to whom, chooses how to pay, and nothing is shown as paid before the centre has said so."""
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import trio

from kiosk import leaflet
from kiosk.journeys.claims import claim_of
from kiosk.journeys.paper import code_of, give, head
from kiosk.journeys.pay_by_purse import OtherWay, by_purse
from kiosk.journeys.pay_ways import Way, phone_code, ways
from kiosk.leaflet import paying
from kiosk.plans.payment import KIND, order_key
from kiosk.prompts import Answer, Claim, Prompt, ToPay
from kiosk.transaction.claim import claim_code
from kiosk.transaction.heart import Run
from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import End, Mark
from kiosk.visit import Left, Refused, Visit
from print.layouts import slip as paper
from print.layouts.formats import yuan
from remote.messages import (
    AskPrice,
    CreateOrder,
    OrderState,
    OrderView,
    PayMethod,
    Price,
    Purpose,
    QueryOrder,
    RefundOrder,
    Refusal,
    RefusalCode,
)
from remote.platform import PlatformAway, PlatformRefused

LOOK_EVERY_S = 1.0
QUIET_FOR_S = 6.0            # [A] the centre not heard for so long while she pays: say so
PRICES_SHOWN = 3             # [A] of one matter in one visit, before she is asked to start again


@dataclass(frozen=True)
class Paid:
    """A paid order that nothing has been made for yet. `fen` 0: the centre waived the fee."""

    plan: str
    order_id: str
    order_no: str
    fen: int


async def pay(visit: Visit, purpose: Purpose, purpose_ref: str) -> Paid | None:
    """None: it costs nothing. Raises Left (not paid, and she knows what became of it), Refused, WalkedAway."""
    name = "pay_amount"
    for _ in range(PRICES_SHOWN):
        price = await priced(visit, AskPrice(purpose=purpose, purpose_ref=purpose_ref, person_ref=person_ref(visit)))
        if price.fen == 0 and not price.lines:
            return None
        try:
            return await chosen(visit, purpose, purpose_ref, price, name)
        except PriceChanged as changed:
            name, refused = "pay_amount_changed", changed.refusal
    raise Refused(refused)


async def chosen(visit: Visit, purpose: Purpose, purpose_ref: str, price: Price, name: str) -> Paid:
    """By the way she chooses, and by another one where that does not work. Raises PriceChanged, Left, Refused, WalkedAway."""
    while True:
        way, code = (Way(PayMethod.WAIVED), "") if price.fen == 0 else await how(visit, price, name)
        try:
            return await ordered(visit, purpose, purpose_ref, price, way, code)
        except OtherWay:
            continue


class PriceChanged(Exception):
    """Nothing was ordered: it does not cost what she saw."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def person_ref(visit: Visit) -> str:
    return visit.person.said.person_ref if visit.person else ""


async def how(visit: Visit, price: Price, name: str) -> tuple[Way, str]:
    """The way she chose, and the code of her phone where it is read. Raises Left, Refused, WalkedAway."""
    while True:
        possible = ways(visit, price)
        if not possible:
            raise Refused(Refusal(code=RefusalCode.METHOD_AWAY, reason="这台机器现在没有能用的付款方式"))
        answer = await visit.ask(paying.pay_amount(to_pay(price), [way.choice for way in possible], name))
        way = next((way for way in possible if way.choice.name == answer.choice), None)
        if way is None:
            raise Left
        if way.method is not PayMethod.SCAN_CODE:
            return way, ""
        if code := await phone_code(visit, to_pay(price)):
            return way, code


async def ordered(visit: Visit, purpose: Purpose, purpose_ref: str, price: Price, way: Way, code: str) -> Paid:
    """Raises PriceChanged, Left, Refused."""
    plan = visit.heart.new_plan_id()
    request = CreateOrder(
        purpose=purpose, purpose_ref=price.purpose_ref or purpose_ref, person_ref=person_ref(visit), method=way.method,
        shown_fen=price.fen, claim_code=claim_code(plan), channel=way.channel,
    )  # fmt: skip
    if way.method is PayMethod.PURSE:
        return await from_the_card(visit, price, request)
    if code and visit.parts.codes is not None:
        visit.parts.codes.hold(plan, code)
    visit.talk.tell(paying.pay_preparing(to_pay(price)))
    run = visit.heart.begin(plan, KIND, {"request": request.model_dump(mode="json")})
    await watch(visit, run, price)
    paid = await outcome(visit, run, price)
    if way.method is PayMethod.WAIVED:
        await visit.ask(paying.pay_waived(to_pay(price)))
    return paid


async def from_the_card(visit: Visit, price: Price, request: CreateOrder) -> Paid:
    """Raises OtherWay, PriceChanged, Left, Refused, WalkedAway."""
    try:
        plan, order = await by_purse(visit, to_pay(price), price.fen, request)
    except Refused as refused:
        if refused.refusal.code is RefusalCode.PRICE_CHANGED:
            raise PriceChanged(refused.refusal) from None
        raise
    return Paid(plan, order.order_id, order.order_no, order.fen)


async def priced(visit: Visit, ask: AskPrice) -> Price:
    try:
        price = await visit.parts.platform.ask_price(ask)
    except (PlatformAway, PlatformRefused):
        await visit.ask(leaflet.submit_failed())
        raise Left from None
    if price.refusal is not None:
        raise Refused(price.refusal)
    return price


def to_pay(price: Price, qr: str = "", seconds_left: int | None = None) -> ToPay:
    payees = "、".join(dict.fromkeys(line.payee for line in price.lines))
    what = "、".join(line.what for line in price.lines)
    return ToPay(yuan(price.fen), payees, what, qr, seconds_left)


async def watch(visit: Visit, run: Run, price: Price) -> None:
    """Show the code and the time that is left, until the plan has ended."""

    def touched(answer: Answer) -> None:
        if answer.choice == "stop_paying":
            run.wish.cancel()

    heard_at = trio.current_time()
    while not run.finished.is_set():
        order = await seen(visit, run)
        heard_at = trio.current_time() if order is not None else heard_at
        if run.wish.cancelled:
            visit.talk.tell(paying.pay_closing())
        elif trio.current_time() - heard_at > QUIET_FOR_S:
            visit.talk.tell(paying.pay_asking(to_pay(price)))
        elif order is not None and order.qr:
            visit.talk.tell(paying.pay_now(to_pay(price, order.qr, left(order, visit.now))), on_answer=touched)
        elif order is not None and order.method is PayMethod.SCAN_CODE and order.state is OrderState.OPEN:
            shown = replace(to_pay(price), seconds_left=left(order, visit.now))
            visit.talk.tell(paying.confirm_on_phone(shown), on_answer=touched)
        with trio.move_on_after(LOOK_EVERY_S):
            await run.finished.wait()


async def seen(visit: Visit, run: Run) -> OrderView | None:
    try:
        return (await visit.parts.platform.query_order(QueryOrder(order_key=order_key(run.plan)))).order
    except (PlatformAway, PlatformRefused):
        return None


def left(order: OrderView, now: datetime) -> int:
    return max(0, int((order.expires_at - now).total_seconds()))


async def outcome(visit: Visit, run: Run, price: Price) -> Paid:
    """Raises PriceChanged, Left after she has been told, Refused."""
    if run.end is End.FORWARD:
        facts = run.log.facts("collect", Mark.DONE) or {}
        return Paid(run.plan, str(facts["order_id"]), str(facts["order_no"]), int(facts["fen"]))
    said = (run.log.facts("order", Mark.NOT_DONE) or {}).get("refusal")
    if said:
        refused = Refusal.model_validate(said)
        raise PriceChanged(refused) if refused.code is RefusalCode.PRICE_CHANGED else Refused(refused)
    if run.end is End.BACK:
        await visit.ask(await told_back(visit, run))
        raise Left
    claim = claim_of(run.plan)
    await unknown_slip(visit, run, claim, price.fen)
    await visit.ask(leaflet.with_claim("pay_unknown", claim, fault_code="P-412"))
    raise Left


async def told_back(visit: Visit, run: Run) -> Prompt:
    undone = run.log.facts("order", Mark.UNDONE) or {}
    if undone.get("fen"):
        order = await seen(visit, run)
        return paying.pay_over("pay_refunding", order.refund_words if order else "")
    if not run.log.has("order", Mark.DONE):
        return leaflet.submit_failed()
    reason = (run.log.facts(PLAN, Mark.DECIDED_BACK) or {}).get("reason")
    if reason == "cancelled":
        return paying.pay_over("pay_cancelled")
    order = await seen(visit, run)
    in_time = order is not None and order.expires_at > visit.now        # whoever should take the money said no
    return paying.pay_over("pay_not_taken" if in_time else "pay_expired")


async def unknown_slip(visit: Visit, run: Run, claim: Claim, fen: int) -> None:
    who = head(visit, visit.person) if visit.person is not None else nobodys_head(visit)
    slip = paper.OutcomeUnknown(who, code_of(claim), visit.parts.place, matter="payment", amount_fen=fen)
    await give(visit, slip, run)


def nobodys_head(visit: Visit) -> paper.SlipHead:
    """Of somebody who did not have to say who she is."""
    return paper.SlipHead(
        hall=visit.parts.hall, terminal=visit.parts.terminal, at=visit.now, name="", id_number="",
        language="en" if visit.talk.look.language == "en" else "zh_CN",
    )  # fmt: skip


async def money_back(visit: Visit, paid: Paid) -> bool:
    """Ask for the money back now. False: the centre could not be asked; it does it by itself later."""
    request = RefundOrder(order_key=order_key(paid.plan), reason="not_made")
    try:
        answer = await visit.parts.platform.refund_order(request, key=f"{order_key(paid.plan)}:refund")
    except (PlatformAway, PlatformRefused):
        return False
    if answer.refusal is not None:
        return False
    words = answer.order.refund_words if answer.order else ""
    await visit.ask(paying.pay_over("pay_refunding", words))
    return True
