"""Orders, the money that moved, and the simulated channel's own books."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pay_orders",
        sa.Column("order_id", sa.String(32), nullable=False),
        sa.Column("order_no", sa.String(32), nullable=False),
        sa.Column("order_key", sa.String(128), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("purpose_ref", sa.String(128), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("phone_code", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("qr", sa.Text()),
        sa.Column("claim_code", sa.String(16), nullable=False),
        sa.Column("terminal", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("ask_at", sa.String(32)),
        sa.Column("paid_at", sa.String(32)),
        sa.Column("closed_at", sa.String(32)),
        sa.Column("used_by", sa.String(128)),
        sa.Column("fulfilled_at", sa.String(32)),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.person_id"]),
        sa.PrimaryKeyConstraint("order_id"),
        sa.UniqueConstraint("order_no"),
        sa.UniqueConstraint("order_key"),
    )
    op.create_index("ix_pay_orders_claim_code", "pay_orders", ["claim_code"])
    op.create_index("ix_pay_orders_person_id", "pay_orders", ["person_id"])
    op.create_table(
        "pay_transactions",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("transaction", sa.String(64), nullable=False),
        sa.Column("order_id", sa.String(32), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("refund_no", sa.String(64), nullable=False),
        sa.Column("refunded_at", sa.String(32)),
        sa.Column("ask_at", sa.String(32)),
        sa.ForeignKeyConstraint(["order_id"], ["pay_orders.order_id"]),
        sa.PrimaryKeyConstraint("channel", "transaction"),
        sa.UniqueConstraint("refund_no"),
    )
    op.create_index("ix_pay_transactions_order_id", "pay_transactions", ["order_id"])
    op.create_index(
        "one_payment_holds_an_order", "pay_transactions", ["order_id"], unique=True,
        sqlite_where=sa.text("state = 'holds'"), postgresql_where=sa.text("state = 'holds'"),
    )  # fmt: skip
    op.create_table(
        "sim_trades",
        sa.Column("order_no", sa.String(32), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(128), nullable=False),
        sa.Column("payee", sa.String(128), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("closed_at", sa.String(32)),
        sa.PrimaryKeyConstraint("order_no"),
        sa.UniqueConstraint("token"),
    )
    op.create_table(
        "sim_transactions",
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("order_no", sa.String(32), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_sim_transactions_order_no", "sim_transactions", ["order_no"])
    op.create_table(
        "sim_refunds",
        sa.Column("refund_no", sa.String(64), nullable=False),
        sa.Column("order_no", sa.String(32), nullable=False),
        sa.Column("transaction", sa.String(64), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("refund_no"),
        sa.UniqueConstraint("transaction"),
    )
