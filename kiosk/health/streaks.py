"""What no sensor says and a row of visits does: slips that did not come, ID cards that were not read."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import Enum


class Streak(Enum):
    """How many in a row are a trouble. One bad ID card is its owner's; three different ones are the reader's."""

    SLIP_NOT_DELIVERED = 1
    ID_CARD_UNREADABLE = 3

    @property
    def machines(self) -> tuple[str, ...]:
        """How words about the machine that does it begin."""
        return ("receipt_printer", "slip_paper") if self is Streak.SLIP_NOT_DELIVERED else ("id_reader",)

    @property
    def word(self) -> str:
        return {"SLIP_NOT_DELIVERED": "slips_not_delivered", "ID_CARD_UNREADABLE": "id_cards_unreadable"}[self.name]


FAILED_IN_A_ROW = 2          # [A] the blanks of one case: the next one would hardly be better


class Streaks:
    """In memory: a restart begins to count again."""

    def __init__(self) -> None:
        self._bad: Counter[Streak] = Counter()

    def was(self, streak: Streak, *, good: bool) -> None:
        if good:
            del self._bad[streak]
        else:
            self._bad[streak] += 1

    def words(self, known: Sequence[str]) -> list[str]:
        """Not where a trouble that is `known` explains it."""
        long = [streak for streak, bad in self._bad.items() if bad >= streak.value]
        return [streak.word for streak in long if not any(word.startswith(streak.machines) for word in known)]

    def forget(self) -> None:
        """A technician has looked."""
        self._bad.clear()
