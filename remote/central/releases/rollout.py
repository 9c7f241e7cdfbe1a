"""How far a release may go: canary, a tenth, all. Pure: a table of what people may do, and one function of the figures.

Who comes with which step is a function of the release and the terminal's name, so that a new terminal belongs to a step when it
first asks, and nobody keeps lists (hawkBit #1548).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from remote.messages.releases import Stage

STEPS = ("canary", "tenth", "all")
LAST = len(STEPS) - 1
FAILED = frozenset({Stage.ROLLED_BACK.value, Stage.REFUSED.value, Stage.HELD.value})


class State(StrEnum):
    ROLLING = "rolling"
    PAUSED = "paused"          # by a person
    STOPPED = "stopped"        # by failures
    ABORTED = "aborted"
    DONE = "done"              # on all that asked; new terminals still get it


class Wish(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    ABORT = "abort"


MAY: dict[tuple[State, Wish], State] = {
    (State.ROLLING, Wish.PAUSE): State.PAUSED,
    (State.ROLLING, Wish.ABORT): State.ABORTED,
    (State.PAUSED, Wish.RESUME): State.ROLLING,
    (State.PAUSED, Wish.ABORT): State.ABORTED,
    (State.STOPPED, Wish.RESUME): State.ROLLING,
    (State.STOPPED, Wish.ABORT): State.ABORTED,
    (State.DONE, Wish.ABORT): State.ABORTED,
}
"""Every other wish changes nothing and is told so. Aborted gives it to nobody more; where it runs it stays: the way back is a
release with a higher number."""


@dataclass(frozen=True)
class Gate:
    """To leave a step: this share of those that asked runs it, at least `heard` of its members have asked, and it has stood
    `soak`. More than `failures` of those that ended (at least `least` failures) stop it."""

    success: float
    heard: float
    soak: timedelta
    failures: float
    least: int


GATES = (                                          # [A]; facts/journeys.md O12: health gate 24 h
    Gate(1.0, 1.0, timedelta(hours=24), 0.0, 1),
    Gate(0.95, 0.5, timedelta(hours=24), 0.02, 2),
    Gate(0.95, 0.9, timedelta(hours=0), 0.02, 2),
)


@dataclass(frozen=True)
class Tally:
    """Of the steps up to this one. `asked`: were told to run it; `running`, `failed`: how many of these ended so."""

    members: int
    asked: int
    running: int
    failed: int


@dataclass(frozen=True)
class Roll:
    state: State
    step: int
    step_at: datetime
    forgiven: int = 0          # failures that were there when somebody said: go on all the same
    why: str = ""


def step_of(release: str, terminal: str, canary: Collection[str]) -> int:
    if terminal in canary:
        return 0
    drawn = hashlib.sha256(f"{release}|{terminal}".encode()).digest()
    return 1 if int.from_bytes(drawn[:4]) % 100 < 10 else 2


def advance(roll: Roll, tally: Tally, now: datetime) -> Roll:
    """What the figures make of it; the same where they make nothing of it."""
    if roll.state is not State.ROLLING:
        return roll
    gate = GATES[roll.step]
    ended, fresh = tally.running + tally.failed, tally.failed - roll.forgiven
    if fresh >= gate.least and fresh > gate.failures * ended:
        return replace(roll, state=State.STOPPED, why="failures")
    enough = tally.members > 0 and tally.asked >= gate.heard * tally.members
    well = tally.asked > 0 and tally.running >= gate.success * (tally.asked - roll.forgiven)
    if not (enough and well and tally.running > 0 and now - roll.step_at >= gate.soak):
        return roll
    if roll.step == LAST:
        return replace(roll, state=State.DONE, why="")
    return replace(roll, step=roll.step + 1, step_at=now, why="")


def wished(roll: Roll, wish: Wish, tally: Tally) -> Roll | None:
    """None: not now. Going on after failures forgives those there are, and no other."""
    to = MAY.get((roll.state, wish))
    if to is None:
        return None
    forgiven = tally.failed if wish is Wish.RESUME and roll.state is State.STOPPED else roll.forgiven
    return replace(roll, state=to, forgiven=forgiven, why="")
