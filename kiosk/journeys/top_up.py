"""J19: insert the citizen card, choose an amount, pay, and it is on the card; whatever happens in between, nothing is lost."""
from __future__ import annotations

from kiosk.conversation import WalkedAway
from kiosk.journeys.card_slot import CardSeen, card_in, same_card, serial_in, slot_of, with_card
from kiosk.journeys.claims import claim_of
from kiosk.journeys.earlier_purchases import settle_earlier_purchases
from kiosk.journeys.pages import heard
from kiosk.journeys.paper import code_of, give
from kiosk.journeys.paying import Paid, money_back, pay
from kiosk.journeys.slip_head import card_head
from kiosk.leaflet import citizen_card_made, paying, topping_up
from kiosk.plans.load_fate import found_out
from kiosk.plans.one_call import CENTRE
from kiosk.plans.top_up import CREDIT, KIND, PERMIT
from kiosk.prompts import TOP_UP_STEPS, Claim
from kiosk.transaction.claim import claim_code
from kiosk.transaction.heart import Run
from kiosk.transaction.journal import PLAN
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import End, Later, Mark
from kiosk.visit import Left, Refused, Visit
from print.layouts import slip as slips
from print.layouts.formats import yuan
from remote.messages import (
    FindCitizenCards,
    FindLoads,
    FoundLoads,
    LoadState,
    LoadView,
    MoveState,
    Purpose,
    Refusal,
    RefusalCode,
)
from remote.platform import PlatformAway, PlatformRefused

AMOUNTS_YUAN = (20, 50, 100)         # facts/journeys.md J19
TRIES = 3                            # [A] of one visit, for what is worth a second try
CARD_WORDS = ("card_gone", "other_card")
PIN_WORDS = ("pin_needed", "pin_wrong")
FINAL_WORDS = {"pin_blocked": ("card_pin_blocked", "P-434"), "purse_full": ("purse_full", "P-436")}


async def top_up(visit: Visit) -> None:
    """Raises Left, WalkedAway."""
    visit.talk.steps = TOP_UP_STEPS
    await with_card(visit, top_up_card)


async def top_up_card(visit: Visit) -> None:
    """Raises Left, Refused, WalkedAway."""
    seen = await card_in(visit)
    found = await heard(visit, visit.parts.platform.find_loads(FindLoads(serial=seen.serial)))
    for earlier in found.loads:
        await settle_earlier(visit, earlier)
        seen = await card_in(visit)
    if await moved_here(visit, seen.serial):
        return None
    for credit in (await settle_earlier_purchases(visit, seen.serial)).credits:
        if (await visit.ask(paying.money_for_the_card(yuan(credit.fen)))).choice == "load_it_now":
            return await Loading(visit, seen.serial, credit.fen, credit.order_id, credit.order_no, None).go()
    fen = await how_much(visit, seen, found)
    paid = await pay(visit, Purpose.TOP_UP, f"{seen.serial}/{fen}")
    if paid is None:
        raise Left
    await Loading(visit, seen.serial, fen, paid.order_id, paid.order_no, paid).go()
    return None


