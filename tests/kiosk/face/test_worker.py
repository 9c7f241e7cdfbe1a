"""The process that holds OpenCV: started when needed, killed when it hangs, and nothing of it in the terminal's own process."""
from __future__ import annotations

import subprocess
import sys

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from devices.camera.model import CameraModel
from kiosk.face.local import ROOT, LocalMatcher, LocalSight, WorkerProcess
from kiosk.face.pipe import TooLarge, Unpacker, packed
from kiosk.face.seam import FaceAway, Hint, Match, NoReference, NotSeen, Reference
from remote.face_model import MODEL, THRESHOLD
from tests.faces.subjects import pictures, portrait, subject

PATIENCE_S = 60.0


def shown(name: str | None) -> list[bytes]:
    model = CameraModel()
    if name is not None:
        model.stand(subject(name))
    return pictures(model, 3)


def test_seen_compared_and_cut_in_a_process_of_its_own() -> None:
    async def situation() -> None:
        worker = WorkerProcess()
        sight, matcher = LocalSight(worker), LocalMatcher(worker, THRESHOLD)
        with trio.fail_after(PATIENCE_S):
            look = await sight.look(shown("man_a_3")[0])
            assert look.hint is None and look.box is not None
            assert (await sight.look(shown(None)[0])).hint is Hint.NOBODY
            same = await matcher.match(Reference("p", portrait("man_a_1")), shown("man_a_3"))
            other = await matcher.match(Reference("p", portrait("man_a_1")), shown("man_b_1"))
            assert isinstance(same, Match) and same.same and (same.model, same.threshold) == (MODEL, THRESHOLD)
            assert isinstance(other, Match) and not other.same
            assert isinstance(await matcher.match(Reference("p", None), shown("man_a_3")), NoReference)
            assert isinstance(await matcher.match(Reference("p", portrait("man_a_1")), shown(None)), NotSeen)
            assert await sight.portrait(shown("man_a_3")[0]) is not None
            assert await sight.portrait(shown(None)[0]) is None
            await sight.aclose()
            await sight.aclose()
            assert (await sight.look(shown(None)[0])).hint is Hint.NOBODY, "it starts again"
            await sight.aclose()

    trio.run(situation)


HANGS = "import time, os; os.read(0, 1 << 20); time.sleep(3600)"
DIES = "import os; os.read(0, 1 << 20)"
BABBLES = "import os; os.read(0, 1 << 20); os.write(1, b'\\xff' * 64)"


@pytest.mark.parametrize("program", [HANGS, DIES, BABBLES])
def test_a_process_that_hangs_dies_or_babbles_is_given_up_and_killed(program: str) -> None:
    async def situation() -> None:
        worker = WorkerProcess([sys.executable, "-c", program], answer_s=0.5, start_s=0.5)
        with trio.fail_after(PATIENCE_S), pytest.raises(FaceAway):
            await LocalSight(worker).look(b"")
        assert worker._process is None

    trio.run(situation)


def test_a_program_that_is_not_there_is_away() -> None:
    async def situation() -> None:
        with pytest.raises(FaceAway):
            await LocalSight(WorkerProcess(["/nowhere/python"])).look(b"")

    trio.run(situation)


def test_a_look_given_up_half_way_leaves_no_answer_for_the_next_one() -> None:
    async def situation() -> None:
        sight = LocalSight(WorkerProcess())
        with trio.fail_after(PATIENCE_S):
            await sight.look(shown("man_a_3")[0])
            with trio.move_on_after(0.001):
                await sight.look(shown("man_a_3")[0])
            assert (await sight.look(shown(None)[0])).hint is Hint.NOBODY
            await sight.aclose()

    trio.run(situation)


def test_the_terminals_own_process_never_loads_opencv() -> None:
    code = "import kiosk.serving, sys; raise SystemExit('cv2' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


HEADS = st.dictionaries(st.text(max_size=5).filter(lambda key: key != "sizes"), st.integers() | st.text(max_size=5), max_size=3)


@given(HEADS, st.lists(st.binary(max_size=50), max_size=4), st.integers(1, 40))
def test_messages_survive_any_cutting(head: dict[str, object], given_pictures: list[bytes], size: int) -> None:
    data, unpacker, read = packed(head, given_pictures), Unpacker(), None
    for begin in range(0, len(data), size):
        read = unpacker.feed(data[begin : begin + size]) or read
    assert read == (head, given_pictures)


def test_a_length_out_of_nowhere_is_refused_before_anything_is_held() -> None:
    with pytest.raises(TooLarge):
        Unpacker().feed(b"\xff\xff\xff\xff")
