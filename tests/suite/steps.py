"""One step of the suite: a command in a process of its own, its exit code, and how many things it proved."""
from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Count:
    passed: int
    failed: int

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed"


@dataclass(frozen=True)
class Step:
    """`counted` reads the count from the command's standard output; without it the step is one thing proved or not."""

    name: str
    command: Sequence[str]
    counted: Callable[[str], Count | None] | None = None

    def run(self, *, aside: bool = False) -> Count:
        """Run it from the root, showing its output as it comes or, `aside`, as a whole at its end. A command that exits
        non-zero has failed at least once, and one that was to count and did not has failed too."""
        sys.stdout.write(f"\n== {self.name}{' begins' if aside else ''}\n")
        sys.stdout.flush()
        began = time.monotonic()
        code, output = _kept(self.command) if aside else _shown(self.command)
        if aside:
            sys.stdout.write(f"\n== {self.name}\n{output}")
        count = self.counted(output) if self.counted else Count(1, 0) if code == 0 else Count(0, 1)
        if count is None or (code != 0 and count.failed == 0):
            count = Count(count.passed if count else 0, 1)
        sys.stdout.write(f"== {self.name}: {count} in {time.monotonic() - began:.1f} s\n")
        sys.stdout.flush()
        return count


def python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)


def figures_line(output: str) -> Count | None:
    """The count from the last line of a kill run or a simulation: `N points, ... N violations, ...`; None where none was done."""
    for line in reversed(output.splitlines()):
        if found := re.match(r"(\d+) (?:points|worlds)\b.*?\b(\d+) violations\b", line):
            done, violations = int(found[1]), int(found[2])
            return Count(max(0, done - violations), violations) if done else None
    return None


def contract_line(output: str) -> Count | None:
    """The count from the last line of ./run contract, `D drivers, F faults, N failed`: a driver's rules and a fault are one thing
    each; None where there were none."""
    found = re.fullmatch(r"(\d+) drivers, (\d+) faults, (\d+) failed", (output.splitlines() or [""])[-1])
    if found is None:
        return None
    things, failed = int(found[1]) + int(found[2]), int(found[3])
    return Count(max(0, things - failed), failed) if things else None


def fuzz_line(output: str) -> Count | None:
    """The count from the last line of ./run fuzz, `T targets, N executions, R/s, C crashes`; None where nothing ran."""
    found = re.fullmatch(r"(\d+) targets, (\d+) executions, \d+/s, (\d+) crashes", (output.splitlines() or [""])[-1])
    if found is None or not int(found[2]):
        return None
    targets, crashes = int(found[1]), int(found[3])
    return Count(max(0, targets - crashes), crashes) if targets else None


def tear_line(output: str) -> Count | None:
    """The count from the last line of ./run tear, `N tears, 0 fen lost, 0 fen made`; None where nothing was torn."""
    found = re.fullmatch(r"(\d+) tears, (\d+) fen lost, (\d+) fen made", (output.splitlines() or [""])[-1])
    if found is None or not int(found[1]):
        return None
    return Count(int(found[1]), 0) if found[2] == found[3] == "0" else Count(int(found[1]) - 1, 1)


def pytest_line(output: str) -> Count | None:
    """The count from pytest's closing line; None where no test ran."""
    last = next((line for line in reversed(output.splitlines()) if re.search(r"\bin [\d.]+s\b", line)), "")
    words = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|errors?)\b", last)}
    failed = words.get("failed", 0) + words.get("error", 0) + words.get("errors", 0)
    passed = words.get("passed", 0)
    return Count(passed, failed) if passed or failed else None


def _kept(command: Sequence[str]) -> tuple[int, str]:
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def _shown(command: Sequence[str]) -> tuple[int, str]:
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            sys.stdout.write(line)
            sys.stdout.flush()
    return process.returncode, "".join(lines)