async def how_much(visit: Visit, seen: CardSeen, limits: FoundLoads) -> int:
    """Fen. Only what the card can still hold is offered. Raises Left."""
    room = min(limits.most_fen, limits.purse_fen - seen.balance)
    least, most = -(-limits.least_fen // 100), room // 100
    if most < least:
        await visit.ask(topping_up.card_no_good(*FINAL_WORDS["purse_full"]))
        raise Left
    amounts = tuple(one for one in AMOUNTS_YUAN if least <= one <= most)
    while True:
        answer = await visit.ask(topping_up.choose_amount(yuan(seen.balance), amounts))
        if answer.choice == "back":
            raise Left
        if answer.choice != "amount_other":
            return int(answer.value or 0) * 100
        typed = await visit.ask(topping_up.other_amount(least, most))
        if typed.choice == "back" or not typed.value:
            continue
        if least <= int(typed.value) <= most:
            return int(typed.value) * 100
        await visit.ask(topping_up.amount_not_possible(least, most))


async def moved_here(visit: Visit, serial: str) -> bool:
    """What was left on the card before this one, where it is due: onto this one, if she likes. False: nothing, or not now. Raises
    Left, WalkedAway."""
    try:
        said = await visit.parts.platform.find_citizen_cards(FindCitizenCards(serial=serial))
    except (PlatformAway, PlatformRefused):
        return False
    move = next((one for one in said.moves if one.state is MoveState.READY), None)
    if move is None or (await visit.ask(citizen_card_made.money_is_here(yuan(move.fen), move.old_tail))).choice != "load_it_now":
        return False
    await Loading(visit, serial, move.fen, move.order_id, move.order_no, None).go()
    return True


async def settle_earlier(visit: Visit, earlier: LoadView) -> None:
    """A load of this card was begun, here or elsewhere, and its end is not known: now the card is here. Raises Left, Refused."""
    load = await asked_of_card(visit, earlier)
    if load.state is LoadState.CREDITED:
        await visit.ask(topping_up.earlier_load("earlier_load_is_there", yuan(load.fen)))
        return
    if load.state is not LoadState.NOT_CREDITED:
        raise Refused(Refusal(code=RefusalCode.LOAD_PENDING, reason="这张卡上一笔充值要请人核对"))
    answer = await visit.ask(topping_up.earlier_load("earlier_load_missing", yuan(load.fen)))
    if answer.choice == "load_it_now":
        await Loading(visit, load.serial, load.fen, load.order_id, load.order_no, None).go()
    raise Left


async def asked_of_card(visit: Visit, earlier: LoadView) -> LoadView:
    """Raises Left where it cannot be found out now; nothing has changed then."""
    key = f"{visit.heart.new_plan_id()}:settle:1"
    for _ in range(TRIES):
        visit.talk.tell(topping_up.loading("finding_load"))
        try:
            return await found_out(visit.parts, earlier, key)
        except Later as later:
            if later.waits_for in PIN_WORDS:
                if not await typed_pin(visit, None):
                    raise Left from None
            elif later.waits_for == "pin_blocked":
                await visit.ask(topping_up.card_no_good(*FINAL_WORDS["pin_blocked"]))
                raise Left from None
            elif later.waits_for == CENTRE or not await same_card(visit, earlier.serial):
                break
    raise Refused(Refusal(code=RefusalCode.LOAD_PENDING, reason="现在查不了这张卡上一笔充值"))


async def typed_pin(visit: Visit, tries_left: int | None) -> bool:
    """Her card's own PIN. False: she does not want to."""
    answer = await visit.ask(topping_up.card_pin(tries_left))
    if not answer.value:
        return False
    slot_of(visit).her_pin = answer.value
    return True


class Loading:
    """A paid order onto its card: as many plans as it takes, one after the other; the centre lets one of them through."""

    def __init__(self, visit: Visit, serial: str, fen: int, order_id: str, order_no: str, paid: Paid | None) -> None:
        self.visit, self.serial, self.fen, self.order_id, self.order_no, self.paid = visit, serial, fen, order_id, order_no, paid

    async def go(self) -> None:
        """Raises Left, WalkedAway."""
        for number in range(1, TRIES + 1):
            if not await same_card(self.visit, self.serial):
                return await self.keep_the_money()
            run = self.begin()
            await self.watch(run)
            end = run.end
            if end in (End.UNDECIDED, End.BACK_OWED):
                end = await self.find_out(run)
            if end in (End.FORWARD, End.FORWARD_OWED):
                return await self.loaded(run)
            if end is not End.BACK:
                return await self.open_end(run, end)
            if not await self.again(run, last=number == TRIES):
                return None
        return await self.keep_the_money()

    def begin(self) -> Run:
        plan = self.visit.heart.new_plan_id()
        return self.visit.heart.begin(plan, KIND, {
            "order_id": self.order_id, "serial": self.serial, "fen": self.fen, "person_ref": "",
            "claim_code": claim_code(self.paid.plan if self.paid else plan),
        })  # fmt: skip

    async def watch(self, run: Run) -> None:
        self.visit.talk.tell(topping_up.loading())
        await run.finished.wait()

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
            if log.closed or log.has(CREDIT, Mark.DONE):
                return End.FORWARD if log.has(CREDIT, Mark.DONE) else End.BACK
            if log.in_doubt:
                return End.IN_DOUBT
            waits_for = {str(row.facts.get("waits_for")) for row in log.owed()}
            if waits_for & set(PIN_WORDS):
                if not await typed_pin(self.visit, None):
                    return None
            elif CENTRE in waits_for:
                return None
        return None

    def log(self, run: Run) -> PlanLog:
        """As it is written now: it may have been settled by somebody else than the run."""
        return self.visit.heart.log_of(run.plan)

    # -- how it went -------------------------------------------------------------------------------------------------

    async def loaded(self, run: Run) -> None:
        balance = await self.balance(run)
        slip = slips.ToppedUp(card_head(self.visit, self.serial), self.fen, balance, self.order_no)
        shown = await give(self.visit, slip, run)
        await self.visit.last_look(topping_up.topped_up(yuan(balance) if balance is not None else "", shown))

    async def balance(self, run: Run) -> int | None:
        """As the card said right after the credit; else it is asked once more."""
        told = (self.log(run).facts(CREDIT, Mark.DONE) or {}).get("balance")
        if told is not None:
            return int(told)
        if await serial_in(slot_of(self.visit)) != self.serial:
            return None
        return (await card_in(self.visit)).balance

    async def again(self, run: Run, *, last: bool) -> bool:
        """Nothing was credited, for certain. Another try? False: she has been told how it ends."""
        log = self.log(run)
        refused = (log.facts(PERMIT, Mark.NOT_DONE) or {}).get("refusal")
        if refused and refused["code"] == RefusalCode.LOADED_ALREADY:
            await self.loaded(run)
            return False
        if (log.facts(PERMIT, Mark.UNDONE) or {}).get("state") == LoadState.CREDITED:       # meanwhile, at another terminal
            await self.loaded(run)
            return False
        why = str((log.facts(PLAN, Mark.DECIDED_BACK) or {}).get("reason", ""))
        if why in PIN_WORDS:
            left = (log.facts(PERMIT, Mark.NOT_DONE) or {}).get("tries_left")
            return await typed_pin(self.visit, left) or await self.about_the_money(again=False)
        if why in FINAL_WORDS:
            await self.visit.ask(topping_up.card_no_good(*FINAL_WORDS[why]))
            return await self.about_the_money(again=False)
        if why in CARD_WORDS or why == LoadState.NOT_CREDITED:
            return not last or await self.about_the_money(again=False)
        return await self.about_the_money(again=not last)

    async def about_the_money(self, *, again: bool) -> bool:
        """True: once more."""
        if self.paid is None:
            answer = await self.visit.ask(topping_up.earlier_load("earlier_load_missing", yuan(self.fen)))
            return again and answer.choice == "load_it_now"
        answer = await self.visit.ask(paying.paid_not_made(yuan(self.fen), again=again))
        if answer.choice == "try_again":
            return True
        if answer.choice != "refund_now" or not await money_back(self.visit, self.paid):
            await self.keep_the_money()
        return False

    async def keep_the_money(self) -> None:
        """She leaves it: it is hers, for this card or to go back."""
        if self.paid is not None:
            await self.visit.ask(paying.paid_kept(yuan(self.fen), claim_of(self.paid.plan)))

    async def open_end(self, run: Run, end: End | None, *, walked_away: bool = False) -> None:
        """Nobody knows yet. The slip and the screen say what helps: the card itself."""
        claim = self.claim(run)
        slip = slips.OutcomeUnknown(
            card_head(self.visit, self.serial), code_of(claim), self.visit.parts.place, matter="top_up", amount_fen=self.fen
        )
        await give(self.visit, slip, run)
        if walked_away:
            return
        if end is End.IN_DOUBT:
            await self.visit.ask(topping_up.load_open("load_in_doubt", claim, "P-437"))
        else:
            await self.visit.ask(topping_up.load_open("load_pending", claim, "P-435"))

    def claim(self, run: Run) -> Claim:
        return claim_of(self.paid.plan if self.paid else run.plan)
