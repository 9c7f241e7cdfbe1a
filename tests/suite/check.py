"""Style, types, floors."""
from __future__ import annotations

import argparse
import sys

from tests.suite.steps import Count, Step, python

STEPS = (
    Step("style (ruff)", python("-m", "ruff", "check", ".")),
    Step("types (mypy --strict)", python("-m", "mypy")),
    Step("floors (import-linter)", python("-c", "from importlinter.cli import lint_imports_command as run; run()")),
)


def main(arguments: list[str]) -> int:
    argparse.ArgumentParser(prog="./run check", description=__doc__).parse_args(arguments)
    total = sum((step.run() for step in STEPS), Count(0, 0))
    sys.stdout.write(f"\n{total}\n")
    return 1 if total.failed else 0
