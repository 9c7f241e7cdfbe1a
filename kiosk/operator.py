"""At the machine, the least: a technician's way out of the full screen, the count of blanks, and looking again.

Behind a hidden gesture and a PIN. Opening the menu counts as opening the door: what is in doubt is asked again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from enum import Enum

from kiosk.conversation import Conversation, WalkedAway
from kiosk.gate import Gate
from kiosk.health import Health
from kiosk.leaflet import DIGITS_DONE
from kiosk.pin import PinHash
from kiosk.prompts import Choice, Digits, Facts, Picture, Prompt, Tone, Weight
from kiosk.stock import Stock
from kiosk.transaction.journal import JournalBroken

MOST_BLANKS = 4  # digits of a count


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
            answer = await self._talk.ask(self._overview(found.words))
            match answer.choice:
                case "leave_fullscreen":
                    return Wish.LEAVE
                case "refill":
                    await self._refill()
                case "service_on" | "service_off":
                    self._health.closed_by_staff = answer.choice == "service_off"
                case "look_again":
                    with contextlib.suppress(JournalBroken):
                        self._health.heart.refusals_were_seen()
                    await self._settle()
                case _:
                    return Wish.BACK_TO_WORK

    def _overview(self, troubles: tuple[str, ...]) -> Prompt:
        books = self._stock.books
        rows = (
            ("blanks_left", str(books.left)), ("blanks_loaded", str(books.loaded)), ("blanks_issued", str(books.issued)),
            ("blanks_kept", str(books.kept)), ("blanks_spoiled", str(books.spoiled)), ("blanks_in_doubt", str(books.in_doubt)),
            ("owed", self._owed()), *(("troubles", trouble) for trouble in troubles),
        )  # fmt: skip
        service = Choice("service_on") if self._health.closed_by_staff else Choice("service_off")
        return Prompt(
            "operator_menu", contents=(Facts(rows),),
            choices=(Choice("close_menu", Weight.PRIMARY), Choice("refill"), service, Choice("look_again"),
                     Choice("leave_fullscreen", Weight.QUIET)),
        )  # fmt: skip

    def _owed(self) -> str:
        """How many, and of each how old it is and what it waits for."""
        owed, now = self._health.heart.obligations(), self._health.parts.now()
        ages = [f"{o.kind}.{o.act} {(now - o.since).total_seconds() / 3600:.1f} h: {o.waits_for}" for o in owed]
        return "; ".join([str(len(owed)), *ages])

    async def _refill(self) -> None:
        """Two counts that agree, or nothing goes into the books."""
        first = await self._talk.ask(
            Prompt("operator_refill_count", contents=(Digits(1, MOST_BLANKS, unit="card"),), choices=(DIGITS_DONE,), back=True)
        )
        if not first.value:
            return
        second = await self._talk.ask(
            Prompt("operator_refill_again", contents=(Digits(1, MOST_BLANKS, unit="card"),), choices=(DIGITS_DONE,), back=True)
        )
        if first.value != second.value or int(first.value) == 0:
            await self._talk.ask(
                Prompt("operator_refill_differs", tone=Tone.REFUSAL, choices=(Choice("understood", Weight.PRIMARY),))
            )
            return
        try:
            self._stock.load(int(first.value))
        except JournalBroken:
            return              # the menu says so: nothing went into the books
        done = Prompt(
            "operator_refill_done", tone=Tone.DONE, picture=Picture.NONE, params={"count": str(int(first.value))},
            choices=(Choice("understood", Weight.PRIMARY),),
        )  # fmt: skip
        await self._talk.ask(done)
