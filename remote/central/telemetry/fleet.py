"""What the console reads about many terminals at once. Every function takes the regions (county codes) that the reader may see;
None is everybody's. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from remote.central.store.schema import obligations, terminals
from remote.central.telemetry.tables import NEVER_SEEN, devices, not_offered, states, units

Regions = Collection[str] | None
A_PAGE = 100
PRESENCE: sa.ColumnElement[str] = sa.func.coalesce(states.c.presence, NEVER_SEEN)
LIGHT: sa.ColumnElement[str] = sa.func.coalesce(states.c.light, "")
REGION: sa.ColumnElement[str] = sa.func.coalesce(states.c.region, "")
ALL = terminals.outerjoin(states, states.c.terminal == terminals.c.terminal)
WORST = sa.case(
    (PRESENCE == "down", 0), (PRESENCE == "frozen", 1), (LIGHT == "red", 2), (states.c.out_of_service != "", 3),
    (PRESENCE == "late", 4), (LIGHT == "amber", 5), (PRESENCE == NEVER_SEEN, 6), else_=7,
)  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """`text`: part of the terminal's name or place. `presence`, `light`: one of their words. `wrong`: only those with something
    wrong. `cannot`: see WORK. `order`: worst, name."""

    text: str = ""
    presence: str = ""
    light: str = ""
    region: str = ""
    wrong: bool = False
    software: str = ""
    cannot: str = ""
    cannot_by: date | None = None
    order: str = "worst"
    first: int = 0
    at_most: int = A_PAGE


@dataclass(frozen=True)
class TerminalLine:
    """`wrong`: (device or unit, word of the catalogue `word.troubles.*`), the worst first. Times are the centre's."""

    terminal: str
    place: str
    region: str
    presence: str
    presence_since: datetime | None
    heard_at: datetime | None
    light: str
    out_of_service: str
    in_visit: bool
    wrong: tuple[tuple[str, str], ...]
    wrong_since: datetime | None
    software: str
    waiting: int
    longitude: float | None = None
    latitude: float | None = None
    fenced: bool = False


@dataclass(frozen=True)
class Fleet:
    """`total`: how many fit the filter; `lines`: one page of them. Counts are over all the reader may see, without the filter."""

    lines: tuple[TerminalLine, ...]
    total: int
    by_presence: dict[str, int] = field(default_factory=dict)
    by_light: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """What a kind of work needs: by devices that are red, units that are or will be used up, offers not made now."""

    devices: tuple[str, ...]
    units: tuple[str, ...]
    offers: tuple[str, ...] = ()


WORK: dict[str, Work] = {
    "cards": Work(("card_printer",), ("card_hopper", "ribbon"), ("card_now",)),
    "documents": Work(("a4_printer",), ("a4_tray", "toner"), ("print_certificate",)),
    "slips": Work(("receipt_printer",), ("slip_paper",)),
}


def fleet(connection: sa.Connection, regions: Regions, filter: Filter | None = None) -> Fleet:
    wanted = filter or Filter()
    conditions = [*_in_regions(regions), *_filtered(wanted)]
    total = connection.execute(sa.select(sa.func.count()).select_from(ALL).where(*conditions)).scalar_one()
    asked = sa.select(terminals.c.terminal, terminals.c.place, terminals.c.fenced_at, *_of_state()).select_from(ALL)
    asked = asked.where(*conditions)
    since = sa.func.coalesce(states.c.presence_since, "")
    order = [WORST, since, terminals.c.terminal] if wanted.order == "worst" else [terminals.c.terminal]
    rows = connection.execute(asked.order_by(*order).offset(wanted.first).limit(wanted.at_most))
    return Fleet(
        tuple(_line(row) for row in rows), total, _counts(connection, regions, PRESENCE), _counts(connection, regions, LIGHT)
    )


def _of_state() -> list[sa.ColumnElement[Any]]:
    names = (
        "presence_since", "heard_at", "out_of_service", "in_visit", "wrong", "wrong_since", "software", "waiting", "longitude",
        "latitude",
    )  # fmt: skip
    return [PRESENCE.label("presence"), LIGHT.label("light"), REGION.label("region"), *(states.c[name] for name in names)]


def _line(row: sa.Row[Any]) -> TerminalLine:
    return TerminalLine(
        row.terminal, row.place, row.region, row.presence, row.presence_since, row.heard_at, row.light, row.out_of_service or "",
        bool(row.in_visit), tuple((what, word) for what, word in json.loads(row.wrong or "[]")), row.wrong_since,
        row.software or "", row.waiting or 0, row.longitude, row.latitude, row.fenced_at is not None,
    )  # fmt: skip


def _in_regions(regions: Regions) -> list[sa.ColumnElement[bool]]:
    return [] if regions is None else [REGION.in_(list(regions))]


