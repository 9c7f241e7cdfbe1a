"""How many orders a second the central platform takes, on SQLite and on PostgreSQL, and what pgbench makes of the same server."""
from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from concurrent.futures import Future
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from remote.central.centre import Centre
from remote.central.enrolment.authenticate import Arrived
from remote.central.settings import demo_settings
from remote.central.store.database import reading
from remote.central.store.writer import Writer
from remote.central.wire import admitted, answer_of
from remote.messages import BY_NAME, CreateOrder, Message, OrderAnswer, PayMethod, Purpose
from tests.bench.figures import Figure
from tests.bench.size import Size
from tests.remote.identities import enrolled, lowered
from tests.remote.private_postgres import private_postgres, server_binaries

WAITING = 64                 # orders on their way at once, as from 64 terminals
CLIENTS = 64                 # of pgbench, as many
NOT_HERE = -1.0
HOW = f"orders, {WAITING} at once: price, idempotency, order and audit rows; one writer, groups in a commit, fsync on; no HTTP"


def orders_per_second(size: Size) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        sqlite = rate(f"sqlite:///{Path(folder) / 'centre.db'}", size)
    figures = [Figure("orders_per_s_sqlite", sqlite, "1/s", f"{size.requests} {HOW}; SQLite on this disk")]
    if server_binaries() is None or _pgbench() is None:
        missing = "no PostgreSQL server with pgbench is installed here"
        return figures + [Figure(name, NOT_HERE, unit, missing) for name, unit in NAMED]
    with private_postgres() as url:
        postgres = rate(url, size)
        compared = transactions_per_second(url, size)
    figures.append(Figure("orders_per_s_postgres", postgres, "1/s", f"{size.requests} {HOW}; PostgreSQL of its own on this disk"))
    how = f"pgbench (TPC-B like, scale {size.bank}, {CLIENTS} clients) on the same server in the same run"
    figures.append(Figure("pgbench_per_s", compared, "1/s", how))
    how = "orders_per_s_postgres / pgbench_per_s: an order here against a bank transfer there"
    return [*figures, Figure("orders_over_pgbench", postgres / compared, "", how)]


NAMED = (("orders_per_s_postgres", "1/s"), ("pgbench_per_s", "1/s"), ("orders_over_pgbench", ""))
ORDER_FIGURES = ("orders_per_s_sqlite", *(name for name, _ in NAMED))


def rate(url: str, size: Size) -> float:
    centre = Centre.open(url, demo_settings(size.population, 1))
    signer = enrolled(centre, "T1")
    with reading(centre.engine) as connection:
        people = list(connection.execute(sa.text("SELECT person_ref FROM persons ORDER BY person_id")).scalars())
    writer = Writer(centre.engine)
    operation = BY_NAME["create_order"]

    def work(number: int) -> Future[Any]:
        asked = CreateOrder(
            purpose=Purpose.DOCUMENT, purpose_ref="property", person_ref=people[number % len(people)], method=PayMethod.SHOW_QR,
            shown_fen=1000, claim_code=f"{number:08d}",
        )  # fmt: skip
        body = asked.model_dump_json().encode()
        headers = {"idempotency-key": f"{number:032x}:order:1"}
        request = Arrived("POST", operation.path, body, headers | lowered(signer.headers(operation.path, body, headers)))

        def in_transaction(connection: sa.Connection) -> Message:
            return answer_of(centre, connection, operation, request, admitted(centre, connection, request))

        return writer.submit(in_transaction)

    began = time.perf_counter()
    for first in range(0, size.requests, WAITING):
        for future in [work(number) for number in range(first, min(first + WAITING, size.requests))]:
            answer = future.result()
            assert isinstance(answer, OrderAnswer) and answer.order is not None, answer
    taken = time.perf_counter() - began
    writer.stop()
    centre.engine.dispose()
    return size.requests / taken


def transactions_per_second(url: str, size: Size) -> float:
    server = urlsplit(url)
    at = ["-h", str(server.hostname), "-p", str(server.port), "-U", str(server.username), server.path.lstrip("/")]
    pgbench = str(_pgbench())
    subprocess.run([pgbench, "-i", "-q", "-s", str(size.bank), *at], check=True, capture_output=True)
    each = max(size.requests // CLIENTS, 1)
    run = [pgbench, "-c", str(CLIENTS), "-j", "2", "-t", str(each), *at]
    ran = subprocess.run(run, check=True, capture_output=True, text=True)
    found = re.search(r"^tps = ([\d.]+)", ran.stdout, re.MULTILINE)
    assert found is not None, ran.stdout
    return float(found[1])


def _pgbench() -> Path | None:
    binaries = server_binaries()
    beside = binaries / "pgbench" if binaries is not None else None
    if beside is not None and beside.exists():
        return beside
    elsewhere = shutil.which("pgbench")
    return Path(elsewhere) if elsewhere is not None else None
