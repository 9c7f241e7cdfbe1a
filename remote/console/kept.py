"""Figures that take the database longer than a page may: counted beside the pages, shown with the moment they were counted.

A page waits a moment for them and no longer; while nobody has counted yet it says so, and shows them when it looks again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import sqlalchemy as sa

from remote.central.store.database import reading
from remote.central.times import Clock

T = TypeVar("T")
WAIT_S = 0.15
FRESH = timedelta(minutes=2)
MOST = 64  # kept at once; the oldest goes


@dataclass(frozen=True)
class Counted(Generic[T]):
    value: T
    at: datetime


class Kept(Generic[T]):
    """`get` answers what was counted last (at most `FRESH` old, or being counted anew), or None while it is the first time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: dict[Hashable, Counted[T]] = {}
        self._under_way: dict[Hashable, threading.Event] = {}

    def get(self, key: Hashable, engine: sa.Engine, clock: Clock, count: Callable[[sa.Connection], T]) -> Counted[T] | None:
        with self._lock:
            found = self._counted.get(key)
            if found is not None and timedelta() <= clock() - found.at < FRESH:
                return found
            done = self._under_way.get(key)
            if done is None:
                done = self._under_way[key] = threading.Event()
                work = threading.Thread(target=self._count, args=(key, engine, clock, count, done), daemon=True)
                work.start()
        done.wait(WAIT_S)
        with self._lock:
            return self._counted.get(key)

    def _count(
        self, key: Hashable, engine: sa.Engine, clock: Clock, count: Callable[[sa.Connection], T], done: threading.Event
    ) -> None:
        try:
            at = clock()
            with reading(engine) as connection:
                value = count(connection)
            with self._lock:
                self._counted[key] = Counted(value, at)
                while len(self._counted) > MOST:
                    del self._counted[min(self._counted, key=lambda one: self._counted[one].at)]
        except sa.exc.SQLAlchemyError as error:
            print(f"console: {type(error).__name__} while counting, again when somebody asks", flush=True)
        finally:
            with self._lock:
                del self._under_way[key]
            done.set()
