"""docs/driver.md shows code that exists, and names drivers and files that exist; docs/hardware.md names every class there is."""
from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from devices.drivers import BUILT_IN
from tests.contract.classes import device_classes

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/driver.md").read_text("utf-8")
HARDWARE = (ROOT / "docs/hardware.md").read_text("utf-8")


def excerpts(text: str) -> list[tuple[str, list[str]]]:
    """(file, pieces of it) of every fenced block of Python; a line of `...` alone parts two pieces."""
    found = []
    for block in re.findall(r"^[ ]*```python\n(.*?)^[ ]*```$", text, re.MULTILINE | re.DOTALL):
        first, _, rest = block.lstrip(" ").partition("\n")
        assert first.startswith("# "), f"an excerpt names its file: {first}"
        pieces = re.split(r"^[ ]*\.\.\.\n", rest, flags=re.MULTILINE)
        found.append((first.removeprefix("# "), [piece.rstrip("\n") for piece in pieces]))
    return found


def stands_in(piece: str, source: str) -> bool:
    """Line for line; the excerpt may stand further left or right than its source."""
    wanted = textwrap.dedent(piece).splitlines()
    lines = source.splitlines()
    windows = (lines[at : at + len(wanted)] for at in range(len(lines) - len(wanted) + 1))
    return any(textwrap.dedent("\n".join(window)).splitlines() == wanted for window in windows)


@pytest.mark.parametrize(("file", "pieces"), excerpts(TEXT), ids=lambda value: value if isinstance(value, str) else "")
def test_every_line_of_code_shown_exists(file: str, pieces: list[str]) -> None:
    source = (ROOT / file).read_text("utf-8")
    for piece in pieces:
        assert piece.strip()
        assert stands_in(piece, source), f"{file} has no longer:\n{piece}"


def test_an_excerpt_that_is_made_up_is_noticed() -> None:
    source = (ROOT / "devices/scanner/model.py").read_text("utf-8")
    assert not stands_in("READ_S = 0.25  # from seeing a code to having read it [assumed]", source)
    assert len(excerpts(TEXT)) > 15


def test_every_file_named_exists() -> None:
    named = set(re.findall(r"`((?:devices|tests|print|card|kiosk)/[\w/.]+\.py)`", TEXT))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_the_list_of_hardware_names_every_class_and_driver() -> None:
    for device_class in device_classes():
        for driver in device_class.drivers:
            assert f"`{device_class.name}:{driver.name}`" in HARDWARE
    for drivers in BUILT_IN.values():
        for name in drivers:
            assert f"`{name}`" in HARDWARE or f":{name}`" in HARDWARE
