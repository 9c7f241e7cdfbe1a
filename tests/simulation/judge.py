"""Looks on while the day goes by: what the centre must never do, what screens say, what is left in memory after a visit."""
from __future__ import annotations

from typing import TYPE_CHECKING

import trio

from kiosk.health.offers import Offered
from kiosk.plans import payment, printing
from kiosk.plans.pages import job_name
from kiosk.prompts import Prompt
from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import Mark
from tests.simulation.memory import objects_left, people_known, words_left
from tests.simulation.money import SAYS, Books
from tests.simulation.plastic import chip_serial

if TYPE_CHECKING:
    from tests.simulation.cabinet import Cabinet, VisitRecord
    from tests.simulation.world import World

OUTCOMES = {
    "done", "done_registering", "mailed", "kept", "failed_claim", "cancelled", "submit_unknown", "in_doubt", "withdrawn",
    "loss_reported", "submit_failed", "out_of_service", "slip_no_paper", "not_made_choose",
    "spoiled_choose", "take_pages", "not_printed", "printed_in_part", "pages_unknown", "pay_cancelled", "pay_expired",
    "pay_refunding", "pay_unknown", "paid_not_made", "paid_kept", "certified", "home_visit_asked",
    "topped_up", "same_card_again", "load_pending", "load_in_doubt", "earlier_load_is_there", "purse_full",
    "citizen_card_unreadable", "not_citizen_card", "card_slot_away", "card_pin_blocked", "amount_not_possible",
    "purchase_pending", "pay_not_taken", "purse_away", "earlier_purchase_paid", "earlier_purchase_not_paid", "money_for_the_card",
    "power_cut", "power_cut_card_out", "power_cut_card_kept",
}  # fmt: skip
"""Prompts that say in words what became of it. Who walks away from a choice has read it."""
HOLDS = ("open", "kept", "in_doubt")
WIPED_WITHIN_S = 2.0


