"""Slips of the certification of people of 80 and more: the next date large, so that nobody has to remember it."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from print.layouts.formats import day
from print.layouts.slip_base import SlipHead, SlipLine, pair, text
from print.layouts.slip_texts import say


@dataclass(frozen=True)
class Certified:
    """Done for this period (facts/journeys.md J9)."""

    head: SlipHead
    certified_on: date
    next_from: date
    next_until: date


@dataclass(frozen=True)
class HomeVisitAsked:
    """Somebody comes to her. `address` masked by whoever knows it."""

    head: SlipHead
    visit_no: str
    address: str
    until: date


def certified(slip: Certified) -> tuple[str, list[SlipLine]]:
    head, language = slip.head, slip.head.language
    return say("certified_title", language), [
        pair(head, "certified_on", day(slip.certified_on, language)),
        text(head, "certified_next"),
        SlipLine("big", day(slip.next_from, language)),
        SlipLine("text", say("certified_until", language, day=day(slip.next_until, language))),
    ]


def home_visit(slip: HomeVisitAsked) -> tuple[str, list[SlipLine]]:
    head, language = slip.head, slip.head.language
    body = [text(head, "home_visit"), SlipLine("big", day(slip.until, language)), pair(head, "visit_no", slip.visit_no)]
    if slip.address:
        body.append(pair(head, "visit_to", slip.address))
    return say("home_visit_title", language), [*body, text(head, "home_visit_how")]
