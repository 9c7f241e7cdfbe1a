"""Samples of what the menu of the citizen card shows, and of its PIN."""
from __future__ import annotations

from kiosk.health.offers import NotNow
from kiosk.journeys.citizen_card.entries import Group
from kiosk.journeys.citizen_card.menu import on_page
from kiosk.leaflet import card_pins, citizen_card
from kiosk.prompts import Prompt, SlipShown


def menus() -> list[Prompt]:
    """As entries.py has them now, the last of each page not possible now."""
    shown = []
    for group in Group:
        names = [entry.name for entry in on_page(group, ())] or ["card_balance"]
        others = [other.value for other in Group if group is Group.FIRST is not other and on_page(other, ())]
        shown.append(citizen_card.menu(group.value, names, {names[-1]: NotNow("card_machine")}, others))
    return shown


def citizen_card_prompts(slip: bytes) -> list[Prompt]:
    return [
        *menus(),
        card_pins.old_pin(3),
        card_pins.old_pin(2, wrong=True),
        card_pins.old_pin(1, wrong=True),
        card_pins.new_pin(),
        card_pins.new_pin("new_pin_again"),
        card_pins.pin_too_simple("row"),
        card_pins.pins_differ(),
        card_pins.working(),
        card_pins.working("finding_pin"),
        card_pins.card_again("same_card_again"),
        card_pins.card_again("other_card_in"),
        card_pins.ended("pin_changed", SlipShown(slip)),
        card_pins.pin_not_changed(again=True),
        card_pins.pin_not_known(),
        card_pins.pin_locked(can_reset=True),
    ]
