"""Equal content gives equal bytes: in two processes, with different hash seeds, and from one release to the next."""
from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from print.layouts.documents.draw import draw, preview
from tests.print.documents import samples

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import hashlib, json
from print.layouts.documents.draw import draw, preview
from tests.print.documents import samples
sums = {}
for kind, content in reversed(samples.ALL.items()):
    for large in (True, False):
        sums[f"{kind} {large}"] = hashlib.sha256(draw(content, samples.CODE, large=large).pdf).hexdigest()
    sums[f"{kind} preview"] = hashlib.sha256(preview(content).pdf).hexdigest()
print(json.dumps(sums))
"""


def sums_here() -> dict[str, str]:
    sums = {}
    for kind, content in samples.ALL.items():
        for large in (False, True):
            sums[f"{kind} {large}"] = hashlib.sha256(draw(content, samples.CODE, large=large).pdf).hexdigest()
        sums[f"{kind} preview"] = hashlib.sha256(preview(content).pdf).hexdigest()
    return sums


def test_two_processes_with_another_hash_seed_in_another_order_give_the_same_bytes() -> None:
    here = sums_here()
    child = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120,
                           env={**os.environ, "PYTHONHASHSEED": "77"})  # fmt: skip
    assert json.loads(child.stdout) == here


def test_another_content_gives_other_bytes() -> None:
    assert draw(samples.properties(1), samples.CODE).pdf != draw(samples.properties(2), samples.CODE).pdf
