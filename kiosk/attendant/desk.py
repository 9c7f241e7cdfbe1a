"""What every job at the machine has at hand: who does it, who signs beside, the books, the machines, a slip."""
from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from devices.errors import DeviceError
from devices.receipt_printer.driver import PrintEnd
from devices.receipt_printer.items import Cut, Feed, Item, Text
from kiosk.attendant.people import ONE_PIN, Colleague, Right
from kiosk.audit.log import Audit, Deed
from kiosk.conversation import Conversation
from kiosk.gate import Gate
from kiosk.health.found import Found
from kiosk.health.health import Health
from kiosk.health.streaks import Streak
from kiosk.leaflet import attendant as words
from kiosk.leaflet import staff
from kiosk.parts import Parts
from kiosk.stock import Stock
from kiosk.transaction.journal import Event, Journal
from remote.messages import EventKind, IncidentNews

TEST_FEED = 3            # lines from the head to the knife
COUNTS = 2               # facts/journeys.md O2: hold and reason; counted again once, then it is an incident


class GivenUp(Exception):
    """Somebody went back, or two people did not agree. Nothing was booked."""


@dataclass
class Desk:
    talk: Conversation
    health: Health
    stock: Stock
    gate: Gate
    settle: Callable[[], Awaitable[None]]
    who: Colleague

    @property
    def parts(self) -> Parts:
        return self.health.parts

    @property
    def journal(self) -> Journal:
        return self.health.heart.journal

    def note(self, deed: Deed, events: Sequence[Event] = (), **facts: str | int | bool) -> None:
        """Raises JournalBroken: then it did not happen."""
        Audit(self.journal).note(deed, events, who=self.who.name, **facts)

    async def may(self, right: Right) -> bool:
        """Says so where not. Raises WalkedAway, JournalBroken."""
        if self.who.may(right):
            return True
        self.note(Deed.NO_RIGHT, right=right.value)
        await self.talk.ask(words.no_right())
        return False

    async def second(self) -> str:
        """The name of another person who may count cards and has shown card and PIN. Raises GivenUp, WalkedAway."""
        other = await self.gate.second(self.who)
        if other is None:
            raise GivenUp
        if not other.may(Right.STOCK):
            Audit(self.journal).note(Deed.NO_RIGHT, who=other.name, right=Right.STOCK.value)
            await self.talk.ask(words.no_right())
            raise GivenUp
        return other.name

    def signed_by(self, second: str) -> list[str]:
        """For the row of what was counted; empty where the terminal lists nobody yet."""
        return [] if self.who.name == ONE_PIN else [self.who.name, second]

    async def look(self) -> Found:
        """At everything, in sight."""
        self.talk.tell(words.looking())
        return await self.health.look()

    async def number(self, name: str, unit: str = "card", **params: str) -> int:
        """Raises GivenUp, WalkedAway."""
        answer = await self.talk.ask(staff.count(name, unit, params=params))
        if not answer.value:
            raise GivenUp
        return int(answer.value)

    async def slip(self, *lines: str) -> bool:
        """A slip for the staff's folder, nobody's data on it. Whether the printer says that it came out."""
        parts = self.parts
        head = (parts.hall, f"{parts.terminal}  {parts.now():%Y-%m-%d %H:%M}")
        items: list[Item] = [*(Text(line) for line in (*head, *lines)), Feed(TEST_FEED), Cut()]
        try:
            delivered = (await parts.receipt_printer.print_items(items)).end is PrintEnd.DELIVERED
        except DeviceError:
            delivered = False
        self.health.streaks.was(Streak.SLIP_NOT_DELIVERED, good=delivered)
        return delivered

    def counts_differed(self, second: str, what: str, words_: str) -> None:
        """Two people did not agree twice: written down and told, booked nowhere."""
        self.note(Deed.COUNTS_DIFFERED, [incident("counts_differ", words_)], second=second, what=what)


def incident(kind: str, words_: str) -> Event:
    body = IncidentNews(kind=kind, words=words_).model_dump(mode="json")
    return Event(secrets.token_hex(16), EventKind.INCIDENT.value, body)


def stock_news(kind: str, count: int, **more: object) -> Event:
    from remote.messages import StockNews

    body = StockNews.model_validate({"kind": kind, "count": count, **more}).model_dump(mode="json")
    return Event(secrets.token_hex(16), EventKind.STOCK.value, body)
