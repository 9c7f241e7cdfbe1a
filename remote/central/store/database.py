"""Opening the database: SQLite by default, PostgreSQL by URL. One writer on either."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

ONE_WRITER = 0x424F5A48  # advisory lock on PostgreSQL: what BEGIN IMMEDIATE is on SQLite
BUSY_TIMEOUT_MS = 10_000


def open_engine(url: str) -> sa.Engine:
    """`sqlite://` (in memory), `sqlite:////path`, or `postgresql+psycopg://...`."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True)
    in_memory = url in ("sqlite://", "sqlite:///:memory:")
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {}
    engine = sa.create_engine(url, connect_args={"check_same_thread": False}, **options)

    def prepare(raw: Any, _record: object) -> None:
        raw.isolation_level = None  # pysqlite would begin by itself, too late for savepoints
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        if not in_memory:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")  # NORMAL loses the last commits on a power cut (facts/remote.md 2.1)
        cursor.close()

    sa.event.listen(engine, "connect", prepare)
    return engine


@contextlib.contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """The one write transaction: waits for its turn, commits at the end, rolls back on any error."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                connection.rollback()
                raise
            connection.exec_driver_sql("COMMIT")
            connection.commit()
            return
        with connection.begin():
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(ONE_WRITER)))
            yield connection


@contextlib.contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One consistent view; nothing is kept of what a reader might write."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")
                connection.rollback()
            return
        with connection.begin() as transaction:
            yield connection
            transaction.rollback()


@contextlib.contextmanager
def savepoint(connection: sa.Connection, name: str = "request") -> Iterator[None]:
    """One request among many in a commit: its failure takes back its own rows only."""
    connection.exec_driver_sql(f"SAVEPOINT {name}")
    try:
        yield
    except BaseException:
        connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {name}")
        connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")
        raise
    connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")
