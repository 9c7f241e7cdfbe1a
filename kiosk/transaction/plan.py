"""Acts and plans, as data. What each act does in the world is handed in as plain async functions."""
from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Facts = Mapping[str, Any]
"""What is written with a row: JSON-able. Encrypted in the journal under the plan's own key."""


class Mark(StrEnum):
    """What a journal row says about its act."""

    OPENED = "opened"              # of the plan: its kind and everything needed to build it again
    INTENT = "intent"              # committed before the act touches the world
    DONE = "done"
    NOT_DONE = "not_done"          # the world says so
    UNKNOWN = "unknown"            # the command went out and nobody answered
    DECIDED_BACK = "decided_back"  # of the plan: from here on only undo
    DECIDED_FORWARD = "decided_forward"
    UNDONE = "undone"
    OWED = "owed"                  # could not be done or undone now; the plan stays open
    INCIDENT = "incident"          # needs a person
    IN_DOUBT = "in_doubt"          # of the plan: the pivot's probe could not tell
    CLOSED = "closed"


class Answer(StrEnum):
    """What a pivot's probe found out."""

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


class NotDone(Exception):
    """The act did not happen, and the world says so. `reason` is a catalogue word, `facts` go into the row."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts: Facts = facts


class Unknown(Exception):
    """The act was begun and its end is not known. Before the pivot it is undone; the pivot itself is probed."""


class Later(Exception):
    """It cannot be done or found out now (the centre is away, the machine is off): it is owed, not lost."""

    def __init__(self, waits_for: str) -> None:
        super().__init__(waits_for)
        self.waits_for = waits_for


class Refused(Exception):
    """An act after the pivot was refused for good: an incident with an owner, not a retry."""


def never() -> bool:
    return False


@dataclass(frozen=True)
class Attempt:
    """One try at one act. Its key is what machines and the centre know it by. `cancelled` asks whether she has said no: for
    acts that wait for the citizen herself; an act in which a machine moves never asks."""

    plan: str
    act: str
    number: int
    cancelled: Callable[[], bool] = field(default=never, compare=False, repr=False)

    @property
    def key(self) -> str:
        return f"{self.plan}:{self.act}:{self.number}"


@dataclass(frozen=True)
class Probed:
    answer: Answer
    facts: Facts = field(default_factory=dict)


Step = Callable[[Attempt], Awaitable[Facts]]


async def nothing_known(attempt: Attempt) -> Facts:
    return {}


async def nothing_held() -> None:
    return


@dataclass(frozen=True)
class Act:
    """`prepare` runs before the intent row and its facts are written with it (counters before a card moves).
    `undo` (acts before the pivot) is safe to repeat and safe when nothing was done; it returns facts for the undone row.
    `tries` counts attempts of an act whose NotDone is worth a second try by itself."""

    name: str
    perform: Step
    undo: Step | None = None
    prepare: Step = nothing_known
    tries: int = 1


@dataclass(frozen=True)
class Plan:
    """Acts in order with one pivot, the act after which there is no way back.

    `probe` asks the device, the card or the centre about the pivot; it may act to be able to see (capture a card that
    still lies at the exit). `after` acts are safe to repeat until they succeed. `doubt` tells the centre that nobody knows
    (the number is frozen there), as safe to repeat. `holds` names the machines that no
    visit may use while the plan is open before its pivot is decided. `let_go` gives back what the plan holds of the world
    only while it runs (a powered chip), however running it ended; safe to repeat.
    """

    id: str
    kind: str
    before: tuple[Act, ...]
    pivot: Act
    probe: Callable[[Attempt], Awaitable[Probed]]
    after: tuple[Act, ...] = ()
    doubt: Act | None = None
    holds: frozenset[str] = frozenset()
    let_go: Callable[[], Awaitable[None]] = nothing_held


class End(StrEnum):
    """How running or settling a plan ended."""

    FORWARD = "forward"            # closed: everything done
    FORWARD_OWED = "forward_owed"  # past the pivot, something after it is owed
    BACK = "back"                  # closed: everything undone
    BACK_OWED = "back_owed"        # an undo is owed
    UNDECIDED = "undecided"        # the pivot was begun and cannot be probed now
    IN_DOUBT = "in_doubt"          # the probe could not tell: two people at the counter settle it
