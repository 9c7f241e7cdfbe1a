"""How many facts a second the centre stores durably, against pgbench in the same run, and what telling them costs a terminal."""
from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
import trio

from kiosk.telemetry.memory import FactMemory, fact
from kiosk.transaction.journal import Journal
from remote.agent import FIRST_EVERY_S, Agent, Pulse
from remote.central.centre import Centre
from remote.central.enrolment.authenticate import Arrived
from remote.central.settings import demo_settings
from remote.central.store.writer import Writer
from remote.central.telemetry.tables import facts
from remote.central.wire import admitted, answer_of
from remote.facts import EVERY_S
from remote.messages import BY_NAME, Message
from remote.messages.telemetry import Fact, FactKind, Heard, JourneyEnded, TelemetryBatch, TelemetryStored
from remote.platform import Platform
from tests.bench.figures import Figure
from tests.bench.orders import _pgbench
from tests.bench.size import Size
from tests.remote.identities import enrolled, lowered
from tests.remote.private_postgres import private_postgres, server_binaries

WAITING = 64                 # batches on their way at once
IN_A_BATCH = 50              # facts
CLIENTS = 8                  # of pgbench, each with statements of as many rows
NOT_HERE = -1.0
FACTS_A_MINUTE = 3.0         # [A] of a busy terminal: a journey every minute and what changes by it
HOW = (
    f"journeys in batches of {IN_A_BATCH}, {WAITING} at once: signature, known ids, facts, sums of two tables; one writer, fsync "
    "on; no HTTP"
)
NAMED = (("telemetry_rows_per_s_postgres", "1/s"), ("pgbench_rows_per_s", "1/s"), ("telemetry_over_pgbench", ""))
TELEMETRY_FIGURES = ("telemetry_rows_per_s_sqlite", *(name for name, _ in NAMED), "telemetry_terminal_cpu")


def telemetry_figures(size: Size) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        sqlite = rate(f"sqlite:///{Path(folder) / 'centre.db'}", size)
    figures = [Figure("telemetry_rows_per_s_sqlite", sqlite, "1/s", f"{HOW}; SQLite on this disk")]
    if server_binaries() is None or _pgbench() is None:
        missing = "no PostgreSQL server with pgbench is installed here"
        figures += [Figure(name, NOT_HERE, unit, missing) for name, unit in NAMED]
    else:
        with private_postgres() as url:
            postgres, compared = rate(url, size), rows_per_second(url, size)
        figures.append(Figure("telemetry_rows_per_s_postgres", postgres, "1/s", f"{HOW}; PostgreSQL of its own on this disk"))
        how = f"pgbench on the same server in the same run: INSERT of {IN_A_BATCH} rows with random unique ids, {CLIENTS} clients"
        figures.append(Figure("pgbench_rows_per_s", compared, "1/s", how))
        how = "telemetry_rows_per_s_postgres / pgbench_rows_per_s: stored once and counted here, merely inserted there"
        figures.append(Figure("telemetry_over_pgbench", postgres / compared, "", how))
    return [*figures, Figure("telemetry_terminal_cpu", terminal_cpu(size), "%", _how_cpu())]


def batches(count: int) -> list[TelemetryBatch]:
    now = datetime.now(UTC)
    body = JourneyEnded(journey="senior_card", outcome="done", seconds=90).model_dump(mode="json")
    return [
        TelemetryBatch(origin="bench", facts=[
            Fact(fact_id=f"{Random(number * 1000 + n).getrandbits(128):032x}", number=number * IN_A_BATCH + n, kind="journey",
                 at=now, body=body) for n in range(IN_A_BATCH)
        ]) for number in range(count)
    ]  # fmt: skip


