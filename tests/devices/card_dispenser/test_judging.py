"""What evidence says, and what it does not."""
from __future__ import annotations

import itertools

import pytest

from devices.card_dispenser.judging import Act, Evidence, Verdict, judge
from devices.card_dispenser.words import Media, PathMedia

EMPTY, INSIDE, GATE = (
    (PathMedia.NOT_PRESENT, Media.NOT_PRESENT),
    (PathMedia.AT_CONTACT, Media.NOT_PRESENT),
    (PathMedia.NOT_PRESENT, Media.PRESENT),
)
START = {Act.FEED: EMPTY, Act.ACCEPT: EMPTY, Act.PRESENT: INSIDE, Act.REJECT: INSIDE, Act.TAKE: GATE, Act.CAPTURE: GATE}
Y, N, U = Verdict.DONE, Verdict.NOT_DONE, Verdict.UNKNOWN
CASES = [
    # act, after, cards fallen into the bin (None: not known), verdict
    (Act.FEED, INSIDE, 0, Y),
    (Act.FEED, INSIDE, None, Y),
    (Act.FEED, EMPTY, 0, N),
    (Act.FEED, EMPTY, None, N),
    (Act.FEED, EMPTY, 1, U),
    (Act.FEED, GATE, 0, U),
    (Act.ACCEPT, INSIDE, None, Y),
    (Act.ACCEPT, GATE, 0, N),
    (Act.ACCEPT, EMPTY, 1, U),
    (Act.PRESENT, GATE, None, Y),
    (Act.PRESENT, INSIDE, 0, N),
    (Act.PRESENT, EMPTY, 0, Y),
    (Act.PRESENT, EMPTY, 1, N),
    (Act.PRESENT, EMPTY, None, U),
    (Act.TAKE, GATE, 0, N),
    (Act.TAKE, EMPTY, 0, Y),
    (Act.TAKE, EMPTY, 1, N),
    (Act.TAKE, EMPTY, None, U),
    (Act.TAKE, INSIDE, 0, N),
    (Act.CAPTURE, EMPTY, 1, Y),
    (Act.CAPTURE, EMPTY, 0, N),
    (Act.CAPTURE, EMPTY, None, U),
    (Act.CAPTURE, GATE, 0, N),
    (Act.CAPTURE, INSIDE, None, N),
    (Act.REJECT, EMPTY, 1, Y),
    (Act.REJECT, EMPTY, None, U),
    (Act.REJECT, INSIDE, None, N),
    (Act.REJECT, GATE, 0, N),
]


@pytest.mark.parametrize(("act", "after", "fallen", "verdict"), CASES)
def test_evidence_says(act: Act, after: tuple[PathMedia, Media], fallen: int | None, verdict: Verdict) -> None:
    before = Evidence(*START[act], retained=5, epoch="a")
    then = Evidence(*after, retained=None if fallen is None else 5 + fallen, epoch="a")
    assert judge(act, before, then).verdict is verdict


def test_counts_of_different_lives_of_the_machine_are_not_compared_unless_it_keeps_them() -> None:
    before = Evidence(*GATE, retained=0, epoch="a")
    after = Evidence(*EMPTY, retained=0, epoch="b")
    assert judge(Act.TAKE, before, after).verdict is Verdict.UNKNOWN
    durable = [Evidence(one.path, one.gate, one.retained, one.epoch, durable=True) for one in (before, after)]
    assert judge(Act.TAKE, *durable).verdict is Verdict.DONE
    emptied = Evidence(*EMPTY, retained=0, epoch="a")
    assert judge(Act.CAPTURE, Evidence(*GATE, retained=5, epoch="a"), emptied).verdict is Verdict.UNKNOWN


def test_where_nothing_is_known_nothing_is_said() -> None:
    for act, path, gate in itertools.product(Act, PathMedia, Media):
        if path is PathMedia.UNKNOWN or gate is Media.UNKNOWN:
            after = Evidence(path, gate, 0, "a")
            assert judge(act, Evidence(*START[act], retained=0, epoch="a"), after).verdict is Verdict.UNKNOWN


def test_a_question_that_makes_no_sense_has_no_answer() -> None:
    for act in Act:
        for start in (EMPTY, INSIDE, GATE):
            if start != START[act]:
                assert judge(act, Evidence(*start, retained=0, epoch="a"), Evidence(*EMPTY, retained=0, epoch="a")).verdict is U
