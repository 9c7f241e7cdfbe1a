"""Paying with the purse of her citizen card: put in, kept in, debited once; pulled out in the middle, the same card tells."""
from __future__ import annotations

from kiosk import leaflet
from kiosk.conversation import WalkedAway
from kiosk.journeys.card_slot import CardSeen, card_in, give_back, same_card, slot_of
from kiosk.journeys.claims import claim_of
from kiosk.journeys.earlier_purchases import settle_earlier_purchases
from kiosk.journeys.paper import code_of, give
from kiosk.journeys.slip_head import card_head
from kiosk.leaflet import paying, topping_up
from kiosk.plans.one_call import CENTRE
from kiosk.plans.payment import order_key
from kiosk.plans.purse_payment import DEBIT, KIND, PREPARE
from kiosk.prompts import ToPay
from kiosk.transaction.claim import claim_code
from kiosk.transaction.heart import Run
from kiosk.transaction.journal import PLAN
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import End, Mark
from kiosk.visit import Left, Refused, Visit
from print.layouts import slip as paper
from print.layouts.formats import yuan
from remote.messages import CreateOrder, OrderState, OrderView, QueryOrder, Refusal
from remote.platform import PlatformAway, PlatformRefused

TRIES = 3                    # [A] of one visit, for what is worth a second try
WORTH_A_TRY = ("card_gone", "other_card")
PIN_WORDS = ("pin_needed", "pin_wrong")
FINAL = {
    "module_away": ("purse_away", "P-441"), "other_city": ("not_citizen_card", "P-432"),
    "pin_blocked": ("card_pin_blocked", "P-434"),
}  # fmt: skip


class OtherWay(Exception):
    """Nothing was taken from the card, and she wants to pay in another way."""


async def by_purse(visit: Visit, to_pay: ToPay, fen: int, request: CreateOrder) -> tuple[str, OrderView]:
    """The plan and the order that was paid. However it ends, she is told to take her card. Raises OtherWay, Left, Refused,
    WalkedAway."""
    try:
        seen = await card_that_holds(visit, to_pay, fen)
        paid = await PurseVisit(visit, to_pay, seen.serial, fen).pay(request)
    except (OtherWay, Left, Refused, WalkedAway):
        await give_back(visit)
        raise
    await give_back(visit)
    return paid


async def card_that_holds(visit: Visit, to_pay: ToPay, fen: int) -> CardSeen:
    """Her card with enough on it; what an earlier payment of it came to is found out first. Raises OtherWay, WalkedAway."""
    from kiosk.journeys.top_up import top_up_card  # it pays too, but never with the purse

    for _ in range(TRIES):
        try:
            seen = await card_in(visit)
            if (await settle_earlier_purchases(visit, seen.serial)).settled:
                seen = await card_in(visit)
        except Left:
            raise OtherWay from None
        if seen.balance >= fen:
            return seen
        answer = await visit.ask(paying.purse_short(to_pay, yuan(seen.balance)))
        if answer.choice != "top_up_now":
            raise OtherWay
        try:
            await top_up_card(visit)
        except Left:
            continue
    raise OtherWay


class PurseVisit:
    def __init__(self, visit: Visit, to_pay: ToPay, serial: str, fen: int) -> None:
        self.visit, self.to_pay, self.serial, self.fen = visit, to_pay, serial, fen

    async def pay(self, request: CreateOrder) -> tuple[str, OrderView]:
        """Raises OtherWay, Left, Refused, WalkedAway."""
        for number in range(1, TRIES + 1):
            if not await same_card(self.visit, self.serial):
                raise OtherWay
            self.visit.talk.tell(paying.paying_by_card(self.to_pay))
            plan = self.visit.heart.new_plan_id()
            asked = request.model_copy(update={"claim_code": claim_code(plan)}).model_dump(mode="json")
            run = self.visit.heart.begin(plan, KIND, {"request": asked, "serial": self.serial})
            await run.finished.wait()
            end = run.end
            if end in (End.UNDECIDED, End.BACK_OWED):
                end = await self.find_out(run)
            if end is End.FORWARD and (order := await self.order(run)) is not None:
                return run.plan, order
            if end is not End.BACK:
                await self.open_end(run, end)
                raise Left
            await self.again(run, last=number == TRIES)
        raise OtherWay

    async def order(self, run: Run) -> OrderView | None:
        """Paid, because the centre says so."""
        try:
            order = (await self.visit.parts.platform.query_order(QueryOrder(order_key=order_key(run.plan)))).order
        except (PlatformAway, PlatformRefused):
            return None
        return order if order is not None and order.state is OrderState.PAID else None

    def log(self, run: Run) -> PlanLog:
        """As it is written now: it may have been settled by somebody else than the run."""
        return self.visit.heart.log_of(run.plan)

    async def find_out(self, run: Run) -> End | None:
        """The card was pulled out, or an answer was lost. None: not now."""
        for _ in range(TRIES):
            try:
                if not await same_card(self.visit, self.serial):
                    return None
            except WalkedAway:
                await self.open_end(run, None, walked_away=True)
                raise
            self.visit.talk.tell(topping_up.loading("finding_load"))
            await self.visit.heart.settle_open(doubts=False)
            log = self.log(run)
            if log.closed:
                return End.FORWARD if log.has(DEBIT, Mark.DONE) else End.BACK
            if log.in_doubt:
                return End.IN_DOUBT
            if CENTRE in {str(row.facts.get("waits_for")) for row in log.owed()}:
                return None
        return None

    async def again(self, run: Run, *, last: bool) -> None:
        """Nothing was taken, for certain. Returns for another try. Raises OtherWay, Refused, Left."""
        log = self.log(run)
        for act in ("order", PREPARE):
            said = (log.facts(act, Mark.NOT_DONE) or {}).get("refusal")
            if said:
                raise Refused(Refusal.model_validate(said))
        why = str((log.facts(PLAN, Mark.DECIDED_BACK) or {}).get("reason", ""))
        if why in PIN_WORDS and not last:
            left = (log.facts(PREPARE, Mark.NOT_DONE) or {}).get("tries_left")
            answer = await self.visit.ask(topping_up.card_pin(left))
            if not answer.value:
                raise OtherWay
            slot_of(self.visit).her_pin = answer.value
            return
        if why in FINAL:
            await self.visit.ask(topping_up.card_no_good(*FINAL[why]))
            raise OtherWay
        if why in (*WORTH_A_TRY, "not_debited") and not last:
            return
        if why.startswith("centre"):
            await self.visit.ask(leaflet.submit_failed())
            raise Left
        await self.visit.ask(paying.pay_over("pay_not_taken"))
        raise OtherWay

    async def open_end(self, run: Run, end: End | None, *, walked_away: bool = False) -> None:
        """Nobody knows yet, or the centre has not heard. The slip and the screen say what helps: the card itself."""
        claim = claim_of(run.plan)
        head = card_head(self.visit, self.serial)
        await give(self.visit, paper.OutcomeUnknown(head, code_of(claim), self.visit.parts.place, "payment", self.fen), run)
        if walked_away:
            return
        if end in (End.FORWARD, End.FORWARD_OWED):          # the card was debited, and the centre has not said so yet
            await self.visit.ask(leaflet.with_claim("pay_unknown", claim, fault_code="P-412"))
        elif end is End.IN_DOUBT:
            await self.visit.ask(topping_up.load_open("load_in_doubt", claim, "P-437"))
        else:
            await self.visit.ask(topping_up.load_open("purchase_pending", claim, "P-442"))
