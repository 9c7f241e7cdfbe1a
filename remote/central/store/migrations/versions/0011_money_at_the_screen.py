"""Purchases from the purses of citizen cards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card_purchases",
        sa.Column("purchase_id", sa.String(32), nullable=False),
        sa.Column("order_id", sa.String(32), sa.ForeignKey("pay_orders.order_id"), nullable=False),
        sa.Column("issuer", sa.String(16), nullable=False),
        sa.Column("serial", sa.String(20), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("kind", sa.Integer(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.Integer(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("terminal_number", sa.String(12), nullable=False),
        sa.Column("terminal_seq", sa.BigInteger(), nullable=False),
        sa.Column("moment", sa.String(14), nullable=False),
        sa.Column("tac", sa.String(8), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("settled_at", sa.String(32)),
        sa.Column("settled_by", sa.String(128)),
        sa.Column("settled_how", sa.Text()),
        sa.PrimaryKeyConstraint("purchase_id"),
    )
    for column in ("order_id", "serial", "settled_at"):
        op.create_index(f"ix_card_purchases_{column}", "card_purchases", [column])
    _only_one("one_open_purchase_per_card", "serial", "state IN ('begun','in_doubt')")
    _only_one("one_purchase_counts_per_order", "order_id", "state <> 'not_debited'")


def _only_one(name: str, column: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "card_purchases", [column], unique=True, sqlite_where=condition, postgresql_where=condition)
