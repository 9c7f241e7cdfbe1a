"""One citizen card for one person: reserve the number, feed a blank, write the chip step by step with the centre, print, hand
over, register. As the senior card (production.py): one plan uses one blank; the hand-over is the pivot.
"""
from __future__ import annotations

from kiosk.parts import Parts
from kiosk.plans.citizen_blank import CitizenBlank
from kiosk.plans.citizen_face import CitizenFace
from kiosk.plans.citizen_number import KIND, CitizenNumber
from kiosk.plans.hand_over import HandOver
from kiosk.plans.production import MACHINE
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Plan


def citizen_production(parts: Parts, log: PlanLog) -> Plan:
    """The opened row carries what that of a senior card does. A terminal without a chip station makes none."""
    number, blank, face, hand = CitizenNumber(parts, log), CitizenBlank(parts, log), CitizenFace(parts, log), HandOver(parts, log)
    return Plan(
        log.plan,
        KIND,
        before=(
            Act("reserve", number.reserve, undo=number.release),
            Act("draw", face.draw),
            Act("feed", blank.feed, undo=blank.take_back, prepare=blank.count_before),
            Act("write_chip", blank.write_chip),
            Act("print", face.print),
            Act("read_back", blank.read_back),
        ),
        pivot=Act("hand_over", hand.over, prepare=hand.count_before),
        probe=hand.probe,
        after=(Act("register", number.register),),
        doubt=Act("freeze", number.freeze),
        holds=frozenset({MACHINE}),
    )
