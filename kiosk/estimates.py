"""How long each stage of making a card takes, measured on this very machine: the true remaining time, not a bar."""
from __future__ import annotations

import json
from pathlib import Path
from statistics import quantiles

KEPT = 50                     # newest durations per stage
ASSUMED_S = {"reserve": 0.5, "feed": 3.5, "write": 1.0, "print": 40.0, "present": 1.5}
"""Seconds until something was measured: facts of the issue (feed 2 + station 1.5, 18 a colour side, turn 2, eject 1.5) [A]."""
ORDER = tuple(ASSUMED_S)
NINTH_DECILE = 8              # promise what nine of ten cards keep


class Durations:
    """Survives restarts in a small file without anything personal; a broken file is forgotten."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._measured: dict[str, list[float]] = {}
        if path is not None and path.exists():
            try:
                self._measured = {str(k): [float(x) for x in v] for k, v in json.loads(path.read_text()).items()}
            except (ValueError, TypeError, AttributeError):
                self._measured = {}

    def measured(self, stage: str, seconds: float) -> None:
        self._measured.setdefault(stage, []).append(round(seconds, 2))
        del self._measured[stage][:-KEPT]

    def keep(self) -> None:
        if self._path is not None:
            self._path.write_text(json.dumps(self._measured))

    def expected(self, stage: str) -> float:
        """Seconds that nine of ten runs of this stage stayed under."""
        known = self._measured.get(stage, [])
        if len(known) < 2:
            return known[0] if known else ASSUMED_S.get(stage, 0.0)
        return quantiles(known, n=10, method="inclusive")[NINTH_DECILE]

    def whole(self, without: frozenset[str] = frozenset()) -> float:
        """Seconds that nine of ten cards take from the first stage to the slot. `without`: stages this card skips."""
        return sum(self.expected(name) for name in ORDER if name not in without)

    def remaining(self, stage: str, in_it_s: float, without: frozenset[str] = frozenset()) -> tuple[float, float]:
        """(seconds left, portion done 0..1) while `stage` has run for `in_it_s`. Never reaches 1 before the last stage ends."""
        if stage not in ORDER:
            return 0.0, 0.99
        here = ORDER.index(stage)
        total = self.whole(without)
        after = sum(self.expected(name) for name in ORDER[here + 1 :] if name not in without)
        left = max(1.0, self.expected(stage) - in_it_s) + after
        return left, min(0.99, max(0.0, 1 - left / total)) if total else 0.99
