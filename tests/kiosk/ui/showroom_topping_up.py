"""Samples of what is shown about the citizen card."""
from __future__ import annotations

from kiosk.journeys.claims import claim_of
from kiosk.leaflet import topping_up
from kiosk.prompts import Facts, Prompt, SlipShown

CLAIM = claim_of("5c" * 16)
ROWS = Facts((
    ("card_trip", "2026-11-21 17:42  -2.00"), ("card_load", "2026-11-20 09:15  +50.00"),
    ("card_purchase", "2026-11-19 11:03  -12.50"),
))  # fmt: skip


def topping_up_prompts(slip: bytes) -> list[Prompt]:
    return [
        topping_up.insert_card(),
        topping_up.insert_card("card_out_early"),
        topping_up.reading_card(),
        topping_up.card_no_good("citizen_card_unreadable", "P-431"),
        topping_up.card_no_good("not_citizen_card", "P-432"),
        topping_up.card_no_good("card_slot_away", "P-433"),
        topping_up.card_no_good("card_pin_blocked", "P-434"),
        topping_up.card_no_good("purse_full", "P-436"),
        topping_up.take_citizen_card(),
        topping_up.choose_amount("12.30", (20, 50, 100)),
        topping_up.other_amount(10, 987),
        topping_up.amount_not_possible(10, 987),
        topping_up.card_pin(3),
        topping_up.loading(),
        topping_up.loading("finding_load"),
        topping_up.same_card_again(),
        topping_up.same_card_again("other_card_in"),
        topping_up.topped_up("62.30", SlipShown(slip)),
        topping_up.load_open("load_pending", CLAIM, "P-435"),
        topping_up.load_open("load_in_doubt", CLAIM, "P-437"),
        topping_up.earlier_load("earlier_load_is_there", "50.00"),
        topping_up.earlier_load("earlier_load_missing", "50.00"),
        topping_up.card_balance("62.30", ROWS, before=True, after=True, may_load=True),
    ]
