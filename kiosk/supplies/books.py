"""What the journal says of every unit: exchanges and uses are rows of the terminal's own, counted once and never guessed.

Rows, all Mark.DONE:
    load_blanks                    {"count"}                               blanks of the hopper (kiosk.stock)
    exchange:<unit>                {"initial"} | {"counted", "booked", "bag", "then"}
    used:<unit>                    {"count"}
    audit:handed_back              {"unit"}                                one card less in this bin
`then` is what the running total stood at when the bin was emptied, so that the bin's own count begins at 0.
"""
from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.audit.log import PREFIX, Deed
from kiosk.stock import LOAD, Stock, signed
from kiosk.supplies.unit import BINS, FEEDS_CARDS, UNITS, Booked, UnitSpec
from kiosk.transaction.journal import TERMINAL, Event, Journal, Row
from kiosk.transaction.plan import Facts, Mark
from remote.messages import EventKind, IncidentNews, StockNews

EXCHANGE = "exchange:"
USED = "used:"


@dataclass
class _Counted:
    exchanged: Facts = field(default_factory=dict)
    loaded: int = 0
    used: int = 0
    handed: int = 0          # kept cards given back to their owners since the bin was emptied


class Supplies:
    """Survives restarts by the journal alone. The writing methods raise JournalBroken, and then nothing has changed."""

    def __init__(self, journal: Journal, stock: Stock, units: Mapping[str, UnitSpec] = UNITS) -> None:
        self.specs = units
        self._journal = journal
        self._stock = stock
        self._seen = 0
        self._counted: dict[str, _Counted] = {}

    # -- reading -----------------------------------------------------------------------------------------------------

    def booked(self, unit: str) -> Booked:
        spec, counted = self.specs[unit], self._read(unit)
        if spec.id == "card_hopper":
            books = self._stock.books
            return Booked(
                initial=counted.loaded or None, count=books.left, retained=books.kept + books.spoiled,
                slack=books.moving + books.in_doubt,
            )  # fmt: skip
        if spec.kind in BINS:
            total, then = self._total(spec), int(counted.exchanged.get("then", 0))
            differed = int(counted.exchanged.get("counted", 0)) - int(counted.exchanged.get("booked", 0))
            here = total - then - counted.handed
            return Booked(initial=0, count=here, retained=here, slack=self._slack(spec), differed=differed)
        if spec.kind in FEEDS_CARDS:
            books = self._stock.stacker
            return Booked(
                initial=counted.loaded or None, count=books.left, retained=books.kept + books.spoiled,
                slack=books.moving + books.in_doubt,
            )  # fmt: skip
        initial = counted.exchanged.get("initial")
        if initial is None:
            return Booked()
        return Booked(initial=int(initial), count=max(0, int(initial) - counted.used) if counted.used else None)

    def _slack(self, spec: UnitSpec) -> int:
        books = self._stock.books if spec.device == "card_printer" else self._stock.stacker
        return books.moving + books.in_doubt

    def _total(self, spec: UnitSpec) -> int:
        """Cards that ever went into this bin."""
        if spec.device != "card_printer":        # a dispenser has one bin for both
            return self._stock.stacker.spoiled + self._stock.stacker.kept
        return self._stock.books.spoiled if spec.id == "reject_bin" else self._stock.books.kept

    def _read(self, unit: str) -> _Counted:
        for row in self._journal.rows_about_blanks(self._seen):
            self._seen = row.seq
            if row.plan == TERMINAL and row.mark is Mark.DONE:
                self._count(row)
        return self._counted.setdefault(unit, _Counted())

    def _count(self, row: Row) -> None:
        if row.act == LOAD:
            self._of("card_hopper").loaded = int(row.facts["count"])
        elif row.act.startswith(EXCHANGE):
            counted = self._of(row.act.removeprefix(EXCHANGE))
            counted.exchanged = row.facts
            counted.handed = 0
            if "loaded" in row.facts:
                counted.loaded += int(row.facts["loaded"])
            elif "initial" in row.facts:
                counted.used = 0
        elif row.act.startswith(USED):
            self._of(row.act.removeprefix(USED)).used += int(row.facts["count"])
        elif row.act == PREFIX + Deed.HANDED_BACK and row.facts.get("unit"):
            self._of(str(row.facts["unit"])).handed += 1

    def _of(self, unit: str) -> _Counted:
        return self._counted.setdefault(unit, _Counted())

    # -- writing -----------------------------------------------------------------------------------------------------

    def loaded(self, unit: str, count: int, by: Sequence[str] = ()) -> None:
        """Cards put in, counted by two people who agree; `by`: their names, where they are known."""
        if unit == "card_hopper":
            self._stock.load(count, by)
        else:
            self._write(EXCHANGE + unit, {"loaded": count, **signed(by)}, [self._stock_news("loaded", count, unit)])

    def replaced(self, unit: str, initial: int | None, by: str = "") -> None:
        """A new ribbon, roll, ream or toner. `initial`: how much there is now; None where nobody can say."""
        facts = {"initial": initial, **signed([by] if by else ())}
        self._write(EXCHANGE + unit, facts, [self._stock_news("replaced", initial or 0, unit)])

    def emptied(self, unit: str, counted: int, bag: str, by: Sequence[str] = ()) -> int:
        """A bin emptied into a sealed bag, counted by two people who agree. Returns counted minus booked: anything but 0 is an
        incident, written down with both numbers."""
        spec = self.specs[unit]
        booked = self.booked(unit).count or 0
        news = [self._stock_news("removed", counted, unit, bag=bag)]
        if counted != booked:
            words = f"{unit}:账上{booked}张,清点{counted}张,封袋号{bag}"
            body = IncidentNews(kind="bin_count_differs", words=words).model_dump(mode="json")
            news.append(Event(secrets.token_hex(16), EventKind.INCIDENT.value, body))
        facts = {"counted": counted, "booked": booked, "bag": bag, "then": self._total(spec), **signed(by)}
        self._write(EXCHANGE + unit, facts, news)
        return counted - booked

    def used(self, unit: str, count: int) -> None:
        """Taken out by a plan (sheets); cards are counted from the plans' own rows."""
        self._write(USED + unit, {"count": count}, [])

    def _write(self, act: str, facts: Facts, news: list[Event]) -> None:
        _, number = self._journal.last_of_terminal(act)
        self._journal.write(TERMINAL, act, number + 1, Mark.DONE, facts, news)

    @staticmethod
    def _stock_news(kind: str, count: int, unit: str, **more: str) -> Event:
        body = StockNews(kind=kind, count=count, **{"unit": unit, **more}).model_dump(mode="json")
        return Event(secrets.token_hex(16), EventKind.STOCK.value, body)
