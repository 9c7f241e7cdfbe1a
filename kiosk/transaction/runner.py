"""Runs a plan and settles one that was cut off. Rows decide; nothing is guessed.

Order of rows for one plan:
  opened, (intent, done | not_done | unknown)*, [decided_back, undone*] or
  [intent of the pivot, done | not_done, decided_forward | decided_back, ...], closed.
A decision is a row of its own before anything is done about it: going back changes the very world the probe asks.
"""
from __future__ import annotations

from collections.abc import Callable

from kiosk.transaction.journal import PLAN
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Answer, Attempt, End, Facts, Later, Mark, NotDone, Plan, Refused, Unknown

CANCELLED = "cancelled"


async def run(plan: Plan, log: PlanLog, cancelled: Callable[[], bool]) -> End:
    """Carry out a freshly opened plan. `cancelled` is asked between acts before the pivot, never after."""
    for act in plan.before:
        if cancelled():
            return await decide_back(plan, log, CANCELLED)
        reason = await attempt(act, plan, log, cancelled)
        if reason is not None:
            return await decide_back(plan, log, reason)
    if cancelled():
        return await decide_back(plan, log, CANCELLED)
    return await cross(plan, log, cancelled)


async def attempt(act: Act, plan: Plan, log: PlanLog, cancelled: Callable[[], bool]) -> str | None:
    """Try an act before the pivot, at most `tries` times. Returns why it is not done, None when it is."""
    reason = ""
    for number in range(1, act.tries + 1):
        this = Attempt(plan.id, act.name, number, cancelled)
        try:
            prepared = await act.prepare(this)
        except Later as error:
            return error.waits_for
        log.write(act.name, number, Mark.INTENT, prepared)
        try:
            facts = await act.perform(this)
        except NotDone as error:
            log.write(act.name, number, Mark.NOT_DONE, {"reason": error.reason, **error.facts})
            reason = error.reason
            continue
        except (Unknown, Later) as error:
            log.write(act.name, number, Mark.UNKNOWN, {"reason": str(error)})
            return str(error)
        log.write(act.name, number, Mark.DONE, facts)
        return None
    return reason


async def cross(plan: Plan, log: PlanLog, cancelled: Callable[[], bool]) -> End:
    """The pivot: its intent row stands before the world is touched, and it is never tried twice."""
    pivot = Attempt(plan.id, plan.pivot.name, 1, cancelled)
    try:
        prepared = await plan.pivot.prepare(pivot)
    except Later as error:
        return await decide_back(plan, log, error.waits_for)
    log.write(pivot.act, 1, Mark.INTENT, prepared)
    try:
        facts = await plan.pivot.perform(pivot)
    except NotDone as error:
        log.write(pivot.act, 1, Mark.NOT_DONE, {"reason": error.reason, **error.facts})
        return await decide_back(plan, log, error.reason)
    except (Unknown, Later):
        return await settle(plan, log)
    return await decide_forward(plan, log, facts)


async def settle(plan: Plan, log: PlanLog) -> End:
    """Bring an open plan to its end as far as the world allows now. Safe to call again and again."""
    pivot = plan.pivot.name
    if log.closed:
        return End.FORWARD if log.has(pivot, Mark.DONE) else End.BACK
    if log.has(pivot, Mark.DONE):
        return await forward(plan, log)
    if log.has(PLAN, Mark.DECIDED_BACK):
        return await back(plan, log)
    if not log.has(pivot, Mark.INTENT):
        return await decide_back(plan, log, "cut off before the pivot")
    if log.has(pivot, Mark.NOT_DONE):
        return await decide_back(plan, log, "the pivot was not done")
    return await ask(plan, log)


async def ask(plan: Plan, log: PlanLog) -> End:
    """The pivot was begun and nobody knows its end: ask, write the answer, act on it."""
    pivot = Attempt(plan.id, plan.pivot.name, 1)
    try:
        probed = await plan.probe(pivot)
    except Later as error:
        owe(log, pivot, error)
        return End.UNDECIDED
    match probed.answer:
        case Answer.DONE:
            return await decide_forward(plan, log, probed.facts)
        case Answer.NOT_DONE:
            log.write(pivot.act, 1, Mark.NOT_DONE, probed.facts)
            return await decide_back(plan, log, str(probed.facts.get("reason", "the world says it was not done")))
        case Answer.UNKNOWN:
            if not log.has(PLAN, Mark.IN_DOUBT):
                log.about_plan(Mark.IN_DOUBT, probed.facts)
            return await say_doubt(plan, log)


async def say_doubt(plan: Plan, log: PlanLog) -> End:
    """Nobody knows: the centre freezes what hangs on it. Owed until it has heard."""
    if plan.doubt is not None:
        await repeat_until_done(plan.doubt, plan, log)
    return End.IN_DOUBT


async def decide_forward(plan: Plan, log: PlanLog, facts: Facts) -> End:
    log.write(plan.pivot.name, 1, Mark.DONE, facts)
    return await forward(plan, log)


async def decide_back(plan: Plan, log: PlanLog, reason: str) -> End:
    if not log.has(PLAN, Mark.DECIDED_BACK):
        log.about_plan(Mark.DECIDED_BACK, {"reason": reason})
    return await back(plan, log)


async def forward(plan: Plan, log: PlanLog) -> End:
    """Acts after the pivot, each repeated at every settling until it succeeds; a refusal for good is an incident."""
    if not log.has(PLAN, Mark.DECIDED_FORWARD):     # also where the power went right after the pivot's own row
        log.about_plan(Mark.DECIDED_FORWARD)
    owed = [act.name for act in plan.after if not await repeat_until_done(act, plan, log)]
    return close(log, bool(owed), End.FORWARD, End.FORWARD_OWED)


async def repeat_until_done(act: Act, plan: Plan, log: PlanLog) -> bool:
    """One more try at an act that is safe to repeat. False: it is owed, and tried again at the next settling."""
    this = Attempt(plan.id, act.name, 1)
    if log.has(act.name, Mark.DONE):
        return True
    try:
        if not log.has(act.name, Mark.INTENT):
            log.write(act.name, 1, Mark.INTENT, await act.prepare(this))
        facts = await act.perform(this)
    except Later as error:
        owe(log, this, error)
        return False
    except Refused as error:
        log.write(act.name, 1, Mark.INCIDENT, {"reason": str(error)})
        facts = {"refused": str(error)}
    log.write(act.name, 1, Mark.DONE, facts)
    return True


async def back(plan: Plan, log: PlanLog) -> End:
    """Undo, newest first, every attempt that was begun. Every undo is tried, also when another cannot be done now."""
    owed = False
    for act in reversed(plan.before):
        if act.undo is None:
            continue
        for this in reversed(log.attempts(act.name)):
            if log.has(act.name, Mark.UNDONE, this.number):
                continue
            try:
                facts = await act.undo(this)
            except Later as error:
                owe(log, this, error)
                owed = True
                continue
            log.write(act.name, this.number, Mark.UNDONE, facts)
    return close(log, owed, End.BACK, End.BACK_OWED)


def owe(log: PlanLog, this: Attempt, error: Later) -> None:
    """An obligation: it stays open with its age until it is settled. One row per reason, not one per try."""
    before = log.facts(this.act, Mark.OWED, this.number)
    if before is None or before.get("waits_for") != error.waits_for:
        log.write(this.act, this.number, Mark.OWED, {"waits_for": error.waits_for})


def close(log: PlanLog, owed: bool, whole: End, partly: End) -> End:
    if owed:
        return partly
    log.about_plan(Mark.CLOSED)
    return whole
