"""Server time of every page of the console with many terminals: from the question to the last byte, signed in, no browser."""
from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

from remote.central.access.sessions import COOKIE
from tests.bench.figures import Figure
from tests.bench.size import Size
from tests.console.ask import some
from tests.console.places import PLACES
from tests.console.serving import served
from tests.console.town import NOON, Watch, make_centre

MOST_MS = 300.0  # promised with 10,000 terminals


def page_ms(size: Size) -> list[Figure]:
    """The slowest page's median; every page's median goes to the error stream."""
    clock = Watch(NOON)
    medians: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        served(make_centre(Path(folder), size.terminals, clock), clock) as city,
    ):
        named = some(city)
        for name, (_, who, path) in PLACES.items():
            with httpx.Client(base_url=city.url, cookies={COOKIE: city.cookie(who)}, timeout=60) as reader:
                times = [_ms(reader, path.format(**named)) for _ in range(size.readings)]
            medians[name] = statistics.median(times)
            sys.stderr.write(f"  {name:<22} {medians[name]:7.1f} ms   first {times[0]:7.1f}\n")
    slowest = max(medians, key=lambda name: medians[name])
    how = f"median of {size.readings} of the slowest page ({slowest}) of {len(medians)}, {size.terminals} terminals, SQLite"
    return [Figure("console_page_ms", medians[slowest], "ms", how, most=MOST_MS)]


def _ms(reader: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    answer = reader.get(path)
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, path
    return took
