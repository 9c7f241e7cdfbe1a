"""What the reconciliation of purses reads: every genuine offer of a card, and what terminals' journals say about money."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card_sightings",
        sa.Column("seen_key", sa.String(128), nullable=False),
        sa.Column("serial", sa.String(20), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("seen_key"),
    )
    op.create_index("ix_card_sightings_serial", "card_sightings", ["serial"])
    op.create_index("ix_card_sightings_at", "card_sightings", ["at"])
    op.create_table(
        "journal_money",
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("plan", sa.String(64), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("happened", sa.Boolean(), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("event_id"),
    )
    op.create_index("ix_journal_money_at", "journal_money", ["at"])
