"""An exchange at the machine (facts/journeys.md O2 to O5): what to do, two people's counts, then one row in the journal.

Nothing is written before the last step, so that going back, walking away or a power cut leaves the books as they were.
"""
from __future__ import annotations

from kiosk.attendant.desk import COUNTS, Desk, GivenUp
from kiosk.attendant.people import Right
from kiosk.leaflet import staff
from kiosk.supplies import Supplies, UnitKind, UnitState
from kiosk.supplies.unit import BINS, FEEDS_CARDS
from kiosk.transaction.journal import JournalBroken

COUNTED = {False: ("operator_refill_count", "operator_refill_again"), True: ("operator_empty_count", "operator_empty_again")}


class Exchange:
    def __init__(self, desk: Desk) -> None:
        self._desk, self._talk, self._health = desk, desk.talk, desk.health

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
        counts_cards = kind in FEEDS_CARDS | BINS
        if not await self._desk.may(Right.STOCK if counts_cards else Right.ATTEND):
            raise GivenUp
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
        count, second = await self._two_counts(unit, *COUNTED[False], least=1)
        self._supplies.loaded(unit, count, self._desk.signed_by(second))
        await self._desk.slip("加卡片", f"{unit}  {count}张", *signatures(self._desk.signed_by(second)))
        await self._talk.ask(staff.exchanged("operator_refill_done", count))

    async def _empty(self, unit: str) -> None:
        counted, second = await self._two_counts(unit, *COUNTED[True], least=0)
        bag = (await self._talk.ask(staff.bag())).value
        if not bag:
            raise GivenUp
        booked = self._supplies.booked(unit).count or 0
        differs = self._supplies.emptied(unit, counted, bag, self._desk.signed_by(second))
        named = signatures(self._desk.signed_by(second))
        await self._desk.slip("清空", f"{unit}  清点{counted}张  账上{booked}张", f"封袋号 {bag}", *named)
        if differs:
            await self._talk.ask(staff.books_differ(booked, counted))
        else:
            await self._talk.ask(staff.exchanged("operator_emptied", counted))

    async def _replace(self, unit: str, kind: UnitKind) -> None:
        """Booked only where the machine, asked again, does not say that it is still missing."""
        sheets = await self._desk.number("operator_sheets", "sheet") if kind is UnitKind.A4_TRAY else None
        seen = (await self._health.look()).units[unit]
        if seen.state in (UnitState.EMPTY, UnitState.INOPERATIVE):
            await self._talk.ask(staff.still_missing(f"{unit}_{seen.state}"))
            raise GivenUp
        measured = seen.count if kind in (UnitKind.RIBBON, UnitKind.TONER) else None
        self._supplies.replaced(unit, sheets if sheets is not None else measured, by=self._desk.who.name)
        await self._talk.ask(staff.exchanged("operator_replaced"))

    async def _two_counts(self, unit: str, first: str, again: str, *, least: int) -> tuple[int, str]:
        """Two people, each on a screen of their own, the second with card and PIN: the count they agree on, and who the second
        was. They count again once; then it is an incident. Raises GivenUp, JournalBroken."""
        second = ""
        for tries in range(1, COUNTS + 1):
            one = await self._desk.number(first)
            second = second or await self._desk.second()
            other = await self._desk.number(again)
            if one == other and one >= least:
                return one, second
            if tries < COUNTS:
                await self._talk.ask(staff.counts_differ(one, other))
        if one == other:
            raise GivenUp
        said = f"{unit}:{self._desk.who.name}数{one}张,{second}数{other}张,没有入账"
        self._desk.counts_differed(second, unit, said)
        await self._talk.ask(staff.count_given_up(one, other))
        raise GivenUp


def signatures(names: list[str]) -> tuple[str, ...]:
    return (f"签字 {'、'.join(names)}",) if names else ("签字 ____________  ____________",)
