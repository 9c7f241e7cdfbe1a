"""Every page that a person of the demonstration can open; a page of the console that is not here fails a test."""
from __future__ import annotations

from tests.console.serving import ADMINISTRATOR, AUDITOR, RELEASE_MANAGER, TECHNICIAN

RED = "{red}"  # in place of a terminal with something broken
PLACES: dict[str, tuple[str, str, str]] = {     # picture -> (page's name, who, address)
    "fleet": ("fleet", TECHNICIAN, "/console/fleet"),
    "cards_by_friday": ("fleet", TECHNICIAN, "/console/fleet?region=341602&question=no_cards_by"),
    "terminal": ("terminal", TECHNICIAN, f"/console/terminals/{RED}"),
    "terminal_silent": ("terminal", TECHNICIAN, "/console/terminals/{down}"),
    "terminal_never_seen": ("terminal", TECHNICIAN, "/console/terminals/{never}"),
    "alarms": ("alarms", TECHNICIAN, "/console/alarms"),
    "alarm": ("alarm", TECHNICIAN, "/console/alarms/{alarm}"),
    "maintenance": ("alarms", TECHNICIAN, "/console/alarms?part=windows"),
    "commands": ("commands", TECHNICIAN, "/console/commands"),
    "command_ask": ("command_ask", TECHNICIAN, f"/console/commands/ask?terminal={RED}&kind=notice"),
    "stock": ("stock", TECHNICIAN, "/console/stock"),
    "stock_cards": ("stock", TECHNICIAN, "/console/stock?part=cards"),
    "stock_differs": ("stock", TECHNICIAN, "/console/stock?part=differ"),
    "reports": ("reports", TECHNICIAN, "/console/reports"),
    "releases": ("releases", RELEASE_MANAGER, "/console/releases"),
    "enrolment": ("enrolment", TECHNICIAN, "/console/enrolment"),
    "people": ("people", ADMINISTRATOR, "/console/people"),
    "audit": ("audit", AUDITOR, "/console/audit"),
}
