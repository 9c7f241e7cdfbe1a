"""Which tears there are: every exchange, in every way, resumed at the same terminal and at another."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.tear.station import How


@dataclass(frozen=True)
class Cut:
    """`at` None: nothing is torn. `elsewhere`: she goes to the other terminal afterwards."""

    at: int | None
    how: How = How.BEFORE_COMMIT
    elsewhere: bool = False

    def __str__(self) -> str:
        return f"APDU {self.at}, {self.how.value}, resumed at {'another' if self.elsewhere else 'the same'} terminal"


def cuts(exchanges: int, ways: Sequence[How], first: int = 0, every: int = 1) -> list[Cut]:
    return [Cut(at, how, elsewhere) for at in range(first, exchanges, every) for how in ways for elsewhere in (False, True)]
