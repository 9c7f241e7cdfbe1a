"""Commands to terminals: asked, approved, delivered, done, with the terminal's signed result."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("state IN ('waiting','queued','delivered','running')")


def upgrade() -> None:
    op.create_table(
        "commands",
        sa.Column("command_id", sa.String(32), nullable=False),
        sa.Column("terminal", sa.String(64), sa.ForeignKey("terminals.terminal"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("after_citizen", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requester", sa.String(64), nullable=False),
        sa.Column("asked_at", sa.String(32), nullable=False),
        sa.Column("not_before", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("batch", sa.String(64), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        sa.Column("second", sa.String(64)),
        sa.Column("second_at", sa.String(32)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("delivered_at", sa.String(32)),
        sa.Column("running_at", sa.String(32)),
        sa.Column("ended_at", sa.String(32)),
        sa.Column("withdrawn_by", sa.String(64)),
        sa.Column("word", sa.String(64), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("result_serial", sa.LargeBinary()),
        sa.Column("result_signature", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("command_id"),
        sa.UniqueConstraint("batch", "terminal", name="one_command_each_form"),
    )
    op.create_index("ix_commands_batch", "commands", ["batch"])
    op.create_index("ix_commands_terminal_state", "commands", ["terminal", "state"])
    op.create_index("ix_commands_state_expires", "commands", ["state", "expires_at"])
    op.create_index("ix_commands_asked_at", "commands", ["asked_at"])
    op.create_index(
        "one_open_command_of_a_kind", "commands", ["terminal", "kind"], unique=True,
        sqlite_where=IS_OPEN, postgresql_where=IS_OPEN,
    )  # fmt: skip
    op.create_table(
        "command_files",
        sa.Column("command_id", sa.String(32), sa.ForeignKey("commands.command_id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("command_id", "number"),
    )
    op.create_index("ix_command_files_at", "command_files", ["at"])
