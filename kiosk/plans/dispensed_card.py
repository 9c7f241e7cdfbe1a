"""One citizen card out of the dispenser's stacker, printed beforehand: reserve the number, bring a card to the chip station,
write it step by step with the centre, read it back, hand over, register. As citizen_card.py, without a face: no name is on it.
"""
from __future__ import annotations

from kiosk.parts import Parts
from kiosk.plans.citizen_number import CitizenNumber
from kiosk.plans.dispensed_blank import MACHINE, DispensedBlank
from kiosk.plans.dispensed_hand_over import DispensedHandOver
from kiosk.stock import DISPENSE
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Plan

KIND = "citizen_dispensing"


def citizen_dispensing(parts: Parts, log: PlanLog) -> Plan:
    """The opened row carries what that of a printed one does."""
    number, blank, hand = CitizenNumber(parts, log, fed_by=DISPENSE), DispensedBlank(parts, log), DispensedHandOver(parts, log)
    return Plan(
        log.plan,
        KIND,
        before=(
            Act("reserve", number.reserve, undo=number.release),
            Act(DISPENSE, blank.feed, undo=blank.take_back, prepare=blank.count_before),
            Act("write_chip", blank.write_chip),
            Act("read_back", blank.read_back),
        ),
        pivot=Act("hand_over", hand.over, prepare=hand.count_before),
        probe=hand.probe,
        after=(Act("register", number.register),),
        doubt=Act("freeze", number.freeze),
        holds=frozenset({MACHINE}),
    )
