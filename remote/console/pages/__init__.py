"""Every page of the console, in the order of the bar. A page: one file here, one template of its name, one line below."""

from __future__ import annotations

from remote.console.page import Page
from remote.console.pages import alarms, audit, commands, enrolment, fleet, people, releases, reports, stock, terminal

PAGES: tuple[Page, ...] = (
    fleet.PAGE,
    terminal.PAGE,
    alarms.PAGE,
    alarms.ONE,
    commands.PAGE,
    commands.ASK,
    stock.PAGE,
    reports.PAGE,
    releases.PAGE,
    enrolment.PAGE,
    people.PAGE,
    audit.PAGE,
)  # fmt: skip
