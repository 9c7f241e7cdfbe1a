"""The power of the terminal as it decides by it: a flicker is no outage, and an outage not heard of is still one."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import trio

from devices.errors import DeviceGone
from devices.ups.driver import Ups
from devices.ups.errors import UpsdRefused
from devices.ups.status import Power, UpsStatus


@dataclass(frozen=True)
class WatchTimes:
    """Seconds [A]."""

    look: float = 2.0  # upsd itself looks every two seconds
    outage: float = 3.0  # on battery for so long: an outage; lamps flicker for less
    back: float = 10.0  # mains that come back often go again
    silent: float = 10.0  # nothing heard for so long: unknown


@dataclass(frozen=True)
class PowerChanged:
    """`before` and `now` as they count; `status` what the UPS said last, None where it said nothing."""

    before: Power
    now: Power
    status: UpsStatus | None
    why: str = ""


@dataclass(frozen=True)
class BatteryWornOut:
    """The UPS asks for a new battery."""


UpsEvent = PowerChanged | BatteryWornOut


class UpsWatch:
    """`power` counts: ON_BATTERY and ONLINE only when they last, LOW_BATTERY at once, UNKNOWN after silence.

    Silence after ON_BATTERY or LOW_BATTERY changes nothing: no news that the mains are back is no mains.
    """

    def __init__(self, ups: Ups, times: WatchTimes | None = None) -> None:
        self.ups = ups
        self.power = Power.UNKNOWN
        self.status: UpsStatus | None = None
        self.why = "not asked yet"
        self._times = times or WatchTimes()
        self._heard_at = -math.inf
        self._said = Power.UNKNOWN
        self._said_since = -math.inf
        self._worn_out = False
        self._asked = False
        self._listeners: list[Callable[[UpsEvent], None]] = []

    @property
    def asked(self) -> bool:
        """Somebody has looked; before that UNKNOWN means nothing."""
        return self._asked

    @property
    def on_battery(self) -> bool:
        return self.power in (Power.ON_BATTERY, Power.LOW_BATTERY)

    def listen(self, tell: Callable[[UpsEvent], None]) -> None:
        """`tell` is called for every event, on the loop, and must not wait."""
        self._listeners.append(tell)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await trio.sleep(self._times.look)

    async def look(self) -> Power:
        """Once, now."""
        try:
            status = await self.ups.status()
        except (DeviceGone, UpsdRefused) as trouble:
            self._not_heard(str(trouble))
        else:
            self._heard(status)
        self._asked = True
        return self.power

    def _heard(self, status: UpsStatus) -> None:
        if status.power is Power.UNKNOWN:
            self._not_heard(f"the UPS says {' '.join(sorted(status.words)) or 'nothing'}")
            return
        now = trio.current_time()
        self._heard_at = now
        self.status, self.why = status, ""
        if status.power is not self._said:
            self._said, self._said_since = status.power, now
        if self.power in (Power.UNKNOWN, status.power) or now - self._said_since >= self._lasts(status.power):
            self._counts(status.power)
        if status.replace_battery and not self._worn_out:
            self._tell(BatteryWornOut())
        self._worn_out = status.replace_battery

    def _lasts(self, power: Power) -> float:
        return {Power.ONLINE: self._times.back, Power.ON_BATTERY: self._times.outage}.get(power, 0.0)

    def _not_heard(self, why: str) -> None:
        self.why = why
        if trio.current_time() - self._heard_at < self._times.silent:
            return
        self.status = None
        self._said = Power.UNKNOWN
        if not self.on_battery:
            self._counts(Power.UNKNOWN)

    def _counts(self, power: Power) -> None:
        before, self.power = self.power, power
        if before is not power:
            self._tell(PowerChanged(before, power, self.status, self.why))

    def _tell(self, event: UpsEvent) -> None:
        for tell in self._listeners:
            tell(event)
