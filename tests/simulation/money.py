"""Invariant 1 for money, looked at in the bank's books and in the centre's: every fen that was taken is held for something that
was delivered, or it went back once, or it is an open obligation that the ID card finds."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from remote.central.documents.tables import documents
from remote.central.loads.tables import loads
from remote.central.payment.owed import REFUND, owed_id
from remote.central.payment.purse import NAME as PURSE
from remote.central.payment.purse_tables import purchases
from remote.central.payment.reconcile import reconcile
from remote.central.payment.simulated import refunds, trades, transactions
from remote.central.payment.tables import orders, payments
from remote.central.store.database import reading
from remote.central.store.schema import obligations, persons
from remote.messages import FindOrders, FoundOrders, OrderState, PayMethod, Purpose
from tests.simulation.purses import BEFORE, OPEN, fen_on

if TYPE_CHECKING:
    from tests.simulation.world import World

Row = dict[str, Any]
REFS = sa.select(persons.c.person_id, persons.c.person_ref)
OVER = (OrderState.CLOSED, OrderState.REFUNDED)


@dataclass
class Books:
    """`came` and `went` are the bank's, by its own number; the rest is the centre's. `open`: obligations not settled."""

    came: dict[str, Row]
    went: dict[str, list[Row]]
    closed_at_bank: dict[str, bool]          # by order number
    payments: dict[str, Row]
    orders: dict[str, Row]                   # by id
    copies: dict[str, Row]
    loads: list[Row]
    purchases: list[Row]
    open: dict[str, Row]
    refs: dict[int, str]

    @classmethod
    def of(cls, world: World) -> Books:
        with reading(world.centre.engine) as connection:
            def table(t: sa.Table) -> list[Row]:
                return [dict(row._mapping) for row in connection.execute(sa.select(t))]

            went: dict[str, list[Row]] = {}
            for row in table(refunds):
                went.setdefault(row["transaction"], []).append(row)
            columns = [documents.c.document_id, documents.c.state]
            return cls(
                {row["number"]: row for row in table(transactions)}, went,
                {row["order_no"]: row["closed_at"] is not None for row in table(trades)},
                {row["transaction"]: row for row in table(payments)}, {row["order_id"]: row for row in table(orders)},
                {row.document_id: dict(row._mapping) for row in connection.execute(sa.select(*columns))}, table(loads),
                table(purchases),
                {row["obligation_id"]: row for row in table(obligations) if row["settled_at"] is None},
                {row.person_id: row.person_ref for row in connection.execute(REFS)},
            )  # fmt: skip

    def by_number(self, order_no: str) -> Row | None:
        return next((row for row in self.orders.values() if row["order_no"] == order_no), None)

    def by_key(self, order_key: str) -> Row | None:
        return next((row for row in self.orders.values() if row["order_key"] == order_key), None)

    def load_states(self, order: Row) -> set[str]:
        return {str(load["state"]) for load in self.loads if load["order_id"] == order["order_id"]}

    def unheard(self, order: Row) -> bool:
        """The bank has taken money for this order that the centre does not know of yet."""
        return any(row["order_no"] == order["order_no"] and number not in self.payments for number, row in self.came.items())


class When(Enum):
    """EVENING: terminals and bank have just been quiet for a while. AT_REST: an hour later; what was due has happened, and only
    money that the bank took without a call, of an order that was over, is still unheard of. RECONCILED: after the bank's bill."""

    EVENING = 0
    AT_REST = 1
    RECONCILED = 2


def look_at_the_money(world: World, when: When) -> None:
    books = Books.of(world)
    check = Check(world, books, when)
    for number, row in books.came.items():
        check.fen_taken(number, row)
    for order in books.orders.values():
        check.order(order)
    check.purse()
    check.cards()
    if when is When.RECONCILED:
        check.sums()
        check.reconciled()


