"""One target in a process of its own: `python -m tests.fuzz.child MODULE FUNCTION --corpus DIR --crashes DIR --seconds N`.

The parent reads libFuzzer's own words on standard error. With --reproduce FILE the function runs once on that file, unguided.
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
from typing import Any

from tests.fuzz.targets import FuzzOne
from tests.hall.process import PARENT, die_with_parent

ROOMS = ("kiosk", "devices", "card", "print", "remote")
LONGEST_INPUT_BYTES = 4_096
SLOWEST_INPUT_S = 10  # a codec that thinks longer over 4 kB holds up a terminal: reported as a crash
MOST_MEMORY_MB = 1_024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.child", description=__doc__)
    parser.add_argument("module")
    parser.add_argument("function")
    parser.add_argument("--path", type=Path, required=True, help="folder the module's name begins at")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--crashes", type=Path)
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--reproduce", type=Path)
    asked = parser.parse_args()
    if PARENT in os.environ:
        die_with_parent()
    sys.path.insert(0, str(asked.path))
    if asked.reproduce is not None:
        fuzz_one: FuzzOne = getattr(importlib.import_module(asked.module), asked.function)
        fuzz_one(asked.reproduce.read_bytes())
        return
    _fuzz(asked)


def _fuzz(asked: argparse.Namespace) -> None:
    atheris: Any = importlib.import_module("atheris")

    with atheris.instrument_imports(include=[*ROOMS, asked.module]):
        module: Any = importlib.import_module(asked.module)
    _sow(asked.corpus, getattr(module, "SEEDS", {}).get(asked.function, ()))
    options = {
        "max_total_time": asked.seconds,
        "max_len": LONGEST_INPUT_BYTES,
        "timeout": SLOWEST_INPUT_S,
        "rss_limit_mb": MOST_MEMORY_MB,
        "print_final_stats": 1,
        "artifact_prefix": f"{asked.crashes}/",
        "verbosity": 0,
    }
    flags = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup([sys.argv[0], *flags, str(asked.corpus)], getattr(module, asked.function))
    atheris.Fuzz()


def _sow(corpus: Path, seeds: Sequence[bytes]) -> None:
    for seed in seeds:
        name = hashlib.sha1(seed).hexdigest()  # as libFuzzer names its own
        with contextlib.suppress(FileExistsError), (corpus / name).open("xb") as file:
            file.write(seed)


if __name__ == "__main__":
    main()
