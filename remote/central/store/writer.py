"""One thread writes. It takes every request that waits, runs each in its own savepoint, commits once, and only then answers.

Group commit is the whole difference between a hundred and thousands of requests a second on SQLite with synchronous=FULL
(facts/remote.md 2.5), and one writer is what makes the arbiter an arbiter.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from remote.central.store.database import savepoint, writing

AT_MOST = 256  # requests in one commit

Work = Callable[[sa.Connection], Any]


class WriterStopped(Exception):
    """The centre is closing: nothing was done."""


@dataclass(frozen=True)
class _Job:
    work: Work
    future: Future[Any]


class Writer:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="the one writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> Future[Any]:
        """Run `work(connection)` in the next commit. The future holds its result once committed, or what it raised."""
        future: Future[Any] = Future()
        if self._stopped:
            future.set_exception(WriterStopped())
        else:
            self._queue.put(_Job(work, future))
        return future

    def stop(self) -> None:
        """Finish what waits, then end."""
        self._stopped = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            jobs, last = self._take()
            if jobs:
                self._commit(jobs)
            if last:
                return

    def _take(self) -> tuple[list[_Job], bool]:
        """Wait for one job, then take what else is there. (jobs, was that the end?)"""
        jobs: list[_Job] = []
        item = self._queue.get()
        while item is not None:
            jobs.append(item)
            if len(jobs) == AT_MOST or self._queue.empty():
                return jobs, False
            item = self._queue.get()
        return jobs, True

    def _commit(self, jobs: list[_Job]) -> None:
        done: list[tuple[_Job, Any]] = []
        try:
            with writing(self._engine) as connection:
                for job in jobs:
                    try:
                        with savepoint(connection, "job"):
                            done.append((job, job.work(connection)))
                    except Exception as error:  # noqa: BLE001  goes to the one who asked; the neighbours go on
                        job.future.set_exception(error)
        except Exception as error:  # noqa: BLE001  nothing was committed: everybody hears so
            for job in jobs:
                if not job.future.done():
                    job.future.set_exception(error)
            return
        for job, result in done:
            job.future.set_result(result)
