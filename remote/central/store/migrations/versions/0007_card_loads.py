"""Loads of citizen cards, and every permission that was given for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card_loads",
        sa.Column("load_id", sa.String(32), nullable=False),
        sa.Column("order_id", sa.String(32), sa.ForeignKey("pay_orders.order_id"), nullable=False),
        sa.Column("issuer", sa.String(16), nullable=False),
        sa.Column("serial", sa.String(20), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("challenge", sa.String(12), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("place", sa.String(128), nullable=False),
        sa.Column("credited_by", sa.String(128), nullable=False),
        sa.Column("settled_at", sa.String(32)),
        sa.Column("settled_by", sa.String(128)),
        sa.Column("settled_how", sa.Text()),
        sa.PrimaryKeyConstraint("load_id"),
    )
    op.create_index("ix_card_loads_order_id", "card_loads", ["order_id"])
    op.create_index("ix_card_loads_serial", "card_loads", ["serial"])
    _only_one("one_open_load_per_card", "serial", "state IN ('permitted','in_doubt')")
    _only_one("one_load_counts_per_order", "order_id", "state <> 'not_credited'")
    op.create_table(
        "card_load_permits",
        sa.Column("permit_key", sa.String(128), nullable=False),
        sa.Column("load_id", sa.String(32), sa.ForeignKey("card_loads.load_id"), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("terminal_number", sa.String(12), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("algorithm", sa.Integer(), nullable=False),
        sa.Column("key_version", sa.Integer(), nullable=False),
        sa.Column("moment", sa.String(14), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("permit_key"),
    )
    op.create_index("ix_card_load_permits_load_id", "card_load_permits", ["load_id"])


def _only_one(name: str, column: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "card_loads", [column], unique=True, sqlite_where=condition, postgresql_where=condition)
