"""What a script is: visits, what is seen at their end, and how the world must then be."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.demo.citizen import Action
from tests.demo.world import World

Check = Callable[[World], list[str]]


@dataclass(frozen=True)
class Phase:
    """One visit at one terminal. `final` is the screen that must be seen before she leaves."""

    final: str
    answers: Mapping[str, Action] = field(default_factory=dict)
    terminal: int = 0
    afterwards: tuple[Mapping[str, str], ...] = ()  # what the attendant does to the machines when she has left


@dataclass(frozen=True)
class Script:
    citizen: str                                    # key of remote/central/demo_citizens.py
    phases: tuple[Phase, ...]
    check: Check
    journey: str = "senior_card"
    dispenser: bool = False                         # citizen cards come out of one
