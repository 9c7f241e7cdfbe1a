"""When somebody who is not heard is called late, down or frozen. All by the centre's clock."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Thresholds:
    """A terminal tries again within seconds when a heartbeat is lost, so `down_s` without any is no lost packet."""

    heartbeat_s: float = 15.0      # told to the terminals in every answer
    late_s: float = 25.0           # [A]
    down_s: float = 45.0           # facts/journeys.md O10: three heartbeats
    frozen_s: float = 30.0         # [A] heartbeats come and the screen does not move
    sweep_s: float = 2.0           # the centre looks who is missing
    gap_s: float = 10.0            # [A] no look for so long: the centre itself was away, everybody gets a new start
    deaf_share: float = 0.5        # [A] so many of those who were there fall silent at once: it is the centre that does not hear
    deaf_at_least: int = 10        # [A] of fewer terminals (and at least two) all must be silent
    deaf_s: float = 300.0          # [A] and then it is believed, if somebody is heard or there are few (one hall without power)
    keep_facts_days: int = 60      # [A] history; counted figures are kept longer
    keep_logs_days: int = 14       # [A]
    keep_days_days: int = 800      # [A] counted figures: two years and a bit

    def check(self) -> None:
        """Raises ValueError naming the threshold."""
        if not 1 <= self.heartbeat_s <= 3600:
            raise ValueError("telemetry.heartbeat_s: expected 1 to 3600")
        if not self.heartbeat_s < self.late_s < self.down_s:
            raise ValueError("telemetry: expected heartbeat_s < late_s < down_s")
        if self.down_s < 2 * self.heartbeat_s:
            raise ValueError("telemetry.down_s: expected at least two heartbeats, or one lost packet is a terminal down")
        if self.frozen_s < self.heartbeat_s:
            raise ValueError("telemetry.frozen_s: expected at least one heartbeat")
        if not 0 < self.deaf_share <= 1:
            raise ValueError("telemetry.deaf_share: expected more than 0, at most 1")


def load_thresholds(file: Path) -> Thresholds:
    """A TOML file with some of the fields above. Raises ValueError naming the file and the key, OSError."""
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}") from error
    kinds = {field.name: int if field.type == "int" else float for field in fields(Thresholds)}
    for name, value in given.items():
        if name not in kinds:
            raise ValueError(f"{file}: {name}: not known, expected one of {', '.join(kinds)}")
        if isinstance(value, bool) or not isinstance(value, int | float) or (kinds[name] is int and not isinstance(value, int)):
            raise ValueError(f"{file}: {name}: expected a number")
    thresholds = Thresholds(**{name: kinds[name](value) for name, value in given.items()})  # type: ignore[arg-type]
    thresholds.check()
    return thresholds