class Judge:
    def __init__(self, world: World) -> None:
        self.world = world
        self.known_before = people_known() if world.setting.looks_into_memory else []

    def _must(self, holds: bool, else_say: str, details: str = "") -> None:
        if not holds:
            self.world.wrong(else_say, details)

    def after_change(self) -> None:
        """3: at no instant two open reservations or two live cards of one person."""
        with self.world.centre.engine.connect() as connection:
            twice = "GROUP BY person_id HAVING count(*) > 1"
            held = connection.exec_driver_sql(f"SELECT 1 FROM reservations WHERE state IN {HOLDS} {twice}").first()
            live = connection.exec_driver_sql(f"SELECT 1 FROM cards WHERE state = 'live' {twice}").first()
        self._must(held is None, "3 two open reservations for one person")
        self._must(live is None, "3 two live cards for one person")

    def shown(self, cabinet: Cabinet, prompt: Prompt) -> None:
        """6: what the screen says is so, in this instant."""
        if cabinet.visit is None or not cabinet.visit.plans:
            return
        self._money_shown(cabinet, prompt)
        self._pages_shown(cabinet, prompt)
        machine = cabinet.printer.model
        serial = self._serial_of(cabinet, cabinet.visit.plans[-1])
        if not serial:
            return
        in_hand = serial in {chip_serial(card) for card in machine.taken}
        kept = serial in {chip_serial(card) for card in machine.captured.ever}
        match prompt.name:
            case "done" | "done_registering":
                self._must(in_hand, f"6 the screen says {prompt.name} and the card is not in her hand")
                live = prompt.name != "done" or self._state_of(serial) == "live"
                self._must(live, "6 the screen says done and the card is not live")
            case "kept":
                self._must(kept, "6 the screen says kept and the card is not in the bin")
            case "failed_claim" | "cancelled":
                self._must(not in_hand and not kept, f"6 the screen says {prompt.name} and the card came out")

    def _money_shown(self, cabinet: Cabinet, prompt: Prompt) -> None:
        says, plan = SAYS.get(prompt.name), self._last(cabinet, payment.KIND)
        if says is not None and plan:
            books = Books.of(self.world)
            order = books.by_key(payment.order_key(plan))
            state = f"{order['state']}{', with money nobody knows of' * books.unheard(order)}" if order else "not there"
            self._must(says(books, order), f"6 the screen says {prompt.name} and the order is {state}")

    def _pages_shown(self, cabinet: Cabinet, prompt: Prompt) -> None:
        if prompt.name == "take_pages":
            job = job_name(self._last(cabinet, printing.KIND))
            out = sum(side.job == job for side in cabinet.paper.out)
            self._must(out == int(prompt.params["pages"]), "6 the screen says that her pages came out, and they did not")

    def _last(self, cabinet: Cabinet, kind: str) -> str:
        """The newest plan of a kind in this visit; empty where there is none."""
        kinds = cabinet.visit.kinds if cabinet.visit is not None else {}
        return next((plan for plan in reversed(kinds) if kinds[plan] == kind), "")

    def side_came_out(self, cabinet: Cabinet, job: str) -> None:
        """6: no page comes out while somebody else stands there, unless the machine does not obey."""
        if cabinet.visit is None or job in {job_name(plan) for plan in cabinet.visit.plans}:
            return
        self._must(False, "6 a page came out before somebody else", job)

    def _serial_of(self, cabinet: Cabinet, plan: str) -> str:
        rows = [r for r in cabinet.rows if r.plan == plan and r.act == "reserve" and r.mark is Mark.DONE]
        return str(rows[-1].facts["reservation"]["chip_serial"]) if rows else ""

    def _state_of(self, serial: str) -> str:
        with self.world.centre.engine.connect() as connection:
            return str(connection.exec_driver_sql("SELECT state FROM cards WHERE chip_serial = ?", (serial,)).scalar())

    def visit_over(self, cabinet: Cabinet, visit: VisitRecord) -> None:
        self.world.counts[visit.prompts[-1]] += 1
        slips = sum(slip.cut for slip in cabinet.slips.model.slips[visit.slips_before :])
        self._must(slips <= 1, f"2 {slips} slips came out in one visit")
        if visit.cut:
            return
        told = [p for p in visit.prompts if p in OUTCOMES or p.startswith("refusal_")]
        self._must(not visit.plans or bool(told), f"6 a visit ended without its outcome in words: {' '.join(visit.prompts[-3:])}")
        read = {"checking", "confirm_person"} & set(visit.prompts)
        self._must(not read or "take_id_back" in visit.prompts, "6 her ID card was read and she was not told to take it")
        if self.world.setting.looks_into_memory:
            self.world.nursery.start_soon(self.look_into_memory, cabinet)

    async def look_into_memory(self, cabinet: Cabinet) -> None:
        """5: once nobody stands at any terminal and every plan has ended."""
        await trio.sleep(WIPED_WITHIN_S)
        quiet = all(c.visit is None and c.terminal is not None and not c.terminal.heart.busy for c in self.world.cabinets)
        if not quiet or cabinet.terminal is None:
            return
        left = objects_left(self.known_before)
        self._must(not left, f"5 after a visit there is still a {' and a '.join(left)}")
        came = [(person.name, person.id_number) for person in self.world.came]
        places = words_left(cabinet, came)
        self._must(not places, f"5 a name or number is still reachable: {places[:1]}", "\n".join(places))

    def settled(self, cabinet: Cabinet) -> bool:
        """Everything done that can be done."""
        terminal = cabinet.terminal
        if terminal is None or cabinet.prompt is None or cabinet.prompt.name != "home":
            return False
        plans = terminal.heart.journal.open_plans()
        owed = [o for o in terminal.heart.obligations() if o.act != PLAN]
        return not owed and not terminal.heart.journal.count_waiting() and len(plans) == len(terminal.heart.obligations())

    def before_the_end(self) -> None:
        """7, on terminals that still run."""
        for cabinet in self.world.cabinets:
            terminal = cabinet.terminal
            if terminal is None:
                continue
            shown = cabinet.prompt.name if cabinet.prompt else "nothing"
            out = terminal.health.out_of_service()
            self._must(shown == "home" and out is None, f"7 the terminal does not come back: shows {shown}, {out}")
            able = terminal.health.can_make_cards() or not terminal.health.found.blanks
            prints = isinstance(terminal.health.offer("print_certificate"), Offered)
            self._must(prints, f"7 no document can be printed any more: {' '.join(terminal.health.found.words)}")
            self._must(able, f"7 no card can be made any more: {' '.join(terminal.health.found.words)}, {terminal.heart.held()}")
            self._must(not terminal.heart.journal.count_waiting(), "7 news that never arrives")

    def incidents(self) -> list[str]:
        with self.world.centre.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT kind, words FROM incidents").all()
        return [f"{kind}: {words}" for kind, words in rows]
