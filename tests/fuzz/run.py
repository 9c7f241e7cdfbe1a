"""Fuzz every codec, guided by coverage, several side by side. The last line says `0 crashes` or how many; exit code 1 on any.

Inputs that reached something new are kept from run to run in --corpus; an input that crashed is shown, and kept beside it.
"""
from __future__ import annotations

import argparse
import getpass
import math
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import trio

from tests.fuzz.child import SLOWEST_INPUT_S
from tests.fuzz.targets import Target, find
from tests.hall.process import Child, python

GRACE_S = 60.0  # loading and instrumenting, and the last input, on a busy machine
LOOK_EVERY_S = 0.1
SHOWN_BYTES = 256
TRACE_LINES = 40


@dataclass(frozen=True)
class Result:
    target: Target
    executions: int
    seconds: float
    crash: str = ""
    """What to show of it; "" = none."""

    def __str__(self) -> str:
        end = "CRASH" if self.crash else "ok"
        rate = self.executions / max(self.seconds, 1e-9)
        return f"{self.target.name:<32} {self.executions:>10} executions {rate:>10.0f}/s  {end}"


def usual_corpus() -> Path:
    """Outside the project: it grows, and it is nobody's source."""
    return Path(tempfile.gettempdir()) / f"bozhou-terminal-fuzz-{getpass.getuser()}"


async def fuzz(targets: list[Target], corpus: Path, seconds: float, jobs: int, executions: int = -1) -> list[Result]:
    """`seconds` for all of them together, `jobs` at a time; `executions`: at most so many of each, -1 = no limit. Results are
    said as they come."""
    each = max(1, math.floor(seconds * min(jobs, len(targets)) / len(targets)))
    by_module: dict[str, list[Target]] = {}
    for target in targets:
        by_module.setdefault(target.module, []).append(target)
    results: list[Result] = []
    room = trio.CapacityLimiter(jobs)

    async def one(of_module: list[Target]) -> None:
        async with room:
            found = await fuzz_module(of_module, corpus, each, executions)
        results.extend(found)
        for result in found:
            sys.stdout.write(f"{result}\n{result.crash}")
        sys.stdout.flush()

    async with trio.open_nursery() as nursery:
        for of_module in by_module.values():
            nursery.start_soon(one, of_module)
    return results


async def fuzz_module(targets: list[Target], corpus: Path, seconds: int, executions: int) -> list[Result]:
    """Targets of one module, one after the other in one child process."""
    for target in targets:
        for folder in (corpus / target.name, corpus / f"{target.name}.crashes"):
            folder.mkdir(parents=True, exist_ok=True)
        for old in (f"{target.name}.log", f"{target.name}.exit"):
            (corpus / old).unlink(missing_ok=True)
    first, log = targets[0], corpus / f"{targets[0].module}.log"
    log.unlink(missing_ok=True)
    pairs = (f"{target.name}={target.function}" for target in targets)
    folders = ("--path", str(first.path), "--corpus", str(corpus))
    limits = ("--seconds", str(seconds), "--executions", str(executions))
    child = Child(first.module, python("-m", "tests.fuzz.child", first.module, *pairs, *folders, *limits), log)
    child.start()
    try:
        with trio.move_on_after(len(targets) * (seconds + SLOWEST_INPUT_S) + GRACE_S):
            while child.running:
                await trio.sleep(LOOK_EVERY_S)
    finally:
        child.kill()
    return [_read(target, corpus, seconds, log) for target in targets]


def _read(target: Target, corpus: Path, seconds: int, of_child: Path) -> Result:
    own, ended = corpus / f"{target.name}.log", corpus / f"{target.name}.exit"
    said = own.read_text("utf-8", "replace") if own.exists() else of_child.read_text("utf-8", "replace")
    return _result(target, said, int(ended.read_text()) if ended.exists() else None, seconds)


def _result(target: Target, said: str, exit_code: int | None, took_s: float) -> Result:
    """What libFuzzer's words mean. Silence about how much it did is a failure, not a success."""
    counted = re.findall(r"^stat::number_of_executed_units:\s*(\d+)", said, re.MULTILINE)
    fuzzed = re.findall(r"^Done \d+ runs in (\d+) second", said, re.MULTILINE)
    executions = int(counted[-1]) if counted else 0
    seconds = float(fuzzed[-1]) if fuzzed and fuzzed[-1] != "0" else took_s
    if exit_code == 0 and executions:
        return Result(target, executions, seconds)
    return Result(target, executions, seconds, _crash(target, said, exit_code))


def _crash(target: Target, said: str, exit_code: int | None) -> str:
    saved = re.search(r"Test unit written to (.+)", said)
    input_file = Path(saved[1]) if saved else None
    trace = [line for line in said.splitlines() if not line.startswith(("0x", "\\", "INFO:", "stat::", "Base64:"))]
    lines = [f"  {target.name} ended with exit code {exit_code}", *trace[-TRACE_LINES:]]
    if input_file is not None and input_file.is_file():
        data = input_file.read_bytes()
        shown = data[:SHOWN_BYTES].hex(" ") + (f" ... ({len(data)} bytes)" if len(data) > SHOWN_BYTES else "")
        lines += [f"input: {shown}", f"again: ./run fuzz --target {target.name} --reproduce {input_file}"]
    return "\n    ".join(lines) + "\n"


def summary(results: list[Result], took_s: float) -> str:
    executions, crashes = sum(result.executions for result in results), sum(bool(result.crash) for result in results)
    return f"{len(results)} targets, {executions} executions, {executions / max(took_s, 1e-9):.0f}/s, {crashes} crashes"


def reproduce(target: Target, file: Path) -> int:
    """Run it once in this process: the exception shows itself."""
    import importlib

    sys.path.insert(0, str(target.path))
    getattr(importlib.import_module(target.module), target.function)(file.read_bytes())
    sys.stdout.write("no crash\n")
    return 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="for all targets together (at least 1 each); default 60")
    parser.add_argument("--executions", type=int, default=-1, help="at most so many of each target; default: no limit")
    parser.add_argument("--jobs", type=int, default=2, help="so many side by side; default 2")
    parser.add_argument("--corpus", type=Path, default=usual_corpus(), help="default: %(default)s")
    parser.add_argument("--target", action="append", metavar="NAME", help="only this one, e.g. id_reader.frames; may be repeated")
    parser.add_argument("--reproduce", type=Path, metavar="FILE", help="run one target on this input, once")
    asked = parser.parse_args(arguments)
    targets = find()
    known = {target.name for target in targets}
    if unknown := set(asked.target or ()) - known:
        parser.error(f"no target {', '.join(sorted(unknown))}; there are: {', '.join(sorted(known))}")
    targets = [target for target in targets if not asked.target or target.name in asked.target]
    if asked.reproduce is not None:
        if len(targets) != 1:
            parser.error("--reproduce needs one --target")
        return reproduce(targets[0], asked.reproduce)
    if asked.seconds <= 0 or asked.jobs < 1:
        parser.error("--seconds and --jobs are more than 0")
    asked.corpus.mkdir(parents=True, exist_ok=True, mode=0o700)
    began = time.monotonic()
    results = trio.run(fuzz, targets, asked.corpus, asked.seconds, asked.jobs, asked.executions)
    sys.stdout.write(summary(results, time.monotonic() - began) + "\n")
    return 1 if not results or any(result.crash for result in results) else 0
