"""design.md's invariants 1 to 7, asked of the evidence of one death. Each answer is a sentence that is empty when it holds."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kiosk.plans.one_call import CALL
from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import Mark
from remote.messages import CaseState
from tests.kill.evidence import STOCK_KINDS, Evidence

HELD = ("reserved", "kept", "in_doubt", "live")
RECOVERY_READY_WITHIN_S = 60.0


def broken(evidence: Evidence) -> list[str]:
    """What does not hold; empty when everything does."""
    every = (settled_or_found, blanks_counted, one_live_card, settled_once, nothing_personal_left, told_in_words, way_out)
    return [f"invariant {number}: {words}" for number, promise in enumerate(every, 1) for words in promise(evidence)]


def where_the_card_is(evidence: Evidence) -> str:
    """The machine's own truth about the one card of this visit."""
    for place in ("taken", "captured", "rejected", "exit", "path"):
        if evidence.went(place):
            return place
    return "hopper"


def can_be_known(evidence: Evidence) -> bool:
    """Whether anything is left that has seen where the card went: the journal, a counter without a power cut, the exit
    sensor that saw it at the next start, a card that never left."""
    written = evidence.had("hand_over", Mark.DONE) or evidence.had("hand_over", Mark.NOT_DONE)
    if not evidence.point.power or written or not evidence.had("hand_over", Mark.INTENT):
        return True
    return bool(evidence.at_start["exit"]) or bool(evidence.at_start["path"])


def the_right_end(evidence: Evidence) -> str:
    """What the case must say at the centre, by where the card is; "" for no case at all."""
    where = where_the_card_is(evidence)
    if not can_be_known(evidence):
        return "in_doubt"
    if where in ("taken", "captured"):
        return {"taken": "closed", "captured": "kept"}[where]
    return "approved" if evidence.centre.cases else ""


def settled_or_found(evidence: Evidence) -> Iterator[str]:
    states = [case["state"] for case in evidence.centre.cases]
    right = the_right_end(evidence)
    where = where_the_card_is(evidence)
    if where in ("exit", "path"):
        yield f"the card still lies in the {where}"
    if states != ([right] if right else []):
        yield f"the card is in {where}, the case must be {right or 'none'} and is {states}"
    yield from _found_by_her_id_card(evidence, right)
    applied = {row.mark for row in evidence.rows if row.act == CALL} & {Mark.DONE, Mark.NOT_DONE}
    if applied != ({Mark.DONE} if states else applied - {Mark.DONE}):
        yield f"the journal says of the application {sorted(map(str, applied))}, the centre has {len(states)} cases"


def _found_by_her_id_card(evidence: Evidence, right: str) -> Iterator[str]:
    found = evidence.centre.found.open_case
    if right in ("approved", "kept", "in_doubt"):
        if found is None or found.state != CaseState(right):
            yield f"her ID card finds {found and found.state} and not {right}"
        elif right == "approved" and not found.can_produce_here:
            yield "her card is paid for, approved, and cannot be made here"
    elif found is not None:
        yield f"her ID card finds an open case: {found.state}"
    if right == "closed" and evidence.centre.found.live_card is None:
        yield "the centre does not know the card in her hand"


def blanks_counted(evidence: Evidence) -> Iterator[str]:
    books = evidence.world.books[0]
    real = Counter({"issued": evidence.went("taken"), "kept": evidence.went("captured"), "spoiled": evidence.went("rejected")})
    told = Counter({"issued": books.issued, "kept": books.kept, "spoiled": books.spoiled})
    if books.left != evidence.after["census"]["hopper"]:
        yield f"the books say {books.left} blanks are left, the hopper holds {evidence.after['census']['hopper']}"
    if books.moving:
        yield f"{books.moving} blanks are still on their way in the books"
    unexplained = sum(abs(real[kind] - told[kind]) for kind in real)
    if unexplained != books.in_doubt:
        yield f"the machine has {dict(real)}, the books say {dict(told)} and {books.in_doubt} in doubt"
    expected = {"loaded": books.loaded, "issued": books.issued, "kept": books.kept, "spoiled": books.spoiled}
    at_centre = {kind: evidence.centre.stock[kind] for kind in STOCK_KINDS if kind != "in_doubt"}
    if at_centre != expected:
        yield f"the centre was told {at_centre} of the blanks, the journal says {expected}"


def one_live_card(evidence: Evidence) -> Iterator[str]:
    by_state = Counter(card["state"] for card in evidence.centre.cards)
    if by_state["live"] > 1 or sum(by_state[state] for state in HELD) > 1:
        yield f"numbers of one person: {dict(by_state)}"
    wanted = {"closed": "live", "kept": "kept", "in_doubt": "in_doubt"}.get(the_right_end(evidence))
    held = [state for state in HELD if by_state[state]]
    if held != ([wanted] if wanted else []):
        yield f"of her numbers must be held: {wanted or 'none'}; is: {held}"
    holding = [r["state"] for r in evidence.centre.reservations if r["state"] in ("open", "kept", "in_doubt")]
    if len(holding) > 1 or "open" in holding:
        yield f"reservations that hold her: {holding}"
    if evidence.went("taken") + evidence.went("captured") > 1:
        yield "more than one printed card went out for one person"


def settled_once(evidence: Evidence) -> Iterator[str]:
    marks = Counter((row.plan, row.mark) for row in evidence.rows if row.act == PLAN)
    for (plan, mark), count in marks.items():
        if mark in (Mark.CLOSED, Mark.DECIDED_FORWARD, Mark.DECIDED_BACK) and count > 1:
            yield f"{mark} {count} times in plan {plan[:8]}"
    if evidence.told["rows"] != evidence.told["rows_after"]:
        yield f"settling once more wrote {evidence.told['rows_after'] - evidence.told['rows']} rows"
    if evidence.rows[: len(evidence.rows_at_death)] != evidence.rows_at_death:
        yield "rows that were on the disk at its death have changed"
    opened = {row.plan for row in evidence.rows if row.mark is Mark.OPENED}
    closed = {row.plan for row in evidence.rows if row.mark is Mark.CLOSED}
    doubted = {row.plan for row in evidence.rows if row.mark is Mark.IN_DOUBT}
    for plan in opened - closed - doubted:
        owed = [row.facts.get("waits_for") for row in evidence.rows if row.plan == plan and row.mark is Mark.OWED]
        yield f"plan {plan[:8]} stays open although everything works; it waits for {owed}"


def nothing_personal_left(evidence: Evidence) -> Iterator[str]:
    yield from evidence.leaks


def told_in_words(evidence: Evidence) -> Iterator[str]:
    screens = evidence.told["screens"]
    if screens[:1] != ["recovering"]:
        yield f"the screen did not say that it recovers: {screens}"
    undecided = evidence.had("hand_over", Mark.INTENT) and not evidence.had("hand_over", Mark.DONE)
    if evidence.at_start["exit"] and undecided and "power_back_card_at_exit" not in screens:
        yield f"a card lay at the exit and nobody was called: {screens}"
    if evidence.told["slips"]:
        yield "recovery printed a slip for whoever stands there now"


def way_out(evidence: Evidence) -> Iterator[str]:
    told = evidence.told
    if told["screens"][-1] != "home" or told["out_of_service"]:
        yield f"the terminal does not serve again: {told['out_of_service'] or told['screens'][-1]} {told['words']}"
    elif not told["can_make_cards"] or not told["can_print"]:
        yield f"the terminal makes no cards, or prints nothing, any more: {told['words']}"
    if told["ready_s"] > RECOVERY_READY_WITHIN_S:
        yield f"{told['ready_s']:.0f} s until it was ready"