def _filtered(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.text:
        name = terminals.c.terminal.contains(wanted.text, autoescape=True)
        found.append(name | terminals.c.place.contains(wanted.text, autoescape=True))
    if wanted.presence:
        found.append(PRESENCE.in_([wanted.presence]))
    if wanted.light:
        found.append(LIGHT.in_([wanted.light]))
    if wanted.region:
        found.append(REGION.in_([wanted.region]))
    if wanted.software:
        found.append(states.c.software == wanted.software)
    if wanted.wrong:
        found.append(PRESENCE.in_(("down", "frozen")) | (states.c.wrong != "[]") | (states.c.out_of_service != ""))
    if wanted.cannot:
        found.append(terminals.c.terminal.in_(unable(wanted.cannot, wanted.cannot_by)))
    return found


def unable(work: str, by: date | None = None) -> sa.Select[Any]:
    """Terminals that cannot do this work now, or will not be able to by that day (its morning included). Raises KeyError."""
    needs = WORK[work]
    red = sa.select(devices.c.terminal).where(devices.c.device.in_(needs.devices), devices.c.light == "red")
    out: sa.ColumnElement[bool] = units.c.state.in_(("empty", "full", "inoperative"))
    if by is not None:
        out = out | (units.c.empty_on <= by)
    empty = sa.select(units.c.terminal).where(units.c.unit.in_(needs.units), out)
    refused = sa.select(not_offered.c.terminal).where(not_offered.c.offer.in_(needs.offers))
    away = sa.select(states.c.terminal).where(states.c.presence.in_(("down", "frozen")))
    union = sa.union(red, empty, refused, away).subquery()
    return sa.select(union.c.terminal)


def _counts(connection: sa.Connection, regions: Regions, of: sa.ColumnElement[Any]) -> dict[str, int]:
    asked = sa.select(of, sa.func.count()).select_from(ALL).where(*_in_regions(regions)).group_by(of)
    return {word: int(count) for word, count in connection.execute(asked)}


@dataclass(frozen=True)
class RegionLine:
    region: str
    by_presence: dict[str, int]
    red: int
    open_obligations: int

    @property
    def terminals(self) -> int:
        return sum(self.by_presence.values())


def by_region(connection: sa.Connection, regions: Regions) -> list[RegionLine]:
    """For the map."""
    where = _in_regions(regions)
    counted: dict[str, dict[str, int]] = {}
    asked = sa.select(REGION, PRESENCE, sa.func.count()).select_from(ALL).where(*where).group_by(REGION, PRESENCE)
    for region, presence, count in connection.execute(asked):
        counted.setdefault(region, {})[presence] = int(count)
    red = _by_region(connection, sa.select(REGION, sa.func.count()).select_from(ALL).where(LIGHT == "red", *where))
    owed = sa.select(REGION, sa.func.count()).select_from(
        obligations.join(states, states.c.terminal == obligations.c.terminal)
    ).where(obligations.c.settled_at.is_(None), *where)  # fmt: skip
    open_ones = _by_region(connection, owed)
    return [RegionLine(name, by, red.get(name, 0), open_ones.get(name, 0)) for name, by in sorted(counted.items())]


def _by_region(connection: sa.Connection, asked: sa.Select[Any, Any]) -> dict[str, int]:
    return {region: int(count) for region, count in connection.execute(asked.group_by(REGION))}


@dataclass(frozen=True)
class SupplyLine:
    """`empty_on`: the day on which it is used up if people go on as they do; None where nobody knows."""

    terminal: str
    place: str
    region: str
    unit: str
    kind: str
    state: str
    count: int | None
    initial: int | None
    a_day: float | None
    empty_on: date | None


def supplies(
    connection: sa.Connection, regions: Regions, by: date | None = None, kinds: Sequence[str] = (), at_most: int = 500
) -> list[SupplyLine]:
    """What is used up or will be by that day, the soonest first."""
    asked = sa.select(units, terminals.c.place, REGION.label("region")).select_from(
        units.join(terminals, terminals.c.terminal == units.c.terminal).outerjoin(
            states, states.c.terminal == units.c.terminal
        )
    ).where(*_in_regions(regions))  # fmt: skip
    if by is not None:
        asked = asked.where(units.c.state.in_(("empty", "full", "inoperative")) | (units.c.empty_on <= by))
    if kinds:
        asked = asked.where(units.c.kind.in_(list(kinds)))
    asked = asked.order_by(sa.func.coalesce(units.c.empty_on, date.max), units.c.terminal, units.c.unit).limit(at_most)
    return [
        SupplyLine(
            row.terminal, row.place, row.region, row.unit, row.kind, row.state, row.holds, row.initial, row.a_day, row.empty_on
        )
        for row in connection.execute(asked)
    ]  # fmt: skip


def fleet_line(connection: sa.Connection, terminal: str, regions: Regions) -> TerminalLine | None:
    """One terminal as in the list; None where the reader may not see it, or there is none."""
    asked = sa.select(terminals.c.terminal, terminals.c.place, terminals.c.fenced_at, *_of_state()).select_from(ALL)
    row = connection.execute(asked.where(terminals.c.terminal == terminal, *_in_regions(regions))).first()
    return None if row is None else _line(row)