def rate(url: str, size: Size) -> float:
    """Facts a second, from bytes to the commit."""
    centre = Centre.open(url, demo_settings(0, 1))
    names = [f"T{number}" for number in range(WAITING)]
    signers = [enrolled(centre, name, "谯城区") for name in names]
    writer, operation = Writer(centre.engine), BY_NAME["tell_facts"]
    bodies = [batch.model_dump_json().encode() for batch in batches(max(size.requests // 10, WAITING))]

    def work(number: int) -> Future[Any]:
        body = bodies[number]
        headers = lowered(signers[number % WAITING].headers(operation.path, body, {}))
        request = Arrived("POST", operation.path, body, headers)

        def in_transaction(connection: sa.Connection) -> Message:
            return answer_of(centre, connection, operation, request, admitted(centre, connection, request))

        return writer.submit(in_transaction)

    began = time.perf_counter()
    for first in range(0, len(bodies), WAITING):
        for future in [work(number) for number in range(first, min(first + WAITING, len(bodies)))]:
            assert isinstance(future.result(), TelemetryStored)
    taken = time.perf_counter() - began
    writer.stop()
    with centre.engine.connect() as connection:
        stored = connection.execute(sa.select(sa.func.count()).select_from(facts)).scalar_one()
    assert stored == len(bodies) * IN_A_BATCH, stored
    centre.engine.dispose()
    return stored / taken


def rows_per_second(url: str, size: Size) -> float:
    server = urlsplit(url)
    at = ["-h", str(server.hostname), "-p", str(server.port), "-U", str(server.username), server.path.lstrip("/")]
    body = JourneyEnded(journey="senior_card", outcome="done", seconds=90).model_dump_json()
    row = f"(md5(random()::text), 'T1', 'journey', '{body}')"
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        script = Path(folder) / "insert.sql"
        script.write_text(f"INSERT INTO bench_facts VALUES {', '.join([row] * IN_A_BATCH)} ON CONFLICT DO NOTHING;\n", "utf-8")
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE bench_facts (fact_id text PRIMARY KEY, terminal text, kind text, body text)")
        engine.dispose()
        each = max(size.requests // 10 // CLIENTS, 2)
        run = [str(_pgbench()), "-n", "-f", str(script), "-c", str(CLIENTS), "-j", "2", "-t", str(each), *at]
        ran = subprocess.run(run, check=True, capture_output=True, text=True)
    found = re.search(r"^tps = ([\d.]+)", ran.stdout, re.MULTILINE)
    assert found is not None, ran.stdout
    return float(found[1]) * IN_A_BATCH


class _AnswersAtOnce:
    """What stands behind the network costs the terminal nothing."""

    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        await trio.lowlevel.checkpoint()
        if path.endswith("heartbeat"):
            return 200, Heard(now=datetime.now(UTC), next_s=FIRST_EVERY_S).model_dump_json().encode()
        told: Sequence[Fact] = TelemetryBatch.model_validate_json(body).facts
        return 200, TelemetryStored(stored=[fact.fact_id for fact in told]).model_dump_json().encode()


def terminal_cpu(size: Size) -> float:
    """Per cent of one core, from the CPU seconds of a heartbeat, of a fact noted durably and of a batch sent."""
    times = max(size.plans * 5, 10)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        journal = Journal(Path(folder), lambda: datetime.now(UTC))
        memory = FactMemory(journal, lambda: datetime.now(UTC))
        pulse = Pulse(1)
        agent = Agent(Platform(_AnswersAtOnce(), "T1"), memory, lambda: pulse, lambda: datetime.now(UTC))
        body = JourneyEnded(journey="senior_card", outcome="done", seconds=90)

        def note() -> None:
            memory.note([fact(FactKind.JOURNEY, body)])

        async def beats() -> float:
            began = time.process_time()
            for _ in range(times):
                await agent.beat_once()
            return (time.process_time() - began) / times

        async def sends() -> float:
            taken = 0.0
            for _ in range(times):
                note()
                began = time.process_time()
                await agent.facts.send_once()
                taken += time.process_time() - began
            return taken / times

        beat_s, send_s = trio.run(beats), trio.run(sends)
        began = time.process_time()
        for _ in range(times):
            note()
        note_s = (time.process_time() - began) / times
        journal.close()
    return 100 * (beat_s / FIRST_EVERY_S + send_s / EVERY_S + note_s * FACTS_A_MINUTE / 60)


def _how_cpu() -> str:
    return (
        f"of one core: a heartbeat every {FIRST_EVERY_S:.0f} s, a batch every {EVERY_S:.0f} s, {FACTS_A_MINUTE:.0f} facts a "
        "minute written durably; without signature, TLS and socket"
    )
