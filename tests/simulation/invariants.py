"""The seven invariants of design.md, looked at in the end against machines, journals and centre. The number in front of
what is said is the invariant's; 0 is a crash of the product. 3, 5, 6 and 7 are also watched while the day goes by (judge.py).
"""
from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from kiosk.plans import payment, printing, production, purse_payment, top_up
from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import Mark
from remote.central.payment.owed import is_about_money
from remote.messages import CheckPerson, PersonAnswer
from tests.simulation.evidence import Evidence, PlanSeen, Row
from tests.simulation.judge import HOLDS
from tests.simulation.money import Books, never_paid
from tests.simulation.papers import Papers
from tests.simulation.plastic import chip_holder, chip_serial, is_printed

if TYPE_CHECKING:
    from tests.simulation.world import World


class LastLook:
    """After everything is back, everybody has recovered, and every process has ended."""

    def __init__(self, world: World) -> None:
        self.world = world

    def _must(self, holds: bool, else_say: str, details: str = "") -> None:
        if not holds:
            self.world.wrong(else_say, details)

    def look(self) -> None:
        evidence = Evidence(self.world)
        self.cards_owed(evidence)
        Papers(self.world, evidence).look()
        self.blanks_and_numbers(evidence)
        self.one_live_card(evidence)
        self.settled_once(evidence)
        self.nothing_personal_on_disk(evidence)
        self.way_out(evidence)

    def cards_owed(self, e: Evidence) -> None:
        """1: every application ends in a card, or lies open where the ID card finds it, or was withdrawn."""
        hands = {row["number"] for card in e.in_hands() if (row := e.number_of(card))}
        kept = {row["number"]: cabinet for cabinet, card in e.kept() if (row := e.number_of(card))}
        for case in e.cases_here:
            numbers = [row for row in e.issued_here if row["case_id"] == case["case_id"]]
            good = [row["number"] for row in numbers if row["state"] in ("live", "dead")]
            name = f"1 a case that is {case['state']}"
            match case["state"]:
                case "closed":
                    self._must(any(n in hands for n in good), f"{name}, and no card is in a hand")
                case "approved" | "mail_ordered":
                    self._must(not good or all(n not in hands for n in good), f"{name}, and its card is in a hand")
                    self._must(self._found_by_id_card(e, case), f"{name} is not found by the ID card")
                case "kept":
                    place = [n for n in kept if n in {row["number"] for row in numbers if row["state"] == "kept"}]
                    self._must(bool(place), f"{name}, and its card is in no bin")
                    self._must(all(case["place"] == kept[n].name for n in place), f"{name} is not where the centre says")
                    self._must(self._found_by_id_card(e, case), f"{name} is not found by the ID card")
                case "in_doubt":
                    told = {row["number"] for row in e.incidents}
                    self._must(any(row["number"] in told for row in numbers), f"{name}, and nobody is told")
                case "producing":
                    self._must(any(row["number"] in e.doubted for row in numbers), f"{name} and nobody produces")

    def _found_by_id_card(self, e: Evidence, case: Row) -> bool:
        row = e.persons[case["person_id"]]
        ask = CheckPerson(id_number=row["id_number"], name=row["name"], birth=row["birth"], id_valid_to=row["id_valid_to"])
        said = self.world.centre.handle("T1", "check_person", ask)
        return isinstance(said, PersonAnswer) and said.open_case is not None and said.open_case.case_id == case["case_id"]

    def blanks_and_numbers(self, e: Evidence) -> None:
        """2: books, machine and centre agree; every number ever given out is accounted for; one slip a plan."""
        for cabinet in self.world.cabinets:
            census, books, machine = cabinet.printer.model.census(), e.books[cabinet.name], cabinet.printer.model
            self._must(census.conserved, "2 the simulated machine lost a card")
            real = {"left": census.hopper, "issued": census.taken, "kept": census.captured, "spoiled": census.rejected}
            told = {"left": books.left, "issued": books.issued, "kept": books.kept, "spoiled": books.spoiled}
            missing = {place: real[place] - told[place] for place in real}
            inside = census.path + census.exit - books.moving
            agree = books.left == census.hopper and all(gap >= 0 for gap in missing.values())
            agree = agree and sum(missing.values()) + inside == books.in_doubt
            said = f"{cabinet.name} {missing} inside {inside} in doubt {books.in_doubt}"
            self._must(agree and books.loaded == machine.loaded, "2 the books and the machine disagree", said)
            news = Counter[str]()
            for event in e.stock_events:
                if event["terminal"] == cabinet.name:
                    news[event["kind"]] += event["count"]
            for kind in ("loaded", "issued", "kept", "spoiled"):
                booked = getattr(books, kind)
                self._must(news[kind] == booked, f"2 the centre was told of {news[kind]} {kind} and not {booked}")
        for plan in e.plans:
            self._must(plan.marks.count(("slip", 1, Mark.INTENT)) <= 1, "2 two slips for one plan", str(plan))
        self._must(len(e.cards) == e.last_number, "2 a card number was given out and is not on record")
        for row in e.issued_here:
            fine = row["state"] != "reserved" or row["number"] in e.doubted
            self._must(fine, "2 a number is reserved, and nobody holds it")
        written = Counter(chip_serial(card) for card in [*e.in_hands(), *(card for _, card in e.kept())])
        written.pop("", None)
        self._must(max(written.values(), default=0) <= 1, "2 one number on two cards")

    def one_live_card(self, e: Evidence) -> None:
        """3: what people hold agrees with what the centre calls live."""
        for person, count in Counter(row["person_id"] for row in e.cards if row["state"] == "live").items():
            self._must(count == 1, f"3 person {person} has {count} live cards")
        for person, count in Counter(r["person_id"] for r in e.reservations if r["state"] in HOLDS).items():
            self._must(count == 1, f"3 person {person} has {count} open reservations")
        hands = {}
        for card in e.in_hands():
            row = e.number_of(card)
            self._must(row is not None, "3 a card without a number in a hand")
            if row is None:
                continue
            hands[row["number"]] = card
            allowed = row["state"] in ("live", "dead") or row["number"] in e.doubted
            self._must(allowed, f"3 a {row['state']} number in a hand")
            turned = not any(cabinet.slipped and card in cabinet.printer.model.taken for cabinet in self.world.cabinets)
            self._must(is_printed(card) or not turned, "3 a card in a hand is not printed whole")
            self._must(chip_holder(card) == e.persons[row["person_id"]]["id_number"], "3 a card in a hand is another person's")
        for card in (card for cabinet in self.world.cabinets for card in cabinet.with_staff):
            row = e.number_of(card)
            self._must(row is not None and row["number"] in e.doubted, "3 a technician has a card that is not in doubt")
        for row in e.issued_here:
            if row["state"] == "live":
                self._must(row["number"] in hands, "3 a live number is in nobody's hand")
        for _, card in e.kept():
            row = e.number_of(card)
            allowed = row is not None and (row["state"] == "kept" or row["number"] in e.doubted)
            self._must(allowed, f"3 a card in the capture bin is {row['state'] if row else 'without number'}")

    def settled_once(self, e: Evidence) -> None:
        """4: each plan has one end, and the centre knows the same one."""
        books = Books.of(self.world)
        for plan in e.plans:
            ends = [m for a, _, m in plan.marks if a == PLAN and m in (Mark.DECIDED_BACK, Mark.DECIDED_FORWARD)]
            closed = sum(a == PLAN and m is Mark.CLOSED for a, _, m in plan.marks)
            self._must(closed <= 1 and (closed == 1) == (not plan.in_doubt), "4 a plan is not settled exactly once", str(plan))
            self._must(len(set(ends)) <= 1, "4 a plan went forward and back", str(plan))
            if plan.in_doubt or not closed:
                continue
            forward = Mark.DECIDED_FORWARD in ends
            match plan.kind:
                case production.KIND:
                    self._production_once(e, plan, forward=forward)
                case payment.KIND | purse_payment.KIND:
                    self._payment_once(books, plan, forward=forward)
                case top_up.KIND:
                    self._top_up_once(books, plan, forward=forward)
                case printing.KIND:
                    pass                    # papers.py
                case _:
                    self._call_once(e, plan, forward=forward)
        self.certified_once(e)

    def _payment_once(self, books: Books, plan: PlanSeen, *, forward: bool) -> None:
        order = books.by_key(payment.order_key(plan.plan))
        paid = order is not None and order["paid_at"] is not None
        right = paid if forward else never_paid(order)
        said = f"4 a payment went {'forward' if forward else 'back'} and its order is {order['state'] if order else 'unknown'}"
        self._must(right, said, str(plan))

    def _top_up_once(self, books: Books, plan: PlanSeen, *, forward: bool) -> None:
        """A load credited under a permission that another plan was given, or whose permission nobody can name, is that one's."""
        permit = f"{plan.plan}:{top_up.PERMIT}:"
        here = [load for load in books.loads if load["credited_by"].startswith(permit)]
        load_id = plan.of(top_up.PERMIT, Mark.DONE).get("load", {}).get("load_id")
        credited = any(load["load_id"] == load_id and load["state"] == "credited" for load in books.loads)
        said = f"4 a top-up went {'forward' if forward else 'back'}, and its load is the other"
        self._must(credited if forward else not here, said, str(plan))

    def certified_once(self, e: Evidence) -> None:
        """4: once in a period, and each by a plan that knows it."""
        for (person, _), count in Counter((row["person_id"], row["period"]) for row in e.certifications).items():
            self._must(count == 1, f"4 person {person} was certified {count} times in one year")
        here = [row for row in e.certifications if row["certification_id"] not in self.world.certified_before]
        forward = [p for p in e.plans if p.kind == "certify" and p.has(PLAN, Mark.DECIDED_FORWARD)]
        self._must(len(here) == len(forward), f"4 {len(here)} certifications were made by {len(forward)} plans")

    def _production_once(self, e: Evidence, plan: PlanSeen, *, forward: bool) -> None:
        key = f"{plan.plan}:reserve:1"
        row = next((r for r in e.reservations if r["reserve_key"] == key), None)
        if not forward:
            free = row is None or row["state"] not in ("open", "registered")
            self._must(free, "4 a production went back and holds a number", str(plan))
            return
        end = plan.of("hand_over", Mark.DONE).get("end")
        said = {"taken": "registered", "kept": "kept"}.get(str(end))
        doubt = plan.has(PLAN, Mark.IN_DOUBT)
        same = row is not None and (row["state"] == said or (doubt and plan.has("register", Mark.INCIDENT)))
        self._must(same, f"4 a card was {end} and the centre says {row['state'] if row else 'nothing'}", str(plan))

    def _call_once(self, e: Evidence, plan: PlanSeen, *, forward: bool) -> None:
        key = f"{plan.plan}:call:1"
        answer = self.world.watch.answers.get(key)
        happened = answer is not None and b'"refusal":null' in answer
        said = f"4 {plan.kind} {'was' if happened else 'was not'} done and the terminal says the other"
        self._must(happened == forward, said, str(plan))
        if plan.kind == "submit_case":
            token = f"{self.world.centre.settings.seed}|case|{key}"
            case_id = hashlib.sha256(token.encode()).hexdigest()[:32]
            there = any(case["case_id"] == case_id for case in e.cases)
            self._must(there == forward, "4 an application that was called off is there all the same", str(plan))

    def nothing_personal_on_disk(self, e: Evidence) -> None:
        """5: the journal file holds it encrypted only."""
        for person in self.world.came:
            for data in e.files.values():
                plain = person.id_number.encode() in data or (len(person.name) > 1 and person.name.encode() in data)
                self._must(not plain, "5 the journal file names a person")

    def way_out(self, e: Evidence) -> None:
        """7: nothing is left lying, nothing waits for ever."""
        for cabinet in self.world.cabinets:
            census = cabinet.printer.model.census()
            self._must(not census.path, "7 a card was left in the machine")
            self._must(not census.exit, "7 a card was left at the exit")
        for plan in e.plans:
            closed = plan.has(PLAN, Mark.CLOSED)
            self._must(closed or plan.in_doubt, "7 a plan that nothing settles", str(plan))
        open_here = [o for o in e.obligations if o["settled_at"] is None]
        doubts = [p.plan for p in e.plans if p.in_doubt]
        for owed in open_here:
            about_money = is_about_money(owed["obligation_id"])      # money.py
            right = about_money or owed["obligation_id"].split(":")[0] in doubts
            self._must(right, f"7 an obligation that nobody settles: {owed['kind']}")
