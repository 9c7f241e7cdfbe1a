"""How many changes a second the centre commits: `python -m tests.remote.bench_centre [URL]`. Prints; nothing else."""

from __future__ import annotations

import sys
import tempfile
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from remote.central.centre import Centre
from remote.central.enrolment.authenticate import Arrived
from remote.central.settings import demo_settings
from remote.central.store.writer import Writer
from remote.central.wire import admitted, answer_of
from remote.messages import BY_NAME, Event, EventKind, Message, Report
from tests.remote.identities import enrolled, lowered

REQUESTS = 2000
WAITING = 64  # requests in flight, as from 64 terminals


def main(url: str) -> None:
    began = time.perf_counter()
    Centre.open(url, demo_settings(20_000, 1)).engine.dispose()
    print(f"first start with 20,000 people: {time.perf_counter() - began:.1f} s")
    print(f"reports of one event, {WAITING} at once, one writer: {changes_per_second(url, REQUESTS, 20_000):.0f} a second")


def changes_per_second(url: str, requests: int, population: int) -> float:
    """Reports of one event each, WAITING at once."""
    centre = Centre.open(url, demo_settings(population, 1))
    signer = enrolled(centre, "T1")
    writer = Writer(centre.engine)
    operation = BY_NAME["report"]

    def work(number: int) -> Future[Any]:
        event = Event(event_id=f"e{number}", kind=EventKind.STOCK, at=centre.clock(), body={"kind": "issued", "count": 1})
        body = Report(events=[event]).model_dump_json().encode()
        headers = {"idempotency-key": f"k{number}"}
        request = Arrived("POST", operation.path, body, headers | lowered(signer.headers(operation.path, body, headers)))

        def in_transaction(connection: sa.Connection) -> Message:
            return answer_of(centre, connection, operation, request, admitted(centre, connection, request))

        return writer.submit(in_transaction)

    began = time.perf_counter()
    for first in range(0, requests, WAITING):
        for future in [work(number) for number in range(first, min(first + WAITING, requests))]:
            future.result()
    rate = requests / (time.perf_counter() - began)
    writer.stop()
    centre.engine.dispose()
    return rate


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'bench.db'}")
