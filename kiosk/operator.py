"""At the machine: lights of every part, exchanges with two counts, looking again, and the way out of the full screen.

Behind a hidden gesture and a PIN. Opening the menu counts as opening the door: what is in doubt is asked again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from enum import Enum

from kiosk.conversation import Conversation, WalkedAway
from kiosk.exchange import Exchange
from kiosk.gate import Gate
from kiosk.health.health import Health
from kiosk.leaflet import staff
from kiosk.pin import PinHash
from kiosk.status_page import StatusPage
from kiosk.stock import Stock
from kiosk.transaction.journal import JournalBroken

Settle = Callable[[], Awaitable[None]]
"""Settles what is open, in sight, and never raises for a broken journal."""


class Wish(Enum):
    BACK_TO_WORK = "back_to_work"
    LEAVE = "leave"


class Operator:
    def __init__(self, talk: Conversation, health: Health, stock: Stock, pin: PinHash, settle: Settle) -> None:
        self._talk = talk
        self._health = health
        self._stock = stock
        self._gate = Gate(talk, pin)
        self._settle = settle

    async def menu(self) -> Wish:
        """From the hidden gesture to the end of the technician's work."""
        try:
            if not await self._gate.let_in():
                return Wish.BACK_TO_WORK
            self._health.door_open = True
            await self._settle()
            return await self._work()
        except WalkedAway:
            return Wish.BACK_TO_WORK
        finally:
            self._health.door_open = False
            self._health.look_again()
            self._talk.wipe()

    async def _work(self) -> Wish:
        while True:
            found = await self._health.look()
            answer = await self._talk.ask(staff.menu(self._overview(found.words), closed=self._health.closed_by_staff))
            match answer.choice:
                case "leave_fullscreen":
                    return Wish.LEAVE
                case "refill":
                    await Exchange(self._talk, self._health).choose()
                case "status_page":
                    await StatusPage(self._talk, self._health).show()
                case "service_on" | "service_off":
                    self._health.closed_by_staff = answer.choice == "service_off"
                case "look_again":
                    with contextlib.suppress(JournalBroken):
                        self._health.seen_by_staff()
                    self._health.streaks.forget()
                    await self._settle()
                case _:
                    return Wish.BACK_TO_WORK

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
