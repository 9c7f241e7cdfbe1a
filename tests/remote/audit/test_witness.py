"""The centre as the witness of a terminal's chain: what was once said of a row stays said."""
from __future__ import annotations

from datetime import timedelta

import pytest

from remote.central.audit.tables import contradictions, heads
from remote.messages.audit import AskWitnessed, Contradiction, Witness, Witnessed, WitnessedHeads
from tests.remote.hall import Hall

CHAIN, OTHER = "c" * 64, "d" * 64


def head(number: int) -> str:
    return f"{number:064x}"


def say(hall: Hall, seq: int, value: str | None = None, *, chain: str = CHAIN, seen: int = 0, seen_head: str = "",
        terminal: str = "T1") -> list[Contradiction]:  # fmt: skip
    ask = Witness(chain=chain, seq=seq, head=value or head(seq), seen=seen, seen_head=seen_head)
    answer = hall.centre.handle(terminal, "witness", ask)
    assert isinstance(answer, Witnessed), answer
    return answer.contradictions


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_a_chain_that_grows_is_witnessed_head_by_head(hall: Hall) -> None:
    assert say(hall, 5) == []
    hall.clock.now += timedelta(minutes=1)
    assert say(hall, 9, seen=5, seen_head=head(5)) == []
    answer = hall.centre.handle("T1", "witnessed", AskWitnessed(chain=CHAIN))
    assert isinstance(answer, WitnessedHeads)
    assert [(one.seq, one.head) for one in answer.heads] == [(5, head(5)), (9, head(9))]
    assert answer.others == 0


def test_the_same_head_told_again_changes_nothing(hall: Hall) -> None:
    say(hall, 5)
    assert say(hall, 5) == []
    assert len(hall.rows(heads)) == 1


def test_a_chain_that_ends_earlier_than_before_was_shortened(hall: Hall) -> None:
    say(hall, 9)
    assert say(hall, 7) == [Contradiction.SHORTENED]
    [row] = hall.rows(contradictions)
    assert (row.terminal, row.kind, row.seq, row.witnessed) == ("T1", "shortened", 9, head(9))


def test_a_witnessed_row_with_another_value_was_rewritten_and_the_first_word_stays(hall: Hall) -> None:
    say(hall, 9)
    assert say(hall, 9, head(999)) == [Contradiction.REWRITTEN]
    assert [row.head for row in hall.rows(heads)] == [head(9)]


def test_a_rewritten_row_is_found_behind_new_ones(hall: Hall) -> None:
    say(hall, 9)
    assert say(hall, 12, seen=9, seen_head=head(999)) == [Contradiction.REWRITTEN]


def test_another_journal_at_the_same_terminal_is_not_taken_in_silence(hall: Hall) -> None:
    say(hall, 9)
    assert say(hall, 1, chain=OTHER) == [Contradiction.ANOTHER_CHAIN]
    hall.clock.now += timedelta(minutes=1)
    assert say(hall, 2, chain=OTHER) == []                # said once; from here on the new one is witnessed too
    answer = hall.centre.handle("T1", "witnessed", AskWitnessed(chain=OTHER))
    assert isinstance(answer, WitnessedHeads) and (len(answer.heads), answer.others) == (2, 1)


def test_a_contradiction_that_is_told_every_minute_is_kept_once(hall: Hall) -> None:
    say(hall, 9)
    for _ in range(3):
        assert say(hall, 7) == [Contradiction.SHORTENED]
    assert len(hall.rows(contradictions)) == 1


def test_one_terminal_knows_nothing_of_another(hall: Hall) -> None:
    say(hall, 9)
    assert say(hall, 3, terminal="T2") == []
    answer = hall.centre.handle("T2", "witnessed", AskWitnessed(chain=CHAIN))
    assert isinstance(answer, WitnessedHeads) and [one.seq for one in answer.heads] == [3]
