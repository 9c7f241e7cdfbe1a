"""Open of day (facts/journeys.md O1): every machine, what is missing in words, a slip that somebody has read, a name."""
from __future__ import annotations

from kiosk.attendant.desk import Desk, GivenUp
from kiosk.audit.log import Deed
from kiosk.health.found import Found, Light
from kiosk.leaflet import attendant as words
from kiosk.prompts import Lamp
from kiosk.status_page import A_PAGE, lamps


async def open_day(desk: Desk) -> None:
    """Raises GivenUp, WalkedAway, JournalBroken; signed is the one row that is written last."""
    found = await looked_through(desk)
    delivered = await desk.slip("开始一天", "试打凭条,中文打印正常", f"卡片还剩 {desk.stock.books.left}")
    answer = await desk.talk.ask(words.day_slip(delivered=delivered))
    if answer.choice not in ("slip_is_good", "slip_is_bad"):
        raise GivenUp
    good = delivered and answer.choice == "slip_is_good"
    wrong = [row.what for row in rows_of(desk, found) if row.light != Light.GREEN]
    facts = [("blanks_left", str(desk.stock.books.left)), ("day_slip", "yes" if good else "no"), ("day_wrong", str(len(wrong)))]
    answer = await desk.talk.ask(words.day_sign([*facts, *(("troubles", word) for word in found.words[:3])]))
    if answer.choice not in ("open_now", "stay_closed"):
        raise GivenUp
    desk.note(Deed.DAY_OPENED, missing=" ".join(wrong), slip=good, served=answer.choice == "open_now")
    desk.health.closed_by_staff = answer.choice == "stay_closed"
    await desk.talk.ask(words.day_opened(served=not desk.health.closed_by_staff))


async def looked_through(desk: Desk) -> Found:
    """Page by page, the worst first, as often as wanted."""
    found, page = await desk.look(), 0
    while True:
        rows = rows_of(desk, found)
        pages = -(-len(rows) // A_PAGE)
        page %= pages
        wrong = sum(row.light != Light.GREEN for row in rows)
        shown = rows[page * A_PAGE : (page + 1) * A_PAGE]
        match (await desk.talk.ask(words.day_found(shown, wrong, more=pages > 1))).choice:
            case "go_on_day":
                return found
            case "next_lamps":
                page += 1
            case "look_once_more":
                found, page = await desk.look(), 0
            case _:
                raise GivenUp


def rows_of(desk: Desk, found: Found) -> list[Lamp]:
    limits = desk.parts.limits
    return lamps(found, limits.min_free_mb, limits.clock_skew_s)
