"""What the menu of the citizen card offers. A new entry is one line here, its need in kiosk/health/needs.py and its words
`choice.<name>` in the catalogue."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.journeys.card_balance import card_balance
from kiosk.journeys.citizen_card.activate import activate_card
from kiosk.journeys.citizen_card.card_state import card_state
from kiosk.journeys.citizen_card.change_pin import change_pin
from kiosk.journeys.citizen_card.concession import set_concession
from kiosk.journeys.citizen_card.make import citizen_card_new
from kiosk.journeys.citizen_card.report_loss import report_card_loss
from kiosk.journeys.citizen_card.reset_pin import reset_pin
from kiosk.journeys.own import my_services
from kiosk.journeys.top_up import top_up
from kiosk.visit import Visit

Journey = Callable[[Visit], Awaitable[None]]


class Group(StrEnum):
    """A page of the menu; at most six entries each (look.md: never more than seven things to touch). The value is the choice
    that opens it, and begins the name of its prompt."""

    FIRST = "citizen_card"
    PIN = "card_pins"            # 密码
    MORE = "card_more"           # 更多


@dataclass(frozen=True)
class Entry:
    """`name`: the choice, and the need in kiosk/health/needs.py. It raises Left, Refused, WalkedAway."""

    name: str
    journey: Journey
    group: Group = Group.FIRST
    proof: bool = False          # not offered where nobody and nothing can say who stands there


ENTRIES: tuple[Entry, ...] = (
    Entry("card_balance", card_balance),
    Entry("top_up", top_up),
    Entry("my_services", my_services, Group.MORE),
    Entry("citizen_card_new", citizen_card_new),
    Entry("report_card_loss", report_card_loss, proof=True),
    Entry("change_pin", change_pin, Group.PIN),
    Entry("reset_pin", reset_pin, Group.PIN, proof=True),
    Entry("activate_card", activate_card, Group.MORE, proof=True),
    Entry("set_concession", set_concession, Group.MORE, proof=True),
    Entry("card_state", card_state, Group.MORE),
)
