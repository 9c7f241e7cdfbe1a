"""Run by alembic with the connection that `migrate` opened."""

from __future__ import annotations

from alembic import context

from remote.central.store.schema import metadata

connection = context.config.attributes["connection"]
if connection.dialect.name == "sqlite":
    connection.exec_driver_sql("BEGIN IMMEDIATE")
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
if connection.dialect.name == "sqlite" and connection.connection.driver_connection.in_transaction:
    connection.exec_driver_sql("COMMIT")
