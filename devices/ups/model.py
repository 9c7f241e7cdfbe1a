"""A UPS with a battery that empties and fills under whatever clock it is given."""
from __future__ import annotations

from collections.abc import Callable

FULL_RUNTIME_S = 600.0  # [A] a small UPS under the load of a terminal; facts/journeys.md X17 asks for 300
RECHARGE_S = 4 * 3_600.0
LOW_BELOW = 20.0  # percent, as battery.charge.low of most


class UpsModel:
    """`mains` True = current from the wall. `speed`: how much faster than a real battery."""

    def __init__(self, clock: Callable[[], float], charge: float = 100.0, speed: float = 1.0) -> None:
        self.speed = speed
        self.worn_out = False
        self._clock = clock
        self._charge = charge
        self._mains = True
        self._at = clock()

    @property
    def mains(self) -> bool:
        return self._mains

    @mains.setter
    def mains(self, on: bool) -> None:
        self._let_time_pass()
        self._mains = on

    @property
    def charge(self) -> float:
        """Percent."""
        self._let_time_pass()
        return self._charge

    @charge.setter
    def charge(self, percent: float) -> None:
        self._let_time_pass()
        self._charge = min(100.0, max(0.0, percent))

    @property
    def runtime_s(self) -> float:
        return FULL_RUNTIME_S * self.charge / 100

    def status(self) -> str:
        """ups.status: OL or OB, LB, CHRG or DISCHRG, RB."""
        words = ["OL", "CHRG"] if self._mains else ["OB", "DISCHRG"]
        if self.charge < LOW_BELOW:
            words.insert(1, "LB")
        if self._mains and self.charge >= 100:
            words.remove("CHRG")
        if self.worn_out:
            words.append("RB")
        return " ".join(words)

    def variables(self) -> dict[str, str]:
        return {
            "battery.charge": f"{self.charge:.0f}",
            "battery.charge.low": f"{LOW_BELOW:.0f}",
            "battery.runtime": f"{self.runtime_s:.0f}",
            "device.mfr": "Simulated",
            "device.model": 'UPS "600"',
            "ups.status": self.status(),
        }

    def _let_time_pass(self) -> None:
        passed, self._at = (self._clock() - self._at) * self.speed, self._clock()
        change = passed / RECHARGE_S * 100 if self._mains else -passed / FULL_RUNTIME_S * 100
        self._charge = min(100.0, max(0.0, self._charge + change))
