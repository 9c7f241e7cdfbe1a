"""Signed releases and configuration, and how far each has been rolled out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "release_metadata",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "release_portions",
        sa.Column("path", sa.String(100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("path", "number"),
    )
    op.create_table(
        "releases",
        sa.Column("release", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(100), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("effective_at", sa.String(32)),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("published_at", sa.String(32), nullable=False),
        sa.Column("published_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("release"),
        sa.UniqueConstraint("path"),
        sa.UniqueConstraint("kind", "number", name="one_release_each_number"),
    )
    op.create_table(
        "rollouts",
        sa.Column("release", sa.String(64), sa.ForeignKey("releases.release"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("canary", sa.Text(), nullable=False),
        sa.Column("started_at", sa.String(32), nullable=False),
        sa.Column("step_at", sa.String(32), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("why", sa.String(64), nullable=False),
        sa.Column("forgiven", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("release"),
    )
    still = sa.text("state IN ('rolling','paused','stopped')")
    op.create_index(
        "one_open_rollout_of_a_kind", "rollouts", ["kind"], unique=True, sqlite_where=still, postgresql_where=still
    )
    op.create_table(
        "release_terminals",
        sa.Column("release", sa.String(64), sa.ForeignKey("releases.release"), nullable=False),
        sa.Column("terminal", sa.String(64), sa.ForeignKey("terminals.terminal"), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("why", sa.String(64), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("of", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("told_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("release", "terminal"),
    )
    op.create_index("ix_release_terminals_terminal", "release_terminals", ["terminal"])
