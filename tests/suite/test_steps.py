from __future__ import annotations

import sys

import pytest

from tests.suite.run import ROOMS, STEPS
from tests.suite.steps import ROOT, Count, Step, contract_line, figures_line, fuzz_line, pytest_line, tear_line


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("12 passed in 3.04s", Count(12, 0)),
        ("1 failed, 12 passed, 2 skipped in 3.04s", Count(12, 1)),
        ("2 failed, 12 passed, 1 warning, 3 errors in 63.10s (0:01:03)", Count(12, 5)),
        ("no tests ran in 0.01s", None),
        ("", None),
    ],
)
def test_pytest_closing_lines_are_counted(line: str, count: Count | None) -> None:
    assert pytest_line(f"...\n{line}\n") == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("41 points, 2 violations, recovery p95 1.20 s", Count(39, 2)),
        ("3 worlds, 90 visits, 12 cuts, 1 in doubt, 5 violations, 8.1 visits/s", Count(0, 5)),
        ("0 points, 0 violations, recovery p95 0.00 s", None),
        ("all went well", None),
    ],
)
def test_points_and_worlds_are_counted(line: str, count: Count | None) -> None:
    assert figures_line(f"9 points, 0 violations\nx\n{line}\nbye\n" if count else line) == count


def test_drivers_and_faults_are_counted() -> None:
    assert contract_line("id_reader: fine\n3 drivers, 59 faults, 2 failed\n") == Count(60, 2)
    assert contract_line("0 drivers, 0 faults, 0 failed\n") is None
    assert contract_line("3 drivers, 59 faults, 0 failed\nTraceback: it went on\n") is None
    assert contract_line("") is None


def test_fuzz_targets_are_counted() -> None:
    assert fuzz_line("cabinet ok\n25 targets, 125000 executions, 9000/s, 1 crashes\n") == Count(24, 1)
    assert fuzz_line("25 targets, 0 executions, 0/s, 0 crashes\n") is None
    assert fuzz_line("0 targets, 0 executions, 0/s, 0 crashes\n") is None
    assert fuzz_line("Traceback") is None


def test_the_last_line_of_the_tears() -> None:
    assert tear_line("a top-up of 6 exchanges\n12 tears, 0 fen lost, 0 fen made\n") == Count(12, 0)
    assert tear_line("12 tears, 5000 fen lost, 0 fen made\n") == tear_line("12 tears, 0 fen lost, 1 fen made\n") == Count(11, 1)
    assert tear_line("0 tears, 0 fen lost, 0 fen made\n") is None and tear_line("Traceback") is None


def _step(code: str, **more: object) -> Step:
    return Step("a step", (sys.executable, "-c", code), **more)  # type: ignore[arg-type]


def test_a_step_that_exits_with_an_error_has_failed_even_when_it_says_otherwise() -> None:
    assert _step("print('5 points, 0 violations'); raise SystemExit(3)", counted=figures_line).run() == Count(5, 1)


def test_a_step_that_counts_nothing_has_failed() -> None:
    assert _step("print('hello')", counted=figures_line).run() == Count(0, 1)


def test_a_step_without_a_count_is_one_thing() -> None:
    assert _step("pass").run() == Count(1, 0)
    assert _step("raise SystemExit(1)").run() == Count(0, 1)


def test_every_folder_of_tests_is_in_one_step_and_in_no_other() -> None:
    folders = [folder for room in ROOMS.values() for folder in room]
    assert len(set(folders)) == len(folders) and all((ROOT / folder).is_dir() for folder in folders)
    (rest,) = [step.command for step in STEPS if step.name == "all other tests"]
    assert {word.removeprefix("--ignore=") for word in rest if word.startswith("--ignore=")} == set(folders)
    for name, room in ROOMS.items():
        (step,) = [step for step in STEPS if step.name == name]
        assert tuple(step.command)[-len(room) :] == room
