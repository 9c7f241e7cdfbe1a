"""J18: what is on the citizen card, and the last trips and payments. No login, no name."""
from __future__ import annotations

from card.history import Line
from kiosk.health.offers import NotNow
from kiosk.journeys.card_slot import CardSeen, card_read, with_card, with_history
from kiosk.journeys.earlier_purchases import settle_earlier_purchases
from kiosk.journeys.top_up import moved_here, settle_earlier, top_up_card
from kiosk.leaflet import topping_up
from kiosk.prompts import BALANCE_STEPS, TOP_UP_STEPS, Facts
from kiosk.visit import Refused, Visit
from print.layouts.formats import yuan
from remote.messages import FindLoads
from remote.platform import PlatformAway, PlatformRefused

LINES_A_PAGE = 3             # [A] what fits in the largest letters on the smallest screen
MOST_LINES = 10              # facts/journeys.md J18


async def card_balance(visit: Visit) -> None:
    """Raises Left, WalkedAway."""
    visit.talk.steps = BALANCE_STEPS
    await with_card(visit, show_card)


async def show_card(visit: Visit) -> None:
    seen = await card_read(visit, with_history)
    if await settled_something(visit, seen):
        seen = await card_read(visit, with_history)
    lines, page = newest(seen), 0
    while True:
        first = page * LINES_A_PAGE
        rows = Facts(tuple(row(line) for line in lines[first : first + LINES_A_PAGE]))
        answer = await visit.ask(topping_up.card_balance(
            yuan(seen.balance), rows, before=page > 0, after=first + LINES_A_PAGE < len(lines),
            may_load=not isinstance(visit.health.offer("top_up"), NotNow),
        ))  # fmt: skip
        match answer.choice:
            case "page_before" | "page_after":
                page += 1 if answer.choice == "page_after" else -1
            case "top_up_now":
                visit.talk.steps = TOP_UP_STEPS
                return await top_up_card(visit)
            case _:
                return None


async def settled_something(visit: Visit, seen: CardSeen) -> bool:
    """Loads that wait for this very card, and payments with it that nobody knows the end of. Without the centre, or where two
    people have to settle it, the balance is shown all the same."""
    try:
        found = await visit.parts.platform.find_loads(FindLoads(serial=seen.serial))
    except (PlatformAway, PlatformRefused):
        return False
    for load in found.loads:
        await settle_earlier(visit, load)
    return await moved_here(visit, seen.serial) or bool(found.loads) or await settled_purchases(visit, seen.serial)


async def settled_purchases(visit: Visit, serial: str) -> bool:
    try:
        return (await settle_earlier_purchases(visit, serial)).settled
    except Refused:
        return False


def newest(seen: CardSeen) -> list[Line]:
    """Payments and trips together; what has no time stands last. The same ride is told by both files: once is enough."""
    rides = {(line.at, line.fen) for line in seen.trips}
    payments = [line for line in seen.transactions if (line.at, line.fen) not in rides]
    dated = [line for line in (*payments[:MOST_LINES], *seen.trips[:MOST_LINES]) if line.at is not None]
    undated = [line for line in (*payments, *seen.trips) if line.at is None]
    return [*sorted(dated, key=lambda line: str(line.at), reverse=True), *undated]


def row(line: Line) -> tuple[str, str]:
    when = f"{line.at:%Y-%m-%d %H:%M}" if line.at is not None else ""
    sign = "" if line.fen is None else "+" if line.fen > 0 else "-" if line.fen < 0 else ""
    money = "" if line.fen is None else f"{sign}{yuan(abs(line.fen))}"
    return f"card_{line.what.value}", f"{when}  {money}".strip()
