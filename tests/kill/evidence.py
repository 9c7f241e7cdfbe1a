"""What can be known after a terminal died and came back: the machine's own truth, the journal, the centre's database."""
from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.transaction.journal import Journal, Row
from kiosk.transaction.plan import Mark
from remote.enrolment.identity import IdentityFolder
from remote.messages import (
    CheckPerson,
    CitizenCardState,
    Delivery,
    FindCitizenCards,
    FindOrders,
    FoundCitizenCards,
    LiveCard,
    OpenCase,
    PersonAnswer,
)
from remote.platform import Platform
from remote.transport import HttpTransport
from tests.demo.world import World
from tests.kill.people import Somebody

KEYS = "keys"                   # the plans' keys lie there: random bytes, and the only thing that opens the journal
PLAIN = ("taken", "paid", "loaded")
STOCK_KINDS = ("loaded", "issued", "kept", "spoiled", "in_doubt")


@dataclass(frozen=True)
class Point:
    """One death. `behaviour`: tests/kill/journeys.py. `in_the_dark`: she takes the card while nothing has power, or pays by
    her phone while no terminal runs. `again`: the instant of the recovery at which the terminal dies a second time."""

    number: int
    instant: str
    power: bool = False
    behaviour: str = "taken"
    takes_when_called: bool = False
    in_the_dark: bool = False
    again: str = ""

    def __str__(self) -> str:
        how = ["power cut" if self.power else "killed"]
        how += ["she takes it, or pays, in the dark"] if self.in_the_dark else []
        how += ["she takes it when called"] if self.takes_when_called else []
        how += [self.behaviour] if self.behaviour not in PLAIN else []
        how += [f"and again at {self.again}"] if self.again else []
        return f"point {self.number} [{self.instant}] ({', '.join(how)})"


@dataclass(frozen=True)
class Centre:
    """The centre's rows about one person, as dicts, and what it was told of this terminal's blanks since the point began."""

    cases: list[dict[str, Any]]
    cards: list[dict[str, Any]]
    reservations: list[dict[str, Any]]
    obligations: list[dict[str, Any]]
    incidents: list[dict[str, Any]]
    stock: Counter[str]
    found: PersonAnswer


@dataclass(frozen=True)
class Money:
    """Of one person: `came` and `went` from the bank's own books, the rest from the centre's; `found`: order ids that her ID
    card finds."""

    came: list[dict[str, Any]] = field(default_factory=list)
    went: list[dict[str, Any]] = field(default_factory=list)
    payments: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    copies: list[dict[str, Any]] = field(default_factory=list)
    found: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Evidence:
    """`before`, `at_start`, `after`: the card printer's own state before the visit, when the terminal was started again, and
    at the end. `rows_at_death` and `rows`: the journal then and now. `reached`: the visit got as far as the instant."""

    point: Point
    person: Somebody
    reached: bool
    before: dict[str, Any]
    at_start: dict[str, Any]
    after: dict[str, Any]
    rows_at_death: list[Row]
    rows: list[Row]
    world: World
    centre: Centre
    told: dict[str, Any]
    leaks: list[str]
    money: Money = field(default_factory=Money)
    purse: Purse | None = None   # where a citizen card is topped up
    sides: int = 0               # that came out of the A4 printer since the visit began

    def went(self, place: str) -> int:
        """Cards that came to `place` of the machine's census since the visit began."""
        return int(self.after["census"][place]) - int(self.before["census"][place])

    def had(self, act: str, mark: Mark) -> bool:
        """Whether the journal said so when the terminal died."""
        return any(row.act == act and row.mark is mark for row in self.rows_at_death)


def rows_of_copy(journal: Path, copy: Path) -> list[Row]:
    """The journal as the dead terminal left it, read from a copy so that the next start finds what it would have found."""
    if not (journal / "journal.sqlite").exists():
        return []
    shutil.copytree(journal, copy)
    return rows_of(copy)


def rows_of(folder: Path) -> list[Row]:
    """Raises JournalCorrupt where the hash chain does not hold."""
    journal = Journal(folder, datetime.now)
    try:
        return list(journal.rows())
    finally:
        journal.close()


