"""Insurance, settlements, personal information: covered on the screen, uncovered for a moment, and printed as they are covered.

Paper may be left behind or read by somebody else, so nothing more stands on it than on the screen.
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from kiosk.journeys.asking import patiently
from kiosk.journeys.own.rows import account_rows, bill_rows, record_rows
from kiosk.journeys.paper import give, head, person_of
from kiosk.leaflet import own as words
from kiosk.prompts import Facts
from kiosk.visit import Refused, Visit
from print.layouts.formats import yuan
from print.layouts.slip_own import OwnShown, Topic
from remote.messages import InsuranceAccount, OwnAccount, OwnRecord, Settlements

LINES_A_PAGE = 3             # [A] what fits in the largest letters on the smallest screen
MOST_ON_PAPER = 20           # [A] lines of a slip


@dataclass(frozen=True)
class Shown:
    """One topic as the centre told it: covered, or in full."""

    rows: tuple[tuple[str, str], ...] = field(repr=False)
    params: dict[str, str] = field(default_factory=dict, repr=False)


Fetch = Callable[[bool], Awaitable[Shown]]
Said = TypeVar("Said", InsuranceAccount, Settlements, OwnRecord)


async def insurance(visit: Visit, sign_in: str) -> None:
    async def fetch(in_full: bool) -> Shown:
        ask = OwnAccount(sign_in=sign_in, in_full=in_full)
        said = allowed(await patiently(visit, lambda: visit.parts.platform.insurance_account(ask)))
        return Shown(account_rows(said), {"balance": yuan(said.balance_fen)})

    await shown(visit, "own_insurance", fetch)


async def settlements(visit: Visit, sign_in: str) -> None:
    async def fetch(in_full: bool) -> Shown:
        ask = OwnAccount(sign_in=sign_in, in_full=in_full)
        said = allowed(await patiently(visit, lambda: visit.parts.platform.list_settlements(ask)))
        return Shown(bill_rows(said, in_full=in_full))

    await shown(visit, "own_settlements", fetch)


async def record(visit: Visit, sign_in: str) -> None:
    async def fetch(in_full: bool) -> Shown:
        ask = OwnAccount(sign_in=sign_in, in_full=in_full)
        said = allowed(await patiently(visit, lambda: visit.parts.platform.own_record(ask)))
        return Shown(record_rows(said))

    await shown(visit, "own_record", fetch)


async def shown(visit: Visit, topic: Topic, fetch: Fetch) -> None:
    """Page by page, until she wants something else. Raises Left, Refused, WalkedAway."""
    covered, page = await fetch(False), 0
    while True:
        answer = await turned(visit, topic, covered, page, in_full=False)
        match answer:
            case "page_before" | "page_after":
                page += 1 if answer == "page_after" else -1
            case "show_all":
                page = await uncovered(visit, topic, await fetch(True), page)
            case "print_it":
                await printed(visit, topic, covered)
            case _:
                return


async def uncovered(visit: Visit, topic: Topic, full: Shown, page: int) -> int:
    """Until it covers itself, or she does; nothing of it stays. Returns the page she is on."""
    while True:
        answer = await turned(visit, topic, full, page, in_full=True)
        if answer not in ("page_before", "page_after"):
            return page
        page += 1 if answer == "page_after" else -1


async def turned(visit: Visit, topic: Topic, what: Shown, page: int, *, in_full: bool) -> str:
    first = page * LINES_A_PAGE
    rows = Facts(what.rows[first : first + LINES_A_PAGE])
    more = first + LINES_A_PAGE < len(what.rows)
    return (await visit.ask(words.own(topic, rows, what.params, before=page > 0, after=more, in_full=in_full))).choice


async def printed(visit: Visit, topic: Topic, covered: Shown) -> None:
    balance = covered.params.get("balance", "")
    slip = OwnShown(head(visit, person_of(visit)), topic, covered.rows[:MOST_ON_PAPER], balance)
    await visit.ask(words.own_printed(await give(visit, slip)))


def allowed(said: Said) -> Said:
    """Raises Refused."""
    if said.refusal is not None:
        raise Refused(said.refusal)
    return said
