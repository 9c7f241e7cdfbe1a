"""How long an A4 printer is waited for."""
from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Patience:
    """Seconds. No wait is without an end (facts/print.md 2)."""

    look: float = 0.3     # between two looks: 2-4 Hz (facts/print.md 3.5)
    silent: float = 10.0  # of a printer in mid-job, until it counts as lost [assumed: a wake-up or a busy page takes less]
    appear: float = 10.0  # until a job whose answer was lost is listed, if it ever is
    start: float = 60.0   # for warm-up and the first page [assumed]
    page: float = 15.0    # for each further side: paper moves in 1-10 s (facts/print.md 1)
    paused: float = 60.0  # for somebody to put paper in or close a door, while the citizen waits [assumed]
    cancel: float = 25.0  # until a cancellation is read back: a page on its way ends first
    again: float = 1.0    # between two cancellations of the same job
    settle: float = 2.0   # for counters to follow the paper [assumed]
    late: float = 60.0    # during which a job nobody lists might still come out
    busy: float = 2.0     # before a printer that said "busy" is asked once more


class Strangers(StrEnum):
    """What is done with a job in the queue that no terminal sent."""

    REFUSE = "refuse"  # nothing is printed until it is gone: whose page comes out next would be anybody's guess
    CANCEL = "cancel"  # for a printer that belongs to the terminal alone