def world_since(before: dict[str, Any], after: dict[str, Any], centre_db: Path, person: Somebody, journal: Path) -> World:
    """tests/demo/world.py over one visit: the census counts what moved since it began, the hopper what lies there."""
    census = {place: after["census"][place] - before["census"][place] for place in after["census"]}
    census["hopper"] = after["census"]["hopper"]
    counters = {"fed": after["counters"]["fed"] - before["counters"]["fed"]}
    world = World(centre_db, person.id_number, [{"card_printer": {"census": census, "counters": counters}}], [journal])
    world.read_journals()
    return world


def stock_told(centre_db: Path, terminal: str) -> Counter[str]:
    with sqlite3.connect(f"file:{centre_db}?mode=ro", uri=True) as db:
        told = db.execute("SELECT kind, sum(count) FROM stock_events WHERE terminal = ? GROUP BY kind", (terminal,))
        return Counter(dict(told.fetchall()))


def _rows(db: sqlite3.Connection, sql: str, person_id: int) -> list[dict[str, Any]]:
    db.row_factory = sqlite3.Row
    return [dict(row) for row in db.execute(sql, (person_id,))]


def pages_printed(before: dict[str, Any], after: dict[str, Any]) -> int:
    """The machine's own count, of two of its states."""
    return int(after["impressions"]) - int(before["impressions"])


@dataclass(frozen=True)
class Purse:
    """Of the citizen card that was topped up: fen on it before and after, straight from its memory, and the centre's loads.
    `owed`: obligations about its orders that are open."""

    before: int
    after: int
    loads: list[dict[str, Any]]
    owed: frozenset[str]


