"""One production line broken at a time: a check that cannot fail is no check. Each names the invariant that must notice.

Where the design makes a break harmless the reason stands beside it; then it may only cost in-doubt incidents."""
from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import trio

from devices.card_printer.status import Counters, Media
from devices.receipt_printer.driver import PrintEnd, PrintOutcome, ReceiptPrinter
from devices.receipt_printer.items import Item
from kiosk import stock
from kiosk.plans.hand_over import HandOver
from kiosk.plans.pages import Pages
from kiosk.transaction import runner
from kiosk.transaction.journal import PLAN, Event, Journal
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Answer, Attempt, End, Facts, Later, Mark, Plan, Probed
from kiosk.visit import Visit
from print.ipp import job
from remote.central.centre import Centre
from remote.central.context import Context
from remote.central.documents import copies
from remote.central.loads import operations as load_operations
from remote.central.loads.offers import Proven
from remote.central.operations import keys, production
from remote.central.payment import money, worker
from remote.central.payment.channel import Refund
from remote.central.payment.money import Row
from remote.central.service import HANDLERS, Service
from remote.messages import CardEnd, Message, Operation, OrderState
from tests.simulation.hall import CARDS, PAPERS, TOP_UPS
from tests.simulation.life import Hazard
from tests.simulation.network import Weather
from tests.simulation.world import Setting

Break = Callable[[Callable[[Any, str, Any], None]], None]
"""Is handed `put(owner, name, value)`, which is taken back afterwards."""


@dataclass(frozen=True)
class Sabotage:
    name: str
    invariant: str
    apply: Break
    where_it_hurts: Callable[[Setting], Setting]
    harmless: str = ""


@contextmanager
def broken(sabotage: Sabotage | None) -> Iterator[None]:
    taken_back: list[tuple[Any, str, Any]] = []

    def put(owner: Any, name: str, value: Any) -> None:
        taken_back.append((owner, name, owner.__dict__[name]))
        setattr(owner, name, value)

    try:
        if sabotage is not None:
            sabotage.apply(put)
        yield
    finally:
        for owner, name, value in reversed(taken_back):
            setattr(owner, name, value)


# -- worlds in which it can be seen ------------------------------------------------------------------------------------

VISITS = 3                   # at each terminal
CUTS = Hazard(step=0.00002, hot_step=0.0003, row=0.01, decisive_row=0.2, send=0.002)


def many_cuts(setting: Setting) -> Setting:
    return replace(calm(setting), keen=1.0, hazard=CUTS, power_goes=0.0)


def cut_at_the_pivot(setting: Setting) -> Setting:
    return replace(many_cuts(setting), hazard=Hazard(decisive_row=0.3))


def cut_while_going_back(setting: Setting) -> Setting:
    hazard = Hazard(decisive_row=0.4, row=0.03, hot_step=0.0003)
    return replace(many_cuts(setting), hazard=hazard)


def bad_network(setting: Setting) -> Setting:
    weather = Weather(lost_there=0.15, lost_back=0.15, doubled=0.2, late=0.1)
    return replace(calm(setting), weather=weather, away_every_s=120.0, faults_every_s=60.0)


def calm(setting: Setting) -> Setting:
    return replace(
        setting, visits=VISITS, keen=0.8, weather=Weather(), away_every_s=0.0, hazard=Hazard(), faults_every_s=0.0,
        power_goes=0.0, wishes=CARDS, card_alone=True, evidence=(), honest=0.9, bank_lost=0.0, bank_away_every_s=0.0, ups=False,
    )  # fmt: skip


def papers(setting: Setting) -> Setting:
    return replace(calm(setting), wishes=PAPERS, keen=1.0)


def strange_payers(setting: Setting) -> Setting:
    return replace(papers(setting), honest=0.0)


def cards_pulled_out(setting: Setting) -> Setting:
    return replace(calm(setting), wishes=TOP_UPS, keen=1.0, tears=0.8)


def a_bank_far_away(setting: Setting) -> Setting:
    return replace(strange_payers(setting), bank_lost=0.4)


def a_printer_that(*faults: str) -> Callable[[Setting], Setting]:
    return lambda setting: replace(papers(setting), faults_every_s=10.0, only_faults=faults)


def looked_into(setting: Setting) -> Setting:
    return replace(calm(setting), looks_into_memory=True)


def the_same_people_everywhere(setting: Setting) -> Setting:
    faults = ("feed_jam", "ribbon_out")
    return replace(calm(setting), visits=8, people=3, twins=1.0, keen=0.0, faults_every_s=60.0, only_faults=faults)


def slips_unanswered(setting: Setting) -> Setting:
    return replace(calm(setting), faults_every_s=15.0, only_faults=("answer_lost",))


def blind_sensors(setting: Setting) -> Setting:
    return replace(calm(setting), keen=1.0, faults_every_s=10.0, only_faults=("exit_sensor_blind",))


