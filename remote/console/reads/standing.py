"""How a terminal stands, in one word, worst first; computed by the database, so that 10,000 need not be fetched to be counted."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from remote.central.store.schema import terminals
from remote.central.telemetry.fleet import unable
from remote.central.telemetry.presence import Presence
from remote.central.telemetry.tables import states, units
from remote.central.times import BEIJING
from remote.regions import regions as counties

Row = dict[str, Any]
FRIDAY = 5  # ISO weekday
CARD_UNITS = ("card_hopper", "ribbon", "card_stacker")


class Standing(StrEnum):
    """In the order in which somebody should look. SOON works and somebody should come; UNKNOWN is there and has not told."""

    DOWN = "down"
    FROZEN = "frozen"
    CLOSED = "closed"
    LIMITED = "limited"
    SOON = "soon"
    UNKNOWN = "unknown"
    NEVER = "never"
    OK = "ok"


URGENT = (Standing.DOWN, Standing.FROZEN, Standing.CLOSED, Standing.LIMITED)
"""Citizens are not served, or not in everything: somebody has to do something now."""
RANK = {standing: rank for rank, standing in enumerate(Standing)}
SHAPES = {
    Standing.DOWN: "✖", Standing.FROZEN: "❄", Standing.CLOSED: "■", Standing.LIMITED: "▲", Standing.SOON: "△",
    Standing.UNKNOWN: "?", Standing.NEVER: "?", Standing.OK: "●",
}  # fmt: skip
"""Colour never speaks alone."""

PRESENCE: sa.ColumnElement[str] = sa.func.coalesce(states.c.presence, Presence.NEVER_SEEN.value)
REGION: sa.ColumnElement[str] = sa.func.coalesce(sa.func.nullif(states.c.region, ""), terminals.c.region, "")
"""As the terminal's commissioning said, or its enrolment where it was never commissioned."""
STANDING: sa.ColumnElement[str] = sa.case(
    (PRESENCE.in_([Presence.NEVER_SEEN.value]), Standing.NEVER.value),
    (PRESENCE.in_([Presence.DOWN.value]), Standing.DOWN.value),
    (PRESENCE.in_([Presence.FROZEN.value]), Standing.FROZEN.value),
    (states.c.out_of_service != "", Standing.CLOSED.value),
    (states.c.light == "red", Standing.LIMITED.value),
    (states.c.light == "amber", Standing.SOON.value),
    (states.c.light == "green", Standing.OK.value),
    else_=Standing.UNKNOWN.value,
)
ORDER = sa.case({standing.value: rank for standing, rank in RANK.items()}, value=STANDING, else_=len(RANK))
SINCE = sa.case(
    (PRESENCE.in_([Presence.DOWN.value, Presence.FROZEN.value]), states.c.presence_since),
    else_=states.c.wrong_since,
)
KNOWN = terminals.outerjoin(states, states.c.terminal == terminals.c.terminal)


def within(regions: tuple[str, ...]) -> sa.ColumnElement[bool]:
    """Only where somebody may look: prefixes of division codes."""
    codes = counties_of(regions)
    return sa.true() if codes is None else REGION.in_(codes)


def no_cards_by(day: date | None) -> sa.ColumnElement[bool]:
    """As far as is known nobody gets a card here now (None), or will not on that day as people go on."""
    return sa.or_(terminals.c.terminal.in_(unable("cards", day)), sa.and_(there(), states.c.out_of_service != ""))


def cards_cannot_be_told(day: date) -> sa.ColumnElement[bool]:
    """Never heard of, or there is a supply nobody knows the use of: neither yes nor no."""
    return sa.and_(sa.not_(no_cards_by(day)), supplies_in_the_dark())


def supplies_in_the_dark() -> sa.ColumnElement[bool]:
    """Never heard of, nothing told of what cards need, or a supply nobody knows the use of."""
    dark = sa.or_(units.c.state == "unknown", units.c.holds.is_(None), units.c.a_day.is_(None)) & units.c.empty_on.is_(None)
    of_cards = sa.select(units.c.terminal).where(units.c.kind.in_(CARD_UNITS)).group_by(units.c.terminal)
    lit = of_cards.having(sa.func.max(sa.case((dark, 1), else_=0)) == 0)
    return sa.or_(PRESENCE.in_([Presence.NEVER_SEEN.value]), terminals.c.terminal.not_in(lit))


def counties_of(reach: tuple[str, ...]) -> tuple[str, ...] | None:
    """The codes that remote/central/telemetry wants; None everywhere, those without a county too."""
    if "" in reach:
        return None
    return tuple(county.code for county in counties() if county.code.startswith(reach))


def there() -> sa.ColumnElement[bool]:
    return PRESENCE.in_([Presence.ALIVE.value, Presence.LATE.value])


def next_friday(now: datetime) -> date:
    """Today where today is one. Beijing."""
    today = now.astimezone(BEIJING).date()
    return today + timedelta(days=(FRIDAY - today.isoweekday()) % 7)


def wrongs(text: str | None) -> list[tuple[str, str]]:
    """[(device or unit, word), ...], the worst first."""
    return [(str(what), str(word)) for what, word in json.loads(text or "[]")]
