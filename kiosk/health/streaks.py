"""What no sensor says and a row of visits does: slips that did not come, ID cards that were not read."""
from __future__ import annotations

from collections import Counter
from enum import Enum


class Streak(Enum):
    """How many in a row are a trouble. One bad ID card is its owner's; three different ones are the reader's."""

    SLIP_NOT_DELIVERED = 1
    ID_CARD_UNREADABLE = 3

    @property
    def word(self) -> str:
        return {"SLIP_NOT_DELIVERED": "slips_not_delivered", "ID_CARD_UNREADABLE": "id_cards_unreadable"}[self.name]


SPOILED_IN_A_ROW = 2         # [A] the blanks of one case: more of the same would only be spoiled too


class Streaks:
    """In memory: a restart begins to count again."""

    def __init__(self) -> None:
        self._bad: Counter[Streak] = Counter()

    def was(self, streak: Streak, *, good: bool) -> None:
        if good:
            del self._bad[streak]
        else:
            self._bad[streak] += 1

    def words(self) -> tuple[str, ...]:
        return tuple(streak.word for streak, bad in self._bad.items() if bad >= streak.value)

    def forget(self) -> None:
        """A technician has looked."""
        self._bad.clear()
