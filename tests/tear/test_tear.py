"""`./run tear`, small: the exchanges where it matters, each in another way."""
from __future__ import annotations

import pytest

from tests.tear.cuts import Cut, cuts
from tests.tear.purchase import BEFORE, FEN, run_purchase
from tests.tear.station import OF_THE_SERVICE, How
from tests.tear.world import run_cut

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


def test_a_purchase_torn_anywhere_is_sold_if_and_only_if_it_was_taken_off_the_card() -> None:
    whole = run_purchase(Cut(None))
    assert whole.good and whole.taken == whole.sold == FEN < BEFORE
    ends = set()
    for cut in cuts(len(whole.exchanges), [how for how in How if how not in OF_THE_SERVICE]):
        bought = run_purchase(cut)
        assert bought.happened and bought.good, f"{cut}: {bought}"
        ends.add(bought.sold)
    assert ends == {0, FEN}
