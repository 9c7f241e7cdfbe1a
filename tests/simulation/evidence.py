"""What can be looked at in the end: the machines' cards, the journals on disk, the centre's tables."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from devices.card_printer.plastic import Plastic
from kiosk.stock import Books, Stock
from kiosk.transaction.journal import PLAN, TERMINAL, Journal
from kiosk.transaction.plan import Facts, Mark
from remote.central.allowance.tables import certifications
from remote.central.rules.ruleset import load_rules
from remote.central.store.database import reading
from remote.central.store.schema import cards, cases, incidents, number_series, obligations, persons, reservations, stock_events
from tests.simulation.plastic import chip_serial

if TYPE_CHECKING:
    from tests.simulation.cabinet import Cabinet
    from tests.simulation.world import World

Row = dict[str, Any]


@dataclass(frozen=True)
class PlanSeen:
    """One plan as the journal on disk tells it; facts of erased plans are those the world saw being written."""

    cabinet: Cabinet
    plan: str
    marks: list[tuple[str, int, Mark]]
    facts: dict[tuple[str, int, Mark], Facts]

    def has(self, act: str, mark: Mark) -> bool:
        return any(a == act and m is mark for a, _, m in self.marks)

    def of(self, act: str, mark: Mark) -> Facts:
        return next((f for (a, _, m), f in reversed(self.facts.items()) if a == act and m is mark), {})

    @property
    def kind(self) -> str:
        return str(self.of(PLAN, Mark.OPENED).get("kind", ""))

    @property
    def in_doubt(self) -> bool:
        telling = [m for a, _, m in self.marks if a == PLAN and m in (Mark.IN_DOUBT, Mark.DECIDED_BACK, Mark.DECIDED_FORWARD)]
        return telling[-1:] == [Mark.IN_DOUBT]

    @property
    def reservation(self) -> Row:
        found: Row = self.of("reserve", Mark.DONE).get("reservation") or {}
        return found

    def __str__(self) -> str:
        return f"{self.cabinet.name} {self.plan[:4]} " + " ".join(f"{a}:{m}" for a, _, m in self.marks)


class Evidence:
    """Read after every process has ended."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.plans: list[PlanSeen] = []
        self.books: dict[str, Books] = {}
        self.files: dict[str, bytes] = {}
        for cabinet in world.cabinets:
            self._read(cabinet)
        with reading(world.centre.engine) as connection:
            def table(t: sa.Table) -> list[Row]:
                return [dict(row._mapping) for row in connection.execute(sa.select(t))]

            self.cards, self.cases, self.reservations = table(cards), table(cases), table(reservations)
            self.incidents, self.obligations, self.stock_events = table(incidents), table(obligations), table(stock_events)
            self.persons = {row["person_id"]: row for row in table(persons)}
            self.certifications = table(certifications)
            of_cards = number_series.c.prefix == load_rules().on(world.now().date()).number.prefix
            self.last_number = connection.execute(sa.select(number_series.c.last).where(of_cards)).scalar() or 0
        self.by_serial = {row["chip_serial"]: row for row in self.cards}
        self.issued_here = [row for row in self.cards if row["number"] not in world.numbers_before]
        self.cases_here = [row for row in self.cases if row["case_id"] not in world.settled_before]
        self.doubted = {p.reservation.get("number") for p in self.plans if p.in_doubt}

    def _read(self, cabinet: Cabinet) -> None:
        journal = Journal(cabinet.folder, self.world.now)      # walks the hash chain
        seen: dict[tuple[str, str, int, Mark], Facts] = {(r.plan, r.act, r.attempt, r.mark): r.facts for r in cabinet.rows}
        found: dict[str, PlanSeen] = {}
        for row in journal.rows():
            if row.plan == TERMINAL:
                continue
            plan = found.setdefault(row.plan, PlanSeen(cabinet, row.plan, [], {}))
            plan.marks.append((row.act, row.attempt, row.mark))
            plan.facts[row.act, row.attempt, row.mark] = row.facts or seen.get((row.plan, row.act, row.attempt, row.mark), {})
        self.plans += found.values()
        self.books[cabinet.name] = Stock(journal).books
        journal.close()
        self.files[cabinet.name] = b"".join(path.read_bytes() for path in sorted(cabinet.folder.glob("journal.sqlite*")))

    def productions(self) -> Iterator[PlanSeen]:
        return (plan for plan in self.plans if plan.kind == "production")

    def number_of(self, card: Plastic) -> Row | None:
        """The centre's row of the number that this card's chip bears."""
        return self.by_serial.get(chip_serial(card))

    def in_hands(self) -> Iterator[Plastic]:
        for cabinet in self.world.cabinets:
            yield from (card for card in cabinet.printer.model.taken if card not in cabinet.with_staff)

    def kept(self) -> Iterator[tuple[Cabinet, Plastic]]:
        for cabinet in self.world.cabinets:
            for card in cabinet.printer.model.captured.ever:
                yield cabinet, card
