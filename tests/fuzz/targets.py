"""What is fuzzed: every function fuzz_...(data: bytes) in a fuzz_targets.py below tests/.

Such a function takes any bytes, gives them to a codec, catches the errors the codec itself names, and asserts what must hold
of the result. `SEEDS = {"fuzz_...": [bytes, ...]}` in its module are good inputs to begin with.
"""
from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FuzzOne = Callable[[bytes], None]


@dataclass(frozen=True)
class Target:
    """One function, found without importing its module. `path` is the folder its module's name begins at."""

    module: str
    function: str
    path: Path

    @property
    def name(self) -> str:
        """E.g. id_reader.frames; of a module's only function fuzz_one the room alone: cabinet."""
        room = self.module.rpartition(".")[0].rpartition(".")[2] or self.module
        return room if self.function == "fuzz_one" else f"{room}.{self.function.removeprefix('fuzz_')}"


def find(folder: Path | None = None, root: Path = ROOT) -> list[Target]:
    """Every target in a module below `folder`, by name."""
    found = []
    for file in sorted((folder or root / "tests").rglob("fuzz_targets.py")):
        module = ".".join(file.relative_to(root).with_suffix("").parts)
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("fuzz_"):
                found.append(Target(module, node.name, root))
    return sorted(found, key=lambda target: target.name)
