"""The targets of one module: `python -m tests.fuzz.child MODULE NAME=FUNCTION... --path DIR --corpus DIR --seconds N`.

The module is loaded and instrumented once (most of a second); each target then runs in a fork of its own, one after the other.
For the target NAME the corpus has NAME/, NAME.crashes/, NAME.log (libFuzzer's own words) and NAME.exit (its exit code).
"""
from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from tests.fuzz.targets import FuzzOne
from tests.hall.process import PARENT, die_with_parent

ROOMS = ("kiosk", "devices", "card", "print", "remote")
LONGEST_INPUT_BYTES = 4_096
SLOWEST_INPUT_S = 10  # a codec that thinks longer over 4 kB holds up a terminal: reported as a crash
MOST_MEMORY_MB = 1_024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.child", description=__doc__)
    parser.add_argument("module")
    parser.add_argument("targets", nargs="+", metavar="NAME=FUNCTION")
    parser.add_argument("--path", type=Path, required=True, help="folder the module's name begins at")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--executions", type=int, default=-1)
    asked = parser.parse_args()
    die_with_parent()
    sys.path.insert(0, str(asked.path))
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=[*ROOMS, asked.module]):
        module: Any = importlib.import_module(asked.module)
    os.environ[PARENT] = str(os.getpid())
    for target in asked.targets:
        name, _, function = target.partition("=")
        _sow(asked.corpus / name, getattr(module, "SEEDS", {}).get(function, ()))
        fork = os.fork()
        if fork == 0:
            die_with_parent()
            _fuzz(atheris, getattr(module, function), asked.corpus, name, asked.seconds, asked.executions)
        _, status = os.waitpid(fork, 0)
        (asked.corpus / f"{name}.exit").write_text(str(os.waitstatus_to_exitcode(status)))


def _fuzz(atheris: Any, fuzz_one: FuzzOne, corpus: Path, name: str, seconds: int, executions: int) -> NoReturn:
    log = os.open(corpus / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    options = {
        "max_total_time": seconds,
        "runs": executions,
        "max_len": LONGEST_INPUT_BYTES,
        "timeout": SLOWEST_INPUT_S,
        "rss_limit_mb": MOST_MEMORY_MB,
        "print_final_stats": 1,
        "artifact_prefix": f"{corpus / name}.crashes/",
        "verbosity": 0,
    }
    flags = [f"-{key}={value}" for key, value in options.items()]
    atheris.Setup([sys.argv[0], *flags, str(corpus / name)], fuzz_one)
    atheris.Fuzz()
    os._exit(0)  # libFuzzer ends the process itself; a fork must never go on with its parent's work


def _sow(corpus: Path, seeds: Sequence[bytes]) -> None:
    for seed in seeds:
        name = hashlib.sha1(seed).hexdigest()  # as libFuzzer names its own
        with contextlib.suppress(FileExistsError), (corpus / name).open("xb") as file:
            file.write(seed)


if __name__ == "__main__":
    main()
