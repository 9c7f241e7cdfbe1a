"""What is not ours is what its README says, byte for byte."""
from __future__ import annotations

import hashlib
import re
from pathlib import Path

from remote.console.frame import STATIC

ROW = re.compile(r"^\| (\S+\.(?:js|css)) \| .* \| ([0-9a-f]{64}) \|$", re.MULTILINE)
AXE = Path(__file__).parent / "vendor"


def test_vendored_files_are_those_that_were_fetched() -> None:
    folder = STATIC / "vendor"
    told = dict(ROW.findall((folder / "README.md").read_text(encoding="utf-8")))
    files = [path for path in folder.iterdir() if path.suffix in (".js", ".css")]
    there = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    assert told == there
    axe = hashlib.sha256((AXE / "axe-4.14.1.min.js").read_bytes()).hexdigest()
    assert axe in (AXE / "README.md").read_text(encoding="utf-8")
