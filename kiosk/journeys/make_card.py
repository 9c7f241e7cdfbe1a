"""Making the card in front of her: progress, the slot, the slip - and every way it can go wrong."""
from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import trio

from kiosk import leaflet
from kiosk.health.needs import CARD_DISPENSED, CARD_NOW
from kiosk.journeys import paper
from kiosk.journeys.card_fee import card_not_made, pay_card_fee
from kiosk.journeys.delivery import address_for
from kiosk.journeys.requests import NotSent, mail_instead
from kiosk.plans.dispensed_card import KIND as DISPENSED
from kiosk.plans.production import KIND
from kiosk.prompts import Answer, Claim, Progress, StageState
from kiosk.race import race
from kiosk.transaction.heart import Run
from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import End, Mark
from kiosk.transaction.runner import CANCELLED
from kiosk.visit import Refused, Visit
from remote.messages import CardEnd, PhotoSource, Refusal, RefusalCode

SHOWN_STAGES = ("reserve", "feed", "write", "print", "present")
TICK_S = 1.0                 # the remaining time counts down once a second
AT_THE_SLOT = ("at_exit", "still_at_exit")
PAST_CANCELLING = ("present", "at_exit", "still_at_exit", "capturing", "register")
MADE_AS = {DISPENSED: CARD_DISPENSED}
BLANK_WAS_BAD = ("chip", "feed")     # not her doing and not the ribbon's: the next blank without asking


async def make_card(visit: Visit, case_id: str, claim: Claim, kind: str = KIND) -> None:
    """At most two blanks for one case. `kind`: of the plan that makes it, a senior card's or a citizen card's. A fee that is due
    is paid first. Raises Left, Refused, WalkedAway, and those only while nothing moves."""
    try:
        await attempts(visit, case_id, claim, kind)
    except FeeDue:
        paid = await pay_card_fee(visit, case_id)
        try:
            made = await attempts(visit, case_id, claim, kind)
        except FeeDue as due:
            raise Refused(due.refusal) from None
        if not made:
            await card_not_made(visit, paid)


class FeeDue(Refused):
    """The centre gives no number before the fee is paid; nothing has moved."""


class Next(Enum):
    """What comes after a card that was not made."""

    AGAIN = "again"
    BY_MAIL = "by mail"
    NOTHING = "nothing now"


async def attempts(visit: Visit, case_id: str, claim: Claim, kind: str) -> bool:
    """False: nothing is made now, and nothing comes by mail. Raises FeeDue, Left, Refused, WalkedAway."""
    for blank in range(1, visit.parts.limits.blanks_per_case + 1):
        person, code = paper.person_of(visit), claim.code.replace("-", "")
        data = {
            "case_id": case_id, "claim_code": code, "elder": person.elder, "person_ref": person.said.person_ref,
            "photo_png": person.photo_png if person.photo_source is PhotoSource.CHIP else None,
        }  # fmt: skip
        run = visit.heart.begin(visit.heart.new_plan_id(), kind, data)
        await watch(visit, run, claim)
        if run.end is not None and run.end not in (End.BACK, End.BACK_OWED):
            await finish(visit, run, claim)
            return True
        reason = why_back(run)
        if reason is None:
            await paper.journal_broke(visit, run, claim)
            return True
        after = await what_next(visit, run, claim, reason, last=blank == visit.parts.limits.blanks_per_case)
        if after is not Next.AGAIN:
            return after is Next.BY_MAIL
    return False


def why_back(run: Run) -> str | None:
    facts = run.log.facts(PLAN, Mark.DECIDED_BACK)
    return str(facts["reason"]) if facts else None


async def what_next(visit: Visit, run: Run, claim: Claim, reason: str, *, last: bool) -> Next:
    """It did not come about and everything was undone (or is owed): does she get another blank now?"""
    refusal = next((r.facts["refusal"] for r in run.log.rows if r.mark is Mark.NOT_DONE and r.facts.get("refusal")), None)
    if refusal:
        said = Refusal.model_validate(refusal)
        raise FeeDue(said) if said.code is RefusalCode.FEE_DUE else Refused(said)
    if reason == CANCELLED:
        await paper.not_made(visit, run, claim, name="cancelled")
        return Next.NOTHING
    possible = not last and run.end is End.BACK and await visit.health.checked_can_make_cards(MADE_AS.get(run.log.kind, CARD_NOW))
    if possible and reason in BLANK_WAS_BAD:
        return Next.AGAIN
    if not run.log.has("reserve", Mark.UNDONE):     # the number is not free yet: nothing else can be chosen
        await paper.not_made(visit, run, claim)
        return Next.NOTHING
    mail = run.log.kind == KIND
    answer = await visit.ask(paper.worded(run, leaflet.not_made_choose(again=possible, spoiled=paper.spoiled(run), mail=mail)))
    match answer.choice:
        case "again":
            return Next.AGAIN
        case "mail_instead":
            await by_mail(visit, str(run.log.opened["case_id"]))
            return Next.BY_MAIL
        case _:
            await paper.not_made(visit, run, claim)
    return Next.NOTHING


