"""`./run tear`, small: the exchanges where it matters, each in another way."""
from __future__ import annotations

import pytest

from tests.tear.station import How
from tests.tear.world import Cut, run_cut

INITIALIZE, CREDIT, READ_BACK = 7, 8, 9      # of the visit's exchanges with the card


@pytest.mark.parametrize("cut", [
    Cut(1, How.BEFORE_COMMIT, elsewhere=True), Cut(6, How.KILLED_AFTER), Cut(INITIALIZE, How.ANSWER_LOST, elsewhere=True),
    Cut(INITIALIZE, How.KILLED_AFTER), Cut(CREDIT, How.BEFORE_COMMIT), Cut(CREDIT, How.AFTER_COMMIT, elsewhere=True),
    Cut(CREDIT, How.ANSWER_LOST), Cut(CREDIT, How.KILLED_BEFORE, elsewhere=True), Cut(CREDIT, How.KILLED_AFTER),
    Cut(CREDIT, How.KILLED_AFTER, elsewhere=True), Cut(READ_BACK, How.AFTER_COMMIT), Cut(READ_BACK, How.KILLED_AFTER),
], ids=str)  # fmt: skip
def test_every_fen_is_on_the_card_or_back(cut: Cut) -> None:
    found = run_cut(cut)
    assert found.happened and found.good, found
    assert found.taken in (0, 5000) and found.on_card in (0, 5000)


def test_an_undisturbed_visit_is_what_the_numbers_above_mean() -> None:
    found = run_cut(Cut(None))
    assert found.good and found.on_card == 5000
    assert (found.exchanges[INITIALIZE], found.exchanges[CREDIT], found.exchanges[READ_BACK]) == (0x50, 0x52, 0x5C)
