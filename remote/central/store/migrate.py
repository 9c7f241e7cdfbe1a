"""Bringing a database to the newest schema, from empty or from any earlier revision. Never a rebuild."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from remote.central.store.database import open_engine

MIGRATIONS = Path(__file__).with_name("migrations")


def migrate_engine(engine: sa.Engine, revision: str = "head") -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()


def migrate(url: str, revision: str = "head") -> None:
    engine = open_engine(url)
    try:
        migrate_engine(engine, revision)
    finally:
        engine.dispose()
