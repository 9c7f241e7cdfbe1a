"""Make the two static Chinese sans faces (Regular 400, Bold 700) from the variable Noto Sans SC, once per machine.

reportlab and Kivy use only the default instance of a variable font, which here is Thin (facts/print.md 4.1), so each
weight is instanced into a file of its own. About 15 s of CPU a weight the first time, both at once; later runs find
the stamp and return in milliseconds. `python -m print.prepare_fonts` is the set-up step.
"""
from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from print.font_files import BOLD_FILE, FONT_DIR, REGULAR_FILE, FontsMissing

SOURCE_PACKAGE = "justmytype_intl_cjk"
SOURCE_FILE = "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
LICENCE_FILE = "fonts/ofl/notosanssc/OFL.txt"
WEIGHTS = {REGULAR_FILE: ("Regular", 400), BOLD_FILE: ("Bold", 700)}
STAMP_FILE = "made-from.json"
RECIPE = 1
"""Raise when what is done to the source changes: existing faces are then made again."""


def prepare(folder: Path = FONT_DIR) -> tuple[Path, Path]:
    """Make what is missing and return the paths of (Regular, Bold). Idempotent; safe when two processes run it at
    once or one is killed, since each file appears by rename. Raises FontsMissing where the source is not installed."""
    source = _package_folder() / SOURCE_FILE
    regular, bold = folder / REGULAR_FILE, folder / BOLD_FILE
    stamp = {"recipe": RECIPE, "source_bytes": source.stat().st_size}
    made = _read_stamp(folder / STAMP_FILE)
    if made.get("from") == stamp and all(_size(p) == made.get(p.name) for p in (regular, bold)):
        return regular, bold
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(len(WEIGHTS), mp_context=get_context("spawn")) as pool:
        for job in [pool.submit(instance, source, folder / name, *face) for name, face in WEIGHTS.items()]:
            job.result()
    _write(folder / "OFL.txt", (_package_folder() / LICENCE_FILE).read_bytes())
    record = {"from": stamp, **{p.name: _size(p) for p in (regular, bold)}}
    _write(folder / STAMP_FILE, json.dumps(record, indent=1).encode())
    return regular, bold


def instance(source: Path, target: Path, style: str, weight: int) -> None:
    """Write one static weight of the variable font `source`, with names of its own."""
    font = instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": weight})
    names = font["name"]
    for record in (16, 17, 21, 22, 25):
        names.removeNames(nameID=record)
    full = f"Noto Sans SC {style}"
    for record, text in {1: "Noto Sans SC", 2: style, 3: f"{full} (static)", 4: full, 6: f"NotoSansSC-{style}"}.items():
        names.setName(text, record, 3, 1, 0x409)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        font.save(temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def fingerprint(path: Path) -> str:
    """SHA-256 of a made face, for a report of what is on a terminal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _package_folder() -> Path:
    spec = importlib.util.find_spec(SOURCE_PACKAGE)
    if spec is None or spec.origin is None:
        raise FontsMissing("the package justmytype-intl-cjk (Noto Sans SC) is not installed")
    return Path(spec.origin).parent


def _read_stamp(path: Path) -> dict[str, object]:
    try:
        stamp = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)


if __name__ == "__main__":
    for face in prepare():
        sys.stdout.write(f"{face.name} {fingerprint(face)}\n")