def power_goes_too(setting: Setting) -> Setting:
    return replace(many_cuts(setting), power_goes=1.0, forgets=True)


# -- what is broken ------------------------------------------------------------------------------------------------------

def skip_probe(put: Callable[[Any, str, Any], None]) -> None:
    """The probe guesses instead of asking the machine."""

    async def probe(self: HandOver, this: Attempt) -> Probed:
        return Probed(Answer.NOT_DONE, {"reason": "not_presented"})

    put(HandOver, "probe", probe)


def believe_the_exit_sensor(put: Callable[[Any, str, Any], None]) -> None:
    """A sensor that sees no card any more is taken for a hand that took it (it was so once; seed 209 found it)."""
    taken_or_kept = HandOver.taken_or_kept

    async def first_glance(self: HandOver, before: Counters, patience_s: float, *, longer: bool = False) -> CardEnd | None:
        printer = self._parts.card_printer
        with trio.move_on_after(patience_s):
            while (await printer.status()).exit is not Media.NOT_PRESENT:
                await trio.sleep(1)
            return CardEnd.TAKEN
        return await taken_or_kept(self, before, 0.0)

    put(HandOver, "taken_or_kept", first_glance)


def without_rows(*unwanted: tuple[str, Mark]) -> Break:
    """Rows that never reach the disk; the process that wrote them still remembers."""

    def apply(put: Callable[[Any, str, Any], None]) -> None:
        write = Journal.write

        def most(
            self: Journal, plan: str, act: str, attempt: int, mark: Mark, facts: Facts | None = None, events: Sequence[Event] = ()
        ) -> None:
            if (act, mark) not in unwanted:
                write(self, plan, act, attempt, mark, facts, events)

        put(Journal, "write", most)

    return apply


def forget_failed_undo(put: Callable[[Any, str, Any], None]) -> None:
    """An undo that cannot be done now is not owed."""

    async def back(plan: Plan, log: PlanLog) -> End:
        for act in reversed(plan.before):
            for this in reversed(log.attempts(act.name)) if act.undo else ():
                if log.has(act.name, Mark.UNDONE, this.number):
                    continue
                try:
                    assert act.undo is not None
                    log.write(act.name, this.number, Mark.UNDONE, await act.undo(this))
                except Later:
                    continue
        return runner.close(log, False, End.BACK, End.BACK_OWED)

    put(runner, "back", back)


def undo_after_pivot(put: Callable[[Any, str, Any], None]) -> None:
    """After the card has left the slot everything is undone all the same."""

    async def decide_forward(plan: Plan, log: PlanLog, facts: Facts) -> End:
        log.write(plan.pivot.name, 1, Mark.DONE, facts)
        return await runner.back(plan, log)

    put(runner, "decide_forward", decide_forward)


def key_not_unique(put: Callable[[Any, str, Any], None]) -> None:
    """The centre carries a repeated request out again (all but reserve, which the table of reservations would stop)."""
    first_only = Service._once

    def once(self: Service, context: Context, operation: Operation, body: Message) -> Message:
        if operation.name == "reserve":
            return first_only(self, context, operation, body)
        answer = HANDLERS[operation.name](context, body)
        values = {
            "key": context.key, "terminal": context.terminal, "operation": operation.name, "body_hash": b"",
            "answer": answer.model_dump_json(), "at": context.now,
        }  # fmt: skip
        context.connection.execute(keys.INSERT_KEY.prefix_with("OR REPLACE"), values)
        return answer

    put(Service, "_once", once)


def count_a_copy_twice(put: Callable[[Any, str, Any], None]) -> None:
    """A copy that did not come out stays counted, and the next try is another one."""
    put(copies, "CERTAINTY", {**copies.CERTAINTY, "failed": -1})


_never_forgotten: list[object] = []


def wipe_nothing(put: Callable[[Any, str, Any], None]) -> None:
    """A wipe that is a no-op for the person."""

    def wipe(self: Visit) -> None:
        _never_forgotten[:] = [self.person]
        self.board.clear()
        self.talk.wipe()

    put(Visit, "wipe", wipe)


def count_once_more(put: Callable[[Any, str, Any], None]) -> None:
    """A blank that was handed over is booked twice."""
    where_are = stock.where_are
    put(stock, "where_are", lambda rows: {place: 2 * n if place == "issued" else n for place, n in where_are(rows).items()})


def two_reservations(put: Callable[[Any, str, Any], None]) -> None:
    """A reservation does not take the person, and the index that would notice is gone."""
    in_memory = Centre.__dict__["in_memory"].__func__

    def without_index(cls: type[Centre], *args: Any, **named: Any) -> Centre:
        centre: Centre = in_memory(cls, *args, **named)
        with centre.engine.connect() as connection:
            connection.exec_driver_sql("DROP INDEX one_reservation_holds_a_person")
        return centre

    put(Centre, "in_memory", classmethod(without_index))
    put(production, "_cannot_reserve", lambda context, case: None)


