"""The technicians' screens, and what a citizen sees of a machine that lacks something."""

from __future__ import annotations

from kiosk import leaflet
from kiosk.health.needs import CARD_NOW
from kiosk.health.offers import NotNow, Offered
from kiosk.prompts import Prompt
from remote.messages import Delivery

LACKING = {"senior_card": Offered({CARD_NOW: "no_blanks"}), "print_certificate": NotNow("no_paper"), "my_matters": Offered({})}


def staff_prompts() -> list[Prompt]:
    return [leaflet.not_now("no_paper", "药都大厅")]


VARIANTS = {
    "home_by_mail": leaflet.home(("senior_card", "my_matters"), LACKING),
    "home_not_now": leaflet.home(("senior_card", "my_matters"), {"senior_card": NotNow("card_machine")}),
    "mail_only_printer": leaflet.choose_delivery([Delivery.MAIL], None, takes_s=46.0, why="card_machine", nearest="药都大厅"),
}
"""The same prompts in other states: measured and drawn like the others, under names of their own."""
