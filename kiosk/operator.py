"""At the machine: the menu behind the hidden gesture, a staff card and a PIN. Every job is a room of its own in kiosk/attendant.

Opening the menu counts as opening the door: what is in doubt is asked again. Who came, was refused, did what and left is in
the audit.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum

from kiosk.attendant.close_day import close_day
from kiosk.attendant.commission import Commissioning, commission
from kiosk.attendant.desk import Desk, GivenUp
from kiosk.attendant.hand_back import hand_back
from kiosk.attendant.jams import clear_jams
from kiosk.attendant.modules import replace_module
from kiosk.attendant.open_day import open_day
from kiosk.attendant.people import Colleague, Right, Roster
from kiosk.audit.log import Audit, Deed
from kiosk.conversation import Conversation, WalkedAway
from kiosk.exchange import Exchange
from kiosk.gate import Gate
from kiosk.health.health import Health
from kiosk.leaflet import attendant as words
from kiosk.leaflet import staff
from kiosk.status_page import StatusPage
from kiosk.stock import Stock
from kiosk.transaction.journal import JournalBroken

Settle = Callable[[], Awaitable[None]]
"""Settles what is open, in sight, and never raises for a broken journal."""
Job = Callable[[Desk], Awaitable[None]]
JOBS: Mapping[str, Job] = {
    "open_day": open_day, "close_day": close_day, "clear_jam": clear_jams, "hand_back": hand_back,
    "replace_module": replace_module,
}  # fmt: skip
MORE = frozenset({
    "status_page", "service_on", "service_off", "look_again", "replace_module", "commission", "leave_fullscreen",
})  # fmt: skip


class Wish(Enum):
    BACK_TO_WORK = "back_to_work"
    LEAVE = "leave"


class Operator:
    def __init__(
        self, talk: Conversation, health: Health, stock: Stock, roster: Roster, settle: Settle, commissioning: Commissioning
    ) -> None:
        self._talk = talk
        self._health = health
        self._stock = stock
        self._gate = Gate(talk, roster, health.parts.id_reader, health.heart.journal, health.parts.now)
        self._settle = settle
        self.commissioning = commissioning

    async def menu(self, at_once: str = "") -> Wish:
        """From the hidden gesture to the end of the technician's work; `at_once`: what was touched already."""
        who: Colleague | None = None
        try:
            who = await self._gate.let_in()
            if who is None:
                return Wish.BACK_TO_WORK
            self._health.door_open = True
            await self._settle()
            desk = Desk(self._talk, self._health, self._stock, self._gate, self._settle, who)
            if at_once:
                await self._job(desk, at_once)
            return await self._work(desk)
        except WalkedAway:
            return Wish.BACK_TO_WORK
        finally:
            self._health.door_open = False
            self._health.look_again()
            self._talk.wipe()
            if who is not None:
                self._note(Deed.MENU_CLOSED, who)

    async def _work(self, desk: Desk) -> Wish:
        while True:
            found = await self._health.look()
            answer = await self._talk.ask(staff.menu(self._overview(found.words), closed=self._health.closed_by_staff))
            chosen = answer.choice
            if chosen in ("more_jobs", "more_jobs_closed"):
                chosen = (await self._talk.ask(staff.more(closed=self._health.closed_by_staff))).choice
                if chosen not in MORE:
                    continue
            if chosen == "leave_fullscreen" and await desk.may(Right.SERVICE):
                self._note(Deed.LEFT, desk.who)
                return Wish.LEAVE
            if chosen in ("close_menu", "back", "home"):
                return Wish.BACK_TO_WORK
            await self._job(desk, chosen)

    async def _job(self, desk: Desk, chosen: str) -> None:
        """However it ends, the menu is there again. Raises WalkedAway."""
        try:
            match chosen:
                case "refill":
                    await Exchange(desk).choose()
                case "status_page":
                    await StatusPage(self._talk, self._health).show()
                case "service_on" | "service_off":
                    desk.note(Deed.CLOSED_BY_STAFF if chosen == "service_off" else Deed.OPENED_BY_STAFF)
                    self._health.closed_by_staff = chosen == "service_off"
                case "look_again":
                    with contextlib.suppress(JournalBroken):
                        self._health.seen_by_staff()
                    self._health.streaks.forget()
                    await self._settle()
                case "commission":
                    await commission(desk, self.commissioning)
                case _ if chosen in JOBS:
                    await JOBS[chosen](desk)
        except GivenUp:
            return
        except JournalBroken:
            await self._talk.ask(words.failed("operator_not_written"))

    def _note(self, deed: Deed, who: Colleague) -> None:
        with contextlib.suppress(JournalBroken):  # the terminal is closed for that already
            Audit(self._health.heart.journal).note(deed, who=who.name)

    def _overview(self, troubles: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        books = self._stock.books
        return (
            ("blanks_left", str(books.left)), ("blanks_loaded", str(books.loaded)), ("blanks_issued", str(books.issued)),
            ("blanks_kept", str(books.kept)), ("blanks_spoiled", str(books.spoiled)), ("blanks_in_doubt", str(books.in_doubt)),
            ("owed", self._owed()), *(("troubles", trouble) for trouble in troubles),
        )  # fmt: skip

    def _owed(self) -> str:
        """How many, and of each how old it is and what it waits for."""
        owed, now = self._health.heart.obligations(), self._health.parts.now()
        ages = [f"{o.kind}.{o.act} {(now - o.since).total_seconds() / 3600:.1f} h: {o.waits_for}" for o in owed]
        return "; ".join([str(len(owed)), *ages])
