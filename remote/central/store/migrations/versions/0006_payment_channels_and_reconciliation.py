"""Calls of payment channels, what their bills confirmed, and the differences that reconciliation names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pay_transactions", sa.Column("bill_day", sa.Date()))
    op.add_column("pay_transactions", sa.Column("refund_bill_day", sa.Date()))
    op.add_column("pay_transactions", sa.Column("note", sa.Text()))
    op.create_table(
        "pay_calls",
        sa.Column("order_no", sa.String(32), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("order_no"),
    )
    op.create_table(
        "pay_bills",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("came_fen", sa.Integer(), nullable=False),
        sa.Column("went_fen", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "day"),
    )
    op.create_table(
        "pay_differences",
        sa.Column("difference_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("order_no", sa.String(32), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("proposal", sa.String(24), nullable=False),
        sa.Column("found_at", sa.String(32), nullable=False),
        sa.Column("settled_at", sa.String(32)),
        sa.Column("settled_by", sa.String(128)),
        sa.Column("settled_how", sa.Text()),
        sa.PrimaryKeyConstraint("difference_id"),
    )
    op.create_index("ix_pay_differences_settled_at", "pay_differences", ["settled_at"])
