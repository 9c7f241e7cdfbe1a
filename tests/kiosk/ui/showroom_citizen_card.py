"""Samples of what the menu of the citizen card shows, and of its PIN."""
from __future__ import annotations

from kiosk.health.offers import NotNow
from kiosk.journeys.citizen_card.entries import ENTRIES, Group
from kiosk.leaflet import card_pins, card_scripts, citizen_card
from kiosk.prompts import Facts, Prompt, SlipShown

LOST = Facts((("lost_purse", "2026-11-22 10:32"), ("lost_insurance", "waiting")))
STATE = Facts((
    ("on_card", "****5678"), ("card_is", "active"), ("card_until", "2044年2月28日"), ("card_tries", "3"),
    ("card_concession", "yes"),
))  # fmt: skip


def menus() -> list[Prompt]:
    """As entries.py has them now, the last of each page not possible now."""
    shown = []
    for group in Group:
        names = [entry.name for entry in ENTRIES if entry.group is group]
        others = [other.value for other in Group if group is Group.FIRST is not other]
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
        card_scripts.card_again("same_card_again"),
        card_scripts.card_again("other_card_in"),
        card_pins.ended("pin_changed", SlipShown(slip)),
        card_pins.pin_not_changed(again=True),
        card_pins.pin_not_known(),
        card_pins.pin_locked(can_reset=True),
        card_pins.ended("pin_was_reset", SlipShown(slip)),
        *(card_scripts.working(name) for name in ("activating_card", "setting_concession", "resetting_pin", "finding_card")),
        card_scripts.not_written(again=True),
        card_scripts.not_known(),
        *(card_scripts.ended(name, SlipShown(slip)) for name in ("card_activated", "concession_set", "card_registering")),
        card_scripts.told("concession_already"),
        card_scripts.told("pin_dead"),
        card_scripts.loss_confirm("5678"),
        card_scripts.lost("card_lost_now", "5678", LOST, slip=True),
        card_scripts.lost("card_lost_before", "5678", LOST, slip=False),
        card_scripts.card_state(STATE),
    ]
