"""When a terminal may switch: in the configured hours, by the centre's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True)
class Window:
    """From `begins` to `ends`, over midnight where that is earlier; both the same: never."""

    begins: time
    ends: time

    def holds(self, now: datetime) -> bool:
        clock = now.time().replace(tzinfo=None)
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


NIGHT = Window(time(21), time(6))      # [A] halls are open 9 to 17; facts/journeys.md O12: night window


def window_of(text: str) -> Window:
    """`21:00-06:00`. Raises ValueError."""
    begins, dash, ends = text.partition("-")
    if not dash or begins == ends:
        raise ValueError(text)
    return Window(time.fromisoformat(begins), time.fromisoformat(ends))
