"""The technicians' screens, and what a citizen sees of a machine that lacks something."""

from __future__ import annotations

from kiosk import leaflet
from kiosk.health.needs import CARD_NOW
from kiosk.health.offers import NotNow, Offered
from kiosk.leaflet import staff
from kiosk.prompts import Lamp, Prompt
from kiosk.supplies import UNITS, UnitKind
from remote.messages import Delivery

LACKING = {"senior_card": Offered({CARD_NOW: "no_blanks"}), "my_matters": Offered({})}
FIVE = ("card_hopper", "ribbon", "reject_bin", "capture_bin", "slip_paper")
ROWS = (
    ("blanks_left", "183"), ("blanks_loaded", "200"), ("blanks_issued", "14"), ("blanks_kept", "1"), ("blanks_spoiled", "2"),
    ("blanks_in_doubt", "0"), ("owed", "1"), ("troubles", "slip_paper_low"),
)  # fmt: skip
LAMPS = (
    Lamp("receipt_printer", "red", ("receipt_printer_cover_open",)),
    Lamp("slip_paper", "red", ("slip_paper_empty",), "empty"),
    Lamp("card_hopper", "amber", ("card_hopper_low", "card_hopper_contradicts"), "low", 7),
    Lamp("toner", "amber", (), "unknown"),
    Lamp("ribbon", "green", (), "ok", 96),
)


def staff_prompts() -> list[Prompt]:
    return [
        leaflet.not_now("no_paper", "药都大厅"),
        staff.menu(ROWS, closed=False),
        staff.supplies(FIVE),
        *(staff.what_to_do(kind) for kind in UnitKind),
        *(staff.count(f"operator_{name}") for name in ("refill_count", "refill_again", "empty_count", "empty_again")),
        staff.count("operator_sheets", "sheet"),
        staff.bag(),
        staff.counts_differ(200, 199),
        staff.books_differ(3, 2),
        staff.still_missing("slip_paper_empty"),
        staff.exchanged("operator_refill_done", 200),
        staff.exchanged("operator_emptied", 3),
        staff.exchanged("operator_replaced"),
        staff.status_page(LAMPS, more=True, may_print=True),
        staff.test_slip(delivered=True),
        staff.test_slip(delivered=False),
    ]


VARIANTS = {
    "home_by_mail": leaflet.home(("senior_card", "my_matters"), LACKING),
    "home_not_now": leaflet.home(("senior_card", "my_matters"), {"senior_card": NotNow("card_machine")}),
    "mail_only_printer": leaflet.choose_delivery([Delivery.MAIL], None, takes_s=46.0, why="card_machine", nearest="药都大厅"),
    "operator_supplies_all": staff.supplies(tuple(UNITS)),
}
"""The same prompts in other states: measured and drawn like the others, under names of their own."""
