"""The watchman: starts the terminal again when it dies, not when it was meant to end, and slower when it keeps dying."""
from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
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


def ends_with(marks: Path, codes: Sequence[int]) -> list[str]:
    """A terminal that ends with these codes, one after the other, and then is left by a technician."""
    code = (
        "import sys, pathlib; p = pathlib.Path(sys.argv[1]); n = len(p.read_text()) if p.exists() else 0\n"
        f"p.write_text('x' * (n + 1)); sys.exit(({[*codes, 0]!r})[n])"
    )
    return [sys.executable, "-c", code, str(marks)]


def systemctl_that_notes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command of this name, found first, writes down what it was asked. Returns where."""
    program, asked = folder / "bin" / "systemctl", folder / "asked"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >>{asked}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return asked


def datagrams(manager: socket.socket) -> Iterator[str]:
    with contextlib.suppress(BlockingIOError):
        while True:
            yield manager.recv(4096).decode()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr(supervisor, "rest", pauses.append)
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


def test_a_terminal_that_was_asked_to_start_again_does_so_at_once_and_is_never_counted_as_broken(
    tmp_path: Path, no_waiting: list[float]
) -> None:
    assert supervisor.watch(ends_with(tmp_path / "starts", [supervisor.AGAIN] * 7)) == 0
    assert no_waiting == [supervisor.AGAIN_AFTER_S] * 7


def test_a_machine_that_is_no_installed_terminal_is_not_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = systemctl_that_notes(tmp_path, monkeypatch)
    monkeypatch.delenv(supervisor.MAY_REBOOT, raising=False)
    assert supervisor.watch(ends_with(tmp_path / "starts", [supervisor.HOST_AGAIN])) == 0
    assert not asked.exists() and "only the program is" in capsys.readouterr().err


def test_an_installed_terminal_asks_for_the_machine_to_be_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = systemctl_that_notes(tmp_path, monkeypatch)
    monkeypatch.setenv(supervisor.MAY_REBOOT, "1")
    assert supervisor.watch(ends_with(tmp_path / "starts", [supervisor.HOST_AGAIN])) == 0
    assert asked.read_text() == "reboot\n"


def test_the_service_manager_hears_when_the_terminal_is_up_and_when_it_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        code = "import os, sys; os.write(int(os.environ['TERMINAL_HEARTBEAT_FD']), b'.'); sys.exit(0)"
        assert supervisor.watch([sys.executable, "-c", code]) == 0
        told = list(datagrams(manager))
    assert [words for words in told if words != "WATCHDOG=1"] == [
        "READY=1\nSTATUS=the terminal is up", "STOPPING=1\nSTATUS=ended with 0",
    ]  # fmt: skip


def test_the_service_manager_hears_the_watchman_while_he_waits_to_start_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()                      # the waiting itself is looked at here
    clock = [0.0]
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(supervisor.time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    heard: list[float] = []
    monkeypatch.setattr(supervisor.notify, "tell", lambda *lines: heard.append(clock[0]))
    supervisor.rest(60.0)
    assert clock[0] == 60.0
    assert heard and max(b - a for a, b in pairwise([*heard, 60.0])) <= supervisor.TELL_EVERY_S


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
