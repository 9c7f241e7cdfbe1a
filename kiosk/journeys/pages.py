"""What the journeys of paper have in common: asking the centre, and watching pages come out."""
from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

import trio

from kiosk import leaflet
from kiosk.leaflet import papers
from kiosk.plans.pages import PRINT
from kiosk.plans.printing import CONFIRM, ISSUE
from kiosk.prompts import Progress, StageState
from kiosk.race import race
from kiosk.transaction.heart import Run
from kiosk.transaction.plan import Mark
from kiosk.visit import Left, Visit
from remote.messages import Message
from remote.platform import PlatformAway, PlatformRefused

TICK_S = 1.0
STAGES = ("issue", "pages")
TRAY = "a4_tray"

Answered = TypeVar("Answered", bound=Message)


async def heard(visit: Visit, call: Awaitable[Answered]) -> Answered:
    """The centre's answer to a question. Raises Left after she was told that there is none."""
    try:
        return await call
    except (PlatformAway, PlatformRefused):
        await visit.ask(leaflet.submit_failed())
        raise Left from None


async def watch(visit: Visit, run: Run, first: str = ISSUE) -> None:
    """Show what the printer says of itself until the plan ends; staff is called once where it waits for somebody. `first`: the
    act before the pages."""
    called = False
    while not run.finished.is_set():
        stages = visit.board.stages(run.plan)
        stage = stages[-1][0] if stages else first
        if stage.startswith("paused:"):
            waits = papers.printer_waits(stage.partition(":")[2])
            visit.talk.tell(waits)
            if not called:
                visit.talk.call_staff(waits.name)
            called = True
        else:
            visit.talk.tell(papers.printing_pages(progress(stage, first)))
        with trio.move_on_after(TICK_S):
            await race(run.finished.wait, visit.board.changed)
    if sheets := sheets_out(run):
        visit.health.supplies.used(TRAY, sheets)


def sheets_out(run: Run) -> int:
    """That left the tray, as far as the printer counted."""
    for mark in (Mark.DONE, Mark.NOT_DONE):
        if facts := run.log.facts(PRINT, mark):
            return int(facts.get("sheets", 0))
    return 0


def progress(stage: str, first: str = ISSUE) -> Progress:
    done = {first: 0, CONFIRM: 2}.get(stage, 1)
    states = [StageState.DONE if at < done else StageState.RUNNING if at == done else StageState.WAITING for at in range(2)]
    names = STAGES if first == ISSUE else (first, STAGES[1])
    return Progress(tuple(zip(names, states, strict=True)), None, {0: 0.1, 1: 0.5}.get(done, 0.95))
