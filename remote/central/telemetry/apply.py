"""What new facts change: how the terminal stands now, where newer than what is known; and the figures that are counted."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.telemetry.forecast import BINS, forecast_units
from remote.central.telemetry.rows import run, upsert
from remote.central.telemetry.tables import consumption, devices, journeys, not_offered, region_journeys, states, units
from remote.central.times import BEIJING
from remote.messages.telemetry import (
    Body,
    ClockSkew,
    Counters,
    DeviceTree,
    Fact,
    JourneyEnded,
    JourneysEnded,
    ServiceState,
    StorageUnits,
    Unit,
    Versions,
)

Row = sa.Row[Any]
SET_STATE = sa.update(states).where(states.c.terminal == sa.bindparam("which"))
FORGET_DEVICES = sa.delete(devices).where(devices.c.terminal == sa.bindparam("terminal"))
FORGET_UNITS = sa.delete(units).where(units.c.terminal == sa.bindparam("terminal"))
UNITS = sa.select(units).where(units.c.terminal == sa.bindparam("terminal"))
DEVICES = sa.select(devices).where(devices.c.terminal == sa.bindparam("terminal"))
NOT_OFFERED = sa.select(not_offered).where(not_offered.c.terminal == sa.bindparam("terminal"))
FORGET_NOT_OFFERED = sa.delete(not_offered).where(not_offered.c.terminal == sa.bindparam("terminal"))
PUT_DEVICE = upsert(devices)
PUT_UNIT = upsert(units)
PUT_NOT_OFFERED = upsert(not_offered)
ADD_USED = upsert(consumption, add=("used",))
ADD_JOURNEYS = upsert(journeys, add=("times", "seconds"), largest=("slowest_s",))
ADD_REGION_JOURNEYS = upsert(region_journeys, add=("times", "seconds"), largest=("slowest_s",))
WORST_FIRST = {"red": 0, "amber": 1, "green": 2}
STOPS = frozenset({"empty", "full", "inoperative"})
WORTH_A_WORD = STOPS | {"low"}
MOST_WRONG = 12                    # in the list; the terminal's page has all


class Apply:
    """One batch of one terminal. Call `fact` in order, then `finish`."""

    def __init__(self, context: Context, origin: str, state: Row) -> None:
        self._context, self._terminal, self._state = context, context.terminal, state
        self._same_origin = origin == state.origin
        self._set: dict[str, Any] = {"origin": origin, "told_at": context.now}
        self._used: defaultdict[tuple[str, date], int] = defaultdict(int)
        self._journeys: defaultdict[tuple[date, str, str, str], list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
        self._counts: dict[str, int | None] | None = None
        self._devices: DeviceTree | None = None
        self._units: tuple[Fact, StorageUnits] | None = None
        self._service: tuple[Fact, ServiceState] | None = None

    def fact(self, fact: Fact, body: Body) -> None:
        match body:
            case JourneyEnded():
                day = fact.at.astimezone(BEIJING).date()
                self._journey(day, body.journey, body.outcome, body.refusal, 1, body.seconds, body.seconds)
            case JourneysEnded():
                day = date.fromisoformat(body.day)
                self._journey(day, body.journey, body.outcome, body.refusal, body.count, body.seconds, body.slowest_s)
            case StorageUnits() if self._newer("units_number", fact):
                self._count_units(fact, body)
                self._units = (fact, body)
            case DeviceTree() if self._newer("devices_number", fact):
                self._devices = body
            case ServiceState() if self._newer("service_number", fact):
                self._service = (fact, body)
            case Counters() if self._newer("counters_number", fact):
                self._set["counters"] = json.dumps(body.values)
            case Versions() if self._newer("versions_number", fact):
                self._set |= {
                    "software": body.software, "rules": body.rules, "catalogue": body.catalogue,
                    "configuration": body.configuration,
                }  # fmt: skip
            case ClockSkew():
                self._set["clock_ahead_s"] = body.ahead_s
            case _:
                return

    def _newer(self, what: str, fact: Fact) -> bool:
        """A terminal with a new memory counts from the start again."""
        before = self._set.get(what, getattr(self._state, what) if self._same_origin else -1)
        if fact.number <= before:
            return False
        self._set[what] = fact.number
        return True

    def _journey(self, day: date, journey: str, outcome: str, refusal: str, count: int, seconds: float, slowest: float) -> None:
        figures = self._journeys[day, journey, outcome, refusal]
        figures[0] += count
        figures[1] += seconds
        figures[2] = max(figures[2], slowest)

    def _count_units(self, fact: Fact, body: StorageUnits) -> None:
        """A count that went down is what was used; one that went up is a refill, and nothing is known of what went before."""
        before = self._last_counts()
        day = fact.at.astimezone(BEIJING).date()
        for unit in body.units:
            last = before.get(unit.unit)
            if last is not None and unit.count is not None and unit.count < last and unit.kind not in BINS:
                self._used[unit.unit, day] += last - unit.count
            before[unit.unit] = unit.count if unit.count is not None else last

    def _last_counts(self) -> dict[str, int | None]:
        if self._counts is None:
            rows = self._context.connection.execute(UNITS, {"terminal": self._terminal})
            self._counts = {row.unit: row.holds for row in rows}
        return self._counts

    # -- writing ----------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        self._write_counted()
        if self._units is not None:
            self._write_units(*self._units)
        if self._devices is not None:
            self._write_devices(self._devices)
        if self._service is not None:
            self._write_service(*self._service)
        if self._units is not None or self._devices is not None:
            self._set |= self._what_is_wrong()
        self._context.connection.execute(SET_STATE, {"which": self._terminal, **self._set})

    def _write_counted(self) -> None:
        connection, terminal = self._context.connection, self._terminal
        used = [{"terminal": terminal, "unit": unit, "day": day, "used": count} for (unit, day), count in self._used.items()]
        run(connection, ADD_USED, used)
        told = [
            {
                "day": day, "journey": journey, "outcome": outcome, "refusal": refusal, "times": int(figures[0]),
                "seconds": figures[1], "slowest_s": figures[2],
            }
            for (day, journey, outcome, refusal), figures in self._journeys.items()
        ]  # fmt: skip
        run(connection, ADD_JOURNEYS, [{"terminal": terminal, **row} for row in told])
        run(connection, ADD_REGION_JOURNEYS, [{"region": self._state.region, **row} for row in told])

    def _write_units(self, fact: Fact, body: StorageUnits) -> None:
        connection, at = self._context.connection, {"terminal": self._terminal}
        found = {unit.unit: unit for unit in body.units}
        forecasts = forecast_units(connection, self._terminal, found.values(), self._context.today)
        connection.execute(FORGET_UNITS, at)
        run(connection, PUT_UNIT, [self._unit_row(unit, fact) | forecasts[unit.unit] for unit in found.values()])

    def _unit_row(self, unit: Unit, fact: Fact) -> dict[str, Any]:
        return {
            "terminal": self._terminal, "unit": unit.unit, "kind": unit.kind, "device": unit.device, "state": unit.state,
            "holds": unit.count, "initial": unit.initial, "retained": unit.retained, "threshold": unit.threshold,
            "contradiction": unit.contradiction, "at": fact.at,
        }  # fmt: skip

    def _write_devices(self, body: DeviceTree) -> None:
        self._context.connection.execute(FORGET_DEVICES, {"terminal": self._terminal})
        rows = {
            one.device: {
                "terminal": self._terminal, "device": one.device, "light": one.light, "faults": " ".join(one.faults),
                "since": one.since, "driver": one.driver, "serial": one.serial, "firmware": one.firmware,
            }
            for one in body.devices
        }  # fmt: skip
        run(self._context.connection, PUT_DEVICE, list(rows.values()))

    def _write_service(self, fact: Fact, body: ServiceState) -> None:
        connection, at = self._context.connection, {"terminal": self._terminal}
        before = {row.offer: row for row in connection.execute(NOT_OFFERED, at)}
        connection.execute(FORGET_NOT_OFFERED, at)
        rows = []
        for offer, reason in body.not_now.items():
            stood = before.get(offer)
            since = stood.since if stood is not None and stood.reason == reason else fact.at
            rows.append({**at, "offer": offer, "reason": reason, "since": since})
        run(connection, PUT_NOT_OFFERED, rows)

    def _what_is_wrong(self) -> dict[str, Any]:
        """Devices that do not work and units that are used up, the worst first; since when something is."""
        at = {"terminal": self._terminal}
        found: list[tuple[int, str, str]] = []
        for row in self._context.connection.execute(DEVICES, at):
            words = row.faults.split() or ([f"{row.device}_{row.light}"] if row.light != "green" else [])
            found += [(WORST_FIRST[row.light], row.device, word) for word in words]
        for row in self._context.connection.execute(UNITS, at):
            words = [f"{row.unit}_{row.state}"] if row.state in WORTH_A_WORD else []
            words += [row.contradiction] if row.contradiction else []
            found += [(0 if row.state in STOPS else 1, row.unit, word) for word in words]
        wrong = json.dumps([[what, word] for _, what, word in sorted(found)[:MOST_WRONG]])
        if not found:
            return {"wrong": "[]", "wrong_since": None}
        return {"wrong": wrong, "wrong_since": self._state.wrong_since or self._context.now}