@dataclass
class Check:
    world: World
    books: Books
    when: When

    @property
    def at_rest(self) -> bool:
        return self.when is not When.EVENING

    def _must(self, holds: bool, else_say: str, details: str = "") -> None:
        if not holds:
            self.world.wrong(f"1 {else_say}", details)

    def fen_taken(self, number: str, taken: Row) -> None:
        books, back = self.books, self.books.went.get(number, [])
        once_and_whole = len(back) <= 1 and all(row["fen"] == taken["fen"] for row in back)
        self._must(once_and_whole, "money went back twice or not whole", number)
        known = books.payments.get(number)
        if known is None:
            order = books.by_number(taken["order_no"])
            late = self.when is When.AT_REST and taken["order_no"] in self.world.money.untold and order is not None
            self._must((late or not self.at_rest) and not back, "the bank has taken money that the centre does not know", number)
            return
        self._must(known["fen"] == taken["fen"], "the centre has another amount than the bank", number)
        order = books.orders[known["order_id"]]
        match known["state"]:
            case "holds":
                self._must(not back, "money that went back is held", number)
                self._held(order)
            case "refunded":
                self._must(len(back) == 1, "money is called refunded and the bank has it", number)
            case "refund_due":
                self._must(not self.at_rest, "money that is due does not go back", number)
                there = {owed_id(order["order_id"]), f"{REFUND}{known['refund_no']}"} & books.open.keys()
                self._must(bool(there), "money on its way back is no open obligation", number)
            case state:
                self._must(False, f"money is {state}", number)

    def _held(self, order: Row) -> None:
        number = order["order_no"]
        self._must(order["state"] == OrderState.PAID, f"money is held for an order that is {order['state']}", number)
        if order["purpose"] == Purpose.TOP_UP:
            self._held_for_a_card(order)
            return
        copy = self.books.copies.get(str(order["used_by"] or "").partition(":")[2])
        if order["fulfilled_at"] is not None:
            delivered = copy is not None and copy["state"] == "delivered"
            self._must(delivered, f"money was earned by a copy that is {copy['state'] if copy else 'not there'}", number)
            return
        self._must(copy is None or copy["state"] != "delivered", "a copy was delivered and its money not earned", number)
        self._must(owed_id(order["order_id"]) in self.books.open, "a paid order is no open obligation", number)
        self._must(self._found_by_id_card(order), "a paid order is not found by the ID card", number)
        doubt = copy is not None and copy["state"] == "unknown"
        self._must(not self.at_rest or doubt, "money stays with an order that nothing is made for", number)

    def _held_for_a_card(self, order: Row) -> None:
        states, number = self.books.load_states(order), order["order_no"]
        earned = order["fulfilled_at"] is not None
        said = f"a top-up is {'' if earned else 'not '}earned, its loads are {' '.join(sorted(states)) or 'none'}"
        self._must(earned == ("credited" in states), said, number)
        if not earned:
            self._must(owed_id(order["order_id"]) in self.books.open, "a paid top-up is no open obligation", number)
            waits = bool(states & {"permitted", "in_doubt"})
            self._must(not self.at_rest or waits, "money stays with a top-up that nobody loads", number)

    def purse(self) -> None:
        """What was debited is one payment of one order, which holds for what was delivered, or goes back onto the card once."""
        debited = {row["order_id"]: row for row in self.books.purchases if row["state"] == "debited"}
        paid = [row for row in self.books.payments.values() if row["channel"] == PURSE]
        self._must(len(paid) == len(debited), "a debit is no payment, or a payment no debit", f"{len(debited)} and {len(paid)}")
        for payment in paid:
            order, debit = self.books.orders[payment["order_id"]], debited.get(payment["order_id"])
            number = order["order_no"]
            same = debit is not None and debit["fen"] == payment["fen"] == order["fen"]
            self._must(same, "a purchase has another amount", number)
            credited = "credited" in self.books.load_states(order)
            match payment["state"]:
                case "holds":
                    self._must(not credited, "money that went back onto a card is held", number)
                    self._held(order)
                case "refunded":
                    self._must(credited, "money is called refunded and is on no card", number)
                case "refund_due":
                    there = {owed_id(order["order_id"]), f"{REFUND}{payment['refund_no']}"} & self.books.open.keys()
                    self._must(bool(there), "money on its way back to a card is no open obligation", number)
                    self._must(self._found_by_id_card(order), "money on its way to a card is not found by the ID card", number)
                case state:
                    self._must(False, f"money of a purse is {state}", number)

    def cards(self) -> None:
        """What is on every citizen card was paid for; what was paid for is on it, or its load is open; what was paid with it
        is off it, or its purchase is open."""
        for serial, card in self.world.purses.cards.items():
            of_card = [load for load in self.books.loads if load["serial"] == serial]
            credited = sum(load["fen"] for load in of_card if load["state"] == "credited")
            perhaps = sum(load["fen"] for load in of_card if load["state"] in ("permitted", "in_doubt"))
            bought = [purchase for purchase in self.books.purchases if purchase["serial"] == serial]
            debited = sum(purchase["fen"] for purchase in bought if purchase["state"] == "debited")
            perhaps_debited = sum(purchase["fen"] for purchase in bought if purchase["state"] in OPEN)
            gained = fen_on(card) - BEFORE
            said = (
                f"{gained} fen more on the card, {credited} credited, {perhaps} open; {debited} debited, {perhaps_debited} open"
            )
            may_be = {credited + load - debited - debit for load in (0, perhaps) for debit in (0, perhaps_debited)}
            self._must(gained in may_be, "a citizen card and the books disagree", said)

    def _found_by_id_card(self, order: Row) -> bool:
        said = self.world.centre.handle("T1", "find_orders", FindOrders(person_ref=self.books.refs[order["person_id"]]))
        return isinstance(said, FoundOrders) and order["order_id"] in {one.order_id for one in said.orders}

    def order(self, order: Row) -> None:
        if order["state"] in OVER:
            owed = owed_id(order["order_id"]) in self.books.open
            self._must(not owed, f"a {order['state']} order is still owed", order["order_no"])
        elif self.at_rest and not (order["method"] == PayMethod.PURSE and order["state"] == OrderState.REFUNDING):
            self._must(order["state"] == OrderState.PAID, f"an order stays {order['state']}", order["order_no"])

    def sums(self) -> None:
        """The bank's till and the centre's."""
        till = sum(row["fen"] for row in self.books.came.values()) - sum(
            row["fen"] for back in self.books.went.values() for row in back
        )
        held = sum(row["fen"] for row in self.books.payments.values() if row["state"] == "holds" and row["channel"] != PURSE)
        self._must(till == held, "the bank's books and the centre's disagree", f"{till} fen in the till, {held} held")

    def reconciled(self) -> None:
        """The nightly comparison names nothing but what is in doubt."""
        doubted = {row["order_no"] for row in self.books.orders.values() if self._in_doubt(row)}
        report = reconcile(self.world.centre, self.world.now().date())
        left = [one for one in report.open if one.order_no not in doubted]
        words = "\n".join(f"{one.kind} {one.order_no or one.ref} {one.words}" for one in left)
        self._must(not left, "the day cannot be reconciled", words)

    def _in_doubt(self, order: Row) -> bool:
        if self.books.load_states(order) & {"permitted", "in_doubt"}:
            return True
        copy = self.books.copies.get(str(order["used_by"] or "").partition(":")[2])
        return copy is not None and copy["state"] == "unknown"


