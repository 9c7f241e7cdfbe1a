"""The cases of the conformance suite, by name."""
from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.card.benches import Bench

Case = Callable[[Bench], Awaitable[None]]
CASES: dict[str, Case] = {}
IMPATIENT_CASES: dict[str, Case] = {}
"""Cases that wait for a card in vain: at a station that waits long for a fed card they are run with little patience."""


def case(function: Case) -> Case:
    CASES[function.__name__] = function
    return function


def impatient(function: Case) -> Case:
    IMPATIENT_CASES[function.__name__] = function
    return function