def retry_print_on_unknown(put: Callable[[Any, str, Any], None]) -> None:
    """A slip of which nobody knows whether it came out is printed again."""
    print_items = ReceiptPrinter.print_items

    async def twice(self: ReceiptPrinter, items: Sequence[Item]) -> PrintOutcome:
        outcome = await print_items(self, items)
        return await print_items(self, items) if outcome.end is PrintEnd.UNKNOWN else outcome

    put(ReceiptPrinter, "print_items", twice)


def refund_anew(put: Callable[[Any, str, Any], None]) -> None:
    """Every try to give money back is a refund of its own."""
    numbers = itertools.count(1)
    put(worker, "Refund", lambda number, *rest: Refund(f"{number[:-4]}{next(numbers):04d}", *rest))


def credit_without_prove(put: Callable[[Any, str, Any], None]) -> None:
    """The centre takes any new offer of a card for the proof that the load before it was credited."""
    put(load_operations, "proven", lambda load, offer: Proven.CREDITED)


def close_without_asking(put: Callable[[Any, str, Any], None]) -> None:
    """The centre calls an order closed and has not asked the bank to take nothing more for it."""

    def close(self: worker.Worker, order: Row) -> None:
        def write(context: Context, now: Row) -> None:
            values = {"state": OrderState.CLOSED.value, "closed_at": context.now, "ask_at": None, "qr": None}
            context.connection.execute(money.SET_ORDER.values(**values), {"which": now.order_id})

        self._write(order, write)

    put(worker.Worker, "_close", close)


def unknown_is_not_printed(put: Callable[[Any, str, Any], None]) -> None:
    """Pages of which nobody knows whether they came out count as not printed, and she may try again."""
    ask = Pages.probe

    async def probe(self: Pages, this: Attempt) -> Probed:
        found = await ask(self, this)
        return Probed(Answer.NOT_DONE, found.facts) if found.answer is Answer.UNKNOWN else found

    put(Pages, "probe", probe)


def believe_the_spooler(put: Callable[[Any, str, Any], None]) -> None:
    """A job that is called completed has come out."""
    put(job, "_completed", lambda seen, counts, pages: job.Outcome(job.Stage.DELIVERED, job.Why.COUNTED, pages_out=pages))


def nothing(put: Callable[[Any, str, Any], None]) -> None:
    """The product is whole; the world is worse."""


SABOTAGES = {
    sabotage.name: sabotage
    for sabotage in (
        Sabotage("skip-probe", "3", skip_probe, cut_at_the_pivot),
        Sabotage("believe-exit-sensor", "6", believe_the_exit_sensor, blind_sensors),
        Sabotage("no-intent-row", "2", without_rows(("feed", Mark.INTENT)), many_cuts),
        Sabotage("no-outcome-row", "4", without_rows(("hand_over", Mark.DONE)), many_cuts),
        Sabotage(
            "no-decision-row", "", without_rows(("hand_over", Mark.NOT_DONE), (PLAN, Mark.DECIDED_BACK)), cut_while_going_back,
            "the probe reads sensors and counters that going back does not turn into another answer, only into none",
        ),
        Sabotage("forget-failed-undo", "2", forget_failed_undo, bad_network),
        Sabotage("undo-after-pivot", "3", undo_after_pivot, calm),
        Sabotage("key-not-unique", "4", key_not_unique, bad_network),
        Sabotage("wipe-nothing", "5", wipe_nothing, looked_into),
        Sabotage("count-once-more", "2", count_once_more, calm),
        Sabotage("two-reservations", "3", two_reservations, the_same_people_everywhere),
        Sabotage("retry-print-on-unknown", "2", retry_print_on_unknown, slips_unanswered),
        Sabotage("refund-not-idempotent", "1", refund_anew, a_bank_far_away),
        Sabotage("credit-without-prove", "1", credit_without_prove, cards_pulled_out),
        Sabotage("order-closed-without-asking", "6", close_without_asking, strange_payers),
        Sabotage("print-again-after-unknown", "2", unknown_is_not_printed, a_printer_that("no_counts", "completed_with_errors")),
        Sabotage(
            "delivered-by-the-spoolers-word", "2", believe_the_spooler,
            a_printer_that("completed_without_paper", "completed_short"),
        ),
        Sabotage("copy-counted-twice", "2", count_a_copy_twice, a_printer_that("jam_in_mid_job", "aborts")),
        Sabotage(
            "machine-forgets", "", nothing, power_goes_too,
            "what no counter remembers is called unknown: two people at the counter settle it",
        ),
    )
}  # fmt: skip
