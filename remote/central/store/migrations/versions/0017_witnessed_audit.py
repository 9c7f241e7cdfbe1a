"""Heads of the terminals' audit chains, as the centre witnessed them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("terminal", "chain", "seq"),
    )
    op.create_table(
        "audit_contradictions",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("witnessed", sa.String(64), nullable=False),
        sa.Column("said", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("explained_by", sa.String(64)),
        sa.Column("explanation", sa.String(256), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("terminal", "kind", "chain", "seq", "said", name="one_contradiction_each"),
    )
    op.create_index("ix_audit_contradictions_terminal", "audit_contradictions", ["terminal"])
