"""Commands and the files they fetched. One open command of a kind for each terminal, and one for each form: by unique index."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa

from remote.central.store.schema import Instant, metadata


class State(StrEnum):
    """UNKNOWN: given to the terminal, and nobody knows what came of it."""

    WAITING = "waiting"            # for the second person
    QUEUED = "queued"              # for the terminal to ask
    DELIVERED = "delivered"        # the terminal has it, and waits for the right moment
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DISAPPROVED = "disapproved"


OPEN = (State.WAITING, State.QUEUED, State.DELIVERED, State.RUNNING)
GIVEN = (State.DELIVERED, State.RUNNING)
IS_OPEN = "state IN ('waiting','queued','delivered','running')"

commands = sa.Table(
    "commands",
    metadata,
    sa.Column("command_id", sa.String(32), primary_key=True),
    sa.Column("terminal", sa.ForeignKey("terminals.terminal"), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("arguments", sa.Text, nullable=False),
    sa.Column("after_citizen", sa.Boolean, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("requester", sa.String(64), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("not_before", Instant, nullable=False),           # many at once begin one after the other
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("batch", sa.String(64), nullable=False, index=True),  # of the form: one for each time it was shown
    sa.Column("needs_second", sa.Boolean, nullable=False),
    sa.Column("second", sa.String(64)),                         # who approved or refused it
    sa.Column("second_at", Instant),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("delivered_at", Instant),
    sa.Column("running_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("withdrawn_by", sa.String(64)),                   # asked for; the terminal may have begun it
    sa.Column("word", sa.String(64), nullable=False),           # why it ended so
    sa.Column("result", sa.Text),                               # as it was signed
    sa.Column("result_serial", sa.LargeBinary),                 # certificate of the key that signed
    sa.Column("result_signature", sa.LargeBinary),
    sa.Index("ix_commands_terminal_state", "terminal", "state"),
    sa.Index("ix_commands_state_expires", "state", "expires_at"),
    sa.Index("ix_commands_asked_at", "asked_at"),
    sa.UniqueConstraint("batch", "terminal", name="one_command_each_form"),
    sa.Index(
        "one_open_command_of_a_kind", "terminal", "kind", unique=True, sqlite_where=sa.text(IS_OPEN),
        postgresql_where=sa.text(IS_OPEN),
    ),
)  # fmt: skip

portions = sa.Table(
    "command_files",
    metadata,  # what a command fetched, in portions, kept for some days
    sa.Column("command_id", sa.ForeignKey("commands.command_id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("of", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
)
