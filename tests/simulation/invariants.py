"""The seven invariants of design.md, each a check against machines, journals and centre. The number in front of what is
said is the invariant's; 0 is a crash of the product."""
from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from kiosk.prompts import Prompt
from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import Mark
from remote.messages import CheckPerson, PersonAnswer
from tests.simulation.evidence import Evidence, PlanSeen, Row
from tests.simulation.memory import objects_left, words_left
from tests.simulation.plastic import chip_holder, chip_serial, is_printed

if TYPE_CHECKING:
    from tests.simulation.cabinet import Cabinet, VisitRecord
    from tests.simulation.world import World

OUTCOMES = {
    "done", "done_registering", "mailed", "kept", "failed_claim", "cancelled", "submit_unknown", "in_doubt", "withdrawn",
    "loss_reported", "submit_failed", "out_of_service", "slip_no_paper", "spoiled_choose",
}  # fmt: skip
HOLDS = ("open", "kept", "in_doubt")


class Judge:
    def __init__(self, world: World) -> None:
        self.world = world
        self._wiped = 0

    def _must(self, holds: bool, else_say: str, details: str = "") -> None:
        if not holds:
            self.world.wrong(else_say, details)

    # -- while the day goes on ---------------------------------------------------------------------------------------

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
        machine = cabinet.printer.model
        serial = self._serial_of(cabinet, cabinet.visit.plans[-1])
        if not serial:
            return
        in_hand = serial in {chip_serial(card) for card in machine.taken}
        kept = serial in {chip_serial(card) for card in machine.captured.ever}
        match prompt.name:
            case "done" | "done_registering":
                self._must(in_hand, f"6 the screen says {prompt.name} and the card is not in her hand")
                self._must(prompt.name != "done" or self._state_of(serial) == "live", "6 the screen says done and the card is not live")
            case "kept":
                self._must(kept, "6 the screen says kept and the card is not in the bin")
            case "failed_claim" | "cancelled":
                self._must(not in_hand and not kept, f"6 the screen says {prompt.name} and the card came out")

    def _serial_of(self, cabinet: Cabinet, plan: str) -> str:
        rows = [r for r in cabinet.rows if r.plan == plan and r.act == "reserve" and r.mark is Mark.DONE]
        return str(rows[-1].facts["reservation"]["chip_serial"]) if rows else ""

    def _state_of(self, serial: str) -> str:
        with self.world.centre.engine.connect() as connection:
            return str(connection.exec_driver_sql("SELECT state FROM cards WHERE chip_serial = ?", (serial,)).scalar())

    def visit_over(self, cabinet: Cabinet, visit: VisitRecord) -> None:
        self.world.counts[visit.prompts[-1]] += 1
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
        import trio

        await trio.sleep(2)
        quiet = all(c.visit is None and c.terminal is not None and not c.terminal.heart.busy for c in self.world.cabinets)
        if not quiet or cabinet.terminal is None:
            return
        self._wiped += 1
        left = objects_left()
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

    # -- in the end --------------------------------------------------------------------------------------------------

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
            self._must(able, f"7 no card can be made any more: {' '.join(terminal.health.found.words)}, {terminal.heart.held()}")
            self._must(not terminal.heart.journal.count_waiting(), "7 news that never arrives")

    def last(self) -> None:
        evidence = Evidence(self.world)
        self.money(evidence)
        self.blanks_and_numbers(evidence)
        self.one_live_card(evidence)
        self.settled_once(evidence)
        self.nothing_personal_on_disk(evidence)
        self.way_out(evidence)

    def money(self, e: Evidence) -> None:
        """1: every application ends in a card, or lies open where the ID card finds it, or was withdrawn. Fees are 0 now."""
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
                self._must(news[kind] == getattr(books, kind), f"2 the centre was told of {news[kind]} {kind} and not {getattr(books, kind)}")
            slips = Counter(slip.text() for slip in cabinet.slips.model.slips if slip.cut and slip.text())
            self._must(max(slips.values(), default=0) <= 1, "2 one slip came out twice", str(slips.most_common(1)))
            outs = Counter(p.plan for p in e.plans if p.cabinet is cabinet for a, _, m in p.marks if (a, m) == ("slip", Mark.INTENT))
            self._must(max(outs.values(), default=0) <= 1, "2 two slips for one plan")
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
            self._must(is_printed(card), "3 a card in a hand is not printed whole")
            self._must(chip_holder(card) == e.persons[row["person_id"]]["id_number"], "3 a card in a hand is another person's")
        for row in e.issued_here:
            if row["state"] == "live":
                self._must(row["number"] in hands, "3 a live number is in nobody's hand")
        for _, card in e.kept():
            row = e.number_of(card)
            allowed = row is not None and (row["state"] == "kept" or row["number"] in e.doubted)
            self._must(allowed, f"3 a card in the capture bin is {row['state'] if row else 'without number'}")

    def settled_once(self, e: Evidence) -> None:
        """4: each plan has one end, and the centre knows the same one."""
        for plan in e.plans:
            ends = [m for a, _, m in plan.marks if a == PLAN and m in (Mark.DECIDED_BACK, Mark.DECIDED_FORWARD)]
            closed = sum(a == PLAN and m is Mark.CLOSED for a, _, m in plan.marks)
            self._must(closed <= 1 and (closed == 1) == (not plan.in_doubt), "4 a plan is not settled exactly once", str(plan))
            self._must(len(set(ends)) <= 1, "4 a plan went forward and back", str(plan))
            if plan.in_doubt or not closed:
                continue
            if plan.kind == "production":
                self._production_once(e, plan, forward=Mark.DECIDED_FORWARD in ends)
            else:
                self._call_once(e, plan, forward=Mark.DECIDED_FORWARD in ends)

    def _production_once(self, e: Evidence, plan: PlanSeen, *, forward: bool) -> None:
        key = f"{plan.plan}:reserve:1"
        row = next((r for r in e.reservations if r["reserve_key"] == key), None)
        if not forward:
            self._must(row is None or row["state"] not in ("open", "registered"), "4 a production went back and holds a number", str(plan))
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
        self._must(happened == forward, f"4 {plan.kind} {'was' if happened else 'was not'} done and the terminal says the other", str(plan))
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
            self._must(owed["obligation_id"].split(":")[0] in doubts, f"7 an obligation that nobody settles: {owed['kind']}")

    def incidents(self) -> list[str]:
        with self.world.centre.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT kind, words FROM incidents").all()
        return [f"{kind}: {words}" for kind, words in rows]
