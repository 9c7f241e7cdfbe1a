"""One card for one person: reserve the number, feed a blank, write the chip and read it back, print, hand over, register.

One plan uses one blank. Before the hand-over everything can be undone: the blank goes to the reject bin and the number
is released. The hand-over is the pivot; after it the number is registered, whatever it takes.
"""
from __future__ import annotations

from kiosk.parts import Parts
from kiosk.plans.blank import Blank
from kiosk.plans.face import Face
from kiosk.plans.hand_over import HandOver
from kiosk.plans.number import Number
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Plan

KIND = "production"
MACHINE = "card_printer"


def production(parts: Parts, log: PlanLog) -> Plan:
    """The opened row carries `case_id`, `person_ref`, `claim_code`, `elder` (whether she gets the longer time at the
    slot) and `photo_png`, the chip's photo where the centre has none."""
    number, blank, face, hand = Number(parts, log), Blank(parts, log), Face(parts, log), HandOver(parts, log)
    writing = (Act("write_chip", blank.write_chip),) if parts.chip is not None else ()
    reading = (Act("read_back", blank.read_back),) if parts.chip is not None else ()
    return Plan(
        log.plan,
        KIND,
        before=(
            Act("reserve", number.reserve, undo=number.release),
            Act("draw", face.draw),
            Act("feed", blank.feed, undo=blank.take_back, prepare=blank.count_before),
            *writing,
            Act("print", face.print),
            *reading,
        ),
        pivot=Act("hand_over", hand.over, prepare=hand.count_before),
        probe=hand.probe,
        after=(Act("register", number.register),),
        doubt=Act("freeze", number.freeze),
        holds=frozenset({MACHINE}),
    )
