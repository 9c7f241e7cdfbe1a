"""An exchange at the machine (facts/journeys.md O2 to O5): what to do, two people's counts, then one row in the journal.

Nothing is written before the last step, so that going back, walking away or a power cut leaves the books as they were.
"""
from __future__ import annotations

from kiosk.conversation import Conversation
from kiosk.health.health import Health
from kiosk.leaflet import staff
from kiosk.supplies import Supplies, UnitKind, UnitState
from kiosk.supplies.unit import BINS, FEEDS_CARDS
from kiosk.transaction.journal import JournalBroken

COUNTED = {False: ("operator_refill_count", "operator_refill_again"), True: ("operator_empty_count", "operator_empty_again")}


class GivenUp(Exception):
    """Somebody went back, or the two counts did not agree."""


class Exchange:
    def __init__(self, talk: Conversation, health: Health) -> None:
        self._talk = talk
        self._health = health

    @property
    def _supplies(self) -> Supplies:
        return self._health.supplies

    async def choose(self) -> None:
        """Which unit, then its exchange. A broken journal books nothing; the menu says so. Raises WalkedAway."""
        answer = await self._talk.ask(staff.supplies(tuple(self._health.found.units)))
        unit = answer.choice.removeprefix("unit_")
        if unit not in self._health.found.units:
            return
        try:
            await self._exchange(unit)
        except (GivenUp, JournalBroken):
            return

    async def _exchange(self, unit: str) -> None:
        kind = self._supplies.specs[unit].kind
        if (await self._talk.ask(staff.what_to_do(kind))).choice != "it_is_done":
            raise GivenUp
        if kind in FEEDS_CARDS:
            await self._load(unit)
        elif kind in BINS:
            await self._empty(unit)
        else:
            await self._replace(unit, kind)
        await self._health.look()

    async def _load(self, unit: str) -> None:
        count = await self._two_counts(*COUNTED[False], least=1)
        self._supplies.loaded(unit, count)
        await self._talk.ask(staff.exchanged("operator_refill_done", count))

    async def _empty(self, unit: str) -> None:
        counted = await self._two_counts(*COUNTED[True], least=0)
        bag = (await self._talk.ask(staff.bag())).value
        if not bag:
            raise GivenUp
        booked = self._supplies.booked(unit).count or 0
        if self._supplies.emptied(unit, counted, bag):
            await self._talk.ask(staff.books_differ(booked, counted))
        else:
            await self._talk.ask(staff.exchanged("operator_emptied", counted))

    async def _replace(self, unit: str, kind: UnitKind) -> None:
        """Booked only where the machine, asked again, does not say that it is still missing."""
        sheets = await self._number("operator_sheets", "sheet") if kind is UnitKind.A4_TRAY else None
        seen = (await self._health.look()).units[unit]
        if seen.state in (UnitState.EMPTY, UnitState.INOPERATIVE):
            await self._talk.ask(staff.still_missing(f"{unit}_{seen.state}"))
            raise GivenUp
        measured = seen.count if kind in (UnitKind.RIBBON, UnitKind.TONER) else None
        self._supplies.replaced(unit, sheets if sheets is not None else measured)
        await self._talk.ask(staff.exchanged("operator_replaced"))

    async def _two_counts(self, first: str, again: str, *, least: int) -> int:
        """Two people, each on a screen of their own. Raises GivenUp where they differ."""
        one, other = await self._number(first), await self._number(again)
        if one != other or one < least:
            await self._talk.ask(staff.counts_differ(one, other))
            raise GivenUp
        return one

    async def _number(self, name: str, unit: str = "card") -> int:
        answer = await self._talk.ask(staff.count(name, unit))
        if not answer.value:
            raise GivenUp
        return int(answer.value)
