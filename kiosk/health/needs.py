"""What each journey needs, as data: devices, storage units, the centre. One that is not here needs ID card and centre.

A need with `one_of` has several ways to its end (a card now, a card by mail): it is offered while one of them is.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """`units`: may not be empty, full or out of order. `counted`: must be known to be there as well."""

    devices: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    centre: bool = True
    one_of: tuple[str, ...] = ()


Needs = Mapping[str, Need]

AT_LEAST = Need(devices=("id_reader",))

CARD_NOW = "card_now"
CARD_BY_MAIL = "card_by_mail"
CARD_DISPENSED = "card_dispensed"
PAGES = "print_certificate"

NEEDS: Needs = {
    "senior_card": Need(devices=("id_reader",), one_of=(CARD_NOW, CARD_BY_MAIL)),
    CARD_NOW: Need(
        devices=("card_printer",), units=("ribbon", "reject_bin", "capture_bin"), counted=("card_hopper",), centre=False,
    ),
    CARD_BY_MAIL: Need(centre=False),
    "my_matters": AT_LEAST,
    "certify_80_plus": AT_LEAST,
    "citizen_card": Need(centre=False),      # the menu; what is in it has needs of its own
    "citizen_card_new": Need(devices=("id_reader",), one_of=(CARD_NOW,)),   # white cards, out of the same hopper
    "top_up": Need(),
    "pay_bills": Need(),
    "card_balance": Need(centre=False),
    "my_services": Need(),
    "change_pin": Need(centre=False),
    "card_state": Need(centre=False),
    "reset_pin": AT_LEAST,
    "activate_card": AT_LEAST,
    "set_concession": AT_LEAST,
    "report_card_loss": AT_LEAST,
    PAGES: Need(devices=("id_reader", "a4_printer"), units=("a4_tray", "toner")),
}

WITH_DISPENSER: Needs = {
    **NEEDS,
    "citizen_card_new": Need(devices=("id_reader",), one_of=(CARD_DISPENSED,)),
    CARD_DISPENSED: Need(devices=("card_dispenser",), units=("dispenser_bin",), counted=("card_stacker",), centre=False),
}
"""Where citizen cards come out of a dispenser."""

REASONS: Mapping[str, str] = {
    "id_reader": "no_devices",
    "card_printer": "card_machine",
    "card_hopper": "no_blanks",
    "ribbon": "card_machine",
    "reject_bin": "card_machine",
    "card_dispenser": "card_machine",
    "card_stacker": "no_blanks",
    "dispenser_bin": "card_machine",
    "capture_bin": "card_machine",
    "a4_printer": "paper_machine",
    "a4_tray": "no_paper",
    "toner": "paper_machine",
    "centre": "network",
}
"""What the citizen hears of it (`word.reason.*`): which thing is missing, never whose fault."""
UNNAMED = "no_devices"
