"""What the UPS says, in types. What it does not say is unknown."""
from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Power(StrEnum):
    """Where the current comes from."""

    ONLINE = "online"
    ON_BATTERY = "on battery"
    LOW_BATTERY = "low battery"  # on battery, and it ends soon (LB), or upsd has ordered the shutdown (FSD)
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class UpsStatus:
    """`charge` in percent and `runtime_s` in seconds, None where the UPS does not say. `replace_battery`: the UPS asks for
    a new one (RB): it will not last. `words`: ups.status as it came."""

    power: Power
    charge: float | None = None
    runtime_s: float | None = None
    replace_battery: bool = False
    words: frozenset[str] = frozenset()


def status_of(variables: Mapping[str, str]) -> UpsStatus:
    """From the variables ups.status, battery.charge and battery.runtime (Network UPS Tools, variable names)."""
    words = frozenset(variables.get("ups.status", "").split())
    return UpsStatus(
        power=_power(words),
        charge=_number(variables.get("battery.charge"), 100),
        runtime_s=_number(variables.get("battery.runtime"), math.inf),
        replace_battery="RB" in words,
        words=words,
    )


def _power(words: frozenset[str]) -> Power:
    if "FSD" in words or {"OB", "LB"} <= words:
        return Power.LOW_BATTERY
    if "OB" in words and "OL" not in words:
        return Power.ON_BATTERY
    if "OL" in words and not words & {"OB", "OFF"}:
        return Power.ONLINE
    return Power.UNKNOWN  # OFF, WAIT, BYPASS alone, or two that exclude each other


def _number(text: str | None, most: float) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if 0 <= number <= most and math.isfinite(number) else None