async def by_mail(visit: Visit, case_id: str) -> None:
    """No machine makes it now: the same case goes by mail. Raises Left, Refused, WalkedAway."""
    address = await address_for(visit, paper.person_of(visit))
    try:
        case = await mail_instead(visit, case_id, address)
    except NotSent:
        return
    await paper.mail_slip(visit, case, address)


async def finish(visit: Visit, run: Run, claim: Claim) -> None:
    """Past the pivot, or nobody knows."""
    if run.end in (End.IN_DOUBT, End.UNDECIDED):
        await paper.unknown_slip(visit, run, claim, handover=True)
        await visit.ask(paper.worded(run, leaflet.with_claim("in_doubt", claim, fault_code="P-403")))
        return
    if was_kept(run):
        await paper.kept(visit, run, claim)
    else:
        await paper.handed_over(visit, run, registered=registered(run))


def registered(run: Run) -> bool:
    """The centre has said so. What it refused (the counter fenced this terminal) is settled by people."""
    answered = run.log.facts("register", Mark.DONE)
    return answered is not None and "refused" not in answered


async def watch(visit: Visit, run: Run, claim: Claim) -> None:
    """Show what the machine does until the plan ends, or until the centre has had 8 s to register what was handed over."""

    def touched(answer: Answer) -> None:
        if answer.choice in ("cancel", "back"):
            run.wish.cancel()

    while run.end is None and not run.finished.is_set():
        stages = visit.board.stages(run.plan)
        stage, since = stages[-1] if stages else ("reserve", trio.current_time())
        show(visit, run, claim, stage, since, touched)
        if stage == "register" and trio.current_time() - since >= visit.parts.limits.slip_wait_s:
            break
        with trio.move_on_after(TICK_S):
            await race(run.finished.wait, visit.board.changed)
    measure(visit, run)
    if run.end is None and run.log.has("hand_over", Mark.DONE):
        run.end = End.FORWARD_OWED


def show(visit: Visit, run: Run, claim: Claim, stage: str, since: float, touched: Callable[[Answer], None]) -> None:
    if stage in AT_THE_SLOT:
        visit.talk.tell(paper.worded(run, leaflet.take_card()))
    elif stage == "capturing" or was_kept(run):
        visit.talk.tell(paper.worded(run, leaflet.keeping()))
    elif stage == "register":
        visit.talk.tell(paper.worded(run, leaflet.registering()))
    elif run.wish.cancelled:
        visit.talk.tell(paper.worded(run, leaflet.cancelling()))
    elif stage == "taking_back":
        visit.talk.tell(paper.worded(run, leaflet.taking_back()))
    else:
        without = frozenset() if prints(run) else frozenset({"print"})
        left, portion = visit.durations.remaining(stage, trio.current_time() - since, without)
        work = Progress(stages_shown(visit, stage, without), left, portion)
        may_cancel = stage not in PAST_CANCELLING
        shown = paper.worded(run, leaflet.progress(work, claim, may_cancel=may_cancel))
        visit.talk.tell(shown, on_answer=touched if may_cancel else None)


def was_kept(run: Run) -> bool:
    return (run.log.facts("hand_over", Mark.DONE) or {}).get("end") == CardEnd.KEPT


def prints(run: Run) -> bool:
    """Cards of a dispenser were printed beforehand."""
    return run.log.kind != DISPENSED


def stages_shown(visit: Visit, stage: str, without: frozenset[str]) -> tuple[tuple[str, StageState], ...]:
    writes = visit.parts.chip is not None or "print" in without
    names = [name for name in SHOWN_STAGES if name not in without and (name != "write" or writes)]
    here = names.index(stage) if stage in names else len(names)
    return tuple(
        (name, StageState.DONE if i < here else StageState.RUNNING if i == here else StageState.WAITING)
        for i, name in enumerate(names)
    )


def measure(visit: Visit, run: Run) -> None:
    """What this machine really took, for the next citizen's remaining time."""
    stages = visit.board.stages(run.plan)
    for (stage, began), (_, ended) in zip(stages, stages[1:], strict=False):
        if stage in SHOWN_STAGES:
            visit.durations.measured(stage, ended - began)
    visit.durations.keep()

