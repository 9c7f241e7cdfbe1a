"""How many changes a second the central platform commits."""
from __future__ import annotations

import tempfile
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.size import Size
from tests.remote.bench_centre import WAITING, changes_per_second


def requests_per_second(size: Size) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rate = changes_per_second(f"sqlite:///{Path(folder) / 'centre.db'}", size.requests, size.population)
    how = f"{size.requests} reports, {WAITING} at once, one writer that commits in groups; SQLite on this disk, no HTTP"
    return [Figure("central_requests_per_s", rate, "1/s", how)]
