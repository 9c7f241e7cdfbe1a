"""Slips about the citizen card itself (facts/journeys.md J20): what was done with it, and a loss that was reported."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from print.layouts.formats import moment
from print.layouts.slip_base import RULE, SlipHead, SlipLine, pair, text
from print.layouts.slip_texts import say

Outcome = Literal[
    "pin_changed", "pin_not_known", "pin_was_reset", "card_activated", "card_registering",
    "card_not_known", "concession_set",
]


@dataclass(frozen=True)
class CardOutcome:
    """What became of a change on the card: texts `<outcome>_title` and `<outcome>`."""

    head: SlipHead
    outcome: Outcome


@dataclass(frozen=True)
class Stopped:
    """`owner` purse | insurance, who stops what for itself. `since` None: reported, and not confirmed by it yet."""

    owner: str
    since: datetime | None


@dataclass(frozen=True)
class CardLost:
    """A loss report: the card's tail, from when on, and who has confirmed."""

    head: SlipHead
    tail: str
    reported_at: datetime
    stopped: tuple[Stopped, ...]


def outcome(slip: CardOutcome) -> tuple[str, list[SlipLine]]:
    return say(f"{slip.outcome}_title", slip.head.language), [text(slip.head, slip.outcome)]


def lost(slip: CardLost) -> tuple[str, list[SlipLine]]:
    head, language = slip.head, slip.head.language
    body = [pair(head, "citizen_card", f"****{slip.tail}"), pair(head, "reported_at", moment(slip.reported_at, language)), RULE]
    for one in slip.stopped:
        body.append(SlipLine("text", say(f"lost_{one.owner}", language)))
        if one.since is None:
            body.append(text(head, "lost_waiting"))
        else:
            body.append(pair(head, "lost_since", moment(one.since, language)))
    return say("card_lost_title", language), [*body, RULE, text(head, "lost_how")]