def never_paid(order: Row | None) -> bool:
    """It is certain, and for ever, that nothing can be paid by this order any more and keep the money."""
    return order is None or order["state"] in (OrderState.CLOSED, OrderState.REFUNDING, OrderState.REFUNDED)


Saying = Callable[[Books, Row | None], bool]


def said_closed(books: Books, order: Row | None) -> bool:
    """`pay_cancelled`, `pay_expired`: the bank takes no more for it, and has taken nothing that nobody knows of."""
    if order is None:
        return True
    shut = books.closed_at_bank.get(order["order_no"], True) or any(
        row["order_no"] == order["order_no"] for row in books.came.values()
    )
    return order["state"] == OrderState.CLOSED and shut


def said_refunding(books: Books, order: Row | None) -> bool:
    return order is not None and order["state"] in (OrderState.REFUNDING, OrderState.REFUNDED)


def said_kept(books: Books, order: Row | None) -> bool:
    """`paid_not_made`, `paid_kept`: the money is there."""
    return order is not None and order["paid_at"] is not None and order["fulfilled_at"] is None


SAYS: dict[str, Saying] = {
    "pay_cancelled": said_closed, "pay_expired": said_closed, "pay_refunding": said_refunding, "paid_not_made": said_kept,
    "paid_kept": said_kept,
}  # fmt: skip
"""What must be so in the instant a screen says it."""
