"""The watchman: starts the terminal again when it dies, not when it was meant to end, and slower when it keeps dying."""
from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import trio

from kiosk import heartbeat, supervisor
from tests.virtual_time import run_in_virtual_time


def dies_until(marks: Path, times: int, then: int) -> list[str]:
    """A terminal that is killed so often and then ends by itself."""
    code = (
        "import os, signal, pathlib, sys; p = pathlib.Path(sys.argv[1]); n = len(p.read_text()) if p.exists() else 0\n"
        "p.write_text('x' * (n + 1))\n"
        f"os.kill(os.getpid(), signal.SIGKILL) if n < {times} else sys.exit({then})"
    )
    return [sys.executable, "-c", code, str(marks)]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(supervisor.time, "sleep", pauses.append)
    return pauses


def test_a_killed_terminal_is_started_again_and_a_technician_ends_it(tmp_path: Path, no_waiting: list[float]) -> None:
    assert supervisor.watch(dies_until(tmp_path / "starts", 2, 0)) == 0
    assert len((tmp_path / "starts").read_text()) == 3
    assert no_waiting == [supervisor.AGAIN_AFTER_S] * 2


def test_a_bad_configuration_is_not_tried_again(tmp_path: Path) -> None:
    assert supervisor.watch(dies_until(tmp_path / "starts", 0, 2)) == 2
    assert len((tmp_path / "starts").read_text()) == 1


def test_a_parked_terminal_is_tried_again_after_a_while_and_never_counted_as_broken(
    tmp_path: Path, no_waiting: list[float]
) -> None:
    code = (
        "import sys, pathlib; p = pathlib.Path(sys.argv[1]); n = len(p.read_text()) if p.exists() else 0\n"
        f"p.write_text('x' * (n + 1)); sys.exit({supervisor.PARKED} if n < 7 else 0)"
    )
    assert supervisor.watch([sys.executable, "-c", code, str(tmp_path / "starts")]) == 0
    assert no_waiting == [supervisor.THEN_AFTER_S] * 7


def test_a_terminal_that_keeps_dying_is_started_more_slowly() -> None:
    assert supervisor.pause_after(supervisor.OFTEN - 1) == supervisor.AGAIN_AFTER_S
    assert supervisor.pause_after(supervisor.OFTEN) == supervisor.THEN_AFTER_S


def test_a_terminal_that_hangs_is_killed_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "SILENT_S", 0.3)
    marks = tmp_path / "starts"
    code = (
        "import os, sys, pathlib, signal; p = pathlib.Path(sys.argv[1]); n = len(p.read_text()) if p.exists() else 0\n"
        "p.write_text('x' * (n + 1)); os.write(int(os.environ['TERMINAL_HEARTBEAT_FD']), b'.')\n"
        "signal.pause() if n == 0 else sys.exit(0)"
    )
    assert supervisor.watch([sys.executable, "-c", code, str(marks)]) == 0
    assert marks.read_text() == "xx"
    assert "has hung" in capsys.readouterr().err


def test_the_loop_of_the_terminal_beats_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    monkeypatch.setenv(heartbeat.DESCRIPTOR, str(writing))

    async def three_seconds() -> None:
        with trio.move_on_after(3.5):
            await heartbeat.beat()

    run_in_virtual_time(three_seconds)
    assert os.read(reading, 100) == b"...."
    os.close(reading)
    os.close(writing)