def look_at_the_purse(centre_db: Path, serial: str, before: int, after: int) -> tuple[Purse, Money]:
    """Nobody has said who she is: everything hangs on the card. `serial`: 20 digits."""
    with sqlite3.connect(f"file:{centre_db}?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row

        def rows(sql: str) -> list[dict[str, Any]]:
            return [dict(row) for row in db.execute(sql, (f"{serial}%",))]

        its = "FROM pay_orders WHERE purpose = 'top_up' AND purpose_ref LIKE ?"
        money = Money(
            came=rows(f"SELECT * FROM sim_transactions WHERE order_no IN (SELECT order_no {its})"),
            went=rows(f"SELECT * FROM sim_refunds WHERE order_no IN (SELECT order_no {its})"),
            payments=rows(f"SELECT * FROM pay_transactions WHERE order_id IN (SELECT order_id {its})"),
            orders=rows(f"SELECT * {its}"),
        )
        owed = rows(
            "SELECT obligation_id FROM obligations WHERE settled_at IS NULL AND claim_code IN"
            f" (SELECT claim_code {its})"
        )
        return Purse(
            before, after, rows("SELECT * FROM card_loads WHERE serial LIKE ?"), frozenset(row["obligation_id"] for row in owed)
        ), money  # fmt: skip


async def ask_for_the_money(centre_db: Path, url: str, terminal: str, identity: Path, person: Somebody) -> Money:
    with sqlite3.connect(f"file:{centre_db}?mode=ro", uri=True) as db:
        ref = db.execute("SELECT person_ref FROM persons WHERE person_id = ?", (person.person_id,)).fetchone()[0]
    transport = HttpTransport(url, IdentityFolder(identity))
    found = await Platform(transport, terminal).find_orders(FindOrders(person_ref=ref))
    transport.close()
    hers = "FROM pay_orders WHERE person_id = ?"
    with sqlite3.connect(f"file:{centre_db}?mode=ro", uri=True) as db:
        def rows(sql: str) -> list[dict[str, Any]]:
            return _rows(db, sql, person.person_id)

        return Money(
            came=rows(f"SELECT * FROM sim_transactions WHERE order_no IN (SELECT order_no {hers})"),
            went=rows(f"SELECT * FROM sim_refunds WHERE order_no IN (SELECT order_no {hers})"),
            payments=rows(f"SELECT * FROM pay_transactions WHERE order_id IN (SELECT order_id {hers})"),
            orders=rows(f"SELECT * {hers}"),
            copies=rows("SELECT document_id, number, state, sheets, pages, issue_key FROM documents WHERE person_id = ?"),
            found=[order.order_id for order in found.orders],
        )  # fmt: skip


def code_to_pay(centre_db: Path, person: Somebody, serial: str = "") -> str | None:
    """What her phone read from the screen: the address behind the code of her order that is open; or of the order of the card
    with this `serial`, where nobody has said who she is."""
    with sqlite3.connect(f"file:{centre_db}?mode=ro", uri=True) as db:
        whose, value = ("purpose_ref LIKE ?", f"{serial}%") if serial else ("person_id = ?", str(person.person_id))
        sql = f"SELECT qr FROM pay_orders WHERE {whose} AND qr IS NOT NULL ORDER BY created_at DESC"
        row = db.execute(sql, (value,)).fetchone()
    return row[0] if row else None


async def ask_centre(
    centre_db: Path, url: str, terminal: str, identity: Path, person: Somebody, stock_before: Counter[str]
) -> Centre:  # fmt: skip
    transport = HttpTransport(url, IdentityFolder(identity))
    asked = CheckPerson(id_number=person.id_number, name=person.name, birth=person.birth, id_valid_to=person.id_valid_to)
    platform = Platform(transport, terminal)
    found = await platform.check_person(asked)
    if found.open_case is None and found.live_card is None:
        found = citizen_card_found(found, await platform.find_citizen_cards(FindCitizenCards(person_ref=found.person_ref)))
    transport.close()
    stock = stock_told(centre_db, terminal)
    stock.subtract(stock_before)
    with sqlite3.connect(f"file:{centre_db}?mode=ro", uri=True) as db:
        mine = "person_id = ?"
        citizen_cards = [
            {**card, "state": "live" if card["state"] in ("active", "inactive") else card["state"]}
            for card in _rows(db, f"SELECT * FROM citizen_cards WHERE {mine}", person.person_id)
        ]
        return Centre(
            cases=_rows(db, f"SELECT * FROM cases WHERE {mine}", person.person_id),
            cards=[*_rows(db, f"SELECT * FROM cards WHERE {mine}", person.person_id), *citizen_cards],
            reservations=[
                *_rows(db, f"SELECT * FROM reservations WHERE {mine}", person.person_id),
                *({"state": "open" if card["state"] == "reserved" else card["state"]} for card in citizen_cards),
            ],
            obligations=_rows(db, f"SELECT * FROM obligations WHERE {mine}", person.person_id),
            incidents=_rows(db, f"SELECT * FROM incidents WHERE number IN (SELECT number FROM cards WHERE {mine})",
                            person.person_id),
            stock=stock,
            found=found,
        )  # fmt: skip


def citizen_card_found(said: PersonAnswer, found: FoundCitizenCards) -> PersonAnswer:
    """What her ID card finds of a citizen card, in the words in which it finds a senior card: the promises are the same."""
    case, live = found.case, next((card for card in found.cards if card.state is CitizenCardState.ACTIVE), None)
    return said.model_copy(update={
        "open_case": case and OpenCase(
            case_id=case.case_id, service=case.service, delivery=Delivery.INSTANT, state=case.state,
            submitted_on=case.submitted_on, can_withdraw=case.can_withdraw, can_convert=False,
            can_produce_here=case.can_produce_here, place=case.place, claim_code=case.claim_code,
        ),
        "live_card": live and LiveCard(tail=live.tail, issued_on=live.issued_on, valid_to=live.valid_to),
    })  # fmt: skip


def leaks(folder: Path, person: Somebody) -> list[str]:
    """Files of the terminal that hold her name, number or address in the clear."""
    secrets = {what: person.card[what].encode() for what in ("name", "id_number", "address")}
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and KEYS not in path.parts:
            content = path.read_bytes()
            found += [f"{path.relative_to(folder)} holds her {what}" for what, secret in secrets.items() if secret in content]
    return found
